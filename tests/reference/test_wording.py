# SPDX-License-Identifier: Apache-2.0
"""A header's sentence in Python and in JavaScript."""

from __future__ import annotations

import pytest
from wording import NODE, PYTHON, c_only_words, camel, snake, translated

MEMBERS = {"cseal_totp_verify": "TOTP.verify"}
NAMES = {"now_s": "at"}


@pytest.mark.parametrize(
    ("text", "python", "node"),
    [
        ("as cseal_totp_verify; secret_len may leak.",) * 1
        + (
            "as TOTP.verify(); the length of secret may leak.",
            "as {@link TOTP.verify}; the length of secret may leak.",
        ),
        ("NULL with length 0 is malformed", "None is malformed", "null is malformed"),
        ("now_s, from t0_s on; options->digits", "at, from t0 on; digits", "at, from t0 on; digits"),
        ("next_counter + look_ahead", "next_counter + look_ahead", "nextCounter + lookAhead"),
        (
            "a number; -1 where there is none",
            "a number; left out where there is none",
            "a number; left out where there is none",
        ),
        ("CSEAL_WRONG or CSEAL_REPLAYED", "'wrong' or 'replayed'", '"wrong" or "replayed"'),
        ("CSEAL_SHA1 with CSEAL_ENCODER_STEAM", "'SHA1' with 'steam'", '"SHA1" with "steam"'),
        ("with CSEAL_E_RANGE", 'with code "CSEAL_E_RANGE"', 'with code "CSEAL_E_RANGE"'),
        ("the counter plus 1 with CSEAL_OK", "the counter plus 1 on acceptance", "the counter plus 1 on acceptance"),
    ],
)
def test_translated(text: str, python: str, node: str) -> None:
    assert translated(text, PYTHON, MEMBERS, NAMES) == python
    assert translated(text, NODE, MEMBERS, NAMES) == node
    assert c_only_words(python + node) == []


def test_what_has_no_translation_is_noticed() -> None:
    text = translated(
        "cseal_wipe frees code_cap bytes of CSEAL_THING; struct_size, a->b, a NUL, this header", PYTHON, MEMBERS, NAMES
    )
    assert c_only_words(text) == ["CSEAL_THING", "NUL", "a->b", "code_cap", "cseal_wipe", "struct_size", "this header"]
    assert c_only_words('a code such as "CSEAL_E_RANGE"; a column NOT NULL') == []


def test_names() -> None:
    assert camel("from_hex") == "fromHex"
    assert camel("reveal_base32") == "revealBase32"
    assert camel("code1") == "code1"
    assert all(snake(camel(name)) == name for name in ("last_step", "reveal_base32", "at"))
