# SPDX-License-Identifier: Apache-2.0
"""Yubico OTP, and HOTP with the identifier that a YubiKey types in front of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from counterseal import HOTP, ConfigError, YubicoOtp, import_seeds

ROWS = json.loads((Path(__file__).parents[3] / "tests/vectors/yubico_otp.json").read_text())["otp"]
KEY = bytes.fromhex("ecde18dbe76fbd0c33330f1c354871db")
PRIVATE_ID = bytes.fromhex("8792ebfe26cc")
OTP = "dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh"
yubikey = YubicoOtp(KEY, "dteffuje", PRIVATE_ID)
hotp = HOTP.from_raw(b"12345678901234567890", token_id="UBHE01234567")


class Row(NamedTuple):
    """As a database driver gives it."""

    counter: int
    use: int


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["otp"])
def test_published(row: dict[str, Any]) -> None:
    fields, otp = row["fields"], row["otp"]
    public_id = fields["public_id_modhex"]
    factor = YubicoOtp(bytes.fromhex(row["aes_key_hex"]), public_id, bytes.fromhex(fields["private_id_hex"]))
    counter, use = fields["usage_counter"], fields["session_use"]
    assert YubicoOtp.public_id_of(otp) == factor.public_id == public_id
    verdict = factor.verify(otp, None)
    assert (verdict.status, verdict.last) == ("accepted", (counter, use))
    assert factor.verify(f" {otp.upper()}\n", (-1, -1)).last == (counter, use)
    assert factor.verify(otp.encode(), (counter, use - 1)).last == (counter, use)
    assert factor.verify(otp, verdict.last).status == "replayed"
    assert factor.verify(otp, (counter + 1, 0)).status == "replayed"
    assert factor.verify(otp[:-1] + ("b" if otp.endswith("c") else "c"), None).status == "wrong"


def test_verdict() -> None:
    verdict = yubikey.verify(OTP, None)
    assert bool(verdict) is True
    assert (verdict.step, verdict.delta, verdict.next_counter) == (None, None, None)
    assert repr(verdict) == "Verdict(status='accepted', last=(19, 17))"
    same = yubikey.verify(OTP, (19, 16))
    assert verdict is not same
    assert verdict == same
    assert hash(verdict) == hash(same)
    assert hotp.verify("755224", 0) != verdict
    refused = yubikey.verify(OTP, (19, 17))
    assert bool(refused) is False
    assert refused.last is None
    assert refused is yubikey.verify(OTP, (20, 0))
    assert yubikey.verify("", None) is hotp.verify("", 0)


@pytest.mark.parametrize("otp", ["", OTP[1:], OTP + "c", OTP[8:], OTP[:9] + " " + OTP[10:], "A" + OTP[1:], OTP + "\0"])
def test_malformed(otp: str) -> None:
    assert yubikey.verify(otp, None).status == "malformed"


@pytest.mark.parametrize("otp", [None, 1, object(), [OTP], OTP[1:] + "ｃ", bytearray(OTP.encode())])
def test_any_type_is_an_answer(otp: object) -> None:
    assert yubikey.verify(otp, None).status == "malformed"
    assert YubicoOtp.public_id_of(otp) is None


def test_public_id() -> None:
    assert yubikey.verify("c" + OTP[1:], None).status == "wrong"
    assert YubicoOtp(KEY, "DTEFFUJE", PRIVATE_ID).public_id == "dteffuje"
    assert YubicoOtp(KEY, "DTEFFUJE", PRIVATE_ID).verify(OTP, None)
    assert YubicoOtp.public_id_of(f" {OTP.upper()} ") == "dteffuje"
    assert YubicoOtp.public_id_of(OTP[8:]) == ""
    assert YubicoOtp.public_id_of("v" * 64) == "v" * 32
    assert YubicoOtp.public_id_of("v" * 66) is None


def test_last() -> None:
    assert yubikey.verify(OTP, Row(19, 16))
    assert yubikey.verify(otp=OTP, last=(19, 16)).last == (19, 17)
    with pytest.raises(TypeError, match="missing required argument 'last'"):
        yubikey.verify(OTP)  # type: ignore[call-arg]
    for bad in (19, "19", [19, 16], (19,), (19, 16, 1), {}):
        with pytest.raises(TypeError, match=r"^last must be a tuple \(counter, session use\), or None"):
            yubikey.verify(OTP, bad)  # type: ignore[arg-type]
    for bad in (True, None, "19", 19.0):
        with pytest.raises(TypeError, match=r"^last\[0\] must be an int"):
            yubikey.verify(OTP, (bad, 1))  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"^last\[1\] must be an int"):
            yubikey.verify(OTP, (1, bad))  # type: ignore[arg-type]
    for number in (-2, 32768, 2**70, -(2**70)):
        with pytest.raises(ConfigError, match=r"^last\[0\] must be -1 \(never used\) to 32767$"):
            yubikey.verify(OTP, (number, 1))
    for number in (-2, 256, 2**70):
        with pytest.raises(ConfigError, match=r"^last\[1\] must be -1 \(never used\) to 255$"):
            yubikey.verify("", (1, number))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_buffers(kind: Callable[[bytes], Any]) -> None:
    key, private_id = bytearray(KEY), bytearray(PRIVATE_ID)
    factor = YubicoOtp(kind(key), "dteffuje", kind(private_id))
    key[:] = private_id[:] = b""  # the object has its own
    assert factor.verify(OTP, None)


def test_settings() -> None:
    for length in (0, 15, 17, 32):
        with pytest.raises(ConfigError, match="^key must have 16 bytes"):
            YubicoOtp(b"k" * length, "", PRIVATE_ID)
    for length in (0, 5, 7):
        with pytest.raises(ConfigError, match="^private_id must have 6 bytes"):
            YubicoOtp(KEY, "", b"k" * length)
    for public_id in ("c", "ca", "cc cc", " cc", "c" * 34, "ｃｃ", "\u212a\u212a", "c\0"):
        with pytest.raises(ConfigError, match="^public_id must be modhex"):
            YubicoOtp(KEY, public_id, PRIVATE_ID)
    with pytest.raises(ConfigError, match="^public_id must be text without lone surrogates"):
        YubicoOtp(KEY, "\ud800", PRIVATE_ID)
    for bad in (KEY.hex(), None, 16, memoryview(KEY * 2)[::2]):
        with pytest.raises(TypeError, match="^key must be "):
            YubicoOtp(bad, "", PRIVATE_ID)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="^private_id must be "):
            YubicoOtp(KEY, "", bad)  # type: ignore[arg-type]
    for public in (None, b"cc", 1):
        with pytest.raises(TypeError, match="^public_id must be a str"):
            YubicoOtp(KEY, public, PRIVATE_ID)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        YubicoOtp(KEY, "")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        type("Mine", (YubicoOtp,), {})


@pytest.mark.parametrize("typed", ["ubhe01234567287082", " UBHE01234567287082\n", "287082", "287 082", b" 287082"])
def test_token_id(typed: object) -> None:
    assert hotp.token_id == "ubhe01234567"
    assert hotp.verify(typed, 1).next_counter == 2


def test_other_token_ids() -> None:
    assert hotp.verify("ubhe01234568287082", 1).status == "wrong"
    assert hotp.verify("ubhe-1234567287082", 1).status == "malformed"
    assert hotp.resync("ubhe01234567162583", "399871", 0).next_counter == 9
    assert hotp.resync("ubhe01234568162583", "399871", 0).status == "wrong"
    plain = HOTP.from_raw(b"12345678901234567890")
    assert plain.token_id is None
    assert plain.verify("ubhe01234567287082", 1).status == "malformed"
    with pytest.raises(ConfigError, match="^look_ahead must be at most 100"):
        hotp.verify("ubhe01234567287082", 1, look_ahead=101)


@pytest.mark.parametrize(
    "bad", ["", "ubhe0123456", "ubhe012345678", "ubhe 1234567", "ubhe0123456\u212a", "ubhe0123456é"]
)
def test_what_is_no_token_id(bad: str) -> None:
    with pytest.raises(ConfigError, match="^token_id must be 12 ASCII letters or digits$"):
        HOTP("GEZDGNBV", token_id=bad)


def test_token_id_types() -> None:
    assert HOTP("GEZDGNBV", token_id=None).token_id is None
    with pytest.raises(TypeError, match="^token_id must be a str or None"):
        HOTP("GEZDGNBV", token_id=b"ubhe01234567")  # type: ignore[arg-type]


def test_token_id_of() -> None:
    assert HOTP.token_id_of(" UBHE01234567287082") == "ubhe01234567"
    assert HOTP.token_id_of("ubhe0123456712345678", digits=8) == "ubhe01234567"
    assert HOTP.token_id_of("287 082") == ""
    for code in (None, 287082, "28708", "ubhe01234567", "ubhe0123456712345678"):
        assert HOTP.token_id_of(code) is None
    for digits in (5, 11, -1, 2**70):
        with pytest.raises(ConfigError, match="^digits must be 6 to 10"):
            HOTP.token_id_of("287082", digits)


def test_from_a_seed_file() -> None:
    lines = [
        f"508326,dteffuje,{PRIVATE_ID.hex()},{KEY.hex()},000000000000,2013-12-11T10:20:30,",
        "508327,ubhe00000002,0,3132333435363738393031323334353637383930,000000000000,2013-12-11T10:20:31,",
    ]
    otp, slot = (seed.otp() for seed in import_seeds("\n".join(lines), format="yubico-csv").seeds)
    assert isinstance(otp, YubicoOtp)
    assert (otp.public_id, otp.verify(OTP, None).last) == ("dteffuje", (19, 17))
    assert isinstance(slot, HOTP)
    assert slot.token_id == "ubhe00000002"
    assert slot.verify("ubhe00000002287082", 1).next_counter == 2
    # No URI has a place for it.
    assert "ubhe" not in HOTP("GEZDGNBV", issuer="Maple", token_id="ubhe00000002").uri()
