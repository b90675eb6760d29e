# SPDX-License-Identifier: Apache-2.0
"""Exported logs, checked without their store: those of the checkpoints, and those that somebody worked on."""

from __future__ import annotations

import base64
import hashlib
import sys
import threading
import time
from dataclasses import dataclass

import pytest
from counterseal import ConfigError, LogReport, LogVerifier, verify_log
from counterseal.testing import FakePhone, memory_engine


@dataclass(frozen=True)
class Kept:
    """What a practice has in a safe."""

    log: bytes
    note: str
    early: str
    verifier: LogVerifier
    stranger: LogVerifier

    @property
    def lines(self) -> list[bytes]:
        return self.log.splitlines(keepends=True)


@pytest.fixture(scope="module")
def kept() -> Kept:
    with memory_engine() as engine, memory_engine() as other:
        m = engine.tenant("maple")
        notes = []
        for subject in ("nurse1", "nurse2", "nurse3"):
            made = m.enroll_totp(subject)
            assert m.confirm(subject, made.factor_id, FakePhone(made.uri, engine.clock).code())
            point = m.log.checkpoint()
            assert point is not None
            notes.append(point.note)
        stranger = other.tenant("maple").log.verifier()
        return Kept(m.log.export().data, notes[-1], notes[0], m.log.verifier(), stranger)


def test_the_log_of_the_checkpoints(kept: Kept) -> None:
    report = verify_log(kept.log, [kept.early, kept.note], kept.verifier)
    assert report
    assert report == LogReport(None, 6, 0, 0, 2, base64.b64decode(kept.note.splitlines()[2]), 6)
    for data in (bytearray(kept.log), memoryview(kept.log)):
        assert verify_log(data, {kept.note}, kept.verifier.verifier).n_checkpoints == 1
    assert (verify_log(kept.log).n_events, verify_log(kept.log).n_covered) == (6, 0)
    assert verify_log(b"") == LogReport(root=hashlib.sha256().digest())


@pytest.mark.parametrize("n_kept", [1, 2])
def test_a_log_that_somebody_worked_on(kept: Kept, n_kept: int) -> None:
    notes = [kept.note, kept.early][:n_kept]
    lines = kept.lines
    edited = [lines[0].replace(b"nurse1", b"nurse9"), *lines[1:]]
    assert edited[0] != lines[0]
    entry = [*lines[:2], lines[2].replace(b"factor.pending", b"factor.revoked"), *lines[3:]]
    assert entry[2] != lines[2]
    for worked_on, where in (
        (edited, "line 1"),
        (entry, "line"),
        (lines[:-1], "cut off"),
        (lines[1:], "line 1"),
        ([*lines[:1], *lines[2:]], "line 2"),
        ([*lines[:2], lines[3], lines[2], *lines[4:]], "line 3"),
        ([*lines[:2], lines[1], *lines[2:]], "line 3"),
        ([*lines[:-1], lines[-1][:-1]], "no end"),
        ([], "cut off"),
        ([b"no log\n"], "line 1"),
    ):
        report = verify_log(b"".join(worked_on), notes)
        assert not report
        assert report.problem is not None
        assert where in report.problem
        assert (report.n_events, report.root) == (0, b"")


def test_a_log_that_went_on_is_still_that_of_an_early_checkpoint(kept: Kept) -> None:
    assert verify_log(kept.log, [kept.early], kept.verifier)
    assert verify_log(b"".join(kept.lines[:2]), [kept.early], kept.verifier)
    assert not verify_log(b"".join(kept.lines[:2]), [kept.note], kept.verifier)


def test_arguments_that_are_none(kept: Kept) -> None:
    cut = kept.note.replace("\n\n", "\n", 1)
    spoiled = kept.note[:-10] + ("A" if kept.note[-10] != "A" else "B") + kept.note[-9:]
    for call, starts in (
        (lambda: verify_log(kept.log, ["no note"]), "checkpoints[0] "),
        (lambda: verify_log(kept.log, [kept.note, cut]), "checkpoints[1] "),
        (lambda: verify_log(kept.log, [spoiled], kept.verifier), "checkpoints[0] "),
        (lambda: verify_log(kept.log, [kept.note], kept.stranger), "checkpoints[0] "),
        (lambda: verify_log(kept.log, [kept.note], "no verifier"), "verifier "),
        (lambda: verify_log(kept.log, [kept.note], ""), "verifier "),
        (lambda: verify_log(kept.log, ["\ud800"]), "an item of checkpoints "),
    ):
        with pytest.raises(ConfigError) as caught:
            call()
        assert str(caught.value).startswith(starts)
        assert caught.value.code == "CSEAL_E_ARGUMENT"
    for typed in (
        lambda: verify_log(kept.log.decode()),  # type: ignore[arg-type]
        lambda: verify_log(None),  # type: ignore[arg-type]
        lambda: verify_log(kept.log, kept.note),
        lambda: verify_log(kept.log, [5]),  # type: ignore[list-item]
        lambda: verify_log(kept.log, verifier=b"x"),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            typed()


def test_other_threads_run_meanwhile() -> None:
    with memory_engine() as engine:
        m = engine.tenant("maple")
        for n in range(200):
            m.enroll_totp(f"nurse{n}")
        log = m.log.export().data
    n_turns, is_over = 0, False

    def run() -> None:
        nonlocal n_turns
        while not is_over:
            n_turns += 1
            time.sleep(0)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1000)  # who has the GIL keeps it, unless it is given away
    other = threading.Thread(target=run)
    other.start()
    n_seen = 0
    try:
        for _ in range(500):
            before = n_turns
            assert verify_log(log)
            n_seen += n_turns > before
    finally:
        is_over = True
        other.join()
        sys.setswitchinterval(usual)
    assert n_seen > 0
