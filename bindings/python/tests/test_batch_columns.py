# SPDX-License-Identifier: Apache-2.0
"""What the columns of a batch may be made of, and what is refused by name."""

import ctypes
import sys
from array import array
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from counterseal import ConfigError, HOTPKeyTable, KeyTable, verify_batch, verify_hotp_batch

KEY = b"12345678901234567890"
N = 4
TIME = 59
CODE = 287082
MIXED = [CODE, CODE + 1, 94287082 % 10**6, 0]
TABLE = KeyTable(KEY * N, replay="report_only")
OK = [True, False, True, False]


def ok(codes: Any, **settings: Any) -> list[bool]:
    return list(TABLE.verify(codes, **{"at": TIME, **settings}).ok)


def texts(width: int = 6) -> bytes:
    return b"".join(f"{code:06}".encode().ljust(width, b"\0") for code in MIXED)


class Index:
    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


CODES = {
    "array I": array("I", MIXED),
    "array i": array("i", MIXED),
    "array L": array("L", MIXED),
    "array q": array("q", MIXED),
    "array Q": array("Q", MIXED),
    "every other": memoryview(array("I", [x for code in MIXED for x in (code, 1)]))[::2],
    "backwards": memoryview(array("I", MIXED[::-1]))[::-1],
    "backwards q": memoryview(array("q", MIXED[::-1]))[::-1],
    "ctypes": (ctypes.c_uint32 * N)(*MIXED),
    "list": [f"{code:06}" for code in MIXED],
    "tuple": tuple(f"{code:06}" for code in MIXED),
    "list of bytes": [f"{code:06}".encode() for code in MIXED],
    "rows of 6": memoryview(texts()).cast("B", [N, 6]),
    "rows of c": memoryview(texts()).cast("c", [N, 6]),
    "rows of 9": memoryview(texts(9)).cast("B", [N, 9]),
    "rows of 32": memoryview(texts(32)).cast("B", [N, 32]),
    "rows of 40": memoryview(texts(40)).cast("B", [N, 40]),
    "bytearray": memoryview(bytearray(texts())).cast("B", [N, 6]),
    "ctypes text": ((ctypes.c_char * 6) * N).from_buffer_copy(texts()),
}


@pytest.mark.parametrize("codes", CODES.values(), ids=CODES)
def test_codes(codes: Any) -> None:
    assert ok(codes) == OK


@pytest.mark.parametrize(
    ("codes", "what"),
    [
        ("287082", "str"),
        (287082, "int"),
        (None, "NoneType"),
        ({"287082"}, "set"),
        ({"287082": 1}, "dict"),
        (iter(["287082"]), "list_iterator"),
        (range(4), "range"),
        (array("d", MIXED), "'d'"),
        (array("f", MIXED), "'f'"),
        (array("H", [1] * N), "'H'"),
        (memoryview(array("I", MIXED)).cast("B").cast("I", [2, 2]), "2 dimensions"),
        (memoryview(bytes(N)).cast("?"), "'?'"),
        ((ctypes.c_uint32.__ctype_be__ * N)(*MIXED), "'>I'" if sys.byteorder == "little" else ""),
    ],
)
def test_no_codes(codes: Any, what: str) -> None:
    with pytest.raises(TypeError, match=f"^codes must be .*{what}"):
        ok(codes)


@pytest.mark.parametrize("codes", [texts(), bytearray(texts()), memoryview(texts()).cast("B", [N, 3, 2])])
def test_characters_need_a_width(codes: Any) -> None:
    with pytest.raises(TypeError, match=r"^codes must be characters in rows of one width: .*cast\('B', \[n, width\]\)"):
        ok(codes)


