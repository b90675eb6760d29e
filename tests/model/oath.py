# SPDX-License-Identifier: Apache-2.0
"""Codes as RFC 4226 and RFC 6238 have them, and the public shape of what somebody types."""

from __future__ import annotations

import hmac
import re
from functools import cache

_BLANK = " \t\n\v\f\r"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_READ_AS = str.maketrans("OIL", "011")
_RECOVERY_LEN = 16


def hotp(key: bytes, counter: int, digits: int, algorithm: str) -> str:
    mac = hmac.digest(key, counter.to_bytes(8, "big"), algorithm.lower())
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


@cache
def _grouped(digits: int) -> re.Pattern[str]:
    """Digits with single blanks or hyphens between them, and blanks around them."""
    return re.compile(rf"[{_BLANK}]*[0-9](?:[-{_BLANK}]?[0-9]){{{digits - 1}}}[{_BLANK}]*")


def read_code(text: str, digits: int) -> str | None:
    """The digits of a code; None: the text has another shape."""
    if _grouped(digits).fullmatch(text) is None:
        return None
    return "".join(c for c in text if "0" <= c <= "9")


def read_recovery_code(text: str) -> str | None:
    """The characters of a recovery code; None: the text has another shape."""
    if not text.isascii():
        return None
    read = "".join(c for c in text if c != "-" and c not in _BLANK).upper().translate(_READ_AS)
    return read if len(read) == _RECOVERY_LEN and all(c in _ALPHABET for c in read) else None
