# SPDX-License-Identifier: Apache-2.0
"""Columns of a batch that are numpy arrays, and answers as arrays; the package itself does without numpy."""

from typing import Any

import numpy
import pytest
from counterseal import KeyTable

KEY = b"12345678901234567890"
N = 4
TIME = 59
CODE = 287082
NUMBERS = numpy.array([CODE, CODE + 1, 94287082 % 10**6, 0])
TEXTS = numpy.array([f"{code:06}" for code in NUMBERS])
TABLE = KeyTable(KEY * N, replay="report_only")
OK = [True, False, True, False]
INTEGERS = ("u4", "i4", "u8", "i8")


def ok(codes: Any, **settings: Any) -> list[bool]:
    return list(TABLE.verify(codes, **{"at": TIME, **settings}).ok)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_numbers(dtype: str) -> None:
    assert ok(NUMBERS.astype(dtype)) == OK
    assert ok(NUMBERS.astype(dtype)[::-1]) == OK[::-1]
    assert ok(numpy.repeat(NUMBERS, 3).astype(dtype)[::3]) == OK


def test_numbers_in_odd_places() -> None:
    assert ok(numpy.broadcast_to(numpy.uint32(CODE), N)) == [True] * N
    unaligned = numpy.frombuffer(b"x" + NUMBERS.astype("u4").tobytes(), "u1")[1:].view("u4")
    assert ok(unaligned) == OK


@pytest.mark.parametrize("letter", ["S", "U"])
@pytest.mark.parametrize("width", [6, 9, 16, 32, 40])
def test_texts(letter: str, width: int) -> None:
    column = TEXTS.astype(f"{letter}{width}")
    assert ok(column) == OK
    assert ok(column[::-1]) == OK[::-1]


def test_texts_as_people_type_them() -> None:
    assert ok(numpy.array(["287082", "２８７０８２", "287 082", " " * 40 + "287082 x"])) == OK
    assert ok(numpy.frombuffer("".join(TEXTS).encode(), "u1").reshape(N, 6)) == OK


@pytest.mark.parametrize(
    "bad",
    [NUMBERS.astype("f8"), NUMBERS.astype(bool), NUMBERS.astype(">u4"), TEXTS.astype(object), NUMBERS[:, None]],
    ids=["float", "bool", "big-endian", "object", "two dimensions"],
)
def test_no_codes(bad: Any) -> None:
    with pytest.raises(TypeError, match="^codes must be "):
        ok(bad)


def test_rows_and_times() -> None:
    for dtype in INTEGERS:
        assert ok(TEXTS, rows=numpy.arange(N, dtype=dtype), at=numpy.full(N, TIME, dtype)) == OK
    assert ok(TEXTS, at=numpy.int64(TIME)) == ok(TEXTS, at=numpy.float64(59.5)) == OK
    assert ok(TEXTS, at=numpy.array(TIME)) == OK
    for bad in (numpy.full(N, 59.0), numpy.zeros(N, "datetime64[s]")):
        with pytest.raises(TypeError, match="^at must be "):
            ok(TEXTS, at=bad)


def test_answers() -> None:
    verdict = TABLE.verify(TEXTS, TIME)
    shared = numpy.asarray(verdict.ok)
    assert shared.dtype == bool
    assert not shared.flags.owndata
    assert not shared.flags.writeable
    assert numpy.asarray(verdict.steps).dtype == numpy.int64
    assert numpy.asarray(verdict.codes).dtype == numpy.int8
    assert numpy.asarray(TABLE.at(TIME)).dtype == numpy.uint32


def test_keys() -> None:
    keys = numpy.frombuffer(KEY * 8, "u1").reshape(8, 20)
    assert list(KeyTable(keys[::2], replay="report_only").at(TIME)) == [CODE] * 4
    for bad in (keys[::-1], keys[:, ::2], keys.astype("u2")):
        with pytest.raises(TypeError, match="^keys must be "):
            KeyTable(bad, replay="report_only")  # type: ignore[arg-type]
