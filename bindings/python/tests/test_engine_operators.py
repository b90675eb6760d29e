# SPDX-License-Identifier: Apache-2.0
"""What operators see of an engine: counters, health that leaves the store alone, and records of the logger."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from counterseal import (
    AsyncEngine,
    ConfigError,
    Engine,
    KeyRing,
    KeyRingError,
    OutcomeUnknown,
    Pool,
    StoreCorrupt,
    StoreUnavailable,
)
from counterseal.testing import FakeClock, FakePhone, faults, memory_engine

SESSION = b"session of alice"  # that of `Site`


def test_counters_tell_calls_reasons_commits_and_keys(site: Any) -> None:
    _, phone = site.enrolled()
    before = site.engine.stats()
    assert not site.answer(phone.wrong_code())
    assert site.answer(phone.code())
    after = site.engine.stats()
    assert after["calls"]["verify_challenge"] == {"DENY": 1, "OK": 1}
    assert after["reasons"] == {"NEED_MFA": 2, "WRONG_CODE": 1, "OK": 1}
    assert after["store"]["commits"] - before["store"]["commits"] >= 4
    assert after["store"]["calls"] - before["store"]["calls"] >= 4
    assert (after["store"]["waiting"], after["store"]["busy"]) == (0, 0)
    assert after["open"] == {"direct": 1, "waiting": 0, "running": 0, "done": 0}
    assert after["keys"]["active"] == "test"
    assert after["keys"]["sealed"] >= 1
    site.engine.reload_keys(site.keys)
    assert site.engine.stats()["keys"] == {"active": "test", "sealed": 0}  # of this ring


def test_counters_of_an_event_loop_tell_what_runs() -> None:
    async def body() -> None:
        keys = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
        async with AsyncEngine.open("memory:", keys=keys) as engine:
            assert (await engine.stats())["open"] == {"direct": 0, "waiting": 0, "running": 1, "done": 0}

    asyncio.run(body())


def test_counters_tell_who_waits_for_the_store(elsewhere: Any, file_site: Any, tmp_path: Path) -> None:
    factor, phone = file_site.enrolled()

    async def body() -> dict[str, Any]:
        opening = AsyncEngine.open(file_site.url, keys=file_site.keys, clock=file_site.clock, pool=Pool(patience_s=60))
        async with opening as engine:
            m = engine.tenant(file_site.tenant)
            with elsewhere(tmp_path / "store.db", "BEGIN IMMEDIATE"):
                calls = [
                    asyncio.ensure_future(m.verify_factor("alice", factor, phone.wrong_code(), purpose="x"))
                    for _ in range(3)
                ]
                while (await engine.stats())["store"]["waiting"] < 2:  # one leads, and waits for SQLite itself
                    await asyncio.sleep(0)
                seen = await engine.stats()
            await asyncio.gather(*calls)
            return dict(seen)

    seen = asyncio.run(body())
    assert (seen["store"]["waiting"], seen["store"]["busy"]) == (2, 1)
    assert seen["open"]["running"] == 4


@pytest.fixture
def bytes_of_store(tmp_path: Path) -> Any:
    def read() -> dict[str, bytes]:
        found = {file.name: file.read_bytes() for file in tmp_path.glob("store.db*") if file.suffix != ".db-shm"}
        return {name: data for name, data in found.items() if data}  # an empty log comes and goes

    return read


def test_health_leaves_the_file_alone(file_site: Any, bytes_of_store: Any) -> None:
    other = file_site.another()
    file_site.clock.advance(600)  # any call that writes would move the store's time
    before = bytes_of_store()
    for engine in (file_site.engine, other):
        assert engine.health()
    assert not file_site.m.grant_valid("none", subject="alice", session=SESSION)  # reads, too
    assert bytes_of_store() == before
    file_site.m.enroll_totp("alice")
    assert bytes_of_store() != before


def test_health_answers_while_somebody_else_holds_the_store_for_writing(
    elsewhere: Any, file_site: Any, tmp_path: Path
) -> None:
    impatient = Engine.open(file_site.url, keys=file_site.keys, clock=file_site.clock, pool=Pool(patience_s=0.05))
    with impatient as engine, elsewhere(tmp_path / "store.db", "BEGIN IMMEDIATE") as begun:
        assert begun == "None\n"
        assert engine.health(timeout_s=60)
        with pytest.raises(StoreUnavailable):
            engine.tenant("maple").enroll_totp("alice")


def test_health_answers_while_a_database_takes_no_change(
    postgres_parts: tuple[str, KeyRing, FakeClock], postgres_programs: Path
) -> None:
    url, keys, clock = postgres_parts
    with Engine.open(url, keys=keys, clock=clock, create=True, schema="migrate") as engine:
        engine.tenant("maple").enroll_totp("alice")
    lock = "BEGIN; LOCK TABLE counterseal.installation, counterseal.tenant, counterseal.subject IN EXCLUSIVE MODE;"
    holder = subprocess.Popen(
        [postgres_programs / "psql", "-q", "-d", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdin.write(f"{lock}\n\\echo locked\n")
    holder.stdin.flush()
    try:
        assert holder.stdout.readline() == "locked\n"
        with Engine.open(url, keys=keys, clock=clock, pool=Pool(patience_s=0.2)) as engine:
            assert engine.health()
            with pytest.raises(StoreUnavailable):
                engine.tenant("maple").enroll_totp("bob")
            assert engine.health()
    finally:
        holder.communicate()  # the end of its input ends its transaction


def test_a_child_that_asks_for_health_first_writes_nothing(file_site: Any, bytes_of_store: Any) -> None:
    def in_child(work: Callable[[], object]) -> int:
        child = os.fork()
        if child == 0:
            os._exit(0 if work() else 1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert in_child(lambda: True) == 0  # a fork closes the file, which takes the log in
    before = bytes_of_store()
    assert in_child(file_site.engine.health) == 0  # opened with schema="migrate"
    assert bytes_of_store() == before


class Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    logger, collector = logging.getLogger("counterseal"), Collector()
    logger.addHandler(collector)
    logger.setLevel(logging.INFO)
    yield collector.records
    logger.setLevel(logging.NOTSET)
    logger.removeHandler(collector)


def told(records: list[logging.LogRecord], event: str) -> list[dict[str, Any]]:
    return [vars(one) for one in records if vars(one)["event"] == event]


def test_opening_and_closing_are_told(records: list[logging.LogRecord], tmp_path: Path) -> None:
    keys = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
    engine = Engine.open(f"sqlite:///{tmp_path}/store.db", keys=keys, create=True)
    engine.close()
    engine.close()
    assert [(vars(one)["event"], vars(one)["store"]) for one in records] == [("opened", "sqlite"), ("closed", "sqlite")]
    assert {one.levelname for one in records} == {"INFO"}


def test_decisions_are_told(memory: Any, records: list[logging.LogRecord]) -> None:
    _, phone = memory.enrolled()
    asked = memory.ask()
    refused = memory.answer(phone.wrong_code(), asked)
    allowed = memory.answer(phone.code(), asked)
    assert (refused.reason, allowed.outcome) == ("WRONG_CODE", "allow")
    made = told(records, "decision")
    assert [(one["operation"], one["outcome"], one["reason"]) for one in made] == [
        ("evaluate", "challenge", "NEED_MFA"),
        ("verify_challenge", "deny", "WRONG_CODE"),
        ("verify_challenge", "allow", "OK"),
    ]
    assert {(one["tenant"], one["subject"]) for one in made} == {(memory.tenant, "alice")}
    assert (made[0]["path"], made[0]["action"], made[0]["challenge_id"]) == ("portal", "login", asked.challenge_id)
    assert made[2]["assurance"] == 2
    assert records[-1].getMessage() == "decision: allow (OK)"


def test_a_host_whose_logging_raises_gets_its_decision(
    memory: Any, records: list[logging.LogRecord], capsys: pytest.CaptureFixture[str]
) -> None:
    """A host may name a field of all its records as one of ours is named."""
    _, phone = memory.enrolled()
    asked = memory.ask()
    usual = logging.getLogRecordFactory()

    def with_tenant(*arguments: Any, **named: Any) -> logging.LogRecord:
        record = usual(*arguments, **named)
        record.tenant = "of the host"
        return record

    logging.setLogRecordFactory(with_tenant)
    try:
        assert memory.answer(phone.code(), asked).outcome == "allow"
        with faults(memory.engine).store_down(), pytest.raises(StoreUnavailable):
            memory.ask()
    finally:
        logging.setLogRecordFactory(usual)
    assert "Attempt to overwrite 'tenant'" in capsys.readouterr().err


def test_trouble_is_told_by_its_weight(memory: Any, records: list[logging.LogRecord]) -> None:
    factor, phone = memory.enrolled()
    with faults(memory.engine).store_down():
        assert not memory.engine.health()
        with pytest.raises(StoreUnavailable):
            memory.ask()
    with faults(memory.engine).commit_unknown(), pytest.raises(OutcomeUnknown):
        memory.m.verify_factor("alice", factor, phone.code(), purpose="x")
    memory.clock.advance(-3600)
    with pytest.raises(Exception, match="clock"):
        memory.ask()
    with pytest.raises(ConfigError):
        memory.m.list_factors(limit=0)
    seen = [(one["operation"], one["code"], one["levelname"]) for one in told(records, "trouble")]
    assert seen == [
        ("health", "CSEAL_E_STORE_UNAVAILABLE", "WARNING"),
        ("evaluate", "CSEAL_E_STORE_UNAVAILABLE", "WARNING"),
        ("verify_factor", "CSEAL_E_STORE_UNKNOWN", "ERROR"),
        ("evaluate", "CSEAL_E_TIME", "ERROR"),
    ]


def test_a_store_that_cannot_be_opened_is_told(records: list[logging.LogRecord], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    Engine.open(url, keys=KeyRing.from_keys({"k": bytes(range(1, 33))}, active="k"), create=True).close()
    with pytest.raises(KeyRingError):
        Engine.open(url, keys=KeyRing.from_keys({"k": bytes(range(32))}, active="k"))
    (trouble,) = told(records, "trouble")
    assert (trouble["operation"], trouble["code"], trouble["retryable"]) == ("open", "CSEAL_E_KEYS", False)
    (tmp_path / "store.db").write_bytes(b"no database" * 100)
    with pytest.raises(Exception, match="."):
        Engine.open(url, keys=KeyRing.from_keys({"k": bytes(range(1, 33))}, active="k"))
    assert len(told(records, "trouble")) == 2


def test_checkpoints_and_keys_are_told(records: list[logging.LogRecord], tmp_path: Path) -> None:
    ring = tmp_path / "ring"
    with Engine.open(f"sqlite:///{tmp_path}/store.db", keys=ring, create=True) as engine:
        m = engine.tenant("maple")
        m.enroll_totp("alice")
        made = m.log.checkpoint()
        assert made is not None
        assert len(engine.checkpoints()) == 1
        m.log.checkpoints_kept(made.size)
        assert engine.checkpoints().items == ()
        engine.reload_keys()
        with pytest.raises(KeyRingError):
            engine.reload_keys(KeyRing.from_keys({"k": bytes(range(32))}, active="k"))
    seen = [vars(one) for one in records]
    assert [one["event"] for one in seen] == [
        "opened",
        "checkpoint_made",
        "checkpoints_waiting",
        "checkpoints_kept",
        "keys_reloaded",
        "trouble",
        "closed",
    ]
    assert (seen[1]["tenant"], seen[1]["size"]) == ("maple", 1)
    assert (seen[2]["n_waiting"], seen[2]["has_more"]) == (1, False)
    assert (seen[3]["n_released"], seen[5]["operation"]) == (1, "reload_keys")


def test_event_loops_tell_the_same(records: list[logging.LogRecord]) -> None:
    async def body() -> None:
        keys = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
        async with AsyncEngine.open("memory:", keys=keys) as engine:
            await engine.tenant("maple").evaluate("alice", session=bytes(16), path="web")
            await engine.reload_keys(keys)

    asyncio.run(body())
    assert [vars(one)["event"] for one in records] == ["opened", "decision", "keys_reloaded", "closed"]
    assert vars(records[1])["reason"] == "NO_POLICY"


def test_no_secret_is_told(memory: Any, records: list[logging.LogRecord]) -> None:
    enrollment = memory.m.enroll_totp("alice")
    phone = FakePhone(enrollment.uri, memory.clock)
    secrets = [enrollment.reveal_base32(), phone.code()]
    assert memory.m.confirm("alice", enrollment.factor_id, phone.code())
    memory.clock.advance(30)
    secrets.append(phone.code())
    allowed = memory.answer(phone.code())
    assert allowed.grant is not None
    secrets += [allowed.grant, SESSION.decode()]
    secrets += memory.m.recovery_codes("alice", grant=allowed.grant, session=SESSION)
    with faults(memory.engine).commit_lost(), pytest.raises(OutcomeUnknown):
        memory.m.verify_factor("alice", enrollment.factor_id, phone.wrong_code(), purpose="x")
    shown = "".join(repr(vars(one)) + one.getMessage() for one in records)
    assert "verify_challenge" in shown
    for secret in secrets:
        assert secret not in shown


def test_a_host_that_configured_nothing_sees_nothing() -> None:
    script = """
