# SPDX-License-Identifier: Apache-2.0
"""Runs the command line of the build whose Python module is under test."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
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
