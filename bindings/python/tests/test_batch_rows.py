# SPDX-License-Identifier: Apache-2.0
"""A batch is its rows verified one after another."""

import random
from array import array
from typing import Any

import pytest
from counterseal import HOTP, TOTP, HOTPKeyTable, KeyTable, verify_batch, verify_hotp_batch

N = 700
LENGTHS = {"SHA1": 20, "SHA256": 32, "SHA512": 64}
GARBAGE: list[object] = [
    None,
    287082,
    True,
    1.5,
    [],
    object(),
    "",
    b"",
    "12345",
    "1234567",
    "12345x",
    "１２３４５６",
    "\ud800",
    b"\xff" * 6,
    "287082\0",
    "\0" * 6,
    "1" * 33,
    "1" * 1_000_000,
    "-287082",
    "2  87082",
]


def spelled(draw: random.Random, code: str) -> object:
    """A way to type the code that is none of its faults."""
    return draw.choice(
        [
            code,
            code,
            code.encode(),
            f" {code}\n",
            f"{code[:3]} {code[3:]}",
            "-".join(code),
            " " * 40 + code + "\t" * 40,
            "\v" * 30 + " ".join(code),
        ]
    )


@pytest.mark.parametrize("algorithm", LENGTHS)
@pytest.mark.parametrize("digits", [6, 8, 10])
@pytest.mark.parametrize("past", [0, 1, 4])
def test_totp(algorithm: Any, digits: int, past: int) -> None:
    draw = random.Random(f"{algorithm} {digits} {past}")
    keys = [draw.randbytes(draw.choice([LENGTHS[algorithm], 1, 16, 200])) for _ in range(40)]
    singles = [TOTP.from_raw(key, algorithm=algorithm, digits=digits, period=60, t0=30) for key in keys]
    stored = [draw.choice([-1, 90, 100]) for _ in keys]
    table = KeyTable(keys, algorithm=algorithm, replay="this_process", last_steps=stored)
    report = KeyTable(keys, algorithm=algorithm, replay="report_only", last_steps=stored)
    rows = [draw.randrange(len(keys)) for _ in range(N)]
    times = [30 + 60 * 100 + draw.randrange(240) for _ in range(N)]
    codes: list[object] = []
    for row, time in zip(rows, times, strict=True):
        right = singles[row].at(time + 60 * draw.randint(-past - 1, 2))
        wrong = f"{draw.randrange(10**digits):0{digits}}"
        codes.append(draw.choice([spelled(draw, right), right, wrong, draw.choice(GARBAGE)]))
    last, expected, steps = list(stored), [], []
    for row, time, code in zip(rows, times, codes, strict=True):
        verdict = singles[row].verify(code, last[row], time, past, 1)
        last[row] = verdict.step if verdict.step is not None else last[row]
        expected.append(verdict.status)
        steps.append(verdict.step)
    options: Any = {"past": past, "future": 1, "digits": digits, "period": 60, "t0": 30}
    batches = [
        table.verify(codes, times, rows=rows, **options),
        report.verify(tuple(codes), array("q", times), rows=array("I", rows), **options),
        verify_batch(
            [keys[row] for row in rows],
            codes,
            times,
            [stored[row] for row in rows],
            ids=rows,
            algorithm=algorithm,
            **options,
        ),
    ]
    for batch in batches:
        assert [batch.status(i) for i in range(N)] == expected
        assert [step if ok else None for step, ok in zip(batch.steps, batch.ok, strict=True)] == steps
    assert list(table.last_steps()) == last
    assert list(report.last_steps()) == stored
    assert {"accepted", "wrong", "replayed", "malformed"} == set(expected)


@pytest.mark.parametrize("algorithm", LENGTHS)
@pytest.mark.parametrize("look_ahead", [0, 5])
def test_hotp(algorithm: Any, look_ahead: int) -> None:
    draw = random.Random(f"{algorithm} {look_ahead}")
    keys = [draw.randbytes(LENGTHS[algorithm]) for _ in range(40)]
    singles = [HOTP.from_raw(key, algorithm=algorithm) for key in keys]
    stored = [draw.randrange(1000) for _ in keys]
    table = HOTPKeyTable(b"".join(keys), algorithm=algorithm, replay="this_process", next_counters=stored)
    report = HOTPKeyTable(keys, algorithm=algorithm, replay="report_only", next_counters=array("Q", stored))
    rows = [draw.randrange(len(keys)) for _ in range(N)]
    guess = list(stored)
    codes: list[object] = []
    for row in rows:
        counter = max(0, guess[row] + draw.randint(-2, look_ahead + 1))
        guess[row] = counter + 1
        codes.append(draw.choice([spelled(draw, singles[row].at(counter)), draw.choice(GARBAGE), "000000"]))
    following, expected = list(stored), []
    for row, code in zip(rows, codes, strict=True):
        verdict = singles[row].verify(code, following[row], look_ahead)
        following[row] = verdict.next_counter if verdict.next_counter is not None else following[row]
        expected.append(verdict.status)
    batches = [
        table.verify(codes, rows=rows, look_ahead=look_ahead),
        report.verify(codes, rows=rows, look_ahead=look_ahead),
        verify_hotp_batch(
            [keys[row] for row in rows],
            codes,
            [stored[row] for row in rows],
            ids=rows,
            algorithm=algorithm,
            look_ahead=look_ahead,
        ),
    ]
    for batch in batches:
        assert [batch.status(i) for i in range(N)] == expected
    assert list(table.next_counters()) == following
    assert "accepted" in expected


def test_without_ids_a_key_is_not_known_again() -> None:
    key = b"12345678901234567890"
    codes, steps = ["287082"] * 2, [-1, -1]
    assert list(verify_batch([key] * 2, codes, 59, steps).ok) == [True, True]
    assert list(verify_batch([key] * 2, codes, 59, steps, ids=[2**64 - 1] * 2).ok) == [True, False]
    assert list(verify_hotp_batch(key * 2, codes, [1, 1]).ok) == [True, True]
    assert list(verify_hotp_batch(key * 2, codes, [1, 1], ids=[5, 5]).ok) == [True, False]


def test_codes_that_fit_into_no_number() -> None:
    """Ten digits can say more than 31 bits, which truncation never makes."""
    key = b"12345678901234567890"
    totp = TOTP.from_raw(key, digits=10)
    table = KeyTable([key] * 3, replay="report_only")
    codes = [totp.at(59), "4294967296", "9999999999"]
    assert [table.verify(codes, 59, digits=10).status(i) for i in range(3)] == ["accepted", "wrong", "wrong"]
    numbers = array("q", map(int, codes))
    assert list(table.verify(numbers, 59, digits=10).ok) == [True, False, False]
