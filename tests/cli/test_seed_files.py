# SPDX-License-Identifier: Apache-2.0
"""Seed files are listed without their secrets, and written for other systems."""

from __future__ import annotations

import base64
import json
import re
import stat
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "vectors/seed_files"
FILES = json.loads((FOLDER / "manifest.json").read_text())["files"]
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NUMBERS = ("algorithm", "digits", "period", "encoder", "counter", "issuer", "account", "user", "serial", "model")
ONE = f"otpauth://totp/Maple:nurse1?secret={SECRET}&issuer=Maple"


def unlock(entry: dict, folder: Path) -> list[object]:
    if "key" in entry:
        key = folder / "key"
        key.write_text(entry["key"])
        return ["--key-file", key]
    if "password" in entry:
        password = folder / "password"
        password.write_text(entry["password"] + "\n")
        return ["--password-file", password]
    return []


@pytest.mark.parametrize("entry", FILES, ids=lambda e: e["file"])
def test_every_file_is_listed(cli, tmp_path, entry):
    command = ["import", FOLDER / entry["file"], *unlock(entry, tmp_path)]
    done = cli(*command, "--dry-run", "--json")
    assert done.err == ""
    assert SECRET not in done.text
    assert base64.b32decode(SECRET).hex() not in done.text
    if "error" in entry:
        wanted = {"line": entry["error"]["line"], "column": entry["error"]["column"], "message": entry["error"]["text"]}
        assert done.status == 1
        assert done.json == {"status": "malformed", **wanted, "byte": done.json["byte"]}
        assert cli(*command).text.startswith(f"malformed: line {wanted['line']}, ")
        return
    rows = entry["rows"]
    bad = [row for row in rows if "error" in row]
    assert done.status == (1 if bad else 0)
    assert done.json["status"] == ("malformed" if bad else "done")
    assert (done.json["format"], done.json["n_rows"], done.json["n_bad"]) == (entry["format"], len(rows), len(bad))
    for number, (row, wanted) in enumerate(zip(done.json["rows"], rows, strict=True), 1):
        assert (row["row"], row["line"], row["column"]) == (number, wanted["line"], wanted["column"])
        if "error" in wanted:
            assert (row["status"], row["problem"]) == ("bad", wanted["error"])
            continue
        assert (row["status"], row["type"], len(row["warnings"])) == ("good", wanted["kind"], wanted["warnings"])
        if wanted["kind"] in ("totp", "hotp"):
            assert {n: row.get(n) for n in NUMBERS} == {n: wanted.get(n) for n in NUMBERS}
    strict = cli(*command, "--json")
    assert strict.status == done.status
    assert len(strict.json["rows"]) == (len(bad) if bad else len(rows)), "with a bad entry none is shown"
    text = cli(*command, "--dry-run").text
    entries = "1 entry" if len(rows) == 1 else f"{len(rows)} entries"
    assert text.endswith(f"{entry['format']}: {entries}, {len(bad)} bad\n")
    assert ("Nothing is taken" in cli(*command).text) == bool(bad)
    assert text.count("BAD: line ") == len(bad)
    assert SECRET not in text


def test_nothing_is_written_where_an_entry_is_bad(cli, tmp_path):
    out = tmp_path / "out"
    done = cli("import", FOLDER / "uris.txt", "--output-format", "migration", "-o", out)
    assert done.status == 1
    assert not out.exists()
    assert "otpauth-migration" not in done.text
    assert cli("import", FOLDER / "uris.txt", "--dry-run", "--output-format", "migration").status == 2


def test_entra_to_uris_and_back(cli, tmp_path):
    uris = cli("import", FOLDER / "entra.csv", "--output-format", "uri-list")
    assert uris.status == 0
    assert uris.text.splitlines()[0].startswith("otpauth://totp/helga%40example.com?secret=2234567ABCDEF2234567ABCDEE")
    file = tmp_path / "migration"
    done = cli("export", "--output-format", "migration", "-o", file, "--json", stdin=ONE)
    assert done.json == {"status": "done", "format": "migration", "n_rows": 1, "file": str(file)}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("otpauth-migration://offline?data=")
    assert cli("export", "--output-format", "migration", "-o", file, stdin=ONE).status == 2, "the file exists"
    assert cli("export", file, "--output-format", "uri-list").text == ONE + "\n"
    assert cli("import", file, "--json").json["rows"][0]["account"] == "nurse1"
    done = cli("export", "--output-format", "uri-list", "--json", stdin=ONE)
    assert done.json == {"status": "done", "format": "uri-list", "n_rows": 1, "text": ONE + "\n"}


