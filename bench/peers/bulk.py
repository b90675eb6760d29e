# SPDX-License-Identifier: Apache-2.0
"""Many users in one call beside the same users one after another.

The peers are as fast for the last user as for the first, so they take a part of the users; ours takes all of them.
"""

from __future__ import annotations

import base64
import random
import sys
from array import array
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import numpy
import pyotp
from by_hand import AT, STEPS, judge, text, verify_by_hand
from counterseal import BatchVerdict, KeyTable, verify_batch
from rates import Claim, Contestant, Row, expect, measure

SEED = 20261126
OURS = "table, array('I')"
PEERS = ("pyotp, row by row", "hmac.digest, row by row")
CLAIMS = (Claim(OURS, PEERS[0], 500), Claim(OURS, PEERS[1], None))

#: Codes as numbers to what a contestant takes.
Read = Callable[["array[int]"], Any]


class Users:
    """The same for everybody: a key, a wrong code, and the right one of each step of the window."""

    def __init__(self, n: int) -> None:
        chance = random.Random(SEED)
        self.n = n
        self.keys = chance.randbytes(20 * n)
        self.hits = [array("I", (judge(key, step) for key in self.each_key())) for step in STEPS]
        #: What the right codes of each step burn.
        self.steps = [
            array("q", (burnt(right, i) for right in zip(*self.hits, strict=True))) for i in range(len(STEPS))
        ]
        self.misses = array("I", (wrong(chance, right) for right in zip(*self.hits, strict=True)))

    def each_key(self) -> Iterator[bytes]:
        return (self.keys[begin : begin + 20] for begin in range(0, 20 * self.n, 20))


def burnt(right: tuple[int, ...], i: int) -> int:
    """The step that right[i] burns: the highest one with that code, for among a million users some have one twice."""
    return max(step for step, code in zip(STEPS, right, strict=True) if code == right[i])


def wrong(chance: random.Random, right: tuple[int, ...]) -> int:
    while (code := chance.randrange(1_000_000)) in right:
        pass
    return code


def texts(codes: array[int]) -> list[str]:
    return [text(code) for code in codes]


def in_one_call(users: Users) -> Iterator[tuple[str, Read, Callable[[Any], BatchVerdict]]]:
    """Name, how codes are written, and the call. `table` is made beforehand, raw keys come with each call."""
    table = KeyTable(users.keys, replay="report_only")
    never = array("q", repeat(-1, users.n))
    forms: list[tuple[str, Read]] = [
        ("array('I')", lambda codes: codes),
        ("numpy uint32", lambda codes: numpy.array(codes, dtype=numpy.uint32)),
        ("bytes, 6 a row", lambda codes: memoryview("".join(texts(codes)).encode()).cast("B", [len(codes), 6])),
        ("list of str", texts),
    ]
    for name, read in forms:
        yield f"table, {name}", read, lambda codes: table.verify(codes, AT)
    yield "raw keys, array('I')", lambda codes: codes, lambda codes: verify_batch(users.keys, codes, AT, never)


def one_by_one(users: Users, n: int) -> Iterator[tuple[str, Callable[[list[str]], int]]]:
    keys = [key for key, _ in zip(users.each_key(), range(n), strict=False)]
    theirs = [pyotp.TOTP(base64.b32encode(key).decode()) for key in keys]

    def by_pyotp(codes: list[str]) -> int:
        n = 0
        for totp, code in zip(theirs, codes, strict=True):
            if totp.verify(code, for_time=AT, valid_window=1):
                n += 1
        return n

    def by_hand(codes: list[str]) -> int:
        n = 0
        for key, code in zip(keys, codes, strict=True):
            if verify_by_hand(key, code, AT):
                n += 1
        return n

    yield from zip(PEERS, (by_pyotp, by_hand), strict=True)


def contestants(users: Users, n_peers: int) -> Iterator[Contestant]:
    """Each is proven before it is timed: every right code of each step is accepted, every wrong one is a miss."""
    for who, read, call in in_one_call(users):
        for codes, steps in zip(users.hits, users.steps, strict=True):
            verdict = call(read(codes))
            expect(f"{who}, right codes", verdict.n_ok, users.n)
            if verdict.steps != memoryview(steps):
                sys.exit(f"{who}: a step that was burnt is another one")
        misses = read(users.misses)
        expect(f"{who}, wrong codes", call(misses).counts().get("wrong", 0), users.n)
        yield Contestant(who, lambda call=call, misses=misses: call(misses).n_ok, users.n, 0)  # type: ignore[misc]
    for who, run in one_by_one(users, n_peers):
        for codes in users.hits:
            expect(f"{who}, right codes", run(texts(codes[:n_peers])), n_peers)
        typed = texts(users.misses[:n_peers])
        yield Contestant(who, lambda run=run, typed=typed: run(typed), n_peers, 0)  # type: ignore[misc]


def rows(n: int, n_peers: int, passes: int) -> Iterator[Row]:
    yield from measure("bulk", list(contestants(Users(n), n_peers)), passes)
