# SPDX-License-Identifier: Apache-2.0
"""Trouble raises: what is raised when, and that nobody is let in."""

import copy
import os
import pickle
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import counterseal
import pytest
from counterseal import (
    ConfigError,
    CountersealError,
    Engine,
    EngineClosed,
    KeyRing,
    KeyRingError,
    OutcomeUnknown,
    Pool,
    SchemaMismatch,
    StepUpRequired,
    StoreCorrupt,
    StoreUnavailable,
)
from counterseal.testing import faults, memory_engine

KEYS = {"2025a": bytes(range(32)), "2026a": bytes(range(1, 33))}


def test_every_error_is_one_of_ours() -> None:
    for kind in (EngineClosed, KeyRingError, OutcomeUnknown, SchemaMismatch, StepUpRequired, StoreCorrupt):
        made = pickle.loads(pickle.dumps(kind("text", "CSEAL_E_KEYS")))
        assert (type(made), str(made), made.code, made.retryable) == (kind, "text", "CSEAL_E_KEYS", False)
        assert isinstance(made, CountersealError)
        assert not isinstance(made, ValueError)
    assert StoreUnavailable("text", "CSEAL_E_STORE_UNAVAILABLE").retryable


def test_a_store_that_is_down(memory: Any) -> None:
    factor_id, phone = memory.enrolled()
    with faults(memory.engine).store_down():
        for call in (
            memory.ask,
            memory.m.list_factors,
            lambda: memory.m.verify_factor("alice", factor_id, "1", purpose="t"),
        ):
            with pytest.raises(StoreUnavailable) as caught:
                call()
            assert (caught.value.code, caught.value.retryable) == ("CSEAL_E_STORE_UNAVAILABLE", True)
        health = memory.engine.health()
        assert (bool(health), health.store, health.schema) == (False, "down", None)
    health = memory.engine.health()
    assert (bool(health), health.store, health.schema) == (True, "up", 1)
    assert memory.answer(phone.code())


def test_a_commit_of_which_nothing_was_heard(memory: Any) -> None:
    factor_id, phone = memory.enrolled()
    with faults(memory.engine).commit_unknown(), pytest.raises(OutcomeUnknown) as caught:
        memory.m.verify_factor("alice", factor_id, phone.code(), purpose="t")
    assert (caught.value.code, caught.value.retryable) == ("CSEAL_E_STORE_UNKNOWN", False)
    assert memory.m.verify_factor("alice", factor_id, phone.code(), purpose="t").status == "replayed"
    memory.clock.advance(30)
    with faults(memory.engine).commit_lost(), pytest.raises(OutcomeUnknown):
        memory.m.verify_factor("alice", factor_id, phone.code(), purpose="t")
    assert memory.m.verify_factor("alice", factor_id, phone.code(), purpose="t")


def test_only_a_store_of_memory_fails_on_purpose(file_site: Any) -> None:
    with pytest.raises(ConfigError, match="memory:"), faults(file_site.engine).store_down():
        pass


# In another process: what closes a file in this one takes the engine's locks away, and its log.
ALTER = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit()"


def test_a_row_that_was_altered(file_site: Any) -> None:
    factor_id, phone = file_site.enrolled()
    file = file_site.url.removeprefix("sqlite:///")
    subprocess.run([sys.executable, "-c", ALTER, file, "UPDATE factor SET label = 'mine'"], check=True)
    for call in (file_site.ask, lambda: file_site.m.verify_factor("alice", factor_id, phone.code(), purpose="t")):
        with pytest.raises(StoreCorrupt) as caught:
            call()
        assert caught.value.code == "CSEAL_E_STORE_CORRUPT"


def test_an_engine_that_was_closed() -> None:
    with memory_engine() as engine:
        m = engine.tenant("maple")
        assert engine.health()
    engine.close()
    for call in (engine.stats, engine.health, m.list_factors, lambda: m.evaluate("a", session=bytes(16), path="p")):
        with pytest.raises(EngineClosed) as caught:
            call()
        assert (caught.value.code, caught.value.retryable) == ("CSEAL_E_CLOSED", False)


