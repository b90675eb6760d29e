# SPDX-License-Identifier: Apache-2.0
"""Verdict: the only true one is an acceptance."""

import copy
import pickle

import counterseal
import pytest
from counterseal import HOTP, TOTP, Verdict

KEY = b"12345678901234567890"
totp = TOTP.from_raw(KEY)
hotp = HOTP.from_raw(KEY)


def test_accepted() -> None:
    verdict = totp.verify("287082", None, 89)
    assert isinstance(verdict, Verdict)
    assert bool(verdict) is True
    assert (verdict.status, verdict.step, verdict.delta, verdict.next_counter) == ("accepted", 1, -1, None)
    assert repr(verdict) == "Verdict(status='accepted', step=1, delta=-1)"
    verdict = hotp.verify("287082", 1)
    assert (verdict.status, verdict.step, verdict.delta, verdict.next_counter) == ("accepted", None, None, 2)
    assert repr(verdict) == "Verdict(status='accepted', next_counter=2)"


def test_delta_0_is_accepted() -> None:
    assert totp.verify("755224", None, 0)
    assert totp.verify("755224", None, 0).step == 0


def test_replayed() -> None:
    assert totp.verify("287082", 0, 59)
    assert totp.verify("287082", 1, 59).status == "replayed"
    assert totp.verify("287082", 1, 75).status == "replayed"
    # Two neighbouring steps share this code: the higher one is burnt.
    first = totp.verify("911617", None, 27322110)
    assert first.step == 910738
    assert totp.verify("911617", first.step, 27322140).status == "replayed"


@pytest.mark.parametrize(("code", "status"), [("287083", "wrong"), ("755224x", "malformed")])
def test_refused(code: str, status: str) -> None:
    for verdict in (totp.verify(code, None, 59), hotp.verify(code, 1)):
        assert bool(verdict) is False
        assert verdict.status == status
        assert (verdict.step, verdict.delta, verdict.next_counter, verdict.last) == (None, None, None, None)
        assert repr(verdict) == f"Verdict(status='{status}')"


def test_a_refusal_allocates_nothing() -> None:
    assert totp.verify("000000", None, 59) is totp.verify("000001", None, 60)
    assert totp.verify("x", None, 59) is hotp.verify(None, 0)


def test_immutable() -> None:
    verdict = totp.verify("287083", None, 59)
    for name in ("status", "step", "delta", "next_counter", "last", "other"):
        with pytest.raises(AttributeError):
            setattr(verdict, name, "accepted")
        with pytest.raises(AttributeError):
            delattr(verdict, name)
    with pytest.raises(TypeError):
        Verdict.__bool__ = lambda _: True  # type: ignore[method-assign, assignment]
    with pytest.raises(TypeError):
        Verdict()
    with pytest.raises(TypeError):
        type("Mine", (Verdict,), {})


def test_compared_by_value() -> None:
    one = totp.verify("287082", None, 59)
    same = totp.verify("287082", 0, 59)
    late = totp.verify("287082", None, 89)
    assert one is not same
    assert one == same
    assert hash(one) == hash(same)
    assert one != late
    assert one != totp.verify("287083", None, 59)
    assert one != "accepted"
    assert one != ("accepted", 1, 0, None)
    assert len({one, same, late}) == 2
    with pytest.raises(TypeError):
        one < late  # type: ignore[operator]  # noqa: B015


def test_copied_not_pickled() -> None:
    verdict = totp.verify("287082", None, 59)
    assert copy.copy(verdict) is verdict
    assert copy.deepcopy([verdict])[0] is verdict
    with pytest.raises(TypeError):
        pickle.dumps(verdict)


def test_no_exception_is_a_verdict() -> None:
    assert not issubclass(Verdict, BaseException)
    assert issubclass(counterseal.ConfigError, ValueError)
