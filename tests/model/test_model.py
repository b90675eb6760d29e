# SPDX-License-Identifier: Apache-2.0
"""The fast selection, and that a difference is found, and told by few calls."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import attempts
import pytest
from oath import hotp, read_code, read_recovery_code
from sequence import Ground, Result, ground, run_seed, run_steps, shrink
from steps import SESSIONS, Response, Step
from stored_clock import SECOND, ClockFault, StoredClock

RUN = Path(__file__).resolve().parent / "run.py"
START = 1_700_000_000 * SECOND


def test_engine_and_model_agree_on_each_store() -> None:
    """`run.py` without arguments."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, str(RUN)], capture_output=True, text=True, env=environment, check=False)
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stdout + done.stderr
    assert last.startswith("model: sequences 300, ")
    assert last.endswith("; violations 0")


def test_a_run_of_no_sequence_shows_nothing() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(RUN), "--sequences", "-1"]
    assert subprocess.run(command, capture_output=True, env=environment, check=False).returncode == 1


def first_failure(on: Ground) -> Result:
    return next(result for seed in count() if (result := run_seed(on, seed, 30, "guesses")).failure)


@pytest.mark.parametrize(("name", "value"), [("ATTEMPTS", 4), ("LONGEST_LOCK", 45 * SECOND), ("LOOK_AHEAD", 9)])
def test_what_differs_is_found_and_told_by_few_calls(name: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, name, value)
    with ground("memory") as on:
        failed = first_failure(on)
    least = shrink(failed.steps, "memory")
    assert least.failure
    assert len(least.steps) <= 12
    monkeypatch.undo()
    with ground("memory") as on:
        assert run_steps(on, least.steps).failure == ""


def test_a_sequence_comes_from_its_seed() -> None:
    with ground("memory") as one, ground("memory") as other:
        for seed in range(20):
            assert run_seed(one, seed, 30).steps == run_seed(other, seed, 30).steps


def test_a_call_of_what_was_left_out_is_one_of_nothing() -> None:
    missing = {"session": SESSIONS[0], "challenge": "#7", "factor": "#8", "response": Response("due", "#8")}
    with ground("memory") as on:
        assert run_steps(on, [Step(9, "verify_challenge", more=missing)]).failure == ""


def test_codes_are_those_of_the_standards() -> None:
    key = b"12345678901234567890"
    assert [hotp(key, n, 6, "SHA1") for n in (0, 1, 9)] == ["755224", "287082", "520489"]  # RFC 4226, appendix D
    assert hotp(key, 59 // 30, 8, "SHA1") == "94287082"  # RFC 6238, appendix B
    assert hotp((key * 2)[:32], 59 // 30, 8, "SHA256") == "46119246"
    assert hotp((key * 4)[:64], 59 // 30, 8, "SHA512") == "90693936"


def test_shapes_are_public() -> None:
    assert [read_code(text, 6) for text in (" 123 456", "123-456", "12345", "1234567", "12a456", "１２３４５６")] == [
        "123456", "123456", None, None, None, None
    ]  # fmt: skip
    assert read_recovery_code("oil0-abcd-efgh jkmn") == "0110ABCDEFGHJKMN"
    assert read_recovery_code("0123-4567-89AB-CDE") is None
    assert read_recovery_code("0123-4567-89AB-CDEU") is None


def test_the_stored_time_is_that_of_design_8_6() -> None:
    clock = StoredClock()
    assert clock.tell(START) == (START, START)
    assert clock.tell(START - 5 * SECOND) == (START - 5 * SECOND, START)
    with pytest.raises(ClockFault):
        clock.tell(START - 5 * SECOND - 1)
    clock.tell(START + 3600 * SECOND)
    assert clock.stored == START + 300 * SECOND