def scan(text: str, folder: Path) -> list[str]:
    """What a camera reads on a terminal: each half of a line is a module, dark where it is black."""
    found = []
    for drawing in re.split(r"^otpauth.*\n", text, flags=re.MULTILINE)[:-1]:
        lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in drawing.splitlines()]
        halves = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}
        if "\x1b[38;5;16;48;5;231m" in drawing:  # black on white: what is dark is drawn
            halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
        rows = [[halves[c][i] for c in line for _ in range(4)] for line in lines for i in (0, 1) for _ in range(4)]
        picture = folder / "screen.pbm"
        picture.write_text(f"P1 {len(rows[0])} {len(rows)}\n" + "\n".join(" ".join(map(str, r)) for r in rows) + "\n")
        command = ["zbarimg", "--quiet", "--raw", "--nodbus", "-Sbinary", picture]
        found.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def test_codes_for_a_phone(cli, tmp_path):
    uris = "".join(f"{ONE.replace('nurse1', f'nurse{n}')}\n" for n in range(12))
    for format, n in (("migration", 2), ("uri-list", 12)):
        done = cli("export", "--output-format", format, "--qr", stdin=uris)
        plain = cli("export", "--output-format", format, stdin=uris).text
        shown = re.findall(r"^otpauth.*$", done.text, re.MULTILINE)
        assert (done.status, len(shown)) == (0, n)
        assert scan(done.text, tmp_path) == shown
        if format == "uri-list":
            assert shown == plain.splitlines()
    assert cli("export", "--output-format", "entra-csv", "--qr", stdin=ONE).status == 2
    assert cli("export", "--output-format", "migration", "--qr", "--json", stdin=ONE).status == 2
    assert cli("import", FOLDER / "entra.csv", "--qr").status == 2, "nothing is written"


def test_what_a_format_cannot_say_is_told(cli):
    done = cli("export", "--output-format", "migration", stdin=ONE + "&period=45\n")
    assert done.status == 2
    assert "entry 1: " in done.err
    assert SECRET not in done.err
    assert cli("export", stdin=ONE).status == 2, "no format"
    assert cli("export", "--output-format", "pskc", stdin=ONE).status == 2


def test_formats_are_not_guessed_when_named(cli):
    assert cli("import", FOLDER / "entra.csv", "--format", "entra-csv").status == 0
    assert cli("import", FOLDER / "entra.csv", "--format", "pskc").status == 1
    assert cli("import", FOLDER / "entra.csv", "--format", "migration").status == 2
    assert cli("import", FOLDER / "none").status == 3
    assert cli("import").status == 2


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff" * 5000, b"<", b"{" * 100000, b"," * 100000, b"otpauth://"])
@pytest.mark.parametrize("format", ["auto", "uri-list", "pskc", "entra-csv", "oath-csv", "aegis", "bitwarden-json"])
def test_hostile_files_are_malformed(cli, data, format):
    done = cli("import", "-", "--format", format, "--json", stdin=data)
    assert (done.status, done.json["status"], done.err) == (1, "malformed", "")


def test_names_in_files_do_not_reach_the_terminal_raw(cli):
    name = "a%C2%9B2J%E2%80%AEb"
    done = cli("import", "-", stdin=f"otpauth://totp/{name}?secret={SECRET}")
    assert done.status == 0
    assert "\u009b" not in done.text
    assert "\u202e" not in done.text


def test_keys_and_passwords(cli, tmp_path):
    file = FOLDER / "pskc_figure6.xml"
    assert cli("import", file).status == 1, "no key"
    key = tmp_path / "key"
    key.write_text("zz")
    done = cli("import", file, "--key-file", key)
    assert (done.status, "the key must be hex" in done.err) == (2, True)
    key.write_text("00" * 16)
    done = cli("import", file, "--key-file", key)
    assert (done.status, "the key or password is wrong" in done.text) == (1, True)
    figure7 = FOLDER / "pskc_figure7.xml"
    assert cli("import", figure7, "--ask-password", stdin="qwerty\n").status == 0
    assert cli("import", figure7, "--ask-password", stdin="wrong\n").status == 1
    assert cli("import", "-", "--ask-password", stdin="qwerty\n").status == 2, "both from standard input"
