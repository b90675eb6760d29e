# SPDX-License-Identifier: Apache-2.0
"""What a factor is made of when a person enrolls: Steam, repaired secrets, labels, the first counter, warnings."""

from typing import Any

import pytest
from counterseal import HOTP, TOTP, ConfigError

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEAM = "FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW"
OIL = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOBO"  # ends in B and O, which 8 and 0 look like


def test_steam() -> None:
    totp = TOTP(STEAM, encoder="steam")
    assert (totp.encoder, totp.digits, totp.at(0)) == ("steam", 5, "C5V56")
    assert totp.verify(" C5V56 ", None, 0).status == "accepted"
    assert totp.verify("c5v56", None, 0).status == "malformed"
    assert repr(totp) == "<counterseal.TOTP SHA1, 5 Steam letters, 30 s>"
    with pytest.raises(ConfigError, match=r"^digits must not be given: Steam codes have five characters"):
        TOTP(STEAM, encoder="steam", digits=6)
    assert TOTP(STEAM).encoder == "decimal"


@pytest.mark.parametrize(
    ("typed", "secret", "warnings"),
    [
        (SECRET, SECRET, ()),
        ("gezd gnbv gy3t qojq gezd gnbv gy3t qojq==", SECRET, ()),
        ("GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ", SECRET, ("hyphens in the secret were dropped",)),
        (OIL[:-1] + "0", OIL, ("0 in the secret was read as the letter O",)),
        (OIL[:-2] + "8O", OIL, ("8 in the secret was read as the letter B",)),
    ],
)
def test_repair(typed: str, secret: str, warnings: tuple[str, ...]) -> None:
    for factor in (TOTP, HOTP):
        made = factor(typed, repair=True)
        assert made.reveal_base32() == secret
        assert made.warnings == warnings
        if warnings:
            with pytest.raises(ConfigError, match="^secret must be base32: "):
                factor(typed)


@pytest.mark.parametrize(("typed", "index"), [("GEZD-1NBV", 5), ("-G9ZD", 2), ("G-E-Z", 5), ("0-0-!", 4), ("1", 0)])
def test_what_repair_refuses(typed: str, index: int) -> None:
    with pytest.raises(ConfigError, match=rf"^secret must be base32: .*\bindex {index}\b"):
        TOTP(typed, repair=True)


def test_repair_is_for_base32() -> None:
    for make in (lambda: TOTP.from_hex("3132", repair=True), lambda: HOTP.from_raw(b"12", repair=True)):
        with pytest.raises(ConfigError, match="^repair must be False: "):
            make()
    with pytest.raises(TypeError, match="^repair must be True or False"):
        TOTP(SECRET, repair=1)  # type: ignore[arg-type]


def test_first_counter() -> None:
    assert HOTP(SECRET).counter == 0
    assert HOTP(SECRET, counter=2**64 - 3).counter == 2**64 - 3
    for bad in (-1, 2**64 - 2, 2**64, 2**70):
        with pytest.raises(ConfigError, match="^counter must "):
            HOTP(SECRET, counter=bad)
    with pytest.raises(TypeError, match="^counter must "):
        HOTP(SECRET, counter=1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "start"),
    [
        ({"algorithm": "SHA256"}, "algorithm SHA256: Microsoft Authenticator, Authy and Duo Mobile"),
        ({"digits": 8}, "digits 8: "),
        ({"period": 60}, "period 60: "),
        ({"account": "a" * 65}, "issuer and account take 65 bytes: a YubiKey keeps 64"),
    ],
)
def test_warnings(settings: dict[str, Any], start: str) -> None:
    [warning] = TOTP(SECRET, **settings).warnings
    assert warning.startswith(start)


def test_a_long_key_is_no_trouble() -> None:
    totp = TOTP.from_raw(b"k" * 5000, issuer="Maple")
    assert totp.warnings == ()
    assert len(totp.at(59)) == 6


@pytest.mark.parametrize("text", ["a\nb", "\0", "x" * 1025, "\ud800", "\x7f"])
@pytest.mark.parametrize("name", ["issuer", "account"])
def test_labels_are_plain_text(name: str, text: str) -> None:
    for factor in (TOTP, HOTP):
        with pytest.raises(ConfigError, match=rf"^{name} must be "):
            factor(SECRET, **{name: text})  # type: ignore[arg-type]
    kept = "Praxis Müller 🔒"
    assert getattr(TOTP(SECRET, **{name: kept}), name) == kept  # type: ignore[arg-type]