@pytest.mark.parametrize("number", [-1, -(2**31), 10**6, 2**31, 2**32 + CODE, 2**63 - 1, -(2**63)])
def test_numbers_that_are_no_code(number: int) -> None:
    formats = [f for f in "iq" if -(2 ** (31 if f == "i" else 63)) <= number < 2 ** (31 if f == "i" else 63)]
    for letter in formats:
        verdict = TABLE.verify(array(letter, [number]), TIME, rows=[0])
        assert verdict.status(0) == "malformed"
    if number > 0:
        assert TABLE.verify(array("Q", [number]), TIME, rows=[0]).status(0) == "malformed"


def test_a_list_is_read_once_and_held() -> None:
    class Hostile:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"a code is not asked for {name}")

        def __eq__(self, other: object) -> bool:
            raise AssertionError

        __hash__ = None  # type: ignore[assignment]

    before = sys.getrefcount("287082")
    for _ in range(100):
        assert ok(["287082", Hostile(), "287082", Hostile()]) == OK
    assert sys.getrefcount("287082") <= before + 2


ROWS = [3, 0, 0, 2]
ROW_COLUMNS = [
    ROWS,
    tuple(ROWS),
    [Index(row) for row in ROWS],
    array("I", ROWS),
    array("i", ROWS),
    array("q", ROWS),
    array("Q", ROWS),
    memoryview(array("I", ROWS[::-1]))[::-1],
    memoryview(array("I", [x for row in ROWS for x in (row, 9)]))[::2],
]


@pytest.mark.parametrize("rows", ROW_COLUMNS, ids=range(len(ROW_COLUMNS)))
def test_rows(rows: Any) -> None:
    keys = [bytes([i]) * 20 for i in range(4)]
    table = KeyTable(keys, replay="report_only")
    codes = table.at(TIME)
    assert list(table.at(TIME, rows=rows)) == [codes[row] for row in ROWS]
    assert table.verify(table.at(TIME, rows=ROWS), TIME, rows=rows, past=0, future=0).n_ok == 3  # row 0 comes twice


def test_all_rows_or_a_range() -> None:
    assert ok(array("I", [CODE, 1]), rows=range(2)) == [True, False]
    assert ok([], rows=[]) == []
    hotp = HOTPKeyTable(KEY * N, replay="report_only")
    for n in (0, 1, 3, 5):
        rule = f"^codes must be one for each of the table's 4 rows unless rows are given, not {n}$"
        for codes in (["287082"] * n, array("I", [CODE] * n)):
            with pytest.raises(ConfigError, match=rule):
                ok(codes)
            with pytest.raises(ConfigError, match=rule):
                hotp.verify(codes)


@pytest.mark.parametrize("row", [-1, 4, 2**31, 2**32, 2**32 - 1, 2**63, -(2**63), 2**64, -(2**70)])
def test_rows_that_do_not_exist(row: int) -> None:
    verdict = TABLE.verify(["287082"] * 2, TIME, rows=[row, 0])
    assert [verdict.status(0), verdict.status(1)] == ["CSEAL_E_RANGE", "accepted"]
    if -(2**63) <= row < 2**63:
        assert TABLE.verify(["287082"], TIME, rows=array("q", [row])).status(0) == "CSEAL_E_RANGE"


TIMES = [59, 89, 29, 59]


@pytest.mark.parametrize(
    "at",
    [
        TIMES,
        tuple(TIMES),
        [Index(t) for t in TIMES],
        array("q", TIMES),
        array("Q", TIMES),
        array("I", TIMES),
        array("i", TIMES),
        memoryview(array("q", TIMES[::-1]))[::-1],
    ],
    ids=range(8),
)
def test_times(at: Any) -> None:
    verdict = TABLE.verify(["287082"] * N, at, past=0, future=0)
    assert list(verdict.ok) == [True, False, False, True]
    assert list(TABLE.at(at))[:2] == [CODE, 359152]


@pytest.mark.parametrize("at", [59, 59.9, Index(59), datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)], ids=str)
def test_one_time(at: Any) -> None:
    assert ok(MIXED_TEXT, at=at) == OK