def test_the_wrong_keys(file_site: Any) -> None:
    with pytest.raises(KeyRingError) as caught:
        Engine.open(file_site.url, keys=KeyRing.from_keys(KEYS, active="2025a"))
    assert caught.value.code == "CSEAL_E_KEYS"


def test_somebody_elses_tables(tmp_path: Path) -> None:
    ring = KeyRing.from_keys(KEYS, active="2025a")
    with sqlite3.connect(tmp_path / "other.db") as db:
        db.execute("CREATE TABLE invoices (id INTEGER)")
    db.close()
    with pytest.raises(SchemaMismatch) as caught:
        Engine.open(f"sqlite:///{tmp_path}/other.db", keys=ring, create=True, schema="migrate")
    assert caught.value.code == "CSEAL_E_SCHEMA"
    with pytest.raises(StoreUnavailable):
        Engine.open(f"sqlite:///{tmp_path}/missing.db", keys=ring)
    with pytest.raises(StoreUnavailable) as hidden:
        Engine.open("postgresql://user:hunter2@127.0.0.1:1/x", keys=ring, pool=Pool(patience_s=0.05))
    assert "hunter2" not in str(hidden.value)


def test_a_store_that_is_not_there_is_named(tmp_path: Path) -> None:
    keys = KeyRing.from_keys({"a": bytes(range(32))}, active="a")
    missing = tmp_path / "no.db"
    with pytest.raises(StoreUnavailable) as told:
        Engine.open(f"sqlite:///{missing}", keys=keys)
    assert f"{missing}: it does not exist; open with create" in str(told.value)
    assert not missing.exists()
    Engine.open(f"sqlite:///{missing}", keys=keys, create=True).close()


def test_create_makes_the_ring_too(tmp_path: Path) -> None:
    url, ring = f"sqlite:///{tmp_path}/store.db", tmp_path / "ring"
    with pytest.raises(KeyRingError):
        Engine.open(url, keys=ring)
    assert not ring.exists()
    with Engine.open(url, keys=ring, create=True) as engine:
        engine.tenant("maple").enroll_totp("alice")
    assert stat.S_IMODE(ring.stat().st_mode) == 0o600
    before = ring.read_bytes()
    with Engine.open(url, keys=str(ring), create=True) as engine:
        assert len(engine.tenant("maple").list_factors("alice")) == 1
    assert ring.read_bytes() == before
    ring.chmod(0o666)
    with pytest.raises(KeyRingError):
        Engine.open(url, keys=ring)


def test_key_rings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyRing.from_keys(KEYS, active="2026a")
    text = ring.reveal_text()
    assert text.splitlines()[:2] == ["counterseal keys 1", "active 2026a"]
    assert len(text.splitlines()) == 4
    assert KeyRing.from_text(text).reveal_text() == text
    monkeypatch.setenv("MAPLE_KEYS", text)
    assert KeyRing.from_env("MAPLE_KEYS").reveal_text() == text
    (tmp_path / "ring").write_text(text)
    (tmp_path / "ring").chmod(0o600)
    assert KeyRing.from_file(tmp_path / "ring").reveal_text() == text
    with pytest.raises(KeyRingError, match="MAPLE_KEY'"):
        KeyRing.from_env("MAPLE_KEY")
    for broken in ("", "x", text.replace("2026a", "2027a", 1), text[:-9], "é" + text):
        with pytest.raises(KeyRingError):
            KeyRing.from_text(broken)
    for keys in ({"a": b"short"}, {"bad id": bytes(32)}, {"": bytes(32)}):
        with pytest.raises(KeyRingError):
            KeyRing.from_keys(keys, active=next(iter(keys)))
    with pytest.raises(ConfigError, match="^active"):
        KeyRing.from_keys(KEYS, active="2027a")
    for wrong in (["a"], {"a": "x" * 32}, {7: bytes(32)}):
        with pytest.raises((TypeError, ValueError)):
            KeyRing.from_keys(wrong, active="a")  # type: ignore[arg-type]
    for make in (KeyRing.from_text, KeyRing.from_env, KeyRing.from_file):
        for value in (None, 7, ["ring"]):
            with pytest.raises(TypeError):
                make(value)  # type: ignore[operator]
    with pytest.raises(TypeError, match="cannot create"):
        KeyRing()  # type: ignore[misc]
    assert repr(ring) == "<counterseal.KeyRing>"
    for copying in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="holds a secret"):
            copying(ring)


