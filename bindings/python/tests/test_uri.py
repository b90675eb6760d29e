# SPDX-License-Identifier: Apache-2.0
"""otpauth URIs: tests/cases/uri.json, round trips, and pyotp's parser on what we build."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pyotp
import pytest
from counterseal import HOTP, TOTP, ConfigError

Case = dict[str, Any]
CASES: list[Case] = json.loads((Path(__file__).parents[3] / "tests/cases/uri.json").read_text())["cases"]
GOOD = [case for case in CASES if "error" not in case["expect"]]
BAD = [case for case in CASES if "error" in case["expect"]]
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
Factor = TOTP | HOTP


def shown(factor: Factor) -> Case:
    """What a case expects, of a factor."""
    fields: Case = {name: getattr(factor, name) for name in ("algorithm", "digits")}
    fields |= {name: getattr(factor, name) or "" for name in ("issuer", "account", "label_prefix")}
    fields["secret"] = factor.reveal_base32()
    if isinstance(factor, TOTP):
        fields |= {"kind": "totp", "period": factor.period, "encoder": factor.encoder}
        if factor.encoder == "steam":
            del fields["digits"]
    else:
        fields |= {"kind": "hotp", "counter": factor.counter}
    return fields


def wanted(expect: Case) -> Case:
    fields = {name: value for name, value in expect.items() if name not in ("notices", "canonical")}
    if fields["kind"] == "hotp":
        del fields["period"], fields["encoder"]
        fields["counter"] = int(fields["counter"])
    else:
        del fields["counter"]
        if fields["encoder"] == "steam":
            del fields["digits"]
    return fields


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["id"])
def test_good(case: Case) -> None:
    expect = case["expect"]
    kind, other = (TOTP, HOTP) if expect["kind"] == "totp" else (HOTP, TOTP)
    made = kind.from_uri(case["uri"])
    assert shown(made) == wanted(expect)
    with pytest.raises(ConfigError, match="^uri must be of "):
        other.from_uri(case["uri"])
    if expect["canonical"] is None:
        with pytest.raises(ConfigError, match="^(issuer|account) must "):
            made.uri()
        return
    assert made.uri() == expect["canonical"]
    again = kind.from_uri(expect["canonical"])
    assert again.uri() == expect["canonical"]
    assert len(made.warnings) - len(again.warnings) == expect["notices"]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["id"])
def test_bad(case: Case) -> None:
    for kind in (TOTP, HOTP):
        with pytest.raises(ConfigError, match=rf"^{case['expect']['error']} must ") as caught:
            kind.from_uri(case["uri"])
        assert caught.value.code == "CSEAL_MALFORMED"


def assert_pyotp_agrees(ours: Factor) -> bool:
    """Compares pyotp's reading of our URI; False where it refuses such settings (2.10: 112 bits, 8 digits, 120 s)."""
    few_bits = len(ours.reveal_base32()) * 5 < 112
    if few_bits or ours.digits not in (6, 7, 8) or not ours.account or getattr(ours, "period", 30) > 120:
        return False
    theirs = pyotp.parse_uri(ours.uri())
    assert (theirs.secret, theirs.issuer or "", theirs.name) == (ours.reveal_base32(), ours.issuer or "", ours.account)
    assert theirs.digits == ours.digits
    if isinstance(ours, TOTP):
        assert isinstance(theirs, pyotp.TOTP)
        assert theirs.interval == ours.period
        assert theirs.at(59) == ours.at(59)
    else:
        assert isinstance(theirs, pyotp.HOTP)
        assert (theirs.initial_count, theirs.at(7)) == (ours.counter, ours.at(7 + ours.counter))
    return True


def random_text(draw: random.Random) -> str:
    pool = "".join(chr(c) for c in range(0x20, 0x7F) if chr(c) != ":") + "äßé日本語🔒\u0301"
    return "".join(draw.choices(pool, k=draw.randint(0, 12))).strip(" ")


