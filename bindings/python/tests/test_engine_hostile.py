# SPDX-License-Identifier: Apache-2.0
"""Who and what the engine does not know, numbers and texts out of bounds, files that are no store."""

import copy
import pickle
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from counterseal import (
    HOTP,
    TOTP,
    ConfigError,
    Engine,
    KeyRing,
    SchemaMismatch,
)
from counterseal.testing import memory_engine

SESSION = b"session of alice"
BY = {"actor": "dr. maple", "reason": "test"}


def test_a_tenant_that_nobody_wrote_to(site: Any) -> None:
    m = site.engine.tenant(f"{site.tenant} next door")
    factor_id, phone = site.enrolled()
    for _ in range(2):  # asking brings nothing into being
        assert (m.list_factors().items, m.events().items, dict(m.policy())) == ((), (), {})
        decision = m.evaluate("alice", session=SESSION, groups=["staff"], path="portal")
        assert (decision.outcome, decision.reason, decision.policy_version) == ("deny", "NO_POLICY", None)
        asked = site.ask()
        answered = m.verify_challenge("alice", asked.challenge_id, None, phone.code(), session=SESSION)
        assert (answered.outcome, answered.reason) == ("deny", "WRONG_CHALLENGE")
        assert m.verify_factor("alice", factor_id, phone.code(), purpose="t").status == "wrong"
        assert m.confirm("alice", factor_id, phone.code()).status == "wrong"
        assert m.verify_batch([("alice", factor_id, phone.code())], purpose="t").status(0) == "wrong"
        for change in (m.suspend, m.resume, m.revoke, m.unlock):
            assert change("alice", factor_id, **BY).status == "wrong"
        assert m.admin_reset("alice", **BY).status == "wrong"
    assert site.answer(phone.code())


def test_one_answer_for_whoever_is_unknown_or_wrong(site: Any) -> None:
    factor_id, phone = site.enrolled()
    wrong, asked = phone.wrong_code(), site.ask()
    m = site.m
    verdicts = [
        m.verify_factor(subject, factor, wrong, purpose="t")
        for subject, factor in (("alice", factor_id), ("alice", "none"), ("nobody", factor_id), ("nobody", "\x00"))
    ]
    assert {repr(verdict) for verdict in verdicts} == {repr(verdicts[0])}
    assert {(v.status, v.step, v.next_counter, v.retry_after_s) for v in verdicts} == {("wrong", None, None, None)}
    decisions = [
        m.verify_challenge(subject, challenge, factor, wrong, session=SESSION)
        for subject, challenge, factor in (
            ("alice", asked.challenge_id, None),
            ("alice", asked.challenge_id, "none"),
            ("alice", "none", None),
            ("nobody", asked.challenge_id, None),
            ("nobody", "", factor_id),
        )
    ]
    assert {(d.outcome, bool(d), d.grant, d.assurance, d.message) for d in decisions} == {
        ("deny", False, None, None, decisions[0].message)
    }
    # The reason is for the log.
    assert [d.reason for d in decisions] == ["WRONG_CODE", "NO_USABLE_FACTOR", *["WRONG_CHALLENGE"] * 3]
    assert len(m.list_factors("nobody")) == 0


def test_a_challenge_is_of_one_session_one_subject_one_tenant(site: Any) -> None:
    _, phone = site.enrolled()
    site.enrolled("mallory")
    asked = site.ask()
    elsewhere = site.engine.tenant(f"{site.tenant} elsewhere")
    for m, subject, session in (
        (site.m, "alice", b"session of a stranger"),
        (site.m, "mallory", SESSION),
        (elsewhere, "alice", SESSION),
    ):
        refused = m.verify_challenge(subject, asked.challenge_id, None, phone.code(), session=session)
        assert (refused.outcome, refused.reason, refused.grant) == ("deny", "WRONG_CHALLENGE", None)
    assert site.answer(phone.code(), asked)


