# SPDX-License-Identifier: Apache-2.0
"""AsyncEngine: the loop goes on, nothing un-awaited is true, and a cancelled call counts."""

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, Self

import pytest
from counterseal import (
    AsyncEngine,
    AsyncTenant,
    ConfigError,
    Engine,
    EngineClosed,
    KeyRing,
    Pool,
    StepUpRequired,
    StoreUnavailable,
    Tenant,
)
from counterseal.testing import FakeClock, FakePhone, faults

SESSION = b"session of alice"
HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
db.execute("ROLLBACK")
print("free", flush=True)
"""


class Held:
    """Another process that holds the write lock of a file: locks of one process are no locks to itself."""

    def __init__(self, site: Any) -> None:
        command = [sys.executable, "-c", HOLD, site.url.removeprefix("sqlite:///")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._hear("held")

    def _hear(self, word: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == f"{word}\n"

    def release(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._hear("free")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def opened(site: Any) -> Any:
    return AsyncEngine.open(site.url, keys=site.keys, clock=site.clock, pool=Pool(patience_s=600))


def run(site: Any, body: Callable[[AsyncEngine, AsyncTenant], Awaitable[None]]) -> None:
    async def main() -> None:
        async with opened(site) as engine:
            await body(engine, engine.tenant(site.tenant))

    asyncio.run(main(), debug=True)


def test_a_login(site: Any) -> None:
    async def body(engine: AsyncEngine, m: AsyncTenant) -> None:
        enrollment = await m.enroll_totp("alice")
        phone = FakePhone(enrollment.uri, site.clock)
        assert await m.confirm("alice", enrollment.factor_id, phone.code())
        site.clock.advance(30)
        asked = await m.evaluate("alice", session=SESSION, groups=["staff"], path="portal")
        assert asked.outcome == "challenge"
        assert asked.challenge_id is not None
        allowed = await m.verify_challenge("alice", asked.challenge_id, None, phone.code(), session=SESSION)
        assert allowed
        assert await m.grant_valid(allowed.grant, subject="alice", session=SESSION) is True
        assert len(await m.recovery_codes("alice", grant=allowed.grant, session=SESSION)) > 0
        assert (await m.suspend("alice", enrollment.factor_id, actor="a", reason="r")).state == "suspended"
        assert len(await m.list_factors("alice")) == 2
        assert (await m.events()).items[0].type == "policy.set"
        assert await engine.health()
        assert (await engine.stats())["calls"]["confirm"] == {"OK": 1}

    run(site, body)


def test_the_loop_goes_on_while_the_store_hangs(file_site: Any) -> None:
    factor_id, phone = file_site.enrolled()

    async def body(engine: AsyncEngine, m: AsyncTenant) -> None:
        def no_pool(*_: object) -> None:
            raise AssertionError("a call took a thread of the loop's pool")

        loop = asyncio.get_running_loop()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "run_in_executor", no_pool)
            with Held(file_site) as other:
                call = asyncio.create_task(m.verify_factor("alice", factor_id, phone.code(), purpose="test"))
                for _ in range(5000):
                    await asyncio.sleep(0)
                assert not call.done()
                assert await m.list_factors("alice")  # reading goes on, too
                assert not call.done()
                other.release()
            assert (await call).status == "accepted"

    run(file_site, body)


def test_a_cancelled_call_counts(file_site: Any) -> None:
    factor_id, phone = file_site.enrolled()

    async def body(engine: AsyncEngine, m: AsyncTenant) -> None:
        with Held(file_site) as other:
            call = asyncio.create_task(m.verify_factor("alice", factor_id, phone.code(), purpose="test"))
            await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            other.release()
        # Closing waits for it.

    run(file_site, body)
    assert file_site.m.verify_factor("alice", factor_id, phone.code(), purpose="test").status == "replayed"


def test_the_clock_is_asked_when_a_call_is_made_not_when_it_is_written_down(memory: Any) -> None:
    times: list[float] = []

    def clock() -> float:
        times.append(memory.clock())
        return times[-1]

    async def main() -> None:
        async with AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=clock) as engine:
            m = engine.tenant("maple")
            enrollment = await m.enroll_totp("alice")
            phone = FakePhone(enrollment.uri, memory.clock)
            assert await m.confirm("alice", enrollment.factor_id, phone.code())
            memory.clock.advance(30)
            asked = len(times)
            late = m.verify_factor("alice", enrollment.factor_id, phone.code(), purpose="late")
            stats = engine.stats()
            assert len(times) == asked
            memory.clock.advance(3600)
            assert (await late).status == "wrong"
            await stats
            assert times[asked:] == [memory.clock()] * 2

    asyncio.run(main())


def test_closing_waits_for_calls(file_site: Any) -> None:
    factor_id, phone = file_site.enrolled()

    async def main() -> None:
        engine = await opened(file_site)
        m = engine.tenant(file_site.tenant)
        with Held(file_site) as other:
            call = asyncio.create_task(m.verify_factor("alice", factor_id, phone.code(), purpose="test"))
            await asyncio.sleep(0)
            closing = asyncio.create_task(engine.aclose())
            for _ in range(1000):
                await asyncio.sleep(0)
            assert not closing.done()
            with pytest.raises(EngineClosed):
                await m.list_factors()
            other.release()
        assert (await asyncio.wait_for(call, timeout=60)).status == "accepted"
        await closing

    asyncio.run(main())


def test_nothing_that_was_not_awaited_is_true(memory: Any) -> None:
    factor_id, phone = memory.enrolled()
    site = memory

    async def main() -> None:
        async with AsyncEngine.open("memory:", keys=site.keys, create=True, clock=site.clock) as engine:
            m = engine.tenant("maple")
            calls = [
                lambda: m.verify_factor("alice", factor_id, phone.code(), purpose="test"),
                lambda: m.grant_valid("x", subject="alice", session=SESSION),
                lambda: m.evaluate("alice", session=SESSION, path="p"),
                lambda: m.confirm("alice", "x", "1"),
                lambda: m.list_factors(),
                lambda: m.revoke("alice", "x", actor="a", reason="r"),
                engine.health,
                engine.reload_keys,
                engine.close,
                engine.aclose,
            ]
            for call in calls:
                with pytest.raises(TypeError, match="neither true nor false: await it"):
                    bool(call())
                with pytest.raises(TypeError, match="await it"):
                    assert not call()
            assert (await engine.stats())["calls"] == {}  # none of them was made
        with pytest.raises(TypeError, match="await it"):
            bool(AsyncEngine.open("memory:", keys=site.keys))

    asyncio.run(main())


def test_a_call_that_nobody_awaits_is_named(memory: Any) -> None:
    async def main() -> None:
        async with AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock) as engine:
            m = engine.tenant("maple")
            calls: dict[str, Callable[[], object]] = {
                "AsyncTenant.list_factors": m.list_factors,
                "AsyncTenant.revoke": lambda: m.revoke("alice", "x", actor="a", reason="r"),
                "AsyncLog.verifier": m.log.verifier,
                "AsyncEngine.stats": engine.stats,
                "AsyncEngine.reload_keys": engine.reload_keys,
                "AsyncEngine.close": engine.close,
                "AsyncEngine.open": lambda: AsyncEngine.open("memory:", keys=memory.keys),
            }
            for name, call in calls.items():
                with pytest.warns(RuntimeWarning, match=f"^coroutine '{name}' was never awaited"):
                    call()

    asyncio.run(main())


def test_threads_of_the_loop_are_the_hosts(memory: Any) -> None:
    """A pool that takes nothing any more, as one whose threads all hang."""

    async def main() -> None:
        taken = ThreadPoolExecutor(max_workers=1)
        taken.shutdown()
        asyncio.get_running_loop().set_default_executor(taken)
        async with AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock) as engine:
            await engine.reload_keys(memory.keys)
            assert await engine.health()

    asyncio.run(main())


def test_it_closes_by_either_name(memory: Any) -> None:
    async def main() -> None:
        for name in ("close", "aclose"):
            engine = await AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock)
            for _ in range(2):
                await getattr(engine, name)()
            with pytest.raises(EngineClosed):
                await engine.health()
        async with aclosing(await AsyncEngine.open("memory:", keys=memory.keys, create=True)) as engine:
            assert await engine.health()
        with pytest.raises(EngineClosed):
            await engine.health()

    asyncio.run(main())


def test_tasks_groups_and_gather(memory: Any) -> None:
    async def main() -> None:
        engine = await AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock)
        m = engine.tenant("maple")
        enrollments = await asyncio.gather(*(m.enroll_totp(f"user{n}") for n in range(50)))
        assert len({one.factor_id for one in enrollments}) == 50
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(m.list_factors(f"user{n}")) for n in range(50)]
        assert [len(task.result()) for task in tasks] == [1] * 50
        assert len(await asyncio.wait_for(m.list_factors(), timeout=60)) == 50
        await asyncio.gather(*(engine.aclose() for _ in range(3)))
        with pytest.raises(EngineClosed):
            await m.list_factors()

    asyncio.run(main(), debug=True)


def test_errors_and_refusals_are_those_of_the_engine(memory: Any) -> None:
    async def main() -> None:
        async with AsyncEngine.open("memory:", keys=memory.keys, create=True, clock=memory.clock) as engine:
            m = engine.tenant("maple")
            with pytest.raises(ConfigError, match="^subject "):
                await m.enroll_totp("e\u0301")
            with pytest.raises(TypeError, match="^subject must be a str"):
                await m.enroll_totp(None)  # type: ignore[arg-type]
            enrollment = await m.enroll_totp("alice")
            phone = FakePhone(enrollment.uri, memory.clock)
            assert (await m.confirm("alice", enrollment.factor_id, None)).status == "malformed"
            assert await m.confirm("alice", enrollment.factor_id, phone.code())
            with pytest.raises(StepUpRequired):
                await m.enroll_totp("alice")
            with faults(engine).store_down():
                with pytest.raises(StoreUnavailable):
                    await m.list_factors()
                assert not (await engine.health())

    asyncio.run(main())


def test_opening_fails_as_it_does_for_threads() -> None:
    async def main() -> None:
        with pytest.raises(ConfigError):
            async with AsyncEngine.open("mysql://x", keys=KeyRing.from_keys({"a": bytes(range(32))}, active="a")):
                pass
        with pytest.raises(TypeError, match="AsyncEngine.open"):
            AsyncEngine()

    asyncio.run(main())
    with pytest.raises(TypeError, match="^keys"):
        AsyncEngine.open("memory:", keys=None)  # type: ignore[arg-type]


def test_the_same_methods_of_the_engine() -> None:
    ours, theirs = (
        {n for n, member in vars(kind).items() if not n.startswith("_") and callable(member)}
        for kind in (Engine, AsyncEngine)
    )
    assert theirs - ours == {"aclose"}
    assert ours <= theirs
    assert inspect.signature(Engine.open).parameters == inspect.signature(AsyncEngine.open).parameters


def test_the_same_methods() -> None:
    ours = {name: member for name, member in vars(Tenant).items() if not name.startswith("_") and callable(member)}
    theirs = {n: member for n, member in vars(AsyncTenant).items() if not n.startswith("_") and callable(member)}
    assert ours.keys() == theirs.keys()
    for name, member in ours.items():
        blocking, pending = inspect.signature(member), inspect.signature(theirs[name])
        assert blocking.parameters == pending.parameters
        assert pending.return_annotation == f"Pending[{blocking.return_annotation}]"
        assert theirs[name].__doc__ == f"As Tenant.{name}()."
    assert FakeClock()() == 1_700_000_000.0
