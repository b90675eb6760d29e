# SPDX-License-Identifier: Apache-2.0
"""The statistics of the timing report, on samples whose answer is known."""

from __future__ import annotations

import random
from collections import Counter

import pytest
import welch


def counted(values: list[int]) -> welch.Counted:
    return sorted(Counter(values).items())


def test_t_by_hand() -> None:
    a, b = welch.Sums(), welch.Sums()
    for value in (1, 2, 3, 4, 5):  # mean 3, variance 2.5
        a.add(value, 1)
    for value in (2, 4, 6, 8):  # mean 5, variance 20/3
        b.add(value, 1)
    assert welch.t_of(a, b) == pytest.approx(-2 / (0.5 + 5 / 3) ** 0.5)


def test_same_samples() -> None:
    same = counted([100, 101, 101, 103] * 100)
    found = welch.compare(same, same)
    assert (found.t, found.t_all, found.difference) == (0, 0, 0)


def test_one_value_each() -> None:
    assert welch.compare([(7, 100)], [(7, 100)]).t == 0
    assert welch.compare([(7, 100)], [(8, 100)]).t < -1e6


def test_cropping_finds_what_the_tail_hides() -> None:
    chance = random.Random(1)
    tail = [chance.randrange(10_000, 1_000_000) for _ in range(300)]
    a = [chance.randrange(100, 110) for _ in range(10_000)] + tail[:150]
    b = [chance.randrange(101, 111) for _ in range(10_000)] + tail[150:]
    found = welch.compare(counted(a), counted(b))
    assert abs(found.t_all) < 3
    assert found.t < -10
    assert found.cut < 1
    assert found.difference == pytest.approx(1, abs=0.5)
    assert found.n == (10_150, 10_150)


def test_the_same_distribution_is_not_told_apart() -> None:
    chance = random.Random(2)
    a, b = ([round(chance.gauss(500, 30)) for _ in range(20_000)] for _ in range(2))
    assert abs(welch.compare(counted(a), counted(b)).t) < 4.5


def test_too_few_samples_are_no_answer() -> None:
    with pytest.raises(ValueError, match="too few samples"):
        welch.compare([(1, 3)], [(1, 3)])


def test_median() -> None:
    assert welch.median([(1, 2), (5, 1), (9, 4)]) == 9
    assert welch.median([(1, 2), (5, 2), (9, 1)]) == 5