from counterseal import StoreUnavailable
from counterseal.testing import faults, memory_engine
engine = memory_engine()
with faults(engine).store_down():
    try:
        engine.tenant("maple").enroll_totp("alice")
    except StoreUnavailable:
        print("down")
engine.close()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("down\n", "")


def test_where_nobody_listens_no_record_is_made(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("counterseal")
    monkeypatch.setattr(logger, "makeRecord", None)  # calling it would raise
    monkeypatch.setattr(logger, "level", logging.WARNING)
    logger.manager._clear_cache()  # type: ignore[attr-defined]
    memory.enrolled()
    assert memory.ask().outcome == "challenge"
    logger.manager._clear_cache()  # type: ignore[attr-defined]


def test_the_engine_of_a_corrupt_row_is_told_as_an_error(
    elsewhere: Any, file_site: Any, records: list[logging.LogRecord], tmp_path: Path
) -> None:
    file_site.enrolled()
    with elsewhere(tmp_path / "store.db", "UPDATE subject SET epoch = epoch + 1"):
        pass
    with pytest.raises(StoreCorrupt):
        file_site.ask()
    (trouble,) = told(records, "trouble")
    assert (trouble["code"], trouble["levelname"]) == ("CSEAL_E_STORE_CORRUPT", "ERROR")


def test_a_memory_engine_is_no_store_of_a_file(records: list[logging.LogRecord]) -> None:
    memory_engine().close()
    assert [vars(one)["store"] for one in records] == ["memory", "memory"]
