# SPDX-License-Identifier: Apache-2.0
"""What `make soak` says of parts that end well, badly, or not at all. The parts here only print."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[2] / "tools/soak.py"
GOOD = {
    "faults": "faults: images 5, cut 7; violations 0",
    "rotation": "rotation: 9 factors, 19 rows moved; 4 codes checked meanwhile (2 a second); violations 0; left 0",
    "model": "model: sequences 3, calls 90, let in 2, in 1 s; violations 0",
    "threads": "100% tests passed, 0 tests failed out of 31",
    "races": "races: campaigns 6, codes 8; violations 0",
    "planted": "planted 2 caught 2",
}
TWICE = "factors rotated 9, codes meanwhile 4, factors rotated 9, codes meanwhile 4"
COUNTS = f"images 5, cut 7, {TWICE}, sequences 3, calls 90, tests under ThreadSanitizer 31, campaigns 6, codes 8"

# Runs main() with what each part prints in place of its commands.
INSTEAD = """
import dataclasses, runpy, sys
soak = runpy.run_path(sys.argv[1])
said = dict(line.split("=", 1) for line in sys.argv[2:])
known = soak["parts"]
def parts(given):
    for part in known(given):
        line = said[part.name]
        command = [sys.executable, "-c", f"print({line!r}); raise SystemExit({'ENDS BADLY' in line})"]
        yield dataclasses.replace(part, commands=[command for _ in part.commands])
soak["main"].__globals__["parts"] = lambda given: list(parts(given))
sys.argv[1:] = ["build"]
soak["main"]()
"""


def soak(**said: str) -> tuple[int, list[str]]:
    lines = [f"{name}={line}" for name, line in (GOOD | said).items()]
    done = subprocess.run(
        [sys.executable, "-c", INSTEAD, str(SOAK), *lines], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_the_last_line_has_every_count() -> None:
    status, lines = soak()
    assert status == 0
    assert lines[-1] == f"soak: {COUNTS}; violations 0; planted 2 caught 2"


@pytest.mark.parametrize(
    ("name", "line", "fault", "end"),
    [
        ("faults", "faults: images 5, cut 7; violations 1", None, "violations 1; planted 2 caught 2"),
        ("races", "races: campaigns 6, codes 0; violations 0", "races: a count of zero", "violations 0"),
        ("model", "model: seed 7", "model: it did not come to its end", "violations 0"),
        ("model", f"{GOOD['model']}\nENDS BADLY", "model: ended with 1", "violations 0"),
        ("threads", "98% tests passed, 2 tests failed out of 31", None, "violations 2"),
        ("planted", "planted 2 caught 1", "planted: one was missed", "planted 2 caught 1"),
        ("planted", "planted 0 caught 0", "planted: a count of zero", "planted 0 caught 0"),
        ("planted", "red without any fault", "planted: it did not come to its end", "planted 0 caught 0"),
    ],
)
def test_one_bad_part_is_red(name: str, line: str, fault: str | None, end: str) -> None:
    status, lines = soak(**{name: line})
    assert status == 1
    assert fault is None or f"RED   {fault}" in lines
    assert end in lines[-1]


def test_a_part_of_no_name_is_refused() -> None:
    command = [sys.executable, str(SOAK), "--parts", "races,rases", "build"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is no rases" in done.stderr