def test_the_purpose_is_logged(site: Any) -> None:
    factor_id, phone = site.enrolled()
    assert site.m.verify_factor("alice", factor_id, phone.code(), purpose="sign a prescription")
    last = site.m.events("alice").items[-1]
    assert (last.type, last.detail["purpose"]) == ("factor.accepted", "sign a prescription")


@pytest.mark.parametrize("name", ["rear ", "\u00a0front", "a\n", "a\x7f", "A\u030a", "\u202e"])
def test_a_subject_in_another_spelling_is_nobody(site: Any, name: str) -> None:
    for call in (
        lambda: site.ask(name),
        lambda: site.m.enroll_totp(name),
        lambda: site.m.import_factor(name, TOTP.generate(), last_step=None, provenance="old"),
        lambda: site.m.verify_factor(name, "id", "123456", purpose="t"),
        lambda: site.m.grant_valid("x", subject=name, session=SESSION),
        lambda: site.m.list_factors(name),
        lambda: site.m.admin_reset(name, **BY),
    ):
        with pytest.raises(ConfigError, match="^subject "):
            call()
    assert len(site.m.list_factors()) == 0


#: Text that may be kept, and that a statement, a driver or a column might take for something else.
ODD_TEXTS = [
    *("'; DROP TABLE factor; --", "\\", "\\x00", "$1 %s ?1 :a {0}", "\"quoted\" 'twice'", "NULL", "\\N", "<b>&amp;"),
    *("\ue000", "\uffff", "\U0010ffff", "🦭", "x" * 255),
]


def test_texts_come_back_from_each_store_as_they_were(site: Any) -> None:
    m = site.m
    for text in ODD_TEXTS:
        told = {"provenance": text, "label": text, "actor": text}
        made = m.import_factor(text, otp := HOTP.generate(), next_counter=2**63 - 2, **told)
        (factor,) = m.list_factors(text)
        assert (factor.subject, factor.label, factor.provenance) == (text, text, text)
        assert (factor.factor_id, factor.next_counter) == (made.factor_id, 2**63 - 2)
        verdict = m.verify_factor(text, made.factor_id, otp.at(2**63 - 2), purpose=text)
        assert (verdict.status, verdict.next_counter) == ("accepted", 2**63 - 1)
        assert m.suspend(text, made.factor_id, actor=text, reason=text)
        imported, accepted, suspended = m.events(text)
        assert (imported.subject, imported.actor, imported.detail["provenance"]) == (text, text, text)
        assert (accepted.type, accepted.detail["purpose"]) == ("factor.accepted", text)
        assert (suspended.type, suspended.actor, suspended.reason) == ("factor.suspended", text, text)
    pages = [m.list_factors(limit=1)]
    while pages[-1].next is not None:
        pages.append(m.list_factors(after=pages[-1].next, limit=1))
    # By bytes, whatever language a database was made for.
    assert [one.subject for page in pages for one in page] == sorted(ODD_TEXTS, key=str.encode)
    assert m.log.verify_state()


def test_ids_that_nobody_gave_are_unknown_in_each_store(site: Any) -> None:
    factor_id, phone = site.enrolled()
    m = site.m
    for id in [*ODD_TEXTS, "", "\x00", f"{factor_id}\x00", "a\nb", " pad ", "e\u0301", factor_id.upper(), "x" * 70_000]:
        # The right code, so that only the id can be what is wrong.
        assert m.verify_factor("alice", id, phone.code(), purpose="t").status == "wrong"
        assert m.confirm("alice", id, phone.code()).status == "wrong"
        assert m.verify_batch([("alice", id, phone.code())], purpose="t").status(0) == "wrong"
        for challenge, factor in ((id, None), (id, factor_id), ("none", id)):
            refused = m.verify_challenge("alice", challenge, factor, phone.code(), session=SESSION)
            assert (refused.outcome, refused.reason) == ("deny", "WRONG_CHALLENGE")
    assert [one.factor_id for one in m.list_factors()] == [factor_id]
    assert site.answer(phone.code())


