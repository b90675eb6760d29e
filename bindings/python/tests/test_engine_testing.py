# SPDX-License-Identifier: Apache-2.0
"""The testing kit does what a host's tests rely on."""

from datetime import UTC, datetime
from typing import Any

import pytest
from counterseal import HOTP, TOTP, ConfigError, EngineClosed
from counterseal.testing import FakeClock, FakePhone, faults, memory_engine


def test_a_clock_is_set_by_hand() -> None:
    clock = FakeClock(1_600_000_000)
    assert clock() == clock() == 1_600_000_000
    clock.advance(0.5)
    assert clock() == 1_600_000_000.5
    clock.set(1_800_000_000)
    assert clock() == 1_800_000_000
    assert repr(clock) == "FakeClock(1800000000)"


def test_an_engine_of_memory_is_alone() -> None:
    clock = FakeClock()
    with memory_engine(clock=clock) as one, memory_engine() as two:
        assert one.clock is clock
        assert isinstance(two.clock, FakeClock)
        one.tenant("maple").enroll_totp("alice")
        assert (len(one.tenant("maple").list_factors()), len(two.tenant("maple").list_factors())) == (1, 0)
    with pytest.raises(EngineClosed):
        one.stats()
    with pytest.raises(TypeError):
        memory_engine(colour="red")


def test_a_phone_shows_what_the_uri_says() -> None:
    clock = FakeClock()
    totp = TOTP.generate(digits=8, algorithm="SHA512", account="alice")
    phone = FakePhone(totp.uri(), clock)
    assert phone.code() == totp.at(clock())
    assert phone.wrong_code() != phone.code()
    assert len(phone.wrong_code()) == 8
    for _ in range(40):
        wrong = phone.wrong_code()
        assert totp.verify(wrong, None, clock(), past=10, future=10).status == "wrong"
        clock.advance(17)
    hotp = HOTP.generate(counter=5, account="alice")
    token = FakePhone(hotp.uri())
    assert hotp.verify(token.wrong_code(), 5, look_ahead=100).status == "wrong"
    assert [token.code(), token.code()] == [hotp.at(5), hotp.at(6)]
    assert totp.reveal_base32() not in repr(phone)
    with pytest.raises(ConfigError):
        FakePhone("alice")


def test_what_is_none_of_it_is_refused_by_name() -> None:
    wrong: Any
    for wrong in ("x", None, True, datetime.now(UTC), float("nan"), float("inf")):
        for call in (FakeClock, FakeClock().set):
            with pytest.raises(TypeError, match=r"^now must be seconds \(int or float\), not "):
                call(wrong)
        with pytest.raises(TypeError, match=r"^seconds must be seconds \(int or float\), not "):
            FakeClock().advance(wrong)
    uri = TOTP.generate(account="alice").uri()
    for wrong in (5, None, b"otpauth://"):
        with pytest.raises(TypeError, match="^uri must be a str"):
            FakePhone(wrong)
        with pytest.raises(TypeError, match="^engine must be an Engine or an AsyncEngine"):
            faults(wrong)
    with pytest.raises(ConfigError, match="^uri must be of one factor, not of 2"):
        FakePhone(f"{uri}\n{uri}")
    wrong = 5
    with pytest.raises(TypeError, match="^clock must be a function"):
        FakePhone(uri, wrong)