def test_parse_of_build_is_the_same() -> None:
    draw = random.Random(6238)
    n_compared = 0
    for _ in range(2000):
        common = {
            "algorithm": draw.choice(["SHA1", "SHA256", "SHA512"]),
            "issuer": draw.choice([None, "Steam", random_text(draw) or None]),
            "account": random_text(draw) or "x",
        }
        key = draw.randbytes(draw.randint(1, 64))
        made: Factor
        if draw.random() < 0.3:
            made = HOTP.from_raw(
                key, digits=draw.randint(6, 10), counter=draw.getrandbits(draw.randint(1, 63)), **common
            )
        elif draw.random() < 0.3:
            made = TOTP.from_raw(key, encoder="steam", period=draw.choice([30, 60]), **common)
        else:
            period = draw.choice([1, 30, 60, 86400])
            made = TOTP.from_raw(key, digits=draw.randint(6, 10), period=period, **common)
        again = type(made).from_uri(made.uri())
        assert shown(again) == shown(made)
        assert again.warnings == made.warnings
        n_compared += assert_pyotp_agrees(made)
    assert n_compared > 300


@pytest.mark.parametrize("kind", [TOTP, HOTP])
def test_what_no_uri_can_say(kind: type[TOTP] | type[HOTP]) -> None:
    with pytest.raises(ConfigError, match="^account must be given, or issuer"):
        kind(SECRET).uri()
    for name in ("issuer", "account"):
        made = kind(SECRET, **{name: "Klinik: Nord"})  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match=rf"^{name} must not contain a colon"):
            made.uri()
        assert "Klinik%20Nord" in made.uri(strip_colons=True)
        for text in (" a", "a "):
            with pytest.raises(ConfigError, match=rf"^{name} must not start or end with a blank"):
                kind(SECRET, **{name: text}).uri()  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^strip_colons must be True or False"):
        kind(SECRET, account="a").uri(strip_colons=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="strip_colons by name"):
        kind(SECRET, account="a").uri(True)  # type: ignore[call-arg]
    with pytest.raises(ConfigError, match="^secret must have at most 1024 bytes"):
        kind.from_raw(b"k" * 1025, account="a").uri()
    with pytest.raises(ConfigError, match="^issuer and account must leave the URI at most 8192 bytes"):
        kind(SECRET, issuer="\u65e5" * 340, account="\u65e5" * 340).uri()


def test_t0_is_not_in_a_uri() -> None:
    with pytest.raises(ConfigError, match="^t0 must be 0"):
        TOTP(SECRET, account="a", t0=1).uri()


def test_a_migration_code_is_told_from_a_uri() -> None:
    for uri in ("otpauth-migration://offline?data=CiEKCg", "  OTPAUTH-MIGRATION://offline?data=CiEKCg"):
        with pytest.raises(ConfigError, match="^URI must start with otpauth://: import a migration code"):
            TOTP.from_uri(uri)
    with pytest.raises(ConfigError, match="^URI must start with otpauth://$"):
        TOTP.from_uri("otpauth-migratio://offline?data=CiEKCg")


@pytest.mark.parametrize("uri", [None, b"otpauth://totp/a?secret=GEZDGNBV", 7, ["otpauth://totp/a"]])
def test_wrong_types(uri: Any) -> None:
    with pytest.raises(TypeError, match="^uri must be a str"):
        TOTP.from_uri(uri)


def test_no_secret_in_errors() -> None:
    for uri in (f"otpauth://totp/a?secret={SECRET}1", f"otpauth://totp/a?secret={SECRET}&digits=1", f"x{SECRET}"):
        with pytest.raises(ConfigError) as caught:
            TOTP.from_uri(uri)
        assert not re.search("GEZDGNBV", str(caught.value))
    with pytest.raises(ConfigError, match="^uri must be text without lone surrogates"):
        TOTP.from_uri("otpauth://totp/\ud800?secret=GEZDGNBV")
