# SPDX-License-Identifier: Apache-2.0
"""What docs/operations.md says to type to back up and restore PostgreSQL does what it says, on private servers."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from counterseal import HOTP, Checkpoint, Engine, KeyRing, Pool, StoreRolledBack, StoreUnavailable
from counterseal.testing import FakeClock, FakePhone

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/operations.md").read_text()
PATIENCE_S = 60
KEYS = KeyRing.from_keys({"k": bytes(range(32))}, active="k")
TOKEN = HOTP.from_raw(b"a secret of 20 bytes")
BY = {"actor": "office", "reason": "restored the backup of Monday"}


def commands(heading: str) -> list[str]:
    section = re.split(r"^##", PAGE.split(f"\n### {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


# A block more, and its test is missing.
DUMP, ARCHIVE, BASE = commands("Back up PostgreSQL")
RESTORE_DUMP, RESTORE_BASE, LAST_SEGMENTS, UNTIL, START = commands("Restore PostgreSQL")


def test_no_command_of_the_page_is_left_out() -> None:
    assert PAGE.count("\n```sh\n") == 8


@pytest.fixture(scope="module")
def postgres() -> Any:
    spec = importlib.util.spec_from_file_location("postgres_server", ROOT / "tests/store/postgres_server.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        module.programs()
    except SystemExit as missing:
        pytest.skip(str(missing))
    return module


@dataclass
class Server:
    """One that listens where its own settings say, so that it may be started without any."""

    postgres: Any
    folder: Path
    port: int

    def make(self) -> None:
        programs = self.postgres.programs()
        for folder in (self.folder, self.folder / "backups"):
            folder.mkdir(exist_ok=True)
            self.postgres.give_to_owner(folder)
        data = self.folder / "data"
        how = ["-U", "tester", "--auth=trust", "-E", "UTF8", "--no-locale"]
        self.postgres.quietly([str(programs / "initdb"), "-D", str(data), *how])
        settings = f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{self.folder}'\n"
        with (data / "postgresql.conf").open("a") as file:
            file.write(settings)
        self.run('pg_ctl start --pgdata="$PGDATA" --log="$PGDATA.log"')

    def run(self, script: str, **more: str) -> str:
        """As somebody types it who may administer the server."""
        place = {"PGDATA": f"{self.folder}/data", "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "tester"}
        path = f"{self.postgres.programs()}:{os.environ['PATH']}"
        environment = os.environ | place | {"BACKUPS": f"{self.folder}/backups", "PATH": path} | more
        # A recipe that lacks something may wait for ever.
        command = self.postgres.as_owner(["timeout", str(2 * PATIENCE_S), "bash", "-euo", "pipefail", "-c", script])
        # No pipe: a server that is started keeps it open.
        with (self.folder / "printed").open("w+") as printed:
            done = subprocess.run(command, env=environment, cwd="/", stdout=printed, stderr=printed, check=False)
            printed.seek(0)
            text = printed.read()
        assert done.returncode == 0, f"{script}\n{text}"
        return text

    def sql(self, text: str) -> str:
        return self.run(f'psql --dbname=postgres --no-align --tuples-only --command="{text}"').strip()

    def stop(self, mode: str) -> None:
        self.run(f'pg_ctl stop --pgdata="$PGDATA" --mode={mode}')


@pytest.fixture
def servers(postgres: Any) -> Iterator[list[Server]]:
    """Two, of which the second is as it comes from initdb, and takes what the first one saved."""
    with ExitStack() as at_end:
        folder = at_end.enter_context(TemporaryDirectory(prefix="counterseal-recipes-", dir=postgres.memory()))
        postgres.give_to_owner(folder)
        made = [Server(postgres, Path(folder) / name, postgres.free_port()) for name in ("first", "second")]
        for one in made:
            at_end.callback(stop_at_last, one)
        yield made


def stop_at_last(server: Server) -> None:
    with suppress(AssertionError, FileNotFoundError):
        server.stop("immediate")


class Clinic:
    """A person with a phone and one with a token, whose codes are used before and after a backup is made."""

    def __init__(self, server: Server) -> None:
        server.make()
        server.sql("CREATE ROLE mfa LOGIN")
        server.sql("CREATE DATABASE mfa OWNER mfa")
        self.server = server
        self.clock = FakeClock()
        with self.open() as engine:
            maple = engine.tenant("maple")
            made = maple.enroll_totp("alice")
            self.phone, self.factor = FakePhone(made.uri, self.clock), made.factor_id
            assert maple.confirm("alice", made.factor_id, self.phone.code())
            self.token = maple.import_factor("bob", TOKEN, next_counter=0, provenance="box 7").factor_id or ""
            self.of_the_backup = kept(engine)

    def open(self, *checkpoints: Checkpoint, server: Server | None = None) -> Engine:
        return Engine.open(
            f"postgresql://mfa@127.0.0.1:{(server or self.server).port}/mfa",
            keys=KEYS,
            create=True,
            clock=self.clock,
            pool=Pool(sessions=1, patience_s=PATIENCE_S),
            expected_checkpoints=[one.note for one in checkpoints],
        )

    def go_on(self) -> None:
        """Codes are used, and the host keeps what shows it."""
        with self.open() as engine:
            self.clock.advance(30)
            self.used = self.phone.code()
            assert self.code_of_alice(engine, self.used) == "accepted"
            assert self.code_of_bob(engine) == "accepted"
            self.newest = kept(engine)
            self.exported = engine.tenant("maple").log.export().data

    def code_of_alice(self, engine: Engine, code: str) -> str:
        return engine.tenant("maple").verify_factor("alice", self.factor, code, purpose="door").status

    def code_of_bob(self, engine: Engine) -> str:
        return engine.tenant("maple").verify_factor("bob", self.token, TOKEN.at(0), purpose="door").status

    def check_that_nothing_was_forgotten(self) -> None:
        with self.open(self.of_the_backup, self.newest) as engine:
            assert engine.tenant("maple").log.verify_state([self.newest.note])
            assert self.code_of_alice(engine, self.used) == "replayed"
            assert self.code_of_bob(engine) == "wrong"  # its counter is behind

    def check_that_the_rest_of_the_recipe_helps(self, server: Server | None = None) -> None:
        """The store forgot two codes: steps 2 to 6."""
        with pytest.raises(StoreRolledBack):
            self.open(self.newest, server=server)
        self.clock.advance(120)
        with self.open(self.of_the_backup, server=server) as engine:
            maple = engine.tenant("maple")
            assert maple.log.verify_state([self.of_the_backup.note])
            lost = [json.loads(line) for line in self.exported.splitlines()][self.of_the_backup.size :]
            assert {line["person"]["subject"] for line in lost} == {"alice", "bob"}
            assert maple.revoke("bob", self.token, **BY)
            assert self.code_of_bob(engine) == "revoked"
            assert self.code_of_alice(engine, self.used) == "wrong"
            assert self.code_of_alice(engine, self.phone.code()) == "accepted"
            of_the_branch = kept(engine)
        with self.open(self.of_the_backup, of_the_branch, server=server) as engine:
            assert engine.health()
        with pytest.raises(StoreRolledBack):
            self.open(self.newest, server=server)


def kept(engine: Engine) -> Checkpoint:
    made = engine.tenant("maple").log.checkpoint()
    assert made is not None
    return made


def archive_all(server: Server) -> None:
    """As a minute does."""
    wanted = server.sql("SELECT pg_walfile_name(pg_switch_wal())")
    until = time.monotonic() + PATIENCE_S
    while server.sql("SELECT last_archived_wal FROM pg_stat_archiver") < wanted:
        assert time.monotonic() < until, server.sql("SELECT * FROM pg_stat_archiver")


@pytest.fixture
def clinic(servers: list[Server]) -> Clinic:
    return Clinic(servers[0])


@pytest.fixture
def archived(clinic: Clinic) -> Clinic:
    clinic.server.run(ARCHIVE)
    assert clinic.server.sql("SHOW archive_timeout") == "1min"
    clinic.server.run(BASE)
    return clinic


def test_a_dump_is_restored_into_another_server(clinic: Clinic, servers: list[Server]) -> None:
    clinic.server.run(DUMP)
    clinic.go_on()
    clinic.server.stop("fast")
    another = servers[1]
    another.make()
    another.run(RESTORE_DUMP, BACKUPS=f"{clinic.server.folder}/backups")
    clinic.check_that_the_rest_of_the_recipe_helps(another)


def test_a_dump_is_restored_beside_what_it_replaces(clinic: Clinic) -> None:
    clinic.server.run(DUMP)
    clinic.go_on()
    rename = re.findall(r"`(ALTER DATABASE mfa RENAME [^`]+)`", PAGE)
    assert len(rename) == 1
    clinic.server.sql(rename[0])
    clinic.server.run(RESTORE_DUMP)
    clinic.check_that_the_rest_of_the_recipe_helps()


def test_a_server_that_died_loses_nothing_where_its_disk_is_left(archived: Clinic) -> None:
    archived.go_on()
    archived.server.stop("immediate")
    for block in (RESTORE_BASE, LAST_SEGMENTS, START):
        archived.server.run(block)
    archived.check_that_nothing_was_forgotten()


def test_an_archive_that_has_everything_loses_nothing(archived: Clinic) -> None:
    archived.go_on()
    archive_all(archived.server)
    archived.server.stop("immediate")
    for block in (RESTORE_BASE, START):
        archived.server.run(block)
    archived.check_that_nothing_was_forgotten()
    archive_all(archived.server)  # and goes on


def test_what_was_not_archived_is_missed(archived: Clinic) -> None:
    archive_all(archived.server)
    archived.go_on()
    archived.server.stop("immediate")
    for block in (RESTORE_BASE, START):
        archived.server.run(block)
    archived.check_that_the_rest_of_the_recipe_helps()


def test_a_moment_of_the_past(archived: Clinic) -> None:
    moment = archived.server.sql("SELECT clock_timestamp()")
    archived.go_on()
    archive_all(archived.server)
    archived.server.stop("fast")
    for block in (RESTORE_BASE, UNTIL):
        archived.server.run(block, UNTIL=moment)
    archived.server.run(START)
    archived.check_that_the_rest_of_the_recipe_helps()


def test_before_all_is_read_it_is_a_standby(archived: Clinic) -> None:
    moment = archived.server.sql("SELECT clock_timestamp()")
    archived.go_on()
    archived.server.stop("fast")
    for block in (RESTORE_BASE, UNTIL.replace("promote", "pause")):
        archived.server.run(block, UNTIL=moment)
    archived.server.run(START.splitlines()[0])
    with pytest.raises(StoreUnavailable, match="the server is a standby"):
        archived.open()
