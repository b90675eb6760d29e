# SPDX-License-Identifier: Apache-2.0
"""DESIGN 8.6: locks and expiry use the later of the host's time and the latest that the store has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

BACK = 5 * SECOND  # further behind than this is a fault
STEP = 300 * SECOND  # as far as one commit moves the stored time
_WRITTEN_AFTER = SECOND  # not at every call: DESIGN is silent, core/engine/clock.hpp says so


class ClockFault(Exception):
    """Nothing is written, nobody is let in."""


class Time(NamedTuple):
    now: int  # the host's: for codes and events
    latest: int  # for locks and expiry


@dataclass(slots=True)
class StoredClock:
    stored: int = 0  # nothing was written yet

    def read(self, now: int) -> Time:
        if now < self.stored - BACK:
            raise ClockFault
        return Time(now, max(now, self.stored))

    def tell(self, now: int) -> Time:
        """The same in a call that commits, which moves the stored time."""
        time = self.read(now)
        if now > self.stored + _WRITTEN_AFTER:
            self.stored = now if self.stored == 0 else min(now, self.stored + STEP)
        return time


def seconds_until(then: int, now: int) -> int | None:
    """Whole seconds, rounded up; None: it is then already."""
    return None if then <= now else -((now - then) // SECOND)
