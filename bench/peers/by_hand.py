# SPDX-License-Identifier: Apache-2.0
"""TOTP with the standard library: who says beforehand which code is right, and the peer that was tuned by hand."""

from __future__ import annotations

import hmac
import struct

AT = 1_800_000_015  # the middle of a step
PERIOD = 30
STEPS = range(AT // PERIOD - 1, AT // PERIOD + 2)


def judge(key: bytes, step: int) -> int:
    """RFC 4226 section 5.3 as it is written."""
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 15
    return (int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF) % 1_000_000


def text(code: int) -> str:
    return f"{code:06d}"


digest = hmac.digest
pack = struct.Struct(">Q").pack
unpack_from = struct.Struct(">I").unpack_from


def verify_by_hand(key: bytes, code: str, at: int) -> bool:
    """As fast as plain Python gets: decoded key, one-shot digest, integers compared, an end at the first match."""
    given = int(code)
    step = at // PERIOD
    for counter in (step - 1, step, step + 1):
        mac = digest(key, pack(counter), "sha1")
        if (unpack_from(mac, mac[19] & 15)[0] & 0x7FFFFFFF) % 1_000_000 == given:
            return True
    return False
