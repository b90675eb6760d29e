# SPDX-License-Identifier: Apache-2.0
"""Random secrets, times and settings against pyotp, live."""

import hashlib
import random
from typing import Any

import pyotp
import pytest
from counterseal import HOTP, TOTP

HASHES: dict[str, Any] = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


@pytest.mark.parametrize("algorithm", HASHES)
@pytest.mark.parametrize("digits", range(6, 11))
def test_codes(algorithm: Any, digits: int) -> None:
    draw = random.Random(f"{algorithm} {digits}")
    for _ in range(20):
        mine = TOTP.from_raw(draw.randbytes(draw.randint(14, 200)), algorithm=algorithm, digits=digits, period=37)
        secret = mine.reveal_base32()
        theirs = pyotp.TOTP(secret, digits=digits, digest=HASHES[algorithm], interval=37)
        now = draw.randint(37, 4_000_000_000)
        assert mine.at(now) == theirs.at(now)
        for offset in (-2, -1, 0, 1, 2):
            code = theirs.at(now, counter_offset=offset)
            assert bool(mine.verify(code, None, now)) == theirs.verify(code, for_time=now, valid_window=1)
        counter = draw.getrandbits(63)
        counters = pyotp.HOTP(secret, digits=digits, digest=HASHES[algorithm])
        assert HOTP(secret, algorithm=algorithm, digits=digits).at(counter) == counters.at(counter)
