# SPDX-License-Identifier: Apache-2.0
"""How contestants are timed and compared; the same for every workload."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

PASS_S = 0.1


@dataclass(frozen=True)
class Contestant:
    who: str
    run: Callable[[], int]  # verifies one code for each user and says how many were accepted
    n: int  # users
    n_right: int  # of whom so many type a right code


@dataclass
class Row:
    workload: str
    who: str
    users: int
    min: float
    median: float
    max: float


@dataclass(frozen=True)
class Claim:
    """`ours` should be at least `target` times as fast as `peer`; without a target the ratio is only told."""

    ours: str
    peer: str
    target: float | None


@dataclass
class Ratio:
    workload: str
    what: str
    ratio: float
    target: float | None
    ok: bool


def expect(who: str, got: int, wanted: int) -> None:
    if got != wanted:
        sys.exit(f"{who}: accepted {got} codes, not {wanted}")


def timed(one: Contestant, repeats: int) -> float:
    """Verifications per second."""
    start = time.perf_counter()
    for _ in range(repeats):
        expect(one.who, one.run(), one.n_right)
    return one.n * repeats / (time.perf_counter() - start)


def measure(workload: str, contestants: Iterable[Contestant], passes: int) -> Iterator[Row]:
    """Passes of the contestants take turns, so that a busy neighbour meets all alike. Each pass goes through the users
    as often as a tenth of a second allows, at least once: else the fastest would be timed on caches that the slowest
    has just emptied. A first pass warms up."""
    all_repeats = [(one, int(timed(one, 1) / one.n * PASS_S) + 1) for one in contestants]
    rates: dict[str, list[float]] = {one.who: [] for one, _ in all_repeats}
    for _ in range(passes):
        for one, repeats in all_repeats:
            rates[one.who].append(timed(one, repeats))
    for one, _ in all_repeats:
        rate = rates[one.who]
        yield Row(workload, one.who, one.n, min(rate), median(rate), max(rate))


def ratios(rows: list[Row], claims: Iterable[Claim]) -> Iterator[Ratio]:
    rate = {(row.workload, row.who): row.median for row in rows}
    for workload in dict.fromkeys(row.workload for row in rows):
        for claim in claims:
            ratio = rate[workload, claim.ours] / rate[workload, claim.peer]
            ok = claim.target is None or ratio >= claim.target
            yield Ratio(workload, f"{claim.ours} / {claim.peer}", ratio, claim.target, ok)


def report(rows: list[Row], found: list[Ratio]) -> None:
    print(f"{'verifications per second':46} {'users':>10} {'min':>12} {'median':>12} {'max':>12}")
    for row in rows:
        numbers = f"{row.users:>10,} {row.min:>12,.0f} {row.median:>12,.0f} {row.max:>12,.0f}"
        print(f"{row.workload + ': ' + row.who:46} {numbers}")
    for ratio in found:
        verdict = "no target" if ratio.target is None else f"target {ratio.target:g}: {'ok' if ratio.ok else 'missed'}"
        print(f"{ratio.workload + ': ' + ratio.what:70} {ratio.ratio:>7.1f} times, {verdict}")
