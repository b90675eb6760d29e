# SPDX-License-Identifier: Apache-2.0
"""The log: signed, exported, verified without a store, and compared with the rows."""

from __future__ import annotations

import csv
import io
import json
import re

TENANT = ["--tenant", "maple"]
BY = ["--actor", "office", "--reason", "asked"]


def kept_log(office):
    """A log with some events, exported, and a checkpoint of it."""
    office.enroll("dr.lee")
    office.enroll("nurse1")
    assert office.run("audit", "checkpoint", *TENANT, "-o", "kept").status == 0
    assert office.run("audit", "export", *TENANT, "-o", "log").status == 0
    return (office.folder / "log").read_text().splitlines(keepends=True)


def verify(office, *more):
    return office.run("audit", "verify", "log", "--checkpoint", "kept", *more)


def test_a_log_is_verified_without_the_store(office):
    lines = kept_log(office)
    key = office.run("audit", "key", *TENANT).text.strip()
    (office.folder / "logins.db").rename(office.folder / "away.db")
    done = verify(office, "--key", key)
    assert (done.status, done.err) == (0, "")
    n = len(lines)
    assert done.text == f"events: {n}\ncovered: {n}\nerased: 0\npurged: 0\ncheckpoints: 1\n"
    done = verify(office, "--json")
    assert (done.json["status"], done.json["events"]) == ("done", len(lines))
    done = office.run("audit", "verify", "log")
    assert (done.status, "no checkpoint was given" in done.text) == (0, True)


def test_each_change_is_refused_with_its_line(office):
    lines = kept_log(office)
    for changed, rule in (
        ([lines[0].replace('"v":1', '"v":2'), *lines[1:]], "line 1: "),
        ([lines[0], *lines[2:]], "line 2: the event has another number"),
        ([*lines[:-1]], "its end was cut off"),
        ([*lines[:-1], lines[-1].rstrip("\n")], "the last line has no end"),
        ([lines[0].replace("dr.lee", "dr.leo"), *lines[1:]], "line 1: who it was about"),
        ([lines[0].replace('"at_us":1', '"at_us":2'), *lines[1:]], "an event was changed"),
    ):
        (office.folder / "log").write_text("".join(changed))
        done = verify(office)
        assert (done.status, rule in done.text) == (1, True), (rule, done.text)
        assert verify(office, "--json").json["status"] == "refused"


def test_a_checkpoint_that_somebody_else_signed_is_refused(office):
    kept_log(office)
    key = office.run("audit", "key", *TENANT).text.strip()
    note = (office.folder / "kept").read_text()
    other = "B" if note[-10] == "A" else "A"
    (office.folder / "kept").write_text(note[:-10] + other + note[-9:])
    assert verify(office, "--key", key).status == 2
    (office.folder / "kept").write_text("no note\n")
    assert verify(office).status == 2
    assert verify(office, "--key", "no key").status == 2


def test_who_was_erased_is_not_in_the_log_any_more(office):
    kept_log(office)
    done = office.ask("audit", "erase", *TENANT, "--subject", "dr.lee", *BY)
    assert done["events"] == 2
    assert office.run("audit", "export", *TENANT, "-o", "log", "--force").status == 0
    lines = (office.folder / "log").read_text()
    assert "dr.lee" not in lines
    assert "nurse1" in lines
    assert verify(office, "--json").json["erased"] == 2
    assert verify(office).text.endswith("behind the newest checkpoint nothing vouches for what was logged\n")
    # As somebody erases who has the file, and no key: the tree is as it was.
    more = re.sub(r'"person":\{"salt".*nurse1.*\}\}$', '"person":null}', lines, count=1, flags=re.MULTILINE)
    (office.folder / "log").write_text(more)
    done = verify(office)
    assert (done.status, "more events were erased than events say" in done.text) == (1, True)
    (office.folder / "log").write_text(lines)
    done = office.run("audit", "purge", *TENANT, "--before", "2026-01-01T00:00:00Z", *BY)
    assert (done.status, "six years" in done.err) == (2, True)


def test_a_row_that_is_not_what_the_log_says_is_named(office):
    kept_log(office)
    state = ["audit", "verify", "--state", *TENANT]
    assert office.ask(*state, "--checkpoint", "kept")["faults"] == []
    office.sql("UPDATE factor SET last_value = last_value - 1 WHERE subject = 'nurse1'")
    done = office.run(*state)
    assert (done.status, done.text.startswith("nurse1 "), " last_value: stored " in done.text) == (1, True, True)
    fault = office.run(*state, "--json").json["faults"][0]
    assert int(fault["stored"]) == int(fault["log"]) - 1
    assert office.run("audit", "verify", "--state").status == 2
    assert office.run("audit", "verify").status == 2


def test_checkpoints_are_notes_of_the_tenant(office):
    office.enroll("dr.lee")
    made = office.ask("audit", "checkpoint", *TENANT)["checkpoint"]
    origin, size, _root, *_rest = made["note"].splitlines()
    assert (origin.endswith("/maple"), size) == (True, str(made["size"]))
    assert office.run("audit", "checkpoint", "--tenant", "nobody").status == 2
    entry = json.loads(office.run("audit", "export", *TENANT).text.splitlines()[0])["entry"]
    assert (entry["seq"], entry["type"]) == (1, "factor.pending")


def exported(office, form):
    done = office.run("audit", "export", *TENANT, "--format", form)
    assert (done.status, done.err) == (0, "")
    return done.text


def test_other_systems_read_the_log(office):
    lines = kept_log(office)
    table = list(csv.DictReader(io.StringIO(exported(office, "csv"))))
    assert [row["seq"] for row in table] == [str(n + 1) for n in range(len(lines))]
    assert {row["subject"] for row in table} == {"dr.lee", "nurse1"}
    fhir = [json.loads(line) for line in exported(office, "fhir").splitlines()]
    assert {event["resourceType"] for event in fhir} == {"AuditEvent"}
    ocsf = [json.loads(line) for line in exported(office, "ocsf").splitlines()]
    assert {event["class_uid"] for event in ocsf} <= {3001, 3002}
    cef = exported(office, "cef").splitlines()
    assert all("CEF:0|Counterseal|counterseal|" in line for line in cef)
    assert len(lines) == len(table) == len(fhir) == len(ocsf) == len(cef)
    assert office.run("audit", "export", *TENANT, "--format", "xml").status == 2
