# SPDX-License-Identifier: Apache-2.0
"""Welch's t-test on times, cropped at several percentiles as dudect does (Reparaz, Balasch, Verbauwhede 2017).

Times have a long tail of interrupts and other people's work, which drowns a difference of a few cycles. So the largest
times are left out, at cut-offs that come from both classes together and therefore do not depend on the class. Which
cut-off shows a leak best is not known beforehand: all are tried, and the largest |t| counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Counted = Sequence[tuple[int, int]]  # (time, how often) in rising order

CUTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 1.0)
CUT_OF_MEANS = 0.95
MIN_SAMPLES = 50  # of each class below a cut-off


@dataclass
class Comparison:
    t: float  # the t that is largest without its sign; below 0: the second class is slower
    cut: float  # the percentile at which it was found, as a fraction
    t_all: float  # t of all samples
    difference: float  # mean of the second class minus mean of the first, of the fastest 95 %
    n: tuple[int, int]


class Sums:
    """What is needed of the values seen so far. Whole numbers, so that nothing is rounded away."""

    def __init__(self) -> None:
        self.n = self.sum = self.squares = 0

    def add(self, value: int, count: int) -> None:
        self.n += count
        self.sum += value * count
        self.squares += value * value * count

    def mean(self) -> float:
        return self.sum / self.n

    def variance(self) -> float:
        return (self.squares * self.n - self.sum * self.sum) / (self.n * (self.n - 1))


def t_of(a: Sums, b: Sums) -> float:
    difference = a.mean() - b.mean()
    deviation = math.sqrt(a.variance() / a.n + b.variance() / b.n)
    if deviation == 0:
        return 0.0 if difference == 0 else math.copysign(1e9, difference)
    return difference / deviation


def compare(first: Counted, second: Counted) -> Comparison:
    merged = sorted(
        [(value, count, 0) for value, count in first] + [(value, count, 1) for value, count in second],
    )
    total = sum(count for _, count, _ in merged)
    sums = (Sums(), Sums())
    found: list[tuple[float, float, float]] = []  # (cut, t, difference)
    cuts = list(CUTS)
    for at, (value, count, which) in enumerate(merged):
        sums[which].add(value, count)
        if at + 1 < len(merged) and merged[at + 1][0] == value:
            continue
        seen = sums[0].n + sums[1].n
        reached = [cut for cut in cuts if seen >= cut * total]
        cuts = cuts[len(reached) :]
        if reached and min(sums[0].n, sums[1].n) >= MIN_SAMPLES:
            found += [(cut, t_of(*sums), sums[1].mean() - sums[0].mean()) for cut in reached]
    if not found or found[-1][0] != 1.0:
        raise ValueError(f"too few samples to compare: {sums[0].n} and {sums[1].n}")
    cut, t, _ = max(found, key=lambda one: abs(one[1]))
    difference = next(one[2] for one in found if one[0] >= CUT_OF_MEANS)
    return Comparison(t, cut, found[-1][1], difference, (sums[0].n, sums[1].n))


def median(counted: Counted) -> int:
    half = sum(count for _, count in counted) / 2
    seen = 0
    for value, count in counted:
        seen += count
        if seen >= half:
            return value
    raise ValueError("no samples")
