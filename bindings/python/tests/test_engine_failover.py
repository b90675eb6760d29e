# SPDX-License-Identifier: Apache-2.0
"""The recipe of docs/operations.md for a failover: a synchronous standby takes over, and no code counts twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from counterseal import Engine, KeyRing, OutcomeUnknown, Pool, StoreUnavailable
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

    def sql(self, text: str) -> None:
        self.run("psql", "-q", "-d", f"postgresql://tester@127.0.0.1:{self.ports[0]}/postgres", "-c", text)

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
            made.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
            made.sql("SELECT pg_reload_conf()")
            yield made
        finally:
            for name in ("primary", "standby"):
                with suppress(SystemExit):
                    made.stop(name)


def test_a_standby_takes_over_and_no_code_counts_twice(pair: Pair) -> None:
    keys, clock = KeyRing.from_keys({"k": bytes(range(32))}, active="k"), FakeClock()
    pool = Pool(sessions=2, patience_s=PATIENCE_S)
    with Engine.open(pair.url, keys=keys, create=True, clock=clock, pool=pool) as engine:
        maple = engine.tenant("maple")
        made = maple.enroll_totp("alice")
        phone = FakePhone(made.uri, clock)
        assert maple.confirm("alice", made.factor_id, phone.code())
        clock.advance(30)
        used = phone.code()
        assert maple.verify_factor("alice", made.factor_id, used, purpose="door")
        kept = maple.log.checkpoint()
        assert kept is not None

        pair.stop("primary")
        with pytest.raises((StoreUnavailable, OutcomeUnknown)):
            maple.verify_factor("alice", made.factor_id, used, purpose="door")
        pair.promote()

        until = time.monotonic() + PATIENCE_S
        while not engine.health():
            assert time.monotonic() < until
        while True:  # a session of the old primary may be left
            with suppress(StoreUnavailable, OutcomeUnknown):
                again = maple.verify_factor("alice", made.factor_id, used, purpose="door")
                break
            assert time.monotonic() < until
        assert again.status == "replayed"
        clock.advance(30)
        assert maple.verify_factor("alice", made.factor_id, phone.code(), purpose="door")
        assert maple.log.verify_state([kept.note])
    with Engine.open(pair.url, keys=keys, clock=clock, expected_checkpoints=[kept.note]) as engine:
        assert engine.health()
