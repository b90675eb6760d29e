# SPDX-License-Identifier: Apache-2.0
"""Keys and tables: made once, looked at, and refused where they do not belong together."""

from __future__ import annotations

import os
import re
import sqlite3
import stat

import pytest

#: Every command that works on a store, with what it needs.
COMMANDS = [
    ["db", "check"],
    ["db", "set-clock", "--tenant", "maple", "--actor", "a", "--reason", "r"],
    ["policy", "set", "policy.json", "--tenant", "maple", "--actor", "a", "--reason", "r"],
    ["policy", "show", "--tenant", "maple"],
    ["factor", "list", "--tenant", "maple"],
    ["factor", "confirm", "123456", "--tenant", "maple", "--subject", "s", "--factor", "f"],
    *(
        ["factor", change, "--tenant", "maple", "--subject", "s", "--factor", "f", "--actor", "a", "--reason", "r"]
        for change in ("suspend", "resume", "revoke", "unlock")
    ),
    ["subject", "reset", "--tenant", "maple", "--subject", "s", "--actor", "a", "--reason", "r"],
    ["enroll", "--tenant", "maple", "--subject", "s"],
    ["recovery-codes", "--tenant", "maple", "--subject", "s"],
    ["events", "--tenant", "maple"],
    ["audit", "checkpoint", "--tenant", "maple"],
    ["audit", "key", "--tenant", "maple"],
    ["audit", "export", "--tenant", "maple"],
    ["audit", "verify", "--state", "--tenant", "maple"],
    ["audit", "erase", "--tenant", "maple", "--subject", "s", "--actor", "a", "--reason", "r"],
    ["audit", "purge", "--tenant", "maple", "--before", "1", "--actor", "a", "--reason", "r"],
]


def test_keys_are_made_once(bare_office):
    old = os.umask(0)
    try:
        done = bare_office.run("keys", "init", "--keys", "my.keys")
    finally:
        os.umask(old)
    assert (done.status, done.text, done.err) == (0, "first, active\n", "")
    file = bare_office.folder / "my.keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()
    done = bare_office.run("keys", "init", "--file", "my.keys", "--json")
    assert (done.status, done.json["status"]) == (2, "error")
    assert "my.keys exists" in done.json["message"]
    assert file.read_text() == before
    (bare_office.folder / "link").symlink_to("nowhere")
    assert bare_office.run("keys", "init", "--file", "link").status == 2
    assert not (bare_office.folder / "nowhere").exists()


def test_keys_are_shown_without_keys(bare_office):
    bare_office.ask("keys", "init")
    file = bare_office.folder / "logins.keys"
    lines = file.read_text().splitlines()
    key = lines[2].split()[1]
    file.write_text("\n".join([lines[0], "active 2026b", *lines[2:], "2026b " + "AQID" * 10 + "AQI=", ""]))
    assert bare_office.ask("keys", "show") == {"status": "done", "active": "2026b", "ids": ["2026b", "first"]}
    done = bare_office.run("keys", "show", "--file", "logins.keys")
    assert (done.status, done.text) == (0, "2026b, active\nfirst\n")
    assert key not in done.text + done.err


@pytest.mark.parametrize(
    ("text", "names"),
    [("", "active"), ("counterseal keys 2\n", "line 1"), ("counterseal keys 1\nactive a\na SECRETTEXT\n", "line 3")],
)
def test_bad_keys_are_not_repeated(bare_office, text, names):
    file = bare_office.folder / "logins.keys"
    file.write_text(text)
    file.chmod(0o600)
    done = bare_office.run("keys", "show", "--json")
    assert (done.status, done.json["code"]) == (3, "CSEAL_E_KEYS")
    assert "SECRETTEXT" not in done.text + done.err


def test_keys_that_others_may_read_are_refused(bare_office):
    bare_office.ask("keys", "init")
    (bare_office.folder / "logins.keys").chmod(0o644)
    done = bare_office.run("keys", "show")
    assert (done.status, "chmod 600" in done.err) == (3, True)


