#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counterseal in Python beside what people would use instead: pyotp, and hmac.digest tuned by hand.

Usage: bench/peers/python.py [--smoke] RESULT.json
"""

from __future__ import annotations

import base64
import json
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

import bulk
import counterseal
import passkeys
import pyotp
from by_hand import AT, STEPS, judge, text, verify_by_hand
from rates import Claim, Contestant, Row, expect, measure, ratios, report

SEED = 20261125

Run = Callable[[list[str]], int]  # codes of all users, in their order -> how many were accepted


class Users:
    """The same for everybody: their secrets, a wrong code each, and the right one of each step of the window."""

    def __init__(self, count: int) -> None:
        chance = random.Random(SEED)
        self.keys = [chance.randbytes(20) for _ in range(count)]
        self.secrets = [base64.b32encode(key).decode() for key in self.keys]
        self.hits = [[text(judge(key, step)) for key in self.keys] for step in STEPS]
        self.misses = []
        for codes in zip(*self.hits, strict=True):
            while (code := text(chance.randrange(1_000_000))) in codes:
                pass
            self.misses.append(code)
        # Half of the users, and a third of those at each step, type a right code.
        right = set(chance.sample(range(count), count // 2))
        self.half = [self.hits[i % 3][i] if i in right else self.misses[i] for i in range(count)]
        self.n_right = len(right)


def contestants(users: Users) -> Iterator[tuple[str, Run]]:
    """Each with a loop of its own, so that nobody pays for a harness. "held": the objects are made beforehand.
    "request": made from the stored base32 text for each verification, as most web handlers do."""
    ours = [counterseal.TOTP.from_raw(key) for key in users.keys]
    theirs = [pyotp.TOTP(secret) for secret in users.secrets]

    def counterseal_held(codes: list[str]) -> int:
        n = 0
        for totp, code in zip(ours, codes, strict=True):
            if totp.verify(code, None, AT, 1, 1):
                n += 1
        return n

    def counterseal_request(codes: list[str]) -> int:
        n = 0
        for secret, code in zip(users.secrets, codes, strict=True):
            if counterseal.TOTP(secret).verify(code, None, AT, 1, 1):
                n += 1
        return n

    def pyotp_held(codes: list[str]) -> int:
        n = 0
        for totp, code in zip(theirs, codes, strict=True):
            if totp.verify(code, for_time=AT, valid_window=1):
                n += 1
        return n

    def pyotp_request(codes: list[str]) -> int:
        n = 0
        for secret, code in zip(users.secrets, codes, strict=True):
            if pyotp.TOTP(secret).verify(code, for_time=AT, valid_window=1):
                n += 1
        return n

    def by_hand(codes: list[str]) -> int:
        n = 0
        for key, code in zip(users.keys, codes, strict=True):
            if verify_by_hand(key, code, AT):
                n += 1
        return n

    yield "counterseal held", counterseal_held
    yield "counterseal request", counterseal_request
    yield "pyotp held", pyotp_held
    yield "pyotp request", pyotp_request
    yield "hmac.digest by hand", by_hand


CLAIMS = (Claim("counterseal held", "pyotp held", 25), Claim("counterseal held", "hmac.digest by hand", 6))


def rows_of_single_calls(users: Users, passes: int) -> Iterator[Row]:
    runs = dict(contestants(users))
    for who, run in runs.items():
        for step, codes in zip((-1, 0, 1), users.hits, strict=True):
            expect(f"{who}, step {step:+d}", run(codes), len(codes))
    for workload, codes, n_right in (("misses", users.misses, 0), ("half hits", users.half, users.n_right)):
        alike = [Contestant(who, partial(run, codes), len(codes), n_right) for who, run in runs.items()]
        yield from measure(workload, alike, passes)


def cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    smoke = "--smoke" in sys.argv[1:]
    (result,) = (argument for argument in sys.argv[1:] if argument != "--smoke")
    passes = 1 if smoke else 9
    singles = list(rows_of_single_calls(Users(60 if smoke else 10_000), passes))
    batches = list(bulk.rows(*((600, 60) if smoke else (1_000_000, 20_000)), passes))
    logins = list(passkeys.rows(2 if smoke else 20, passes))
    rows = [*singles, *batches, *logins]
    found = [*ratios(singles, CLAIMS), *ratios(batches, bulk.CLAIMS)]
    for workload, claims in passkeys.CLAIMS.items():
        found += ratios([row for row in logins if row.workload == workload], claims)
    about = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cpu": cpu_model(),
        "python": platform.python_version(),
        "counterseal": counterseal.__version__,
        "pyotp": version("pyotp"),
        "py_webauthn": version("webauthn"),
        "cryptography": version("cryptography"),
        "numpy": version("numpy"),
        "passes": passes,
    }
    print("  ".join(f"{key} {value}" for key, value in about.items()))
    report(rows, found)
    document = {"about": about, "rows": [vars(row) for row in rows], "ratios": [vars(ratio) for ratio in found]}
    Path(result).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