MIXED_TEXT = [f"{code:06}" for code in MIXED]


@pytest.mark.parametrize("bad", [-1, 10**11 + 1, 2**63 - 1, 2**64, -(2**70)])
def test_times_out_of_bounds(bad: int) -> None:
    verdict = TABLE.verify(["287082"] * N, [59, bad, 59, 59])
    assert [verdict.status(i) for i in range(2)] == ["accepted", "CSEAL_E_TIME"]
    if -(2**63) <= bad < 2**63:
        assert TABLE.verify(["287082"] * N, array("q", [bad] * N)).counts() == {"CSEAL_E_TIME": N}
    made = TABLE.at([59, bad, 59, 59])
    assert list(made) == [CODE, 2**32 - 1, CODE, CODE]
    # What stands in for a code is malformed everywhere; the zero of the C interface would be the code 000000.
    assert TABLE.verify(made, TIME).counts() == {"accepted": 3, "malformed": 1}


@pytest.mark.parametrize(
    "at",
    [None, "59", True, float("nan"), datetime(1970, 1, 1), array("d", [59.0] * N), b"59", [59.0] * N, [True] * N],
    ids=range(9),
)
def test_no_times(at: Any) -> None:
    with pytest.raises(TypeError, match=r"^at(\[0\])? must be "):
        TABLE.verify(["287082"] * N, at)


STEPS = [-1, 1, 0, 2]


@pytest.mark.parametrize(
    "last_steps",
    [
        STEPS,
        [None, 1, 0, 2],
        array("q", STEPS),
        array("i", STEPS),
        memoryview(array("q", STEPS[::-1]))[::-1],
        memoryview(array("q", [x for step in STEPS for x in (step, 9)]))[::2],
    ],
    ids=range(6),
)
def test_last_steps(last_steps: Any) -> None:
    codes = ["287082"] * N
    for verdict in (
        TABLE.verify(codes, TIME, last_steps=last_steps),
        verify_batch(KEY * N, codes, TIME, last_steps),
        KeyTable(KEY * N, replay="report_only", last_steps=last_steps).verify(codes, TIME),
    ):
        assert list(verdict.ok) == [True, False, True, False]
        assert list(verdict.steps) == [1, 1, 1, 2]


@pytest.mark.parametrize("bad", [-2, 2**63, 2**64 - 1, 2**64, -(2**70)])
def test_last_steps_out_of_bounds(bad: int) -> None:
    verdict = TABLE.verify(["287082"] * N, TIME, last_steps=[bad, 0, 0, 0])
    assert [verdict.status(i) for i in range(2)] == ["CSEAL_E_RANGE", "accepted"]
    assert verify_batch(KEY, ["287082"], TIME, [bad]).status(0) == "CSEAL_E_RANGE"
    if 0 <= bad < 2**64:
        assert verify_batch(KEY, ["287082"], TIME, array("Q", [bad])).status(0) == "CSEAL_E_RANGE"


@pytest.mark.parametrize("counters", [[1, 2], array("q", [1, 2]), array("Q", [1, 2]), array("I", [1, 2])])
def test_next_counters(counters: Any) -> None:
    table = HOTPKeyTable([KEY, KEY], replay="report_only", next_counters=counters)
    other = HOTPKeyTable([KEY, KEY], replay="report_only")
    for verdict in (
        table.verify(["287082"] * 2),
        other.verify(["287082"] * 2, next_counters=counters),
        verify_hotp_batch(KEY * 2, ["287082"] * 2, counters),
    ):
        assert list(verdict.ok) == [True, False]
        assert list(verdict.next_counters) == [2, 2]


