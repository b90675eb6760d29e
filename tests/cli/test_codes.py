# SPDX-License-Identifier: Apache-2.0
"""Codes are computed and checked, and the exit status says how that went."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest

#: RFC 6238 appendix B (SHA1, 8 digits) and RFC 4226 appendix D.
TOTP_CODES = {59: "94287082", 1111111109: "07081804", 2000000000: "69279037", 20000000000: "65353130"}
HOTP_CODES = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]


def test_published_codes(cli, secret_file):
    for at, code in TOTP_CODES.items():
        done = cli("totp", "code", "--secret-file", secret_file, "--digits", 8, "--at", at)
        assert (done.status, done.text, done.err) == (0, code + "\n", "")
    for counter, code in enumerate(HOTP_CODES):
        assert cli("hotp", "code", "--secret-file", secret_file, "--counter", counter).text == code + "\n"


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256", "SHA512"])
@pytest.mark.parametrize(("digits", "period"), [(6, 30), (8, 60), (7, 30)])
def test_oathtool_agrees(cli, algorithm, digits, period):
    made = cli("totp", "new", "--json").json["secret"]
    at = 1_790_000_000
    command = ["oathtool", f"--totp={algorithm}", "--base32", "--digits", str(digits), "--now", f"@{at}"]
    command += ["--time-step-size", f"{period}s", "-"]
    theirs = subprocess.run(command, input=made, capture_output=True, text=True, check=True).stdout
    settings = ["--algorithm", algorithm, "--digits", digits, "--period", period]
    assert cli("totp", "code", *settings, "--at", at, stdin=made).text == theirs
    verdict = cli("totp", "verify", theirs.strip(), *settings, "--at", at, "--last-step", "never", stdin=made)
    assert (verdict.status, verdict.text) == (0, f"accepted: store last step {at // period}\n")


def test_code_without_time_is_of_now(cli, secret_file):
    before = int(time.time())
    step = cli("totp", "code", "--secret-file", secret_file, "--json").json["step"]
    assert before // 30 <= step <= int(time.time()) // 30


def test_totp_verdicts(cli, secret_file):
    def verify(code: str, last: object, *more: object) -> tuple[int, str, dict[str, object]]:
        command = ["totp", "verify", code, "--secret-file", secret_file, "--digits", 8, "--at", 59]
        text = cli(*command, "--last-step", last, *more)
        document = cli(*command, "--last-step", last, *more, "--json")
        assert text.status == document.status
        assert text.err == document.err == ""
        return text.status, text.text, document.json

    accepted = {"status": "accepted", "last_step": 1, "delta": 0}
    assert verify("94287082", "never") == (0, "accepted: store last step 1\n", accepted)
    assert verify("9428 7082", 0) == (0, "accepted: store last step 1\n", accepted)
    assert verify("94287082", 1)[::2] == (1, {"status": "replayed"})
    assert verify("94287083", "never")[::2] == (1, {"status": "wrong"})
    assert verify("942870", "never")[::2] == (1, {"status": "malformed"})
    assert verify("", "never")[::2] == (1, {"status": "malformed"})
    assert verify("９４２８７０８２", "never")[::2] == (1, {"status": "malformed"})
    for code, word in (("94287083", "wrong"), ("942870", "malformed")):
        assert verify(code, "never")[1].startswith(word + ": ")


def test_window(cli, secret_file):
    def verify(at: int, *more: object) -> dict[str, object]:
        command = ["totp", "verify", "94287082", "--secret-file", secret_file, "--digits", 8, "--last-step", "never"]
        return cli(*command, "--at", at, *more, "--json").json

    assert verify(89) == {"status": "accepted", "last_step": 1, "delta": -1}
    assert verify(89, "--past", 0) == {"status": "wrong"}
    assert verify(0) == {"status": "accepted", "last_step": 1, "delta": 1}
    assert verify(0, "--future", 0) == {"status": "wrong"}
    assert verify(120) == {"status": "wrong"}
    assert verify(0, "--past", 21)["code"] == "CSEAL_E_RANGE"


@pytest.mark.parametrize("last", [None, "", "-1", "none", "1x", "9223372036854775808", "1 "])
def test_last_step_has_no_default_and_no_second_spelling(cli, secret_file, last):
    given = [] if last is None else [f"--last-step={last}"]
    done = cli("totp", "verify", "123456", "--secret-file", secret_file, *given)
    assert done.status == 2
    assert "--last-step" in done.err


def test_hotp_verdicts(cli, secret_file):
    def verify(code: str, counter: int, *more: object) -> tuple[int, dict[str, object]]:
        done = cli("hotp", "verify", code, "--secret-file", secret_file, "--next-counter", counter, *more, "--json")
        return done.status, done.json

    assert verify(HOTP_CODES[3], 3) == (0, {"status": "accepted", "next_counter": 4})
    assert verify(HOTP_CODES[3], 4) == (1, {"status": "wrong"})
    assert verify(HOTP_CODES[3], 1) == (1, {"status": "wrong"})
    assert verify(HOTP_CODES[3], 1, "--look-ahead", 2) == (0, {"status": "accepted", "next_counter": 4})
    assert verify("12345", 0) == (1, {"status": "malformed"})
    done = cli("hotp", "verify", HOTP_CODES[0], "--secret-file", secret_file, "--next-counter", 0)
    assert done.text == "accepted: store next counter 1\n"
    assert cli("hotp", "verify", HOTP_CODES[0], "--secret-file", secret_file).status == 2


def test_resync(cli, secret_file, tmp_path):
    def resync(*codes: object, counter: int = 0, **more: object) -> tuple[int, dict[str, object]]:
        command = ["hotp", "resync", *codes, "--secret-file", secret_file, "--next-counter", counter]
        done = cli(*command, "--json", **more)
        return done.status, done.json

    assert resync(HOTP_CODES[7], HOTP_CODES[8]) == (0, {"status": "accepted", "next_counter": 9})
    assert resync(HOTP_CODES[8], HOTP_CODES[7]) == (1, {"status": "wrong"})
    assert resync(HOTP_CODES[7])[0] == 2, "one code is not two"
    two = tmp_path / "codes"
    two.write_bytes(f"{HOTP_CODES[7]}\r\n{HOTP_CODES[8]}\n".encode())
    assert resync("--code-file", two) == (0, {"status": "accepted", "next_counter": 9})
    assert resync("--code-file", "-", stdin=f"{HOTP_CODES[7]}\n{HOTP_CODES[8]}")[0] == 0
    assert resync(stdin=f"{HOTP_CODES[7]}\n{HOTP_CODES[8]}\n")[0] == 0
    assert resync(stdin=HOTP_CODES[7])[0] == 2


@pytest.mark.parametrize(
    "code",
    [b"", b"\n", b"\0" * 8, b"94287082\0", b"\xff\xfe", b"94287082\n9", b"9" * 4096, b"--force", b"%s%n", b"\x1b[2J"],
    ids=repr,
)
def test_hostile_codes_are_malformed(cli, secret_file, tmp_path, code):
    file = tmp_path / "code"
    file.write_bytes(code)
    command = ["totp", "verify", "--secret-file", secret_file, "--digits", 8, "--at", 59, "--last-step", "never"]
    for done in (cli(*command, "--code-file", file), cli(*command, stdin=code)):
        assert (done.status, done.err) == (1, "")
        assert done.text.startswith("malformed: ")


def test_a_code_that_looks_like_an_option(cli, secret_file):
    command = ["totp", "verify", "--secret-file", secret_file, "--last-step", "never", "--"]
    for code in ("--json", "--force", "-o", "--last-step"):
        done = cli(*command, code)
        assert (done.status, done.text.split(":")[0]) == (1, "malformed")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--digits", 5], "digits"),
        (["--digits", 11], "digits"),
        (["--digits", "six"], "--digits"),
        (["--period", 0], "period"),
        (["--period", 86401], "period"),
        (["--algorithm", "MD5"], "--algorithm"),
        (["--encoder", "hex"], "--encoder"),
        (["--at", "100000000001"], "time"),
        (["--at", "-1"], "--at"),
        (["--at", "010"], "--at"),
        (["--at", "0x10"], "--at"),
        (["--at", "+1"], "--at"),
        (["--at", " 1"], "--at"),
        (["--at", ""], "--at"),
        (["--at", "18446744073709551616"], "--at"),
        (["--digits", "4294967302"], "--digits"),
        (["--at", 29, "--t0", 30], "time"),
    ],
    ids=repr,
)
def test_settings_that_break_a_rule(cli, secret_file, arguments, names):
    done = cli("totp", "code", "--secret-file", secret_file, *arguments, "--json")
    assert (done.status, done.json["status"]) == (2, "error")
    assert names in done.json["message"]
    assert done.json["message"] in done.err


def test_steam(cli, secret_file):
    made = cli("totp", "code", "--secret-file", secret_file, "--encoder", "steam", "--at", 59).text.strip()
    assert re.fullmatch("[23456789BCDFGHJKMNPQRTVWXY]{5}", made)
    command = ["totp", "verify", made, "--secret-file", secret_file, "--encoder", "steam", "--last-step", "never"]
    assert cli(*command, "--at", 59).status == 0


def test_uri_tells_the_settings(cli, tmp_path):
    uri = tmp_path / "uri"
    uri.write_text(
        "otpauth://totp/Praxis:nurse1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Praxis&digits=8&period=30\n"
    )
    assert cli("totp", "code", "--uri-file", uri, "--at", 59).text == "94287082\n"
    assert cli("totp", "code", "--at", 59, stdin=uri.read_text()).text == "94287082\n", "found out by its look"
    done = cli("totp", "code", "--uri-file", uri, "--digits", 8)
    assert (done.status, "--digits cannot be given with a URI" in done.err) == (2, True)
    done = cli("hotp", "code", "--uri-file", uri, "--counter", 0)
    assert (done.status, "the URI must be of HOTP" in done.err) == (2, True)


def test_hex(cli, tmp_path):
    file = tmp_path / "key"
    file.write_text("3132333435363738393031323334353637383930\n")
    assert cli("totp", "code", "--secret-file", file, "--hex", "--at", 59, "--digits", 8).text == "94287082\n"
    done = cli("totp", "code", "--hex", stdin="otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert (done.status, "--hex cannot be given with a URI" in done.err) == (2, True)
    done = cli("totp", "code", "--hex", stdin="31323")
    assert (done.status, "must be hex" in done.err) == (2, True)


def test_missing_file_is_trouble(cli, tmp_path: Path):
    done = cli("totp", "code", "--secret-file", tmp_path / "none", "--json")
    assert (done.status, done.json["code"]) == (3, "TROUBLE")
    assert "No such file" in done.err
    assert cli("totp", "code", "--secret-file", tmp_path).status == 3
