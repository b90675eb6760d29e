# SPDX-License-Identifier: Apache-2.0
"""New secrets, URIs and QR codes, and the files that they go to."""

from __future__ import annotations

import base64
import os
import re
import stat
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NAMES = ["--issuer", "Praxis Nord", "--account", "nurse1"]
URI = f"otpauth://totp/Praxis%20Nord:nurse1?secret={SECRET}&issuer=Praxis%20Nord"


def test_new(cli):
    done = cli("totp", "new", *NAMES)
    match = re.fullmatch(r"secret: ([A-Z2-7]{32})\nuri: (otpauth://totp/\S+)\n", done.text)
    assert done.status == 0
    assert match
    assert match[2] == URI.replace(SECRET, match[1])
    again = cli("totp", "new", *NAMES, "--json").json
    assert again == {
        "status": "done",
        "secret": again["secret"],
        "uri": URI.replace(SECRET, again["secret"]),
        "warnings": [],
    }
    assert again["secret"] != match[1]
    assert set(cli("totp", "new", "--json").json) == {"status", "secret", "warnings"}, "no name, no URI"


@pytest.mark.parametrize("kind", ["totp", "hotp"])
def test_new_secrets_work(cli, kind):
    made = cli(kind, "new", "--issuer", "Praxis", "--json").json
    assert len(base64.b32decode(made["secret"])) == 20
    code = {"totp": ["code", "--at", 59], "hotp": ["code", "--counter", 0]}[kind]
    assert cli(kind, *code, stdin=made["secret"]).text == cli(kind, *code, stdin=made["uri"]).text


def test_bits(cli):
    for bits in (128, 256, 1024):
        secret = cli("totp", "new", "--bits", bits, "--json").json["secret"]
        assert len(secret) == (bits + 4) // 5
    for bits in (0, 120, 129, 1032):
        done = cli("totp", "new", "--bits", bits)
        assert (done.status, done.text) == (2, "")
        assert "bits" in done.err


def test_uri(cli, secret_file):
    done = cli("totp", "uri", "--secret-file", secret_file, *NAMES)
    assert (done.status, done.text, done.err) == (0, URI + "\n", "")
    done = cli("totp", "uri", "--secret-file", secret_file, *NAMES, "--json")
    assert done.json == {"status": "done", "uri": URI, "warnings": []}
    assert cli("totp", "uri", "--account", "other", stdin=URI).text == URI.replace("nurse1", "other") + "\n"
    counted = cli("hotp", "uri", "--secret-file", secret_file, "--account", "a", "--counter", 7).text
    assert "counter=7" in counted
    assert cli("totp", "uri", "--secret-file", secret_file).status == 2, "nobody is named"
    assert cli("totp", "uri", "--secret-file", secret_file, "--account", "a:b").status == 2
    assert cli("totp", "uri", "--secret-file", secret_file, "--account", "a:b", "--strip-colons").status == 0


def scan(picture: Path) -> str:
    command = ["zbarimg", "--quiet", "--raw", "--nodbus", "-Sbinary", picture]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_qr_files_hold_the_uri(cli, secret_file, tmp_path):
    command = ["totp", "qr", "--secret-file", secret_file, *NAMES]
    png = tmp_path / "code.png"
    assert cli(*command, "-o", png).out == b""
    assert scan(png) == URI
    svg = tmp_path / "code.svg"
    assert cli(*command, "-o", svg, "--title", "<Praxis>").status == 0
    assert ElementTree.parse(svg).findtext("{*}title") == "<Praxis>"
    assert SECRET not in svg.read_text()
    other = tmp_path / "code.dat"
    assert cli(*command, "-o", other).status == 2, "no ending, no format"
    assert cli(*command, "-o", other, "--format", "png", "--scale", 3).status == 0
    assert scan(other) == URI
    assert cli(*command, "--format", "png").out == cli(*command, "-o", "-", "--format", "png").out


def test_qr_on_screen(cli, secret_file):
    command = ["totp", "qr", "--secret-file", secret_file, *NAMES]
    assert cli(*command).text.startswith("\x1b[38;5;16;48;5;231m")
    text = cli(*command, "--format", "text").text
    assert set(text) == {" ", "▀", "▄", "█", "\n"}
    assert cli(*command, "--format", "text", "--json").json == {
        "status": "done",
        "format": "text",
        "qr": text,
        "warnings": [],
    }
    assert cli(*command, "--format", "png", "--json").status == 2
    narrow = cli(*command, "--format", "text", "--quiet-zone", 1).text
    assert len(text.split("\n")[0]) == len(narrow.split("\n")[0]) + 6
    new = cli("totp", "new", *NAMES, "--qr").text.split("\n")
    assert new[0].startswith("\x1b[38;5;16;48;5;231m")
    assert new[-3].startswith("secret: ")
    assert new[-2].startswith("uri: ")
    assert cli("totp", "new", "--qr").status == 2
    assert cli(*command, "--error-correction", "H").text != cli(*command).text
    for bad in (["--scale", 0], ["--quiet-zone", 17], ["--error-correction", "X"], ["--format", "gif"]):
        assert cli(*command, *bad).status == 2


@pytest.mark.parametrize("what", ["new", "uri", "qr"])
def test_files_are_for_their_owner_and_not_replaced_by_mistake(cli, secret_file, tmp_path, what):
    source = [] if what == "new" else ["--secret-file", secret_file]
    kind = ["--format", "text"] if what == "qr" else []
    file = tmp_path / "out"
    command = ["totp", what, *source, *NAMES, *kind, "--output", file]
    before = os.umask(0)
    try:
        done = cli(*command)
        assert (done.status, done.out) == (0, b"")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        first = file.read_bytes()
        assert len(first) > 50
        done = cli(*command)
        assert done.status == 2
        assert "--force" in done.err
        assert file.read_bytes() == first
        file.write_text("old")
        file.chmod(0o644)
        assert cli(*command, "--force").status == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(file.read_bytes()) == len(first)
    finally:
        os.umask(before)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "secret.key"], "nothing is left over"


def test_links_are_not_followed(cli, secret_file, tmp_path):
    target = tmp_path / "target"
    link = tmp_path / "link"
    link.symlink_to(target)
    done = cli("totp", "uri", "--secret-file", secret_file, *NAMES, "-o", link)
    assert done.status == 2
    assert not target.exists()


def test_what_cannot_be_written_is_trouble(cli, secret_file, tmp_path, program):
    done = cli("totp", "uri", "--secret-file", secret_file, *NAMES, "-o", tmp_path / "no/file")
    assert (done.status, done.out) == (3, b"")
    with Path("/dev/full").open("wb") as full:
        command = [program, "totp", "uri", "--secret-file", secret_file, *NAMES]
        assert subprocess.run(command, stdout=full, stderr=subprocess.DEVNULL, check=False).returncode == 3


def test_qr_with_json_names_the_file(cli, secret_file, tmp_path):
    file = tmp_path / "code.svg"
    done = cli("totp", "qr", "--secret-file", secret_file, *NAMES, "-o", file, "--json")
    assert done.json == {"status": "done", "format": "svg", "file": str(file), "warnings": []}
    assert file.exists()