def test_keys_are_rotated(office):
    names = [office.enroll(f"nurse {i}")[0] for i in range(3)]
    file = office.folder / "logins.keys"
    old = file.read_text().splitlines()[2]
    assert office.run("keys", "add", "--id", "2026b").text == "2026b\nfirst, active\n"
    again = office.run("keys", "add", "--id", "2026b")
    assert (again.status, again.err) == (2, "counterseal: --id must be new: the ring has a key 2026b\n")
    nobody = office.run("keys", "promote", "--id", "nobody")
    assert (nobody.status, nobody.err) == (2, "counterseal: --id must be a key of the ring: there is no nobody\n")
    assert office.ask("keys", "promote", "--id", "2026b") == {
        "status": "done",
        "active": "2026b",
        "ids": ["2026b", "first"],
    }
    assert (stat.S_IMODE(file.stat().st_mode), old in file.read_text()) == (0o600, True)
    refused = office.run("keys", "remove", "--id", "first")
    assert refused.status == 1
    assert refused.text == "refused: the store needs first: 1 canary, 3 factor, 3 secret, 3 subject\n"
    assert office.run("keys", "remove", "--id", "first", "--json").json["status"] == "needed"
    for more in ([], ["--unchecked"]):
        active = office.run("keys", "remove", "--id", "2026b", *more)
        assert (active.status, "must not be the key that seals" in active.err) == (2, True)
    before = office.ask("keys", "status")
    assert before["counts"]["secret"] == {"first": 3}
    assert office.run("keys", "reseal").text == "resealed: 7 under 2026b\n"
    done = office.ask("keys", "reseal")
    assert done == {"status": "done", "active": "2026b", "resealed": 0, "damaged": 0, "left": {}}
    after = office.ask("keys", "status")
    assert after["counts"] == {kind: {"2026b": of["first"]} for kind, of in before["counts"].items()}
    assert office.run("keys", "status").text.endswith("2026b: seals\nfirst: not needed\n")
    assert office.run("keys", "remove", "--id", "first").text == "2026b, active\n"
    assert old not in file.read_text()
    assert [one["factor_id"] for one in office.factors()] == names
    assert [one["type"] for one in office.events()][-2:] == ["keys.reseal_begun", "keys.reseal_ended"]


@pytest.mark.parametrize("name", ["", "x!", "a b", "x" * 33, "active"])
@pytest.mark.parametrize("change", ["add", "promote", "remove"])
def test_a_name_that_no_key_can_have_is_a_wrong_setting(bare_office, change, name):
    bare_office.ask("keys", "init")
    done = bare_office.run("keys", change, "--id", name, "--json")
    assert (done.status, done.json["code"]) == (2, "USAGE")
    assert done.json["message"].startswith("--id must be 1 to 32 letters")
    assert bare_office.ask("keys", "show")["ids"] == ["first"]


def test_a_ring_that_is_not_there_is_trouble(bare_office):
    assert bare_office.run("keys", "add", "--id", "2026b").status == 3


def test_recovery_codes_keep_their_key_needed(office):
    office.ask("recovery-codes", "--tenant", "maple", "--subject", "alice")
    office.ask("keys", "add", "--id", "2026b")
    office.ask("keys", "promote", "--id", "2026b")
    assert office.ask("keys", "reseal")["left"] == {"canary": {"first": 1}, "recovery_set": {"first": 1}}
    assert "left under first: 1 recovery_set\n" in office.run("keys", "reseal").text
    assert "first: needed\n" in office.run("keys", "status").text
    assert office.run("keys", "remove", "--id", "first").status == 1


def test_damaged_rows_are_told(office):
    office.enroll("alice")
    office.ask("keys", "add", "--id", "2026b")
    office.ask("keys", "promote", "--id", "2026b")
    office.sql("UPDATE subject SET epoch = 5")
    done = office.run("keys", "reseal", "--json")
    assert (done.status, done.json["status"], done.json["damaged"]) == (1, "damaged", 1)
    assert "refused: 1 rows are not as the engine wrote them\n" in office.run("keys", "reseal").text


def test_keys_are_removed_unseen_only_when_that_is_said(bare_office):
    bare_office.ask("keys", "init")
    bare_office.ask("keys", "add", "--id", "2026b")
    bare_office.environment.pop("COUNTERSEAL_STORE")
    done = bare_office.run("keys", "remove", "--id", "2026b")
    assert (done.status, "--unchecked" in done.err) == (2, True)
    assert bare_office.run("keys", "remove", "--id", "2026b", "--unchecked").text == "first, active\n"


def test_migrate_and_check(bare_office):
    bare_office.ask("keys", "init")
    done = bare_office.run("db", "check", "--json")
    assert (done.status, done.json["code"]) == (3, "CSEAL_E_STORE_UNAVAILABLE")
    assert done.json["message"] == "the store logins.db does not exist: counterseal db migrate makes it"
    for _ in range(2):
        done = bare_office.run("db", "migrate")
        assert (done.status, done.text, done.err) == (0, "schema version 1\n", "")
    assert stat.S_IMODE((bare_office.folder / "logins.db").stat().st_mode) == 0o600
    assert bare_office.run("db", "check").text == "schema version 1\n"
    answer = bare_office.ask("db", "check")
    assert set(answer) == {"status", "store", "schema", "latency_us"}
    assert (answer["status"], answer["store"], answer["schema"]) == ("done", "up", 1)


def test_a_wrong_time_is_set_right(office):
    office.enroll("alice")
    ahead_us = 4_000_000_000_000_000  # 2096
    office.sql("UPDATE installation SET clock_us = ?", ahead_us)
    refused = office.run("enroll", "--tenant", "maple", "--subject", "bob", "--json")
    assert (refused.status, refused.json["code"]) == (3, "CSEAL_E_TIME")
    by = ["--tenant", "maple", "--actor", "office", "--reason", "the server's clock"]
    done = office.run("db", "set-clock", *by)
    assert (done.status, done.err) == (0, "")
    assert re.fullmatch(r"the store's time: 2096-10-02T07:06:40Z -> 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", done.text)
    answer = office.ask("db", "set-clock", *by)
    assert list(answer) == ["status", "from_us", "to_us"]
    assert answer["status"] == "done"
    assert 0 <= answer["to_us"] - answer["from_us"] < 60_000_000
    office.enroll("bob")
    last = next(one for one in office.events() if one["type"] == "clock.set")
    assert (last["actor"], last["reason"], last["subject"]) == ("office", "the server's clock", None)


