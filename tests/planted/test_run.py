# SPDX-License-Identifier: Apache-2.0
"""What counts as caught. The tree here is one line, and the runners are shell scripts that read it."""

from __future__ import annotations

import os
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

PATCH = """Why: the answer is wrong
Red: unit
--- a/answer
+++ b/answer
@@ -1 +1 @@
-42
+43
"""
Verdict = Callable[..., tuple[bool, str]]


@pytest.fixture
def verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Verdict:
    """Whether the fault is caught by a script, and why not."""
    planted = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "run.py")))
    log = tmp_path / "log"
    log.mkdir()
    (tmp_path / "answer").write_text("42\n")
    patch = tmp_path / "wrong-answer.patch"

    def of(script: str, content: str = PATCH) -> tuple[bool, str]:
        patch.write_text(content)
        planted.is_caught.__globals__.update(COPY=tmp_path, LOG=log, LIMIT=1, PATIENCE=1)
        runner = planted.Runner([], ["sh", "-c", script], r"^red")
        is_caught = planted.is_caught(planted.Fault(patch, runner))
        assert (tmp_path / "answer").read_text() == "42\n"
        return is_caught, capsys.readouterr().out

    return of


def test_caught(verdict: Verdict) -> None:
    assert verdict("grep 42 answer || { echo red; exit 1; }") == (True, "  caught wrong-answer\n")


@pytest.mark.parametrize("script", ["exit 0", "echo red; exit 0", "exit 1", "echo it cannot start >&2; exit 1"])
def test_what_is_green_or_cannot_run_caught_nothing(script: str, verdict: Verdict) -> None:
    assert verdict(script) == (False, "  MISSED wrong-answer: nothing turned red\n")


def test_a_patch_that_does_not_apply(verdict: Verdict) -> None:
    said = (False, "  MISSED wrong-answer: the patch does not apply\n")
    assert verdict("echo red; exit 1", PATCH.replace("-42", "-41")) == said


HANGING = [
    "echo $$ > started; echo red; exec sleep 1000",
    "sleep 1000 & echo $! > started; echo red; wait",  # what a shell starts behind itself does not hear a request
    "trap '' INT; sleep 1000 & echo $! > started; echo red; wait",
]


@pytest.mark.parametrize("script", HANGING)
def test_a_runner_that_hangs_is_ended_with_what_it_started(script: str, verdict: Verdict, tmp_path: Path) -> None:
    assert verdict(script) == (False, "  MISSED wrong-answer: its runner did not end\n")
    assert (tmp_path / "log/wrong-answer.log").read_text() == "red\n\nended after 1 seconds\n"
    assert is_gone(int((tmp_path / "started").read_text()))


def is_gone(process: int) -> bool:
    """It may take a moment until whoever inherited it has heard that it ended."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{process}/stat")
        if stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