@pytest.mark.parametrize("number", [2**64, -(2**64), 10**5000, -(10**5000)], ids=["2^64", "-2^64", "huge", "-huge"])
def test_numbers_that_no_machine_has(site: Any, number: int) -> None:
    m = site.m
    rule = {"name": "a", "groups": "*", "paths": "*", "grace_days": number}
    for call, name in (
        (lambda: m.policy(at=number), "at"),
        (lambda: m.list_factors(limit=number), "limit"),
        (lambda: m.events(after=number), "after"),
        (lambda: m.grant_valid("x", subject="alice", session=SESSION, max_age=number), "max_age"),
        (lambda: m.enroll_totp("alice", digits=number), "digits"),
        (lambda: m.enroll_totp("alice", period=number), "period"),
        (lambda: m.import_factor("alice", TOTP.generate(), last_step=number, provenance="p"), "last_step"),
        (lambda: m.import_factor("alice", HOTP.generate(), next_counter=number, provenance="p"), "next_counter"),
        (lambda: m.import_factor("alice", TOTP.generate(), last_step=None, drift=number, provenance="p"), "drift"),
        (lambda: m.set_policy({"rules": [rule], "paths": {"p": {"challenge": True}}}, **BY), ".*document"),
        (lambda: site.ask(first_factor={"method": "password", "time": number}), "first_factor"),
        (lambda: site.engine.health(timeout_s=number), "timeout_s"),
    ):
        with pytest.raises(ConfigError, match=f"^{name}"):
            call()
    with memory_engine(clock=lambda: number) as engine, pytest.raises(ConfigError, match="^clock must return"):
        engine.tenant("maple").list_factors()
    assert len(m.list_factors()) == 0


def test_times_out_of_range(site: Any) -> None:
    for wrong in (float("nan"), datetime(2024, 1, 1), True, "now", lambda: 1):
        with pytest.raises(TypeError, match="^at must be"):
            site.m.policy(at=wrong)
    in_ms = site.clock() * 1000
    for far in (float("inf"), -float("inf"), 1e300, 1e308, -1, 0, in_ms, 10**30, datetime(1969, 1, 1, tzinfo=UTC)):
        with pytest.raises(
            ConfigError, match="^at must (lie in the years 2000 to 2200|be seconds since 1970) .*milliseconds"
        ) as caught:
            site.m.policy(at=far)
        assert caught.value.code == "CSEAL_E_TIME"
    for wrong, kind in ((float("nan"), "nan"), (float("inf"), "inf"), ("1", "str"), (True, "bool")):
        with pytest.raises(TypeError, match=f"^max_age must be .*, not {kind}$"):
            site.m.grant_valid("x", subject="alice", session=SESSION, max_age=wrong)
    assert site.m.policy(at=946_684_800) == site.m.policy(at=datetime(2000, 1, 1, tzinfo=UTC)) == {}
    for wrong in ("1", None, True):
        with pytest.raises(TypeError, match="^timeout_s must be"):
            site.engine.health(timeout_s=wrong)
    for far in (0, -1, 601, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match="^timeout_s must be"):
            site.engine.health(timeout_s=far)


HOSTILE_JSON = {
    "nothing": "",
    "no object": "[]",
    "deep arrays": "[" * 1_000_000,
    "deep objects": '{"a":' * 1_000_000,
    "deep value": '{"tenant":' + "[" * 40 + "]" * 40 + "}",
    "a name twice": '{"tenant":"a","tenant":"a"}',
    "a name twice, escaped": '{"tenant":"a","\\u0074enant":"a"}',
    "a name of ours": '{"tenant":"a","\\u0001":0}',
    "huge number": '{"tenant":"a","limit":1e400}',
    "long number": '{"tenant":"a","limit":' + "9" * 100_000 + "}",
    "NaN": '{"tenant":"a","limit":NaN}',
    "half a character": '{"tenant":"\\ud800"}',
    "NUL in a text": '{"tenant":"a\\u0000"}',
    "NUL as it is": '{"tenant":"a\x00"}',
    "NUL behind": '{"tenant":"a"}\x00',
    "more behind a NUL": '{"tenant":"a"}\x00{',
    "two": '{"tenant":"a"}{"tenant":"a"}',
    "a comma too many": '{"tenant":"a",}',
    "a comment": '{"tenant":"a"/**/}',
    "unknown name": '{"tenant":"a","colour":"red"}',
    "long name": '{"tenant":"a","' + "x" * 1_000_000 + '":1}',
}


