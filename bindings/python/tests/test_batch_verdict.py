# SPDX-License-Identifier: Apache-2.0
"""The answers to a batch."""

import copy
import gc
import sys
from array import array
from typing import Any

import pytest
from counterseal import BatchVerdict, HOTPKeyTable, KeyTable, verify_batch

KEY = b"12345678901234567890"
CODES = ["287082", "000000", "", "287082"]


def verdict() -> BatchVerdict:
    return KeyTable(KEY * 4, replay="report_only", last_steps=[-1, 5, 6, 7]).verify(CODES, 59)


def test_rows() -> None:
    v = verdict()
    assert list(v.ok) == [True, False, False, False]
    assert list(v.codes) == [0, 1, 3, 2]
    assert list(v.steps) == [1, 5, 6, 7]
    assert [v.status(row) for row in range(4)] == ["accepted", "wrong", "malformed", "replayed"]
    assert v.counts() == {"accepted": 1, "wrong": 1, "malformed": 1, "replayed": 1}
    assert (v.n_ok, len(v)) == (1, 4)
    assert repr(v) == "<counterseal.BatchVerdict 1 of 4 rows accepted>"
    assert [view.format for view in (v.ok, v.codes, v.steps)] == ["?", "b", "q"]


def test_it_is_neither_true_nor_false() -> None:
    for v in (verdict(), KeyTable(replay="report_only").verify([], 59)):
        with pytest.raises(TypeError, match=r"ask \.ok "):
            bool(v)
        with pytest.raises(TypeError):
            assert not v


def test_counters_and_steps() -> None:
    hotp = HOTPKeyTable(KEY, replay="report_only").verify(["755224"])
    assert list(hotp.next_counters) == [1]
    assert hotp.next_counters.format == "Q"
    with pytest.raises(AttributeError, match="^codes of HOTP have next_counters, not steps$"):
        _ = hotp.steps
    with pytest.raises(AttributeError, match="^codes of TOTP have steps, not next_counters$"):
        _ = verdict().next_counters


def test_it_does_not_change() -> None:
    v = verdict()
    for name in ("ok", "codes", "steps", "n_ok", "more"):
        with pytest.raises(AttributeError):
            setattr(v, name, 1)
    views: list[Any] = [v.ok, v.codes, v.steps]
    for view in views:
        assert view.readonly
        with pytest.raises(TypeError):
            view[0] = 0
    assert copy.copy(v) is v
    assert copy.deepcopy(v) is v
    with pytest.raises(TypeError):
        BatchVerdict()
    with pytest.raises(TypeError):
        type("Mine", (BatchVerdict,), {})


def test_views_outlive_it() -> None:
    ok, steps = verdict().ok, verdict().steps
    gc.collect()
    assert list(ok) == [True, False, False, False]
    assert list(steps) == [1, 5, 6, 7]
    v = verdict()
    v.codes.release()
    assert v.status(3) == "replayed"
    assert v.counts()["wrong"] == 1


def test_status_of_a_row() -> None:
    v = verdict()
    for row in (-1, 4, 2**70, -(2**70)):
        with pytest.raises(IndexError):
            v.status(row)
    for no_row in ("0", None, 0.0):
        with pytest.raises(TypeError):
            v.status(no_row)  # type: ignore[arg-type]


@pytest.mark.parametrize("codes", [[], (), array("I"), memoryview(b"").cast("B")], ids=range(4))
def test_no_rows(codes: Any) -> None:
    if isinstance(codes, memoryview):
        with pytest.raises(TypeError, match="^codes must be characters"):
            verify_batch([], codes, 59, [])
        return
    for v in (verify_batch([], codes, 59, []), KeyTable(replay="this_process").verify(codes, 59)):
        assert (len(v), v.n_ok, v.counts()) == (0, 0, {})
        assert [list(v.ok), list(v.codes), list(v.steps)] == [[], [], []]
        assert v.steps.format == "q"


def test_nothing_is_left_behind() -> None:
    table = KeyTable(KEY * 4, replay="this_process")

    def work() -> None:
        for _ in range(200):
            repr(verdict())
            table.verify(CODES, [1, 2, 3, 4], rows=range(4), last_steps=[None, 1, 2, 3])
            table.at(59)
            verify_batch([KEY] * 4, CODES, 59, [-1] * 4, ids=[1, 2, 3, 4])
            verdict().counts()
            for bad in ([0] * 3, "rows", [None] * 4):
                with pytest.raises((TypeError, ValueError)):
                    table.verify(CODES, 59, rows=bad)  # type: ignore[arg-type]
            with pytest.raises(TypeError):
                table.add([KEY, "text"])  # type: ignore[list-item]

    work()
    work()  # Python's own lists of free objects are full now
    gc.collect()
    before = sys.getallocatedblocks()
    work()
    gc.collect()
    assert sys.getallocatedblocks() - before < 100
