# SPDX-License-Identifier: Apache-2.0
"""Secrets come in by files and standard input, never by arguments, and never go out by standard error."""

from __future__ import annotations

import os
import pty
import select
import time

import pytest

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
URI = f"otpauth://totp/a?secret={SECRET}"


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        SECRET.lower(),
        " ".join(SECRET[i : i + 4] for i in range(0, 32, 4)),
        "-".join(SECRET[i : i + 8].lower() for i in range(0, 32, 8)),
        SECRET + "======",
        "3132333435363738393a3b3c3d3e3f",
        URI,
        URI.replace("otpauth", "OTPAUTH"),
        "otpauth-migration://offline?data=CiEKCg==",
        f" {URI}",
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["totp", "code", "{}"],
        ["totp", "verify", "{}", "--last-step", "never"],
        ["totp", "verify", "123456", "{}", "--last-step", "never"],
        ["totp", "code", "--secret-file", "{}"],
        ["totp", "code", "--secret-file={}"],
        ["totp", "code", "--secret", "{}"],
        ["totp", "code", "--key={}"],
        ["totp", "qr", "--uri-file", "{}"],
        ["hotp", "resync", "1", "{}", "--next-counter", "0"],
        ["{}"],
        ["totp", "code", "--json", "{}"],
        ["totp", "code", "--", "{}"],
    ],
    ids=" ".join,
)
def test_secrets_are_refused_as_arguments(cli, command, shown):
    done = cli(*(part.format(shown) for part in command), stdin=SECRET)
    assert done.status == 2
    assert "looks like a secret" in done.err
    number = next(i for i, part in enumerate(command, 1) if "{}" in part)
    assert f"argument {number} " in done.err
    for where in (done.err, done.text):
        assert shown not in where
        assert SECRET not in where


@pytest.mark.parametrize("name", ["hausarztpraxisnord", "HAUSARZTPRAXIS", "nurse.station.2@example.com", "a2" * 12])
def test_names_are_no_secrets(cli, name):
    for option in ("--issuer", "--account"):
        assert cli("totp", "new", option, name).status == 0
        assert cli("totp", "new", f"{option}={name}").status == 0


def test_other_arguments_are_not_repeated(cli):
    for unknown in ("GEZDGNBVGY", "--tokn=GEZDGNBVGY", "-xGEZDGNBVGY"):
        done = cli("totp", "code", unknown, stdin=SECRET)
        assert done.status == 2
        assert "GEZDGNBVGY" not in done.err + done.text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "secret"),
        ("GEZD1NBVGY3TQOJQ", "base32"),
        ("GEZDGNBVGY3TQOJQG", "base32"),
        ("otpauth://totp/a?secret=GEZD1NBV", "secret"),
        ("otpauth://totp/a", "secret"),
        ("https://example.com", "otpauth"),
        ("\xff", "base32"),
        ("A" * 9000, "8192"),
    ],
    ids=["empty", "digit", "short", "uri digit", "uri without", "other uri", "latin", "long"],
)
def test_bad_secrets_are_told_and_not_shown(cli, tmp_path, text, names):
    done = cli("totp", "code", stdin=text)
    assert done.status == 2
    assert names in done.err
    file = tmp_path / "file"
    file.write_text(text)
    for option in ("--secret-file", "--uri-file"):
        done = cli("totp", "uri", option, file)
        assert done.status == 2
        assert len(text) < 9 or text not in done.err + done.text


def test_standard_input_is_read_once(cli):
    done = cli("totp", "verify", "--last-step", "never", stdin=SECRET)
    assert done.status == 2
    assert "cannot both come from standard input" in done.err
    assert cli("totp", "verify", "--code-file", "-", "--secret-file", "-", "--last-step", "never").status == 2
    assert cli("totp", "code", "--secret-file", "-", "--at", 59, "--digits", 8, stdin=SECRET).text == "94287082\n"


def test_only_what_must_shows_the_secret(cli, secret_file):
    for command in (
        ["totp", "code"],
        ["totp", "verify", "123456", "--last-step", "never"],
        ["hotp", "code", "--counter", 0],
        ["hotp", "verify", "123456", "--next-counter", 0],
    ):
        for more in ([], ["--json"]):
            done = cli(*command, "--secret-file", secret_file, *more)
            assert SECRET not in done.text + done.err
    for command in (["totp", "uri"], ["hotp", "uri"]):
        done = cli(*command, "--secret-file", secret_file, "--account", "a", "--digits", 8)
        assert SECRET in done.text
        assert SECRET not in done.err
        assert "warning: digits 8" in done.err


def test_warnings_are_shown_without_what_a_terminal_obeys(cli):
    hostile = "a\u202eb\u009b2Jc"
    done = cli("totp", "uri", stdin=f"otpauth://totp/x:{hostile}?secret={SECRET}&{hostile}=1")
    for obeyed in ("\u202e", "\u009b", "\x1b"):
        assert obeyed not in done.err


def typed_at_a_terminal(command: list[str], answers: dict[str, str]) -> tuple[int, str]:
    """Runs a command at a terminal of its own, answers its prompts, and gives what stood on the screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    screen = ""
    left = dict(answers)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            screen += os.read(terminal, 4096).decode()
        except OSError:  # the program has ended
            break
        for prompt in [p for p in left if p in screen]:
            os.write(terminal, (left.pop(prompt) + "\n").encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), screen


def test_a_person_is_asked_and_the_secret_is_not_echoed(program):
    status, screen = typed_at_a_terminal(
        [str(program), "totp", "verify", "--digits", "8", "--at", "59", "--last-step", "never"],
        {"secret or otpauth URI (not shown): ": SECRET, "code: ": "94287082"},
    )
    assert status == 0
    assert "accepted: store last step 1" in screen
    assert "94287082" in screen
    assert SECRET not in screen


def test_control_c_at_the_prompt_ends(program):
    status, screen = typed_at_a_terminal(
        [str(program), "totp", "code"], {"secret or otpauth URI (not shown): ": "\x03"}
    )
    assert status == 2
    assert "cancelled" in screen
