# SPDX-License-Identifier: Apache-2.0
"""Arguments have names: they may be given by them, and errors use them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from counterseal import HOTP, OCRA, TOTP, ConfigError, KeyRing, Tenant
from counterseal.testing import memory_engine

SUITE = "OCRA-1:HOTP-SHA1-6:QN08"


def test_what_has_one_argument_takes_it_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for otp in (TOTP.generate(account="alice"), HOTP.generate(account="alice")):
        assert type(otp).from_uri(uri=otp.uri()).reveal_base32() == otp.reveal_base32()
        assert otp.qr(kind="svg") == otp.qr("svg")
        with pytest.raises(TypeError, match=r"^qr\(\) missing required argument 'kind'"):
            otp.qr()  # type: ignore[call-overload]
        with pytest.raises(TypeError, match=r"^from_uri\(\) got an unexpected keyword argument 'text'"):
            type(otp).from_uri(text=otp.uri())  # type: ignore[call-arg]
    enrollment = memory_engine().tenant("maple").enroll_totp("alice")
    assert enrollment.qr(kind="text") == enrollment.qr("text")
    ring = KeyRing.from_keys({"a": os.urandom(32)}, active="a").reveal_text()
    monkeypatch.setenv("RING_OF_A_TEST", ring)
    assert KeyRing.from_env(name="RING_OF_A_TEST").reveal_text() == ring
    assert KeyRing.from_text(text=ring).reveal_text() == ring


def test_a_question_is_not_left_out() -> None:
    ocra = OCRA(SUITE, bytes(20))
    for left_out in ({}, {"question": None}):
        with pytest.raises(TypeError, match=r"^generate\(\) missing required argument 'question'"):
            ocra.generate(**left_out)
    with pytest.raises(TypeError, match=r"^verify\(\) missing required argument 'question'"):
        ocra.verify("123456", question=None)
    assert len(ocra.generate(question="12345678")) == 6


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: KeyRing.from_file(None), "path must be a str or an os.PathLike, not NoneType"),
        (lambda: KeyRing.change_file(5, "add", "a"), "path must be a str or an os.PathLike, not int"),
        (lambda: KeyRing.from_keys([1], active="a"), "keys must be a mapping of str to bytes, not list"),
        (
            lambda: KeyRing.from_keys((("a", bytes(32)),), active="a"),
            "keys must be a mapping of str to bytes, not tuple",
        ),
        (lambda: KeyRing.from_keys(None, active="a"), "keys must be a mapping of str to bytes, not NoneType"),
    ],
)
def test_a_ring_names_what_is_wrong(call: Callable[[], object], text: str) -> None:
    with pytest.raises(TypeError, match="^" + text):
        call()


def test_a_path_that_no_file_has(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="^path must be one that a file system can have"):
        KeyRing.from_file(f"{tmp_path}/a\0b", create=True)

    class Broken:
        def __fspath__(self) -> str:
            raise OSError("of the host's own")

    with pytest.raises(OSError, match="of the host's own"):
        KeyRing.from_file(Broken())


@pytest.fixture
def m() -> Tenant:
    return memory_engine().tenant("maple")


@pytest.mark.parametrize(
    "items", [None, 5, "abc", b"xyz", {"a": 1}, [("a", "b")], ["abc"], [("a", "b", "c", "d")], [7]]
)
def test_what_is_no_batch(m: Tenant, items: Any) -> None:
    with pytest.raises(TypeError, match=r"^items must be an iterable of tuples \(subject, factor_id, response\)"):
        m.verify_batch(items, purpose="test")


def test_trusted_devices_come_later(m: Tenant) -> None:
    with pytest.raises(ConfigError, match="^trust_token must be None: trusted devices are not supported yet"):
        m.evaluate("alice", session=bytes(16), path="web", trust_token="x")
    with pytest.raises(TypeError, match="^trust_token must be a str or None, not int"):
        m.evaluate("alice", session=bytes(16), path="web", trust_token=5)
