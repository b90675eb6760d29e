# SPDX-License-Identifier: Apache-2.0
"""The host's own clock, asked once for each call."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from ._errors import ConfigError

_Clock: TypeAlias = Callable[[], float]

# The years 2000 to 2200, which the engine takes.
_FIRST: Final = 946_684_800
_LAST: Final = 7_258_118_400


def checked(clock: _Clock | None) -> _Clock | None:
    if clock is not None and not callable(clock):
        raise TypeError(f"clock must be a function that returns seconds, not {type(clock).__name__}")
    return clock


def now_us(clock: _Clock | None) -> int | None:
    """Microseconds since 1970; None: the engine reads the machine's clock, and compares it with the store's."""
    if clock is None:
        return None
    now: object = clock()
    if isinstance(now, bool) or not isinstance(now, int | float):
        raise TypeError(f"clock must return seconds as a float, not {type(now).__name__}")
    if isinstance(now, float) and math.isnan(now):
        raise TypeError("clock must return seconds as a float, not NaN")
    if not _FIRST <= now <= _LAST:
        raise ConfigError(
            "clock must return seconds in the years 2000 to 2200 (is it in milliseconds?)", "CSEAL_E_TIME"
        )
    return math.floor(now * 1_000_000)
