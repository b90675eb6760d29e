# SPDX-License-Identifier: Apache-2.0
"""Nothing but reveal_base32() shows a secret."""

import copy
import gc
import json
import pickle
import pprint
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from counterseal import HOTP, TOTP, YubicoOtp

KEY = b"\x8f\x1bNot in any text\xd7"
BASE32 = TOTP.from_raw(KEY).reveal_base32()
OBJECTS = [TOTP.from_raw(KEY, issuer="Maple", account="lee"), HOTP.from_raw(KEY, issuer="Maple", account="lee")]
YUBIKEY = YubicoOtp(KEY[:16], "cccccccccccc", KEY[4:10])
ALL = [*OBJECTS, YUBIKEY]
NAMES = ["totp", "hotp", "yubico"]
FORMS = [
    BASE32,
    BASE32.lower(),
    KEY.hex(),
    KEY.hex().upper(),
    repr(KEY),
    KEY.decode("latin-1"),
    "Not in any text",
    "t in a",
]


def assert_secret_free(text: str) -> None:
    for form in FORMS:
        assert form not in text


@pytest.mark.parametrize("item", ALL, ids=NAMES)
@pytest.mark.parametrize(
    "show",
    [repr, str, ascii, format, pprint.pformat, lambda item: f"{item!r:>80}", lambda item: repr([item])],
    ids=["repr", "str", "ascii", "format", "pprint", "f-string", "list"],
)
def test_texts(item: object, show: Callable[[object], str]) -> None:
    assert_secret_free(show(item))
    assert "lee" not in show(item)  # who logs in belongs into no log by accident


@pytest.mark.parametrize("item", ALL, ids=NAMES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_not_pickled(item: object, protocol: int) -> None:
    with pytest.raises(TypeError, match="holds a secret and is neither pickled nor copied"):
        pickle.dumps(item, protocol)
    with pytest.raises(TypeError):
        pickle.dumps({"factors": [item]}, protocol)


@pytest.mark.parametrize("item", ALL, ids=NAMES)
def test_not_copied(item: Any) -> None:
    for attempt in (
        copy.copy,
        copy.deepcopy,
        lambda item: copy.deepcopy({"factor": item}),
        lambda item: item.__reduce__(),
        lambda item: item.__reduce_ex__(4),
        vars,
        json.dumps,
        memoryview,
        bytes,
    ):
        with pytest.raises(TypeError):
            attempt(item)


@pytest.mark.parametrize("item", ALL, ids=NAMES)
def test_no_attribute_holds_it(item: object) -> None:
    assert not hasattr(item, "__dict__")
    shown = [name for name in dir(item) if not name.startswith("__")]
    for name in shown:
        value = getattr(item, name)
        if not callable(value):
            assert_secret_free(repr(value))
    reachable = [value for value in gc.get_referents(item) if not isinstance(value, type)]
    for value in reachable:
        assert not isinstance(value, bytes | bytearray | memoryview)
        assert_secret_free(repr(value))
    assert item is YUBIKEY or item.reveal_base32() == BASE32  # type: ignore[attr-defined]


def texts_of(error: BaseException) -> str:
    """The error with its chain, its attributes and, below this file, the local variables of each frame."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    seen = [line for line in told.format() if "tests" not in line]
    return "".join([str(error), repr(error), repr(vars(error)), *seen])


ATTEMPTS: list[Callable[[], object]] = [
    lambda: TOTP(BASE32 + "!"),
    lambda: TOTP(BASE32 + "ß"),
    lambda: TOTP(BASE32 + "\ud800"),
    lambda: TOTP("\0" + BASE32),
    lambda: TOTP(BASE32 + "=A"),
    lambda: TOTP(BASE32, digits=5),
    lambda: TOTP(BASE32, digit=6),  # type: ignore[call-arg]
    lambda: TOTP(BASE32, BASE32),  # type: ignore[call-arg, arg-type]
    lambda: TOTP(BASE32, period=BASE32),  # type: ignore[arg-type]
    lambda: TOTP(BASE32, algorithm=BASE32),  # type: ignore[arg-type]
    lambda: TOTP(BASE32, encoder=BASE32),  # type: ignore[arg-type]
    lambda: TOTP(KEY),  # type: ignore[arg-type]
    lambda: TOTP.from_raw(BASE32),  # type: ignore[arg-type]
    lambda: TOTP.from_raw(memoryview(KEY * 2)[::2]),
    lambda: TOTP.from_raw(KEY, window=1),  # type: ignore[call-arg]
    lambda: TOTP.from_hex(KEY.hex()[1:]),
    lambda: TOTP.from_hex(KEY.hex() + "!"),
    lambda: TOTP.from_hex(KEY),  # type: ignore[arg-type]
    lambda: HOTP(BASE32, t0=0),  # type: ignore[call-arg]
    lambda: HOTP.from_raw(KEY, token_id=BASE32),
    lambda: YubicoOtp(KEY, "", KEY[4:10]),
    lambda: YubicoOtp(KEY[:16], "", KEY),
    lambda: YubicoOtp(KEY[:16], BASE32, KEY[4:10]),
    lambda: YubicoOtp(BASE32, "", KEY[4:10]),  # type: ignore[arg-type]
    lambda: YUBIKEY.verify(BASE32, BASE32),  # type: ignore[arg-type]
    lambda: TOTP.from_raw(KEY).at(BASE32),  # type: ignore[arg-type]
    lambda: TOTP.from_raw(KEY).verify(BASE32, BASE32, BASE32),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=map(str, range(len(ATTEMPTS))))
def test_errors(attempt: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        attempt()
    assert_secret_free(texts_of(caught.value))
