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
from contextvars import Context, copy_context
from functools import partial
from itertools import count
from typing import Any, NamedTuple, TypeVar
from weakref import WeakSet

from ._call import CLOSED, Call, failure
from ._clock import _Clock
from ._native import _Engine

_Result = TypeVar("_Result")


class _Waiter(NamedTuple):
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class _Made(NamedTuple):
    """A call that runs, and the context that its records are logged in."""

    call: Call[Any]
    waiter: _Waiter
    context: Context


class Completions:
    def __init__(self, handle: _Engine, clock: _Clock | None = None) -> None:
        self._handle = handle
        self._clock = clock
        self._start()
        _all.add(self)

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._tags = count(1)
        self._made: dict[int, _Made] = {}
        self._loops: WeakSet[asyncio.AbstractEventLoop] = WeakSet()
        self._idle: list[_Waiter] = []
        self._is_closed = False

    async def run(self, call: Call[_Result]) -> _Result:
        """Makes a call. If this is cancelled, the call still runs to its end, and operators are told of it."""
        result: _Result = await self._submit(call, call.asked(self._clock)).future
        return result

    def _submit(self, call: Call[_Result], request: str) -> _Waiter:
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._is_closed:
                raise failure(CLOSED, {})
            if loop not in self._loops:
                loop.add_reader(self._handle.descriptor(), self._read)
                self._loops.add(loop)
            tag = next(self._tags)
            waiter = _Waiter(loop, loop.create_future())
            self._made[tag] = _Made(call, waiter, copy_context())
        try:
            self._handle.submit(call.op, request, call.secret, tag)
        except BaseException:
            with self._lock:
                del self._made[tag]
                idle = self._take_idle()
            for one in idle:
                _give(one, partial(one.future.set_result, None), loop)
            raise
        return waiter

    def _take_idle(self) -> list[_Waiter]:
        """Who waits for the last call to end, if it has. With the lock."""
        if self._made:
            return []
        idle, self._idle = self._idle, []
        return idle

    def _read(self) -> None:
        """Called by a loop whenever something is done."""
        here = asyncio.get_running_loop()
        # None: another loop closed the engine, and this one did not take its reader away yet.
        for tag, status in self._handle.wait(0) or ():
            with self._lock:
                call, waiter, context = self._made.pop(tag)
                idle = self._take_idle()
            # Whether anybody waits or not: operators are told of every decision.
            _give(waiter, context.run(self._settle, waiter.future, call, tag, status), here)
            for one in idle:
                _give(one, partial(one.future.set_result, None), here)

    def _settle(self, future: asyncio.Future[Any], call: Call[Any], tag: int, status: int) -> Callable[[], None]:
        """What fails here is this call's alone: there are others that are done."""
        try:
            return partial(future.set_result, call.result(status, *self._handle.take(tag)))
        except Exception as error:  # noqa: BLE001
            return partial(future.set_exception, error)

    async def close(self) -> None:
        """No call begins any more; returns when the last one is done and no loop watches the descriptor."""
        loop = asyncio.get_running_loop()
        with self._lock:
            self._is_closed = True
            waiter = _Waiter(loop, loop.create_future())
            if self._made:
                if loop not in self._loops:  # the calls are those of another loop
                    loop.add_reader(self._handle.descriptor(), self._read)
                    self._loops.add(loop)
                self._idle.append(waiter)
            else:
                waiter.future.set_result(None)
        await waiter.future
        with self._lock:
            loops, self._loops = list(self._loops), WeakSet()
        for one in loops:
            _soon(one, loop, one.remove_reader, self._handle.descriptor())


def _give(waiter: _Waiter, settle: Callable[[], None], here: asyncio.AbstractEventLoop) -> None:
    def give() -> None:
        if not waiter.future.done():  # whoever was cancelled does not want it any more
            settle()

    _soon(waiter.loop, here, give)


def _soon(
    loop: asyncio.AbstractEventLoop, here: asyncio.AbstractEventLoop, do: Callable[..., object], *arguments: object
) -> None:
    if loop is here:
        do(*arguments)
        return
    with suppress(RuntimeError):  # a loop that was closed wants nothing
        loop.call_soon_threadsafe(do, *arguments)


_all: WeakSet[Completions] = WeakSet()


def _start_in_child() -> None:
    """A child has no loop, no thread and no call of its parent, and nobody who would leave its locks. It begins with
    one thread: none is in the way of another.
    """
    for one in _all:
        one._start()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_in_child)
