# SPDX-License-Identifier: Apache-2.0
"""What a person typed is an answer whatever it is, never an exception."""

from collections.abc import Iterator

import pytest
from counterseal import HOTP, TOTP

KEY = b"12345678901234567890"
CODE = "287082"  # of TOTP at 59, and of HOTP at 1


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise AssertionError("the code's own methods are not asked")


class Hostile:
    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"a code is not asked for {name}")

    def __eq__(self, other: object) -> bool:
        raise AssertionError("a code is not compared by its own method")

    def __hash__(self) -> int:
        raise AssertionError("a code is not hashed")


def generated() -> Iterator[str]:
    yield CODE


MALFORMED = [
    None,
    True,
    287082,
    287082.0,
    float("nan"),
    [],
    list(CODE),
    (CODE,),
    {CODE: CODE},
    object(),
    Hostile(),
    int,
    len,
    generated(),
    bytearray(b"287082"),
    memoryview(b"287082"),
    "",
    b"",
    "28708",
    "2870822",
    "287082" * 1_000_000,
    "287082x",
    "-287082",
    "+287082",
    "2_87082",
    "287.82",
    "0x4616a",
    "\0" * 6,
    "287082\0",
    "28708\0",
    "２８７０８２",
    "²⁸⁷⁰⁸²",
    "٢٨٧٠٨٢",
    "\u200b287082",
    "287\u00a0082",
    "\ud800",
    "28708\udfff",
    "🔑🔑🔑🔑🔑🔑",
    b"\xff\xfe\xfd\xfc\xfb\xfa",
    b"28708\x80",
    "287082".encode("utf-16"),
    "287  082",
    "287--082",
    "287082-",
]


@pytest.mark.parametrize("code", MALFORMED, ids=[f"{i}-{type(code).__name__}" for i, code in enumerate(MALFORMED)])
def test_malformed(code: object) -> None:
    totp = TOTP.from_raw(KEY)
    hotp = HOTP.from_raw(KEY)
    for verdict in (
        totp.verify(code, None, 59),
        hotp.verify(code, 1),
        hotp.resync(code, CODE, 0),
        hotp.resync(CODE, code, 0),
    ):
        assert verdict.status == "malformed"
        assert not verdict


RIGHT = [CODE, Text(CODE), b"287082", " 287082\n", "287 082", "287-082", b"\t2 8-7 0-8 2 "]


@pytest.mark.parametrize("code", RIGHT, ids=range(len(RIGHT)))
def test_right(code: object) -> None:
    assert TOTP.from_raw(KEY).verify(code, None, 59)
    assert HOTP.from_raw(KEY).verify(code, 1)


@pytest.mark.parametrize("digits", range(6, 11))
def test_every_wrong_code_of_one_digit_changed(digits: int) -> None:
    totp = TOTP.from_raw(KEY, digits=digits)
    right = totp.at(59)
    for place, digit in enumerate(right):
        for other in "0123456789":
            if other != digit:
                wrong = right[:place] + other + right[place + 1 :]
                assert totp.verify(wrong, None, 59, 0, 0).status == "wrong"


def test_settings_are_checked_whatever_the_code() -> None:
    with pytest.raises(ValueError, match="^past "):
        TOTP.from_raw(KEY).verify(None, None, 59, past=21)
    with pytest.raises(TypeError, match="^last_step "):
        TOTP.from_raw(KEY).verify(None, "1", 59)  # type: ignore[arg-type]