@pytest.mark.parametrize("bad", [-1, 2**64 - 1, 2**64, -(2**70)])
def test_next_counters_out_of_bounds(bad: int) -> None:
    table = HOTPKeyTable(KEY, replay="report_only")
    assert table.verify(["287082"], next_counters=[bad]).status(0) == "CSEAL_E_RANGE"
    assert verify_hotp_batch(KEY, ["287082"], [bad]).status(0) == "CSEAL_E_RANGE"
    if bad == -1:
        assert verify_hotp_batch(KEY, ["287082"], array("q", [bad])).status(0) == "CSEAL_E_RANGE"


@pytest.mark.parametrize("name", ["rows", "last_steps", "ids", "next_counters"])
@pytest.mark.parametrize(
    "value",
    [
        5,
        "0123",
        {0: 0},
        iter([0]),
        b"0123",
        array("d", [0.0] * N),
        array("b", [0] * N),
        [0.0] * N,
        ["0"] * N,
        [True] * N,
    ],
    ids=repr,
)
def test_no_numbers(name: str, value: Any) -> None:
    codes = ["287082"] * N
    calls: dict[str, Callable[[], object]] = {
        "ids": lambda: verify_batch(KEY * N, codes, TIME, [-1] * N, ids=value),
        "next_counters": lambda: verify_hotp_batch(KEY * N, codes, value),
        "last_steps": lambda: ok(codes, last_steps=value),
        "rows": lambda: ok(codes, rows=value),
    }
    with pytest.raises(TypeError, match=rf"^{name}(\[0\])? must be "):
        calls[name]()


def test_ids_are_never_changed() -> None:
    for bad in (2**64, -(2**64)):
        with pytest.raises(ConfigError, match="^ids must fit into 64 bits$"):
            verify_batch(KEY, ["287082"], TIME, [-1], ids=[bad])
    with pytest.raises(TypeError, match=r"^ids\[1\] must be "):
        verify_batch(KEY * 2, ["287082"] * 2, TIME, [-1] * 2, ids=[1, "lee"])  # type: ignore[list-item]


def test_lengths() -> None:
    codes = ["287082"] * N
    for name, given in (("rows", [0] * 3), ("last_steps", [0] * 5)):
        with pytest.raises(ConfigError, match=f"^{name} must be as many as codes: 4, not {len(given)}$"):
            ok(codes, **{name: given})
    with pytest.raises(ConfigError, match="^at must be as many as rows: 4, not 1$"):
        ok(codes, at=[59])
    with pytest.raises(ConfigError, match="^time must be as many as rows: 4, not 1$"):
        TABLE.at([59])
    with pytest.raises(ConfigError, match="^keys must be as many as codes: 4, not 3$"):
        verify_batch(KEY * 3, codes, TIME, [0] * 4)
    with pytest.raises(ConfigError, match="^ids must be as many as codes: 4, not 3$"):
        verify_hotp_batch(KEY * 4, codes, [0] * 4, ids=[1, 2, 3])
    with pytest.raises(ConfigError, match="^next_counters must be as many as codes: 4, not 3$"):
        verify_hotp_batch(KEY * 4, codes, [0] * 3)


def test_a_list_that_changes() -> None:
    rows: list[Any] = []

    class Clears:
        def __index__(self) -> int:
            rows.clear()
            return 0

    rows.extend([Clears(), 0, 0, 0])
    with pytest.raises(ValueError, match="^rows must not change while it is read$"):
        ok(["287082"] * N, rows=rows)


def test_buffers_are_free_afterwards() -> None:
    codes, rows, times, steps = array("I", MIXED), array("I", range(N)), array("q", [59] * N), array("q", [-1] * N)
    keys = bytearray(KEY * N)
    verdict = verify_batch(keys, codes, times, steps)
    TABLE.verify(codes, times, rows=rows, last_steps=steps)
    with pytest.raises(TypeError):
        TABLE.verify(codes, times, rows=rows, last_steps=array("d"))
    for column in (codes, rows, times, steps, keys):
        column.append(0)  # a BufferError where something holds it
    assert list(verdict.ok) == OK
