# SPDX-License-Identifier: Apache-2.0
"""Time: seconds or an aware datetime, and nothing that only looks like one."""

import math
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from counterseal import HOTP, TOTP, ConfigError

totp = TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")


class Index:
    def __index__(self) -> int:
        return 59


class Nowhere(tzinfo):
    """A zone that does not know where it is: what it makes is naive all the same."""

    def utcoffset(self, _: datetime | None) -> None:
        return None

    def dst(self, _: datetime | None) -> None:
        return None

    def tzname(self, _: datetime | None) -> str:
        return "nowhere"


@pytest.mark.parametrize(
    "at",
    [
        59,
        59.0,
        59.999999,
        30.000001,
        Index(),
        datetime(1970, 1, 1, 0, 0, 59, 999999, tzinfo=UTC),
        datetime(1970, 1, 1, 5, 30, 59, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime(1969, 12, 31, 19, 0, 30, tzinfo=ZoneInfo("America/New_York")),
    ],
)
def test_the_same_step(at: Any) -> None:
    assert totp.at(at) == "287082"
    assert totp.verify("287082", None, at, 0, 0).step == 1


def test_the_repeated_hour() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2025, 10, 26, 2, 30, tzinfo=berlin, fold=0)
    second = datetime(2025, 10, 26, 2, 30, tzinfo=berlin, fold=1)
    assert totp.at(first) == totp.at(1761438600) == "609242"
    assert totp.at(second) == totp.at(1761442200)
    assert not totp.verify("609242", None, second)


def test_microseconds_never_round_up() -> None:
    # As a float this time is the next second.
    last = datetime(5138, 11, 16, 9, 45, 59, 999999, tzinfo=UTC)
    assert math.floor(last.timestamp()) % 30 == 0
    assert totp.at(last) == totp.at(int((last - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1) - 1))


@pytest.mark.parametrize(
    "at",
    [
        True,
        False,
        math.nan,
        "59",
        b"59",
        [59],
        59j,
        Decimal(59),
        Fraction(59),
        date(1970, 1, 1),
        datetime(1970, 1, 1),
        datetime(1970, 1, 1, tzinfo=Nowhere()),
        timedelta(seconds=59),
        time.time,
        datetime.now,
        time.gmtime(59),
        object(),
    ],
    ids=repr,
)
def test_not_a_time(at: Any) -> None:
    with pytest.raises(TypeError, match="^time must be "):
        totp.at(at)
    with pytest.raises(TypeError, match="^at must be "):
        totp.verify("287082", None, at)


def test_none_is_the_present_for_verify_only() -> None:
    with pytest.raises(TypeError, match="^time must be .*, not NoneType"):
        totp.at(None)  # type: ignore[arg-type]
    assert totp.verify(totp.now(), None)
    assert totp.verify(totp.now(), None, None)


@pytest.mark.parametrize(
    "at",
    [
        -1,
        -0.5,
        -(2**63),
        -(2**70),
        -math.inf,
        math.inf,
        1e300,
        1e308,
        10**11 + 1,
        10**11 + 1.0,
        1_700_000_000_000,
        2**63 - 1,
        2**63,
        2**64 + 59,
        2**70,
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
    ],
    ids=repr,
)
def test_out_of_range(at: Any) -> None:
    for name, call in (("time", totp.at), ("at", lambda at: totp.verify("287082", None, at))):
        with pytest.raises(
            ConfigError, match=rf"^{name} must (not be negative|be 0 to 100000000000 seconds)"
        ) as caught:
            call(at)
        assert caught.value.code == "CSEAL_E_TIME"


def test_the_ends_of_the_range() -> None:
    assert totp.at(0) == totp.at(-0.0) == "755224"
    assert len(totp.at(10**11)) == 6
    late = TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", t0=10**11)
    assert late.at(10**11) == "755224"
    with pytest.raises(ConfigError, match="^at must not lie before t0$"):
        late.verify("755224", None, 10**11 - 1)
    with pytest.raises(ConfigError, match="^time must not lie before t0$"):
        late.at(0)


def test_a_frozen_clock_is_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 59.5)
    assert totp.now() == "287082"
    assert totp.verify("287082", None).step == 1
    clock: Callable[[], Any]
    for clock, error in (
        (lambda: math.nan, TypeError),
        (lambda: -1.0, ConfigError),
        (lambda: 1 // 0, ZeroDivisionError),
    ):
        monkeypatch.setattr(time, "time", clock)
        with pytest.raises(error):
            totp.now()
        with pytest.raises(error):
            totp.verify("287082", None)


def test_hotp_reads_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1 // 0)
    assert HOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").verify("287082", 1)
