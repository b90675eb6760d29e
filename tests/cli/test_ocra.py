# SPDX-License-Identifier: Apache-2.0
"""Challenges and their answers (values of RFC 6287 appendix C)."""

from __future__ import annotations

import hashlib

import pytest

DIGITS = "1234567890" * 7
KEYS = {"SHA1": DIGITS[:20], "SHA256": DIGITS[:32], "SHA512": DIGITS[:64]}
PIN_HASH = hashlib.sha1(b"1234").hexdigest()


@pytest.fixture
def files(tmp_path):
    made = {}
    for name, text in {**KEYS, "pin": "1234"}.items():
        made[name] = tmp_path / name
        made[name].write_text((PIN_HASH if name == "pin" else text.encode().hex()) + "\n")
    return made


def test_one_way(cli, files):
    suite = ["--suite", "OCRA-1:HOTP-SHA1-6:QN08", "--secret-file", files["SHA1"], "--hex"]
    for question, code in (("00000000", "237653"), ("11111111", "243178"), ("99999999", "294470")):
        assert cli("ocra", "code", *suite, "--question", question).text == code + "\n"
        done = cli("ocra", "verify", code, *suite, "--question", question)
        assert (done.status, done.text) == (0, "accepted: store that this challenge was answered\n")
        done = cli("ocra", "verify", code, *suite, "--question", "12345678", "--json")
        assert (done.status, done.json) == (1, {"status": "wrong"})
    assert cli("ocra", "code", *suite, "--question", "00000000", "--json").json == {"status": "done", "code": "237653"}
    assert cli("ocra", "verify", "23765", *suite, "--question", "00000000").status == 1


def test_counter_and_pin(cli, files):
    suite = ["--suite", "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", "--secret-file", files["SHA256"], "--hex"]
    suite += ["--question", "12345678"]
    pin = ["--pin-hash-file", files["pin"]]
    codes = ["65347737", "86775851", "78192410"]
    for counter, code in enumerate(codes):
        assert cli("ocra", "code", *suite, *pin, "--counter", counter).text == code + "\n"
    verify = ["ocra", "verify", codes[2], *suite, *pin]
    done = cli(*verify, "--next-counter", 2)
    assert (done.status, done.text) == (0, "accepted: store next counter 3\n")
    assert cli(*verify, "--next-counter", 1).status == 1
    done = cli(*verify, "--next-counter", 0, "--look-ahead", 2, "--json")
    assert done.json == {"status": "accepted", "next_counter": 3}
    assert "--next-counter is required" in cli(*verify).err
    assert cli("ocra", "verify", codes[2], *suite, "--next-counter", 2).status == 2, "no PIN"
    assert "does not fit" in cli(*verify, "--next-counter", 2, "--at", 1).err
    assert "does not fit" in cli(*verify, "--next-counter", 2, "--last-step", 1).err


def test_time(cli, files):
    suite = ["--suite", "OCRA-1:HOTP-SHA512-8:QN08-T1M", "--secret-file", files["SHA512"], "--hex"]
    suite += ["--question", "00000000", "--at", 0x132D0B6 * 60]
    assert cli("ocra", "code", *suite).text == "95209754\n"
    verify = ["ocra", "verify", "95209754", *suite]
    accepted = {"status": "accepted", "last_step": 0x132D0B6, "delta": 0}
    assert cli(*verify, "--last-step", "never", "--json").json == accepted
    assert cli(*verify, "--last-step", 0x132D0B6, "--json").json == {"status": "replayed"}
    assert "--last-step is required" in cli(*verify).err
    assert "does not fit" in cli(*verify, "--last-step", "never", "--next-counter", 1).err


def test_settings_that_break_a_rule(cli, files, tmp_path):
    key = ["--secret-file", files["SHA1"], "--hex"]
    for suite, question, word in (
        ("OCRA-2:HOTP-SHA1-6:QN08", "1", "suite"),
        ("OCRA-1:HOTP-MD5-6:QN08", "1", "suite"),
        ("OCRA-1:HOTP-SHA1-6:QN08", "abc", "question"),
        ("OCRA-1:HOTP-SHA1-6:QN08", "1" * 129, "question"),
    ):
        done = cli("ocra", "code", "--suite", suite, "--question", question, *key, "--json")
        assert done.status == 2
        assert word in done.json["message"]
    bad = tmp_path / "bad"
    bad.write_text("no hex")
    done = cli(
        "ocra", "code", "--suite", "OCRA-1:HOTP-SHA1-6:QN08-PSHA1", "--question", "1", *key, "--pin-hash-file", bad
    )
    assert (done.status, "the hash of the PIN must be hex" in done.err) == (2, True)
    assert cli("ocra", "code", "--suite", "OCRA-1:HOTP-SHA1-6:QN08", *key).status == 2
