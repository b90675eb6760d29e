# SPDX-License-Identifier: Apache-2.0
"""Calls of an AsyncEngine and the loops that wait for them: each is told of, whatever becomes of the others."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from counterseal import AsyncEngine
from counterseal._completions import Completions

SESSION = b"session of alice"


async def open_memory(site: Any) -> AsyncEngine:
    return await AsyncEngine.open("memory:", keys=site.keys, create=True, clock=site.clock)


class RefusingHandle:
    """Submits nothing, after another loop began to close the engine."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._ends, self._close = os.pipe(), close

    def descriptor(self) -> int:
        return self._ends[0]

    def submit(self, *_: object) -> None:
        self._close()
        raise RuntimeError("not submitted")


class NoCall:
    op, secret = 1, b""

    def asked(self, clock: None) -> str:
        return "{}"


def test_a_call_that_is_not_submitted_holds_up_no_closing() -> None:
    is_waiting, is_closed = threading.Event(), threading.Event()

    def close() -> None:
        async def body() -> None:
            closing = asyncio.ensure_future(completions.close())
            await asyncio.sleep(0)  # up to where it waits for the call of the other loop
            is_waiting.set()
            await closing
            is_closed.set()

        threading.Thread(target=asyncio.run, args=(body(),), daemon=True).start()
        assert is_waiting.wait(60)

    completions = Completions(RefusingHandle(close))  # type: ignore[arg-type]

    async def call() -> None:
        with pytest.raises(RuntimeError, match="not submitted"):
            await completions.run(NoCall())  # type: ignore[arg-type]
        while not is_closed.is_set():  # its reader is taken away by this loop
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(call(), 60))


def test_an_answer_that_there_is_no_memory_for_is_no_reason_to_keep_others_waiting(memory: Any) -> None:
    class Full:
        def __init__(self, handle: Any) -> None:
            self._handle, self._has_failed = handle, False

        def __getattr__(self, name: str) -> Any:
            return getattr(self._handle, name)

        def take(self, tag: int) -> Any:
            if self._has_failed:
                return self._handle.take(tag)
            self._has_failed = True
            raise MemoryError

    async def main() -> None:
        async with AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock) as engine:
            engine._completions._handle = Full(engine._handle)  # type: ignore[assignment]
            calls = [asyncio.ensure_future(engine.stats()) for _ in range(5)]
            await asyncio.sleep(0)
            time.sleep(0.2)  # noqa: ASYNC251 - the loop is told of all at once
            told = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 10)
            assert [type(one) for one in told].count(MemoryError) == 1

    asyncio.run(asyncio.wait_for(main(), 20))


def test_operators_are_told_of_a_decision_that_nobody_waits_for(memory: Any, caplog: pytest.LogCaptureFixture) -> None:
    who: ContextVar[str] = ContextVar("who")
    told: list[tuple[str, str]] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.event == "decision":  # type: ignore[attr-defined]
                told.append((record.outcome, who.get("nobody")))  # type: ignore[attr-defined]

    async def main() -> None:
        async with AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock) as engine:
            m = engine.tenant("maple")

            async def login(name: str) -> None:
                who.set(name)
                await m.evaluate("alice", session=SESSION, path="portal")

            await login("alice")
            call = asyncio.create_task(login("bob"))
            await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        # Closing waits for it.

    listener, logger = Listener(), logging.getLogger("counterseal")
    logger.addHandler(listener)
    with caplog.at_level(logging.INFO, "counterseal"):
        asyncio.run(main())
    logger.removeHandler(listener)
    assert told == [("deny", "alice"), ("deny", "bob")]


def test_one_reader_for_each_loop(memory: Any) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        added: list[int] = []
        removed: list[int] = []
        add, remove = loop.add_reader, loop.remove_reader
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "add_reader", lambda fd, call: (added.append(fd), add(fd, call)))
            patch.setattr(loop, "remove_reader", lambda fd: (removed.append(fd), remove(fd)))
            async with AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock) as engine:
                for _ in range(5):
                    await asyncio.gather(*(engine.tenant("maple").list_factors() for _ in range(5)))
                assert (len(added), removed) == (1, [])
                os.fstat(added[0])
            assert removed == added

    asyncio.run(main())


def test_two_loops_share_an_engine(memory: Any) -> None:
    engine: Any = asyncio.run(open_memory(memory))
    found: list[int] = []

    def work(name: str) -> None:
        async def main() -> None:
            m = engine.tenant(name)
            for n in range(30):
                await m.enroll_totp(f"user{n}")
            found.append(len(await m.list_factors()))

        asyncio.run(main())

    threads = [threading.Thread(target=work, args=(f"tenant{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [30] * 3
    asyncio.run(engine.aclose())


CHILD = """
import asyncio, itertools, os, sys, threading, time
from counterseal import AsyncEngine, KeyRing, _completions

async def opened():
    return await AsyncEngine.open(sys.argv[1], keys=KeyRing.from_keys({"a": bytes(range(32))}, active="a"), create=True)

async def call():
    return await asyncio.wait_for(asyncio.ensure_future(engine.stats()), 10)

engine = asyncio.run(opened())
asyncio.run(call())
if os.fork() != 0:
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))

# Threads change wherever a child might ask whether it is one: both ask, one goes on and makes its call, then the other.
is_made, both, turns, getpid = threading.Event(), threading.Barrier(2), itertools.count(), os.getpid

class Slow:
    def __init__(self, handle):
        self._handle = handle
    def __getattr__(self, name):
        return getattr(self._handle, name)
    def submit(self, *what):
        self._handle.submit(*what)
        is_made.set()
    def wait(self, patience):
        time.sleep(0.2)
        return self._handle.wait(patience)

def slow_getpid():
    turn = next(turns)
    if turn < 2:
        both.wait()
    elif turn == 3:
        is_made.wait()
    return getpid()

engine._completions._handle = Slow(engine._handle)
_completions.os.getpid = slow_getpid
answers = []
threads = [threading.Thread(target=lambda: answers.append(asyncio.run(call()))) for _ in range(2)]
for one in threads:
    one.start()
for one in threads:
    one.join()
os._exit(0 if len(answers) == 2 else 1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_the_first_calls_of_a_child_may_be_made_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, f"sqlite:///{tmp_path}/store.db"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
