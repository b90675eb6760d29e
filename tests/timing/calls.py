#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole calls in Python, one call a sample: calls.py SAMPLES SEED, a line of JSON as timing_rows writes it.

The times are nanoseconds and hold the reading of the clock, which is the same for all classes. All classes share the
same users, and the texts of a pass are made in its order: objects of a class that lie together in memory would be
faster or slower together.
"""

from __future__ import annotations

import gc
import hmac
import json
import random
import sys
from collections import Counter
from time import perf_counter_ns

import counterseal

AT = 1_700_000_000
STEP = AT // 30
CLASSES = ["wrong", "accept", "wrong step", "replayed", "malformed"]
USERS = 256
PER_PASS = 500  # of each class

User = tuple[counterseal.TOTP, dict[str, bytes]]
Input = tuple[counterseal.TOTP, str, int]


def code_of(key: bytes, step: int) -> str:
    """RFC 4226 section 5.3, by the standard library."""
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = mac[19] & 15
    return f"{(int.from_bytes(mac[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def make(chance: random.Random) -> User:
    """A user, and what is typed in each class."""
    while True:
        key = chance.randbytes(20)
        window = [code_of(key, STEP + i) for i in (-1, 0, 1)]
        far = code_of(key, STEP + 7)
        if far not in window:
            break
    wrong = "".join(chance.choice([d for d in "0123456789" if d not in at]) for at in zip(*window, strict=True))
    codes = [wrong, window[1], far, window[1], wrong[:5] + "x"]
    return counterseal.TOTP.from_raw(key), dict(zip(CLASSES, (code.encode() for code in codes), strict=True))


def typed(user: User, of_class: str) -> Input:
    totp, codes = user
    # A text of its own, as it comes from a request.
    return totp, codes[of_class].decode(), STEP + 1 if of_class == "replayed" else STEP - 9


def wanted(verdict: object, of_class: str) -> bool:
    return bool(verdict) == (of_class == "accept")


def one_pass(inputs: list[Input]) -> tuple[list[int], list[object]]:
    """The loop that measures knows no classes."""
    times: list[int] = []
    verdicts: list[object] = []
    for totp, code, last_step in inputs:
        verify = totp.verify
        start = perf_counter_ns()
        verdict = verify(code, last_step, AT)
        end = perf_counter_ns()
        times.append(end - start)
        verdicts.append(verdict)
    return times, verdicts


def main() -> None:
    samples, seed = int(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(seed)
    made_like = [*CLASSES, CLASSES[0]]
    users = [make(chance) for _ in range(USERS)]
    per_pass = min(samples, PER_PASS)
    labels = [label for label in range(len(made_like)) for _ in range(per_pass)]
    counts: list[Counter[int]] = [Counter() for _ in made_like]
    gc.disable()
    done = -per_pass  # the first pass warms up
    while done < samples:
        chance.shuffle(labels)
        times, verdicts = one_pass([typed(chance.choice(users), made_like[label]) for label in labels])
        for label, time, verdict in zip(labels, times, verdicts, strict=True):
            if not wanted(verdict, made_like[label]):
                sys.exit(f"calls.py: {made_like[label]} is answered by {verdict!r}")
            if done >= 0:
                counts[label][time] += 1
        done += per_pass
        gc.collect()
    row = {
        "kind": "call",
        "function": "TOTP.verify",
        "what": f"Python {sys.version.split()[0]}, whole call",
        "classes": CLASSES,
        "times": [sorted(count.items()) for count in counts],
    }
    print(json.dumps(row))


if __name__ == "__main__":
    main()
