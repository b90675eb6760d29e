# SPDX-License-Identifier: Apache-2.0
"""A standby of PostgreSQL takes over, is lost, or lags behind (docs/operations.md): no code counts twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from counterseal import Engine, KeyRing, OutcomeUnknown, Pool, StoreRolledBack, StoreUnavailable
from counterseal.testing import FakeClock, FakePhone

PATIENCE_S = 60


@dataclass
class Pair:
    """A primary, and a standby that has to confirm each commit."""

    module: Any
    programs: Path
    folder: str
    ports: tuple[int, int]

    def run(self, program: str, *arguments: str) -> None:
        self.module.quietly([str(self.programs / program), *arguments])

    def start(self, name: str, port: int) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {self.folder}"
        data, log = f"{self.folder}/{name}", f"{self.folder}/{name}.log"
        self.run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")

    def sql(self, *texts: str) -> None:
        commands = [word for text in texts for word in ("-c", text)]
        self.run("psql", "-q", "-d", f"postgresql://tester@127.0.0.1:{self.ports[0]}/postgres", *commands)

    def stop(self, name: str) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/{name}", "-w", "-m", "immediate", "stop")

    def promote(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/standby", "-w", "promote")

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"postgresql://tester@{hosts}/postgres?target_session_attrs=read-write"


@pytest.fixture
def pair(postgres_module: Any, postgres_programs: Path) -> Iterator[Pair]:
    with TemporaryDirectory(prefix="counterseal-failover-", dir=postgres_module.memory()) as folder:
        postgres_module.give_to_owner(folder)
        made = Pair(
            postgres_module, postgres_programs, folder, (postgres_module.free_port(), postgres_module.free_port())
        )
        made.run("initdb", "-D", f"{folder}/primary", "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-locale")
        made.start("primary", made.ports[0])
        try:
            source = ("-h", "127.0.0.1", "-p", str(made.ports[0]), "-U", "tester")
            made.run("pg_basebackup", *source, "-D", f"{folder}/standby", "-R", "-c", "fast")
            made.start("standby", made.ports[1])
            made.sql("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
            yield made
        finally:
            for name in ("primary", "standby"):
                with suppress(SystemExit):
                    made.stop(name)


KEYS = KeyRing.from_keys({"k": bytes(range(32))}, active="k")


class Nurse:
    """Somebody with a phone, at an engine with one session."""

    def __init__(self, pair: Pair) -> None:
        self.clock = FakeClock()
        self.pair = pair
        self.engine = self.open(PATIENCE_S)
        made = self.engine.tenant("maple").enroll_totp("alice")
        self.factor, self.phone = made.factor_id, FakePhone(made.uri, self.clock)
        assert self.engine.tenant("maple").confirm("alice", self.factor, self.phone.code())

    def open(self, patience_s: float, kept: tuple[str, ...] = ()) -> Engine:
        pool = Pool(sessions=1, patience_s=patience_s)
        return Engine.open(
            self.pair.url, keys=KEYS, create=True, clock=self.clock, pool=pool, expected_checkpoints=kept
        )

    def next_code(self) -> str:
        self.clock.advance(30)
        return self.phone.code()

    def verify(self, code: str) -> str:
        return self.engine.tenant("maple").verify_factor("alice", self.factor, code, purpose="door").status

    def verify_patiently(self, code: str) -> str:
        """A session of the server that is gone may be left."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with suppress(StoreUnavailable, OutcomeUnknown):
                return self.verify(code)
        return "nobody answers"


@pytest.fixture
def nurse(pair: Pair) -> Iterator[Nurse]:
    made = Nurse(pair)
    yield made
    made.engine.close()


def test_a_standby_takes_over_and_no_code_counts_twice(pair: Pair, nurse: Nurse) -> None:
    log = nurse.engine.tenant("maple").log
    used = nurse.next_code()
    assert nurse.verify(used) == "accepted"
    kept = log.checkpoint()
    assert kept is not None
    pair.stop("primary")
    with pytest.raises((StoreUnavailable, OutcomeUnknown)):
        nurse.verify(used)
    pair.promote()
    assert nurse.verify_patiently(used) == "replayed"
    assert nurse.engine.health()
    assert nurse.verify(nurse.next_code()) == "accepted"
    assert log.verify_state([kept.note])
    with nurse.open(PATIENCE_S, (kept.note,)) as engine:
        assert engine.health()


def test_without_its_standby_a_primary_confirms_nothing(pair: Pair, nurse: Nurse) -> None:
    nurse.engine.close()
    nurse.engine = nurse.open(2)
    pair.stop("standby")
    used = nurse.next_code()
    with pytest.raises(OutcomeUnknown):
        nurse.verify(used)
    pair.start("standby", pair.ports[1])
    assert nurse.verify_patiently(used) == "replayed"
    assert nurse.verify_patiently(nurse.next_code()) == "accepted"


# Whatever the role of the engine wants to hear of.
@pytest.mark.parametrize("told", ["warning", "error"])
def test_a_commit_that_somebody_stops_waiting_for_is_not_done(pair: Pair, nurse: Nurse, told: str) -> None:
    """The server says COMMIT then, and warns that no standby may have it."""
    pair.sql(f"ALTER ROLE tester SET client_min_messages = {told}")
    nurse.engine.close()
    nurse.engine = nurse.open(PATIENCE_S)
    pair.stop("standby")
    code = nurse.next_code()
    with ThreadPoolExecutor(1) as beside:
        verified = beside.submit(nurse.verify, code)
        while not verified.done():
            pair.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        with pytest.raises(OutcomeUnknown, match="a standby may lack it"):
            verified.result()
    pair.stop("primary")
    pair.start("standby", pair.ports[1])
    pair.promote()
    # Nobody was let in by it: the standby does not know of it.
    assert nurse.verify_patiently(code) == "accepted"
    assert nurse.verify_patiently(code) == "replayed"


def test_a_standby_decides_nothing_before_it_was_promoted(pair: Pair, nurse: Nurse) -> None:
    alone = f"postgresql://tester@127.0.0.1:{pair.ports[1]}/postgres"
    with pytest.raises(StoreUnavailable, match="the server is a standby"):
        Engine.open(alone, keys=KEYS, clock=nurse.clock, pool=Pool(patience_s=PATIENCE_S))
    pair.stop("primary")
    pair.promote()
    with Engine.open(alone, keys=KEYS, clock=nurse.clock, pool=Pool(patience_s=PATIENCE_S)) as engine:
        assert engine.health()


def test_a_standby_that_lagged_behind_is_noticed(pair: Pair, nurse: Nurse) -> None:
    pair.sql("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
    pair.stop("standby")
    assert nurse.verify_patiently(nurse.next_code()) == "accepted"
    kept = nurse.engine.tenant("maple").log.checkpoint()
    assert kept is not None
    pair.stop("primary")
    pair.start("standby", pair.ports[1])
    pair.promote()
    with pytest.raises(StoreRolledBack):
        nurse.open(PATIENCE_S, (kept.note,))
