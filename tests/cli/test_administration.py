# SPDX-License-Identifier: Apache-2.0
"""What administrators do to the engine's state: done, refused, recorded."""

from __future__ import annotations

import json
import re
import time

import pytest

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
POLICY = {"rules": [{"name": "all", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": True}}}
MAPLE = ["--tenant", "maple"]
IMPORT_TOTP = ["factor", "import", "totp", *MAPLE, "--subject", "alice"]
BY = ["--actor", "office", "--reason", "a test"]


def which(subject: str, factor: str) -> list[str]:
    return [*MAPLE, "--subject", subject, "--factor", factor]


def test_policy_is_set_and_shown(office):
    assert office.run("policy", "show", *MAPLE).text == "none: every login is denied\n"
    assert office.ask("policy", "show", *MAPLE)["version"] is None
    before = int(time.time())
    done = office.run("policy", "set", office.write("policy.json", POLICY), *MAPLE, *BY)
    assert (done.status, done.text) == (0, "version 1\n")
    shown = office.ask("policy", "show", *MAPLE)
    assert (shown["policy"], shown["version"], shown["actor"], shown["reason"]) == (POLICY, 1, "office", "a test")
    stricter = POLICY | {"actions": {"login": {"max_age_s": 60}}}
    assert office.ask("policy", "set", "-", *MAPLE, *BY, stdin=json.dumps(stricter))["version"] == 2
    assert office.ask("policy", "show", *MAPLE)["policy"] == stricter
    assert office.ask("policy", "show", *MAPLE, "--at", before - 1)["version"] is None
    assert office.ask("policy", "show", *MAPLE, "--at", "2040-01-31T12:00:00Z")["version"] == 2
    text = office.run("policy", "show", *MAPLE).text
    head, _, document = text.partition("{")
    assert re.fullmatch(r"version: 2\nsince: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\nactor: office\nreason: a test\n", head)
    assert json.loads("{" + document) == stricter


@pytest.mark.parametrize(
    "at", ["", "yesterday", "-1", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "1e3"]
)
def test_times_have_one_spelling(office, at):
    done = office.run("policy", "show", *MAPLE, f"--at={at}")
    assert (done.status, "--at" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "must be JSON"),
        ("{", "must be JSON"),
        ("[]", "one JSON object"),
        ('{}, "now_us": 1', "must be JSON"),
        ('{"rules": [], "rules": []}', "stands twice"),
        ('{"rules": [], "paths": {}, "other": 1}', "policy"),
        ('{"rules": 1}', "policy"),
    ],
)
def test_bad_policies_are_not_put_in_force(office, text, names):
    done = office.run("policy", "set", "-", *MAPLE, *BY, stdin=text)
    assert (done.status, done.text) == (2, "")
    assert names in done.err
    assert office.ask("policy", "show", *MAPLE)["version"] is None


def test_a_factor_is_enrolled_and_confirmed(office):
    factor, uri = office.enroll("alice", "--issuer", "Maple Practice", "--label", "phone")
    assert uri.startswith("otpauth://totp/Maple%20Practice:alice?secret=")
    (shown,) = office.factors("--subject", "alice")
    assert (shown["factor_id"], shown["state"], shown["label"], shown["type"]) == (factor, "active", "phone", "totp")
    assert [e["type"] for e in office.events()] == ["factor.pending", "factor.confirmed"]


def test_enrollment_on_the_screen(office):
    done = office.run("enroll", *MAPLE, "--subject", "alice", "--qr")
    factor = r"factor: [0-9a-f]{32}\nconfirm before: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n"
    factor += r"uri: otpauth://totp/alice\?secret=\w+\n"
    assert done.status == 0
    drawing, _, rest = done.text.partition("factor: ")
    assert re.fullmatch(factor, "factor: " + rest)
    assert "▀" in drawing
    assert "▀" not in office.run("enroll", *MAPLE, "--subject", "bob").text


def test_the_code_of_an_enrollment_comes_from_standard_input(office, pipe):
    enrolling = pipe("enroll", *MAPLE, "--subject", "alice", "--confirm")
    lines = [enrolling.stdout.readline() for _ in range(3)]
    uri = lines[2].removeprefix("uri: ")
    code = office.run("totp", "code", stdin=uri).text
    out, err = enrolling.communicate(code, timeout=60)
    assert (enrolling.returncode, out, err) == (0, "accepted: the factor counts from the next code on\n", "")
    assert [f["state"] for f in office.factors()] == ["active"]


def test_a_wrong_code_confirms_nothing(office):
    done = office.run("enroll", *MAPLE, "--subject", "alice", "--confirm", stdin="12345")
    assert (done.status, done.text.splitlines()[-1].split(":")[0]) == (1, "malformed")
    (pending,) = office.factors()
    assert pending["state"] == "pending"
    done = office.run("factor", "confirm", "12345", *which("alice", pending["factor_id"]), "--json")
    assert (done.status, done.json["status"], done.json["step"]) == (1, "malformed", None)
    done = office.run("factor", "confirm", "123456", *which("alice", "nothing"))
    assert (done.status, done.text.split(":")[0]) == (1, "wrong")


def test_the_same_key_gives_the_same_factor(office):
    ask = ["enroll", *MAPLE, "--subject", "alice", "--idempotency-key", "form 7"]
    assert office.ask(*ask) == office.ask(*ask)


def test_another_factor_is_the_logins_business(office):
    office.enroll("alice")
    for command in ("enroll", "recovery-codes"):
        done = office.run(command, *MAPLE, "--subject", "alice")
        assert (done.status, done.text.startswith("refused: the subject has a factor")) == (1, True)
        done = office.run(command, *MAPLE, "--subject", "alice", "--json")
        assert (done.status, done.json) == (1, {"status": "deny", "reason": "STEP_UP"})
    assert len(office.factors()) == 1


def test_recovery_codes(office):
    done = office.run("recovery-codes", *MAPLE, "--subject", "alice")
    codes = done.text.splitlines()
    assert (done.status, len(codes), len(set(codes))) == (0, 10, 10)
    answer = office.ask("recovery-codes", *MAPLE, "--subject", "bob")
    assert (len(answer["codes"]), answer["count"]) == (10, 10)
    assert not set(answer["codes"]) & set(codes)
    done = office.run("recovery-codes", *MAPLE, "--subject", "carol", "--output", "codes.txt")
    assert (done.status, done.text, done.err) == (0, "", "")
    file = office.folder / "codes.txt"
    assert (file.stat().st_mode & 0o777, len(file.read_text().split())) == (0o600, 10)
    assert [f["codes_left"] for f in office.factors()] == [10, 10, 10]


def test_suspend_resume_unlock_revoke(office):
    factor, _ = office.enroll("alice")
    at = which("alice", factor)
    for command, state in (
        ("suspend", "suspended"),
        ("resume", "active"),
        ("unlock", "active"),
        ("suspend", "suspended"),
        ("revoke", "revoked"),
    ):
        done = office.run("factor", command, *at, *BY)
        assert (done.status, done.text) == (0, f"state: {state}\n")
        assert office.factors()[0]["state"] == state
    for command, past in (
        ("suspend", "suspended"),
        ("resume", "resumed"),
        ("revoke", "revoked"),
        ("unlock", "unlocked"),
    ):
        done = office.run("factor", command, *at, *BY)
        assert (done.status, done.text) == (1, f"refused: a factor that is revoked cannot be {past}\n")
        assert office.run("factor", command, *at, *BY, "--json").json == {"status": "deny", "state": "revoked"}
        for missing in (which("alice", "0" * 32), which("zoe", factor), ["--tenant", "oak", *at[2:]]):
            done = office.run("factor", command, *missing, *BY)
            assert (done.status, done.text) == (1, "refused: the subject has no such factor\n")
    admin = [e for e in office.events() if e["actor"] == "office"]
    assert [e["type"].removeprefix("factor.") for e in admin] == [
        *("suspended", "resumed", "unlocked", "suspended", "revoked")
    ]
    assert {(e["subject"], e["factor_id"], e["reason"]) for e in admin} == {("alice", factor, "a test")}


def test_reset(office):
    office.enroll("alice")
    done = office.run("subject", "reset", *MAPLE, "--subject", "alice", *BY)
    assert (done.status, done.text) == (0, "revoked: 1\n")
    assert office.factors()[0]["state"] == "revoked"
    assert office.events()[-1]["type"] == "subject.reset"
    office.enroll("alice")
    done = office.run("subject", "reset", *MAPLE, "--subject", "zoe", *BY)
    assert (done.status, done.text) == (1, "refused: there is no such subject\n")


def test_import_totp(office):
    command = [*IMPORT_TOTP, "--provenance", "old login", "--label", "token"]
    known = [*command, "--last-step", 1, "--digits", 8, "--actor", "office"]
    tried = office.ask(*known, "--dry-run", stdin=SECRET)
    assert (tried["factor_id"], office.factors(), office.events()) == (None, [], [])
    made = office.ask(*known, stdin=SECRET)
    (shown,) = office.factors()
    assert (shown["factor_id"], shown["state"]) == (made["factor_id"], "active")
    assert (shown["provenance"], shown["label"], shown["last_used_step"]) == ("old login", "token", 1)
    assert (office.events()[0]["type"], office.events()[0]["actor"]) == ("factor.imported", "office")
    done = office.run(*known, stdin=SECRET)
    assert (done.status, "secret is that of a factor" in done.err) == (2, True)
    done = office.run(*command, "--last-step", "never", "--pending", stdin="HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ")
    assert (done.status, "warning: last_step" in done.err, done.text[:8]) == (0, True, "factor: ")
    assert sorted(f["state"] for f in office.factors()) == ["active", "pending"]
    assert [f["drift"] for f in office.factors()] == [0, 0]


def test_import_of_a_token_that_drifts(office):
    command = [*IMPORT_TOTP, "--provenance", "box 7", "--last-step", "never"]
    for far in ("-11", "11"):
        done = office.run(*command, "--drift", far, stdin=SECRET)
        assert (done.status, "drift must be -10 to 10 steps" in done.err) == (2, True)
    done = office.run(*command, "--drift", "-3", stdin=SECRET)
    assert (done.status, "warning: drift stays what it is" in done.err) == (0, True)
    assert [f["drift"] for f in office.factors()] == [-3]


def test_import_hotp(office, tmp_path):
    uri = tmp_path / "uri"
    uri.write_text(f"otpauth://hotp/alice?secret={SECRET}&counter=3\n")
    command = ["factor", "import", "hotp", *MAPLE, "--subject", "alice", "--provenance", "box 7"]
    assert office.run(*command, "--uri-file", uri).status == 2, "the next counter has no default"
    office.ask(*command, "--uri-file", uri, "--next-counter", 3)
    (shown,) = office.factors()
    assert (shown["type"], shown["next_counter"]) == ("hotp", 3)


def test_import_refuses(office):
    command = ["factor", "import", "totp", *MAPLE, "--subject", "alice", "--last-step", "never"]
    known = [*command, "--provenance", "box"]
    for arguments, stdin, names in (
        (known, "GEZDGNBVGY3TQOJQ", "allow_legacy"),
        ([*known, "--encoder", "steam"], SECRET, "--encoder"),
        ([*known, "--digits", 9], "", "secret"),
        (command, SECRET, "--provenance"),
        ([*command, "--provenance", "self"], SECRET, "provenance"),
        ([*known, "--label", ""], SECRET, "label"),
        ([*known, "--label", b"\xff"], SECRET, "label must be UTF-8"),
    ):
        done = office.run(*arguments, stdin=stdin)
        assert (done.status, names in done.err) == (2, True), done.err
        assert SECRET not in done.err + done.text
    assert office.factors() == []
    assert office.run(*known, "--allow-legacy", stdin="GEZDGNBVGY3TQOJQ").status == 0


def test_pages(office):
    for subject in ("alice", "bob", "carol"):
        office.ask("enroll", *MAPLE, "--subject", subject)
    first = office.ask("factor", "list", *MAPLE, "--limit", 2)
    rest = office.ask("factor", "list", *MAPLE, "--limit", 2, "--after", first["next"])
    assert [f["subject"] for f in first["factors"] + rest["factors"]] == ["alice", "bob", "carol"]
    assert rest["next"] is None
    text = office.run("factor", "list", *MAPLE, "--limit", 2).text
    assert text.splitlines()[-1] == "there may be more: --after " + first["next"]
    assert [e["seq"] for e in office.events("--after", 1)] == [2, 3]
    assert office.run("events", *MAPLE, "--limit", 2).text.splitlines()[-1] == "there may be more: --after 2"
    assert [e["subject"] for e in office.events("--subject", "bob")] == ["bob"]
    for arguments, names in (
        (["factor", "list", "--after", "x"], "after"),
        (["factor", "list", "--limit", 0], "limit"),
        (["factor", "list", "--limit", 1001], "limit"),
        (["factor", "list", "--subject", ""], "subject"),
        (["events", "--subject", ""], "subject"),
        (["events", "--after", "1, 2"], "--after"),
        (["events", "--after", 2**63], "after"),
    ):
        done = office.run(*arguments, *MAPLE)
        assert (done.status, done.text, names in done.err) == (2, "", True), done.err


def test_tables_line_up(office):
    for subject, label in (("ä" * 9, "x"), ("b", "größer")):
        office.ask("enroll", *MAPLE, "--subject", subject, "--label", label)
    lines = office.run("factor", "list", *MAPLE).text.splitlines()
    heads = lines[0].split()
    assert heads == ["factor", "subject", "type", "state", "label", "from", "created", "confirmed", "locked", "left"]
    for name, cells in (("label", {"x", "größer"}), ("confirmed", {"-"}), ("type", {"totp"})):
        at = lines[0].index(f" {name} ") + 1
        assert {line[at:].split()[0] for line in lines[1:]} == cells
        assert {line[at - 1] for line in lines} == {" "}


def test_a_lock_is_shown(office):
    factor, _ = office.enroll("alice")
    office.sql("UPDATE factor SET locked_until_us = ?", 4_102_444_800_000_000)
    assert "2100-01-01T00:00:00Z" in office.run("factor", "list", *MAPLE).text
    office.ask("factor", "unlock", *which("alice", factor), *BY)
    assert "2100" not in office.run("factor", "list", *MAPLE).text
    office.sql("UPDATE factor SET streak = 100")
    assert "until unlocked" in office.run("factor", "list", *MAPLE).text


def test_what_others_wrote_is_not_obeyed_by_the_terminal(office):
    hostile = "a\u202eb"
    office.ask("enroll", *MAPLE, "--subject", "alice", "--label", hostile)
    factor = office.factors()[0]["factor_id"]
    office.ask("factor", "revoke", *which("alice", factor), "--actor", hostile, "--reason", hostile)
    office.sql("UPDATE event SET reason = ? WHERE reason <> ''", "\x1b[2J\u009b\n\u202e")
    office.ask("policy", "set", office.write("p.json", POLICY), *MAPLE, "--actor", hostile, "--reason", hostile)
    for command in (["factor", "list"], ["events"], ["policy", "show"]):
        text = office.run(*command, *MAPLE).text
        assert "\ufffd" in text
        assert not set("\u202e\x1b\u009b") & set(text)
