# SPDX-License-Identifier: Apache-2.0
"""tests/cases/otp.json: concrete inputs that broke somebody's login somewhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from counterseal import HOTP, TOTP, ConfigError

Case = dict[str, Any]
CASES: list[Case] = json.loads((Path(__file__).parents[3] / "tests/cases/otp.json").read_text())["cases"]
TOTP_SETTINGS = ("algorithm", "digits", "period", "t0", "encoder", "allow_long_period")
HOTP_SETTINGS = ("algorithm", "digits")


def totp_of(case: Case) -> TOTP:
    return TOTP(case["secret"], **{name: case[name] for name in TOTP_SETTINGS if name in case})


def hotp_of(case: Case) -> HOTP:
    return HOTP(case["secret"], **{name: case[name] for name in HOTP_SETTINGS})


def totp_at(case: Case) -> None:
    assert totp_of(case).at(case["time"]) == case["expect"]["code"]


def hotp_at(case: Case) -> None:
    assert hotp_of(case).at(int(case["counter"])) == case["expect"]["code"]


def totp_verify(case: Case) -> None:
    verdict = totp_of(case).verify(case["code"], case["last_step"], case["time"], case["past"], case["future"])
    expect = case["expect"]
    assert verdict.status == expect["status"]
    assert bool(verdict) == (expect["status"] == "accepted")
    assert (verdict.step, verdict.delta) == (expect.get("step"), expect.get("delta"))
    assert verdict.next_counter is None


def hotp_verify(case: Case) -> None:
    verdict = hotp_of(case).verify(case["code"], int(case["next_counter"]), case["look_ahead"])
    expect = case["expect"]
    assert verdict.status == expect["status"]
    assert bool(verdict) == (expect["status"] == "accepted")
    next_counter = expect.get("next_counter")
    assert verdict.next_counter == (None if next_counter is None else int(next_counter))
    assert (verdict.step, verdict.delta) == (None, None)


def base32_error(case: Case) -> None:
    with pytest.raises(ConfigError, match=rf"^secret must be base32: .*\bindex {case['expect']['index']}\b") as caught:
        TOTP(case["text"])
    assert caught.value.code == "CSEAL_E_ENCODING"
    character = case["expect"]["character"]
    if character is None:
        assert "character '" not in str(caught.value)
    else:
        shown = f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
        assert f"character {shown} at" in str(caught.value)


def config_error(case: Case) -> None:
    make = totp_of if case["kind"] == "totp" else hotp_of
    with pytest.raises(ConfigError, match=rf"^{case['expect']['argument']} must "):
        make(case)


RUN = {run.__name__: run for run in (totp_at, hotp_at, totp_verify, hotp_verify, base32_error, config_error)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: Case) -> None:
    RUN[case["op"]](case)


def test_every_op_has_cases() -> None:
    assert {case["op"] for case in CASES} == set(RUN)