FORK = """
import os, sys
from counterseal import CountersealError, Engine, KeyRing
from counterseal.testing import FakeClock, FakePhone

clock, keys = FakeClock(), KeyRing.from_keys({"a": bytes(range(32))}, active="a")
engine = Engine.open("sqlite:///" + sys.argv[1], keys=keys, create=True, clock=clock, on_fork=sys.argv[2])
m = engine.tenant("maple")
enrollment = m.enroll_totp("alice")
phone = FakePhone(enrollment.uri, clock)
assert m.confirm("alice", enrollment.factor_id, phone.code())
clock.advance(30)

def attempt():
    try:
        return m.verify_factor("alice", enrollment.factor_id, phone.code(), purpose="test").status
    except CountersealError as error:
        return error.code

read, write = os.pipe()
child = os.fork()
if child == 0:
    os.write(write, attempt().encode())
    engine.close()
    os._exit(0)
os.waitpid(child, 0)
print(os.read(read, 100).decode(), attempt())
engine.close()
"""


# What is in memory is nowhere else.
FORK_OF_MEMORY = FORK.replace('"sqlite:///" + sys.argv[1]', '"memory:"')

FORK_OF_LOOPS = """
import asyncio, os, signal, sys, threading
from counterseal import AsyncEngine, CountersealError, KeyRing

keys = KeyRing.from_keys({"a": bytes(range(32))}, active="a")

async def opened():
    return await AsyncEngine.open("sqlite:///" + sys.argv[1], keys=keys, create=True, on_fork=sys.argv[2])

engine = asyncio.run(opened())
m = engine.tenant("maple")

async def attempt(subject):
    try:
        await m.enroll_totp(subject)
        return str(len(await m.list_factors()))
    except CountersealError as error:
        return error.code

async def fork_with_a_call_on_its_way():
    call = asyncio.create_task(m.list_factors())
    await asyncio.sleep(0)
    child = os.fork()
    if child == 0:  # a loop runs here: another thread has none
        signal.alarm(60)
        own = threading.Thread(target=lambda: asyncio.run(engine.aclose()))
        own.start()
        own.join()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    await call

asyncio.run(fork_with_a_call_on_its_way())
first = asyncio.run(attempt("alice"))
read, write = os.pipe()
child = os.fork()
if child == 0:
    os.write(write, asyncio.run(attempt("bob")).encode())
    os._exit(0)
os.waitpid(child, 0)
print(first, os.read(read, 100).decode(), asyncio.run(attempt("carol")))
asyncio.run(engine.aclose())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("script", "rule", "told"),
    [
        (FORK, "reopen", "accepted replayed"),
        (FORK, "refuse", "CSEAL_E_FORKED accepted"),
        (FORK_OF_MEMORY, "reopen", "CSEAL_E_SCHEMA accepted"),
        (FORK_OF_MEMORY, "refuse", "CSEAL_E_FORKED accepted"),
        (FORK_OF_LOOPS, "reopen", "1 2 3"),
        (FORK_OF_LOOPS, "refuse", "1 CSEAL_E_FORKED 2"),
    ],
    ids=["reopen", "refuse", "memory-reopen", "memory-refuse", "loop-reopen", "loop-refuse"],
)
def test_fork(tmp_path: Path, script: str, rule: str, told: str) -> None:
    path = str(Path(counterseal.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "store.db"), rule],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (told, "")
