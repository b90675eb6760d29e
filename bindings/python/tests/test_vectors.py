# SPDX-License-Identifier: Apache-2.0
"""The published values of RFC 4226 appendix D and RFC 6238 appendix B."""

import json
from pathlib import Path
from typing import Any

import pytest
from counterseal import HOTP, TOTP

VECTORS = Path(__file__).parents[3] / "tests/vectors"
RFC4226 = json.loads((VECTORS / "rfc4226.json").read_text())
RFC6238 = json.loads((VECTORS / "rfc6238.json").read_text())


@pytest.mark.parametrize("row", RFC4226["tests"], ids=lambda row: str(row["count"]))
def test_rfc4226(row: dict[str, Any]) -> None:
    hotp = HOTP(RFC4226["secret_base32"], digits=RFC4226["digits"])
    assert hotp.at(row["count"]) == row["hotp6"]
    verdict = hotp.verify(row["hotp6"], row["count"])
    assert verdict
    assert verdict.next_counter == row["count"] + 1


@pytest.mark.parametrize("form", ["base32", "hex", "ascii"])
@pytest.mark.parametrize("row", RFC6238["tests"], ids=lambda row: f"{row['mode']}-{row['time']}")
def test_rfc6238(row: dict[str, Any], form: str) -> None:
    seed = RFC6238["seeds"][row["mode"]]
    settings = {
        "algorithm": row["mode"],
        "digits": RFC6238["digits"],
        "period": RFC6238["x_seconds"],
        "t0": RFC6238["t0"],
    }
    if form == "base32":
        totp = TOTP(seed["base32"], **settings)
    elif form == "hex":
        totp = TOTP.from_hex(seed["hex"], **settings)
    else:
        totp = TOTP.from_raw(seed["ascii"].encode(), **settings)
    assert totp.at(row["time"]) == row["totp8"]
    verdict = totp.verify(row["totp8"], None, row["time"])
    assert (verdict.status, verdict.step, verdict.delta) == ("accepted", int(row["T_hex"], 16), 0)


def test_at_by_keyword() -> None:
    key = b"12345678901234567890"
    assert TOTP.from_raw(key).at(time=59) == HOTP.from_raw(key).at(counter=1) == "287082"