def test_printed_sql_makes_the_store(bare_office):
    done = bare_office.run("db", "migrate", "--print-sql")
    assert (done.status, done.err) == (0, "")
    assert not os.listdir(bare_office.folder), "nothing was run, and no keys were needed"
    with sqlite3.connect(bare_office.folder / "logins.db", isolation_level=None) as store:
        store.executescript(done.text)
    bare_office.ask("keys", "init")
    assert bare_office.ask("db", "check")["schema"] == 1
    assert bare_office.run("db", "migrate", "--print-sql").text == ""
    assert bare_office.ask("db", "migrate", "--print-sql") == {"status": "done", "sql": ""}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_store_and_keys_have_to_be_the_right_ones(office, command):
    office.write("policy.json", {"rules": [], "paths": {}})
    environment = office.environment
    for change, status, code in (
        ({"COUNTERSEAL_STORE": ""}, 2, "USAGE"),
        ({"COUNTERSEAL_KEYS": ""}, 2, "USAGE"),
        ({"COUNTERSEAL_KEYS": "nothing"}, 3, "CSEAL_E_KEYS"),
        ({"COUNTERSEAL_STORE": "mysql://root:hunter2@db"}, 2, "CSEAL_E_ARGUMENT"),
        ({"COUNTERSEAL_STORE": "sqlite:///nothing.db"}, 3, "CSEAL_E_STORE_UNAVAILABLE"),
    ):
        office.environment = environment | change
        done = office.run(*command, "--json")
        assert (done.status, done.json["status"], done.json["code"]) == (status, "error", code)
        assert "hunter2" not in done.text + done.err
    office.environment = environment
    office.ask("keys", "init", "--file", "other.keys")
    done = office.run(*command, "--keys", "other.keys", "--json")
    assert (done.status, done.json["code"]) == (3, "CSEAL_E_KEYS")
    assert not (office.folder / "nothing.db").exists()


@pytest.mark.parametrize("command", COMMANDS[1:], ids=" ".join)
def test_what_an_operation_wants_has_to_be_given(office, command):
    for option in ("--tenant", "--subject", "--factor", "--actor", "--reason"):
        if option not in command:
            continue
        at = command.index(option)
        done = office.run(*command[:at], *command[at + 2 :])
        is_optional = command[0] == "events" or command[1] == "list"
        if command[:2] == ["audit", "verify"]:
            assert (done.status, "--state takes --" in done.err) == (2, True)
        elif option != "--subject" or not is_optional:
            assert (done.status, done.err) == (2, f"counterseal: {option} is required\n")
        office.write("policy.json", {"rules": [], "paths": {}})
        done = office.run(*command[: at + 1], "", *command[at + 2 :])
        assert (done.status, "must not be empty" in done.err or "--state takes --" in done.err) == (2, True)
        done = office.run(*command[: at + 1], b"\xff", *command[at + 2 :])
        assert (done.status, "must be UTF-8" in done.err) == (2, True)
    assert office.events() == []


def test_somebody_elses_database_is_left_alone(office):
    with sqlite3.connect(office.folder / "other.db") as store:
        store.execute("CREATE TABLE patient (name TEXT)")
    before = (office.folder / "other.db").read_bytes()
    for command in (["db", "check"], ["db", "migrate"], ["db", "migrate", "--print-sql"]):
        done = office.run(*command, "--store", "sqlite:///other.db", "--json")
        assert (done.status, done.json["code"]) == (3, "CSEAL_E_SCHEMA")
    assert (office.folder / "other.db").read_bytes() == before


def test_secrets_stay_where_they_belong(office):
    factor, uri = office.enroll("alice")
    secret = uri.partition("secret=")[2].partition("&")[0]
    key = (office.folder / "logins.keys").read_text().splitlines()[2].split()[1]
    shown = ""
    for command in (["factor", "list"], ["events"]):
        for more in ([], ["--json"]):
            done = office.run(*command, "--tenant", "maple", *more)
            shown += done.text + done.err
    shown += office.run("db", "check").text + office.run("keys", "show", "--json").text
    assert factor in shown
    assert secret not in shown
    assert key not in shown


def test_secrets_are_refused_as_arguments(office):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    command = ["factor", "import", "totp", "--tenant", "maple", "--subject", "s", "--provenance", "p", "--last-step", 1]
    for more in ([secret], ["--secret-file", secret], [f"--secret={secret}"]):
        done = office.run(*command, *more)
        assert (done.status, "looks like a secret" in done.err) == (2, True)
        assert secret not in done.text + done.err
    assert office.factors() == []
