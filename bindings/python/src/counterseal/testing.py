# SPDX-License-Identifier: Apache-2.0
"""For the tests of a host: a clock set by hand, an engine without a file, a phone, a passkey, a store that fails.

    engine = memory_engine()
    maple = engine.tenant("maple")
    enrollment = maple.enroll_totp("alice")
    phone = FakePhone(enrollment.uri, engine.clock)
    assert maple.confirm("alice", enrollment.factor_id, phone.code())

Nothing here belongs into a login.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from ._arguments import refuse_type, text
from ._async_engine import AsyncEngine
from ._call import Call
from ._clock import _Clock, checked
from ._engine import Engine
from ._errors import ConfigError
from ._fake_passkey import FakePasskey
from ._native import HOTP, TOTP, KeyRing
from ._operations import fault
from ._seeds import import_migration

__all__ = ["FakeClock", "FakePasskey", "FakePhone", "Faults", "faults", "memory_engine"]

_START: Final = 1_700_000_000.0


def _number(value: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse_type(name, "seconds (int or float)", value)
    if isinstance(value, float) and not math.isfinite(value):
        raise TypeError(f"{name} must be seconds (int or float), not {value}")
    return value


class FakeClock:
    """A clock that moves only when it is told to: for ``clock``."""

    def __init__(self, now: float = _START) -> None:
        self._now = _number(now, "now")

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Moves it."""
        self._now += _number(seconds, "seconds")

    def set(self, now: float) -> None:
        """Sets it to seconds since 1970."""
        self._now = _number(now, "now")

    def __repr__(self) -> str:
        return f"FakeClock({self._now!r})"


def memory_engine(**settings: Any) -> Engine:
    """An engine that keeps everything in memory, with keys of its own and a FakeClock.

    ``settings`` as in Engine.open(). The clock is ``engine.clock``, or the one that was given.
    """
    own: dict[str, Any] = {
        "keys": KeyRing.from_keys({"test": os.urandom(32)}, active="test"),
        "clock": FakeClock(),
        "create": True,
    }
    return Engine.open("memory:", **(own | settings))


class FakePhone:
    """An authenticator app that has scanned a URI: ``enrollment.uri``. ``clock`` is that of the engine."""

    def __init__(self, uri: str, clock: _Clock | None = None) -> None:
        otp, *more = import_migration(text(uri, "uri"))
        if more:
            raise ConfigError(f"uri must be of one factor, not of {1 + len(more)}", "CSEAL_E_ARGUMENT")
        self._otp: TOTP | HOTP = otp
        self._clock: _Clock = checked(clock) or time.time
        self._counter = otp.counter if isinstance(otp, HOTP) else 0

    def code(self) -> str:
        """What it shows now. A counter-based one shows the next code each time."""
        if isinstance(self._otp, TOTP):
            return self._otp.at(self._clock())
        self._counter += 1
        return self._otp.at(self._counter - 1)

    def wrong_code(self) -> str:
        """Of the right shape, and none that is accepted now or soon."""
        right = self._soon()
        return next(code for n in range(len(right) + 1) if (code := f"{n:0{self._otp.digits}}") not in right)

    def _soon(self) -> set[str]:
        if isinstance(self._otp, TOTP):
            period = self._otp.period
            now = math.floor(self._clock())
            return {self._otp.at(max(self._otp.t0, now + step * period)) for step in range(-20, 21)}
        return {self._otp.at(counter) for counter in range(self._counter, self._counter + 101)}

    def __repr__(self) -> str:
        return "<counterseal.testing.FakePhone>"


class Faults:
    """Ways in which the store of a memory_engine() fails while a ``with`` block runs."""

    def __init__(self, engine: Engine | AsyncEngine) -> None:
        self._handle = engine._handle

    @contextmanager
    def store_down(self) -> Iterator[None]:
        """The store does not answer: StoreUnavailable."""
        with self._fails("store_down"):
            yield

    @contextmanager
    def commit_unknown(self) -> Iterator[None]:
        """A commit happens, but nobody hears of it: OutcomeUnknown."""
        with self._fails("commit_unknown"):
            yield

    @contextmanager
    def commit_lost(self) -> Iterator[None]:
        """A commit does not happen, and nobody hears of it: OutcomeUnknown."""
        with self._fails("commit_lost"):
            yield

    @contextmanager
    def _fails(self, how: Literal["store_down", "commit_unknown", "commit_lost"]) -> Iterator[None]:
        self._arm(how)
        try:
            yield
        finally:
            self._arm("none")

    def _arm(self, what: str) -> None:
        call: Call[None] = fault(what)
        call.result(*self._handle.call(call.op, call.request, call.secret))


def faults(engine: Engine | AsyncEngine) -> Faults:
    """What may go wrong with an engine of memory: ``with faults(engine).store_down(): ...``."""
    if not isinstance(engine, Engine | AsyncEngine):
        raise refuse_type("engine", "an Engine or an AsyncEngine", engine)
    return Faults(engine)