@pytest.mark.parametrize("text", HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_hostile_json(site: Any, text: str) -> None:
    """Python makes none of these; whoever reaches the engine another way gets the same answer."""
    from counterseal._op import Op

    handle = site.engine._handle
    status, answer, secret = handle.call(Op.EVENTS, '{"tenant":"a","limit":1}', None)
    assert (status, answer, secret) == (0, '{"events":[],"next":null}', None)
    status, answer, secret = handle.call(Op.EVENTS, text, None)
    assert (status, secret) in {(-1, None), (-2, None)}  # E_ARGUMENT, E_RANGE
    assert answer.startswith('{"error":{"argument":')
    assert len(answer) < 400
    assert site.engine.health()


def test_files_that_are_no_store_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyRing.from_keys({"a": bytes(range(32))}, active="a")
    monkeypatch.chdir(tmp_path)
    Path("notes.db").write_text("not a database, whatever its name says. " * 200)
    with closing(sqlite3.connect("marked.db")) as db:
        db.execute("PRAGMA application_id = 77")
    for name in ("notes.db", "marked.db"):
        before = Path(name).read_bytes()
        with pytest.raises(SchemaMismatch) as caught:
            Engine.open(f"sqlite:///{name}", keys=ring, create=True, schema="migrate")
        assert caught.value.code == "CSEAL_E_SCHEMA"
        assert Path(name).read_bytes() == before
    with Engine.open("sqlite:///ours.db", keys=ring, create=True) as engine:  # relative to where we are
        assert engine.health().schema == 1
    assert Path("ours.db").stat().st_mode & 0o077 == 0
    for version in (0, 3):
        with closing(sqlite3.connect("ours.db")) as db, db:
            db.execute("UPDATE schema_version SET version = ?", (version,))
        with pytest.raises(SchemaMismatch, match=f"version {version} "):
            Engine.open("sqlite:///ours.db", keys=ring)


def test_a_text_that_is_too_long_is_named_with_its_bound(site: Any) -> None:
    factor_id, _ = site.enrolled()
    calls: dict[str, Callable[..., object]] = {
        "suspend": partial(site.m.suspend, "alice", factor_id),
        "resume": partial(site.m.resume, "alice", factor_id),
        "revoke": partial(site.m.revoke, "alice", factor_id),
        "unlock": partial(site.m.unlock, "alice", factor_id),
        "admin_reset": partial(site.m.admin_reset, "alice"),
        "set_clock": site.m.set_clock,
        "set_policy": partial(site.m.set_policy, site.m.policy()),
        "erase_person": partial(site.m.log.erase_person, "alice"),
        "purge_events": partial(site.m.log.purge_events, datetime(2001, 1, 1, tzinfo=UTC)),
    }
    for call in calls.values():
        with pytest.raises(ConfigError, match="^actor must be at most 255 bytes$"):
            call(actor="x" * 256, reason="r")
        with pytest.raises(ConfigError, match="^reason must be at most 1000 bytes$"):
            call(actor="x", reason="r" * 1001)
    for name in ("path", "action"):
        with pytest.raises(ConfigError, match=f"^{name} must be at most 255 bytes$"):
            site.ask(**{name: "x" * 256})
        with pytest.raises(ConfigError, match=f"^{name} must not begin or end with a blank"):
            site.ask(**{name: " x"})


def test_a_decision_with_a_grant_is_not_copied(memory: Any) -> None:
    _, phone = memory.enrolled()
    asked = memory.ask()
    allowed = memory.answer(phone.code(), asked)
    for call in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="holds a secret"):
            call(allowed)
    for same in (copy.copy(asked), copy.deepcopy(asked), pickle.loads(pickle.dumps(asked))):
        assert same == asked
        assert not same
