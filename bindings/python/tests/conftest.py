# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from counterseal import Decision, Engine
    from counterseal.testing import FakeClock, FakePhone

SERVER = Path(__file__).parents[3] / "tests/store/postgres_server.py"
POLICY = {
    "rules": [
        {"name": "staff", "groups": ["staff"], "paths": "*", "factors": ["totp", "hotp", "recovery"]},
        {"name": "patients", "groups": ["patients"], "paths": ["portal"], "mfa": "optional"},
        {"name": "new", "groups": ["new"], "paths": "*", "grace_days": 7},
    ],
    "paths": {"portal": {"challenge": True}, "caldav": {"challenge": False}},
}
SESSION = b"session of alice"  # 16 bytes
_numbers = count(1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`-m packaging` needs no build folder: files that import the module of one are left alone."""
    if config.getoption("markexpr") == "packaging" and collection_path.suffix == ".py":
        return collection_path.name not in {"conftest.py", "test_wheel.py"}
    return None


class Site:
    """A tenant with a policy, on a store that any number of engines may open."""

    def __init__(self, url: str, keys: Any, clock: FakeClock) -> None:
        self.url = url
        self.keys = keys
        self.clock = clock
        self.tenant = f"clinic {next(_numbers)}"
        self.engines: list[Engine] = []
        self.engine = self.another()
        self.m = self.engine.tenant(self.tenant)
        self.m.set_policy(POLICY, actor="founder", reason="opening")

    def another(self) -> Engine:
        """As another node has it."""
        from counterseal import Engine, Pool

        patient = Pool(patience_s=600)  # a machine that is busy fails no test
        opened = Engine.open(self.url, keys=self.keys, create=True, schema="migrate", clock=self.clock, pool=patient)
        self.engines.append(opened)
        return opened

    def enrolled(self, subject: str = "alice") -> tuple[str, FakePhone]:
        """A factor whose first code was used a step ago."""
        from counterseal.testing import FakePhone

        enrollment = self.m.enroll_totp(subject, label="phone")
        phone = FakePhone(enrollment.uri, self.clock)
        assert self.m.confirm(subject, enrollment.factor_id, phone.code())
        self.clock.advance(30)
        return enrollment.factor_id, phone

    def ask(self, subject: str = "alice", **more: Any) -> Decision:
        told: dict[str, Any] = {"session": SESSION, "groups": ["staff"], "path": "portal"}
        return self.m.evaluate(subject, **(told | more))

    def answer(self, response: object, asked: Decision | None = None, subject: str = "alice") -> Decision:
        asked = self.ask(subject) if asked is None else asked
        assert (asked.outcome, bool(asked), asked.grant) == ("challenge", False, None)
        assert asked.challenge_id is not None
        return self.m.verify_challenge(subject, asked.challenge_id, None, response, session=SESSION)

    def close(self) -> None:
        for engine in self.engines:
            engine.close()


@pytest.fixture(scope="session")
def postgres_module() -> Any:
    spec = importlib.util.spec_from_file_location("postgres_server", SERVER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres_programs(postgres_module: Any) -> Path:
    """Where psql and the others are."""
    try:
        found: Path = postgres_module.programs()
    except SystemExit as missing:
        pytest.skip(str(missing))
    return found


@pytest.fixture(scope="session")
def postgres(postgres_module: Any, postgres_programs: Path) -> Iterator[str]:
    """The URL of an empty database: of the server that was named, or of one that lives as long as the session."""
    if url := os.environ.get("COUNTERSEAL_TEST_POSTGRES"):
        yield new_database(postgres_programs, url)
        return
    with postgres_module.server() as url:
        yield new_database(postgres_programs, url)


def new_database(programs: Path, url: str, name: str = "") -> str:
    name = f"python_{os.getpid()}{name and '_'}{name}"
    create = [str(programs / "psql"), "-q", "-d", url, "-c", f"CREATE DATABASE {name}"]
    subprocess.run(create, check=True, capture_output=True)
    return f"{url.rpartition('/')[0]}/{name}"


@pytest.fixture(scope="session")
def new_postgres(postgres: str, postgres_programs: Path) -> Callable[[str], str]:
    """The URL of a further empty database."""
    return lambda name: new_database(postgres_programs, postgres, name)


@pytest.fixture(scope="session")
def postgres_parts(postgres: str) -> tuple[str, Any, FakeClock]:
    """One database has one ring, and a clock that never goes back."""
    from counterseal import KeyRing
    from counterseal.testing import FakeClock

    return postgres, KeyRing.from_keys({"test": os.urandom(32)}, active="test"), FakeClock()


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "postgres":
        url, keys, clock = request.getfixturevalue("postgres_parts")
        clock.advance(3600)
        made = Site(url, keys, clock)
    else:
        made = sqlite_site(tmp_path)
    yield made
    made.close()


@pytest.fixture
def file_site(tmp_path: Path) -> Iterator[Site]:
    made = sqlite_site(tmp_path)
    yield made
    made.close()


@pytest.fixture
def memory() -> Iterator[Site]:
    """For what does not depend on the store."""
    made = Site("memory:", fresh_ring(), fresh_clock())
    yield made
    made.close()


def sqlite_site(folder: Path) -> Site:
    return Site(f"sqlite:///{folder}/store.db", fresh_ring(), fresh_clock())


def fresh_ring() -> Any:
    from counterseal import KeyRing

    return KeyRing.from_keys({"test": os.urandom(32)}, active="test")


def fresh_clock() -> FakeClock:
    from counterseal.testing import FakeClock

    return FakeClock()


# Another process, as locks of a file are one process's: this one has an SQLite of the module and one of Python.
ELSEWHERE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
print(db.execute(sys.argv[2]).fetchone(), flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(file: Path, sql: str) -> Iterator[str]:
    """What another process gets by a statement, which keeps its transaction up to the end."""
    command = [sys.executable, "-c", ELSEWHERE, file, sql]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    try:
        yield other.stdout.readline()
    finally:
        other.communicate()
    assert other.returncode == 0


@pytest.fixture
def elsewhere() -> Any:
    return held_elsewhere
