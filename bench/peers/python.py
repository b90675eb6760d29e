#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counterseal in Python beside what people would use instead: pyotp, and hmac.digest tuned by hand.

Usage: bench/peers/python.py [--smoke] RESULT.json
"""

from __future__ import annotations

import base64
import hmac
import json
import platform
import random
import struct
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import counterseal
import pyotp

AT = 1_800_000_015  # the middle of a step
PERIOD = 30
SEED = 20261125
PASS_S = 0.1

Run = Callable[[list[str]], int]  # codes of all users, in their order -> how many were accepted


class Users:
    """The same for everybody: their secrets, a wrong code each, and the right one of each step of the window."""

    def __init__(self, count: int) -> None:
        chance = random.Random(SEED)
        self.keys = [chance.randbytes(20) for _ in range(count)]
        self.secrets = [base64.b32encode(key).decode() for key in self.keys]
        steps = range(AT // PERIOD - 1, AT // PERIOD + 2)
        self.hits = [[judge(key, step) for key in self.keys] for step in steps]
        self.misses = []
        for codes in zip(*self.hits, strict=True):
            while (code := f"{chance.randrange(1_000_000):06d}") in codes:
                pass
            self.misses.append(code)
        # Half of the users, and a third of those at each step, type a right code.
        right = set(chance.sample(range(count), count // 2))
        self.half = [self.hits[i % 3][i] if i in right else self.misses[i] for i in range(count)]
        self.n_right = len(right)


def judge(key: bytes, step: int) -> str:
    """RFC 4226 section 5.3, by the standard library: says beforehand which code is right."""
    mac = hmac.new(key, step.to_bytes(8, "big"), "sha1").digest()
    offset = mac[-1] & 15
    binary = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{binary % 1_000_000:06d}"


digest = hmac.digest
pack = struct.Struct(">Q").pack
unpack_from = struct.Struct(">I").unpack_from


def verify_by_hand(key: bytes, code: str, at: int) -> bool:
    """As fast as plain Python gets: decoded key, one-shot digest, integers compared, an end at the first match."""
    given = int(code)
    step = at // PERIOD
    for counter in (step - 1, step, step + 1):
        mac = digest(key, pack(counter), "sha1")
        if (unpack_from(mac, mac[19] & 15)[0] & 0x7FFFFFFF) % 1_000_000 == given:
            return True
    return False


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


@dataclass
class Row:
    workload: str
    who: str
    min: float
    median: float
    max: float


@dataclass
class Ratio:
    workload: str
    what: str
    ratio: float
    target: float
    ok: bool


def expect(who: str, got: int, wanted: int) -> None:
    if got != wanted:
        sys.exit(f"{who}: accepted {got} codes, not {wanted}")


def timed(who: str, run: Run, codes: list[str], wanted: int, repeats: int) -> float:
    """Verifications per second."""
    start = time.perf_counter()
    for _ in range(repeats):
        expect(who, run(codes), wanted)
    return len(codes) * repeats / (time.perf_counter() - start)


def measure(workload: str, codes: list[str], wanted: int, runs: dict[str, Run], passes: int) -> Iterator[Row]:
    """Passes of the contestants take turns, so that a busy neighbour meets all alike. Each pass goes through the users
    as often as a tenth of a second allows, at least once: else the fastest would be timed on caches that the slowest
    has just emptied. A first pass warms up."""
    repeats = {who: int(timed(who, run, codes, wanted, 1) / len(codes) * PASS_S) + 1 for who, run in runs.items()}
    rates: dict[str, list[float]] = {who: [] for who in runs}
    for _ in range(passes):
        for who, run in runs.items():
            rates[who].append(timed(who, run, codes, wanted, repeats[who]))
    for who, rate in rates.items():
        yield Row(workload, who, min(rate), median(rate), max(rate))


TARGETS = (("counterseal held", "pyotp held", 25), ("counterseal held", "hmac.digest by hand", 6))


def ratios(rows: list[Row]) -> Iterator[Ratio]:
    rate = {(row.workload, row.who): row.median for row in rows}
    for workload in dict.fromkeys(row.workload for row in rows):
        for ours, peer, target in TARGETS:
            ratio = rate[workload, ours] / rate[workload, peer]
            yield Ratio(workload, f"{ours} / {peer}", ratio, target, ratio >= target)


def cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def main() -> None:
    smoke = "--smoke" in sys.argv[1:]
    (result,) = (argument for argument in sys.argv[1:] if argument != "--smoke")
    users = Users(60 if smoke else 10_000)
    passes = 1 if smoke else 9
    runs = dict(contestants(users))
    for who, run in runs.items():
        for step, codes in zip((-1, 0, 1), users.hits, strict=True):
            expect(f"{who}, step {step:+d}", run(codes), len(codes))

    rows = [
        *measure("misses", users.misses, 0, runs, passes),
        *measure("half hits", users.half, users.n_right, runs, passes),
    ]
    found = list(ratios(rows))
    about = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cpu": cpu_model(),
        "python": platform.python_version(),
        "counterseal": counterseal.__version__,
        "pyotp": version("pyotp"),
        "users": len(users.keys),
        "passes": passes,
    }
    print("  ".join(f"{key} {value}" for key, value in about.items()))
    print(f"{'verifications per second':34} {'min':>12} {'median':>12} {'max':>12}")
    for row in rows:
        print(f"{row.workload + ': ' + row.who:34} {row.min:>12,.0f} {row.median:>12,.0f} {row.max:>12,.0f}")
    for ratio in found:
        verdict = "ok" if ratio.ok else "missed"
        print(f"{ratio.workload + ': ' + ratio.what:55} {ratio.ratio:>6.1f} times, target {ratio.target:g}: {verdict}")
    document = {"about": about, "rows": [vars(row) for row in rows], "ratios": [vars(ratio) for ratio in found]}
    Path(result).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
