# SPDX-License-Identifier: Apache-2.0
"""Runs the command line of the build whose Python module is under test."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import counterseal
import pytest

PROGRAM = Path(counterseal.__file__).resolve().parents[3] / "cli/counterseal"


@dataclass
class Done:
    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


class Office:
    """Runs commands in a folder; store and keys are named in the environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {"COUNTERSEAL_STORE": "sqlite:///logins.db", "COUNTERSEAL_KEYS": "logins.keys"}

    def run(self, *arguments: object, stdin: str | bytes = b"") -> Done:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        command = [PROGRAM, *(a if isinstance(a, bytes) else str(a) for a in arguments)]
        done = subprocess.run(
            command, input=data, capture_output=True, check=False, timeout=60, cwd=self.folder, env=self.environment
        )
        return Done(done.returncode, done.stdout, done.stderr.decode())

    def ask(self, *arguments: object, **more: Any) -> dict[str, Any]:
        """What a command answers that does its work."""
        done = self.run(*arguments, "--json", **more)
        assert (done.status, done.err) == (0, ""), done.text
        return done.json

    def begin(self) -> Office:
        self.ask("keys", "init")
        self.ask("db", "migrate")
        return self

    def enroll(self, subject: str, *more: object) -> tuple[str, str]:
        """The name of a confirmed factor, and its URI."""
        made = self.ask("enroll", "--tenant", "maple", "--subject", subject, *more)
        code = self.run("totp", "code", stdin=made["uri"]).text.strip()
        which = ["--tenant", "maple", "--subject", subject, "--factor", made["factor_id"]]
        assert self.ask("factor", "confirm", code, *which)["status"] == "accepted"
        return made["factor_id"], made["uri"]

    def factors(self, *more: object) -> list[dict[str, Any]]:
        return self.ask("factor", "list", "--tenant", "maple", *more)["factors"]

    def events(self, *more: object) -> list[dict[str, Any]]:
        return self.ask("events", "--tenant", "maple", *more)["events"]

    def write(self, name: str, of: object) -> str:
        (self.folder / name).write_text(json.dumps(of))
        return name

    def sql(self, statement: str, *values: object) -> list[Any]:
        with sqlite3.connect(self.folder / "logins.db") as store:
            return store.execute(statement, values).fetchall()


Cli = Callable[..., Done]


@pytest.fixture
def program() -> Path:
    return PROGRAM


@pytest.fixture
def cli() -> Cli:
    def run(*arguments: object, stdin: bytes | str = b"") -> Done:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        command = [PROGRAM, *(str(a) for a in arguments)]
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)
        return Done(done.returncode, done.stdout, done.stderr.decode())

    return run


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """The secret of RFC 4226 appendix D and RFC 6238 appendix B, as a file."""
    file = tmp_path / "secret.key"
    file.write_text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n")
    return file


@pytest.fixture(scope="session")
def office_in() -> type[Office]:
    """For offices that last longer than a test."""
    return Office


@pytest.fixture
def bare_office(tmp_path: Path) -> Office:
    """An empty folder."""
    return Office(tmp_path)


@pytest.fixture
def office(bare_office: Office) -> Office:
    """Keys and tables in it."""
    return bare_office.begin()


@pytest.fixture
def pipe(office: Office) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Begins commands whose standard input comes later."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*arguments: object) -> subprocess.Popen[str]:
        command = [PROGRAM, *(str(a) for a in arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        begun.append(subprocess.Popen(command, text=True, cwd=office.folder, env=office.environment, **pipes))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()
        one.wait()
        for end in (one.stdin, one.stdout, one.stderr):
            end.close()
