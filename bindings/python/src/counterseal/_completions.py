# SPDX-License-Identifier: Apache-2.0
"""Calls that threads of the engine run, and the event loops that wait for them.

The engine's descriptor is readable while something is done. Each loop that uses the engine watches it, with one reader;
whoever wakes up first takes what there is and hands it to the loop that asked.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import NamedTuple, TypeVar
from weakref import WeakSet

from ._call import CLOSED, Call, failure
from ._clock import _Clock
from ._native import _Engine

_Result = TypeVar("_Result")
_Raw = tuple[int, str, bytes | None]
_NOTHING: _Raw = (0, "", None)


class _Waiter(NamedTuple):
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[_Raw]


class Completions:
    def __init__(self, handle: _Engine, clock: _Clock | None = None) -> None:
        self._handle = handle
        self._clock = clock
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._tags = count(1)
        self._waiters: dict[int, _Waiter] = {}
        self._loops: WeakSet[asyncio.AbstractEventLoop] = WeakSet()
        self._idle: list[_Waiter] = []
        self._is_closed = False

    def _leave_parent(self) -> None:
        """A child has no loop, no thread and no call of its parent, and nobody who would leave its lock."""
        if self._process != os.getpid():
            self._start()

    async def run(self, call: Call[_Result]) -> _Result:
        """Makes a call. If this is cancelled, the call still runs to its end."""
        waiter = self._submit(call, call.asked(self._clock))
        return call.result(*await waiter.future)

    def _submit(self, call: Call[_Result], request: str) -> _Waiter:
        self._leave_parent()
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._is_closed:
                raise failure(CLOSED, {})
            if loop not in self._loops:
                loop.add_reader(self._handle.descriptor(), self._read)
                self._loops.add(loop)
            tag = next(self._tags)
            waiter = _Waiter(loop, loop.create_future())
            self._waiters[tag] = waiter
        try:
            self._handle.submit(call.op, request, call.secret, tag)
        except BaseException:
            with self._lock:
                del self._waiters[tag]
                idle = self._take_idle()
            for one in idle:
                _give(one, _NOTHING, loop)
            raise
        return waiter

    def _take_idle(self) -> list[_Waiter]:
        """Who waits for the last call to end, if it has. With the lock."""
        if self._waiters:
            return []
        idle, self._idle = self._idle, []
        return idle

    def _read(self) -> None:
        """Called by a loop whenever something is done."""
        here = asyncio.get_running_loop()
        # None: another loop closed the engine, and this one did not take its reader away yet.
        for tag, status in self._handle.wait(0) or ():
            text, secret = self._handle.take(tag)
            with self._lock:
                waiter = self._waiters.pop(tag)
                idle = self._take_idle()
            _give(waiter, (status, text, secret), here)
            for one in idle:
                _give(one, _NOTHING, here)

    async def close(self) -> None:
        """No call begins any more; returns when the last one is done and no loop watches the descriptor."""
        self._leave_parent()
        loop = asyncio.get_running_loop()
        with self._lock:
            self._is_closed = True
            waiter = _Waiter(loop, loop.create_future())
            if self._waiters:
                if loop not in self._loops:  # the calls are those of another loop
                    loop.add_reader(self._handle.descriptor(), self._read)
                    self._loops.add(loop)
                self._idle.append(waiter)
            else:
                waiter.future.set_result(_NOTHING)
        await waiter.future
        with self._lock:
            loops, self._loops = list(self._loops), WeakSet()
        for one in loops:
            _soon(one, loop, one.remove_reader, self._handle.descriptor())


def _give(waiter: _Waiter, result: _Raw, here: asyncio.AbstractEventLoop) -> None:
    def give() -> None:
        if not waiter.future.done():  # whoever was cancelled does not want it any more
            waiter.future.set_result(result)

    _soon(waiter.loop, here, give)


def _soon(
    loop: asyncio.AbstractEventLoop, here: asyncio.AbstractEventLoop, do: Callable[..., object], *arguments: object
) -> None:
    if loop is here:
        do(*arguments)
        return
    with suppress(RuntimeError):  # a loop that was closed wants nothing
        loop.call_soon_threadsafe(do, *arguments)
