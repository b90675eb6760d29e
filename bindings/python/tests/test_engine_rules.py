# SPDX-License-Identifier: Apache-2.0
"""Refusals are values, wrong settings ConfigError, wrong types TypeError; nothing is coerced."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from counterseal import HOTP, TOTP, ConfigError, Decision, Engine, KeyRing, Policy, Pool
from counterseal.testing import FakeClock, memory_engine

SESSION = b"session of alice"
HOSTILE = [
    *(None, 7, 123456, True, 1.5, ["123456"], {"code": 1}, object(), bytearray(b"123456"), memoryview(b"123456")),
    *(
        "",
        " ",
        "１２３４５６",
        "12345\ud800",
        "\x00\x00\x00\x00\x00\x00",
        "123456\n654321\n",
        b"\xff" * 6,
        "1" * 70_000,
    ),
    *("9" * 5_000_000, '{"status":0}', "'; DROP TABLE factor; --"),
]


@pytest.mark.parametrize("response", HOSTILE, ids=lambda value: repr(value)[:20])
def test_a_response_of_any_kind_is_an_answer(site: Any, response: object) -> None:
    factor_id, _ = site.enrolled()
    pending = site.m.enroll_totp("bob")
    verdict = site.m.verify_factor("alice", factor_id, response, purpose="test")
    assert (bool(verdict), verdict.status) == (False, "malformed")
    assert site.m.confirm("bob", pending.factor_id, response).status == "malformed"
    decision = site.answer(response)
    assert (bool(decision), decision.reason) == (False, "MALFORMED")
    batch = site.m.verify_batch([("alice", factor_id, response), ("alice", factor_id, "1")], purpose="test")
    assert [batch.status(0), batch.status(1)] == ["malformed", "malformed"]
    (last,) = site.m.list_factors("alice")
    assert not last.is_locked


def test_rows_of_a_batch_that_are_too_long_are_malformed_and_the_others_are_judged(site: Any) -> None:
    factor_id, phone = site.enrolled()
    for long in ("1" * 5_000_000, "1" * 65_536, "{" + "1" * 262_143):
        rows = [*[("alice", factor_id, long)] * 70, ("alice", factor_id, phone.wrong_code())]
        batch = site.m.verify_batch(rows, purpose="test")
        assert [batch.status(n) for n in range(71)] == ["malformed"] * 70 + ["wrong"]


def test_what_was_malformed_is_in_the_log(memory: Any) -> None:
    memory.enrolled()
    memory.answer(None)
    assert [event.reason for event in memory.m.events("alice")][-1] == "MALFORMED"


@pytest.mark.parametrize("given", [None, 7, b"alice", ["alice"], True], ids=repr)
def test_names_of_another_type(site: Any, given: Any) -> None:
    m = site.m
    calls = [
        lambda: site.engine.tenant(given),
        lambda: m.enroll_totp(given),
        lambda: m.confirm(given, "id", "1"),
        lambda: m.confirm("alice", given, "1"),
        lambda: m.recovery_codes(given),
        lambda: m.import_factor(given, TOTP.generate(), last_step=None, provenance="test"),
        lambda: m.evaluate(given, session=SESSION, path="portal"),
        lambda: m.evaluate("alice", session=SESSION, path=given),
        lambda: m.verify_challenge(given, "id", None, "1", session=SESSION),
        lambda: m.verify_challenge("alice", given, None, "1", session=SESSION),
        lambda: m.grant_valid("x", subject=given, session=SESSION),
        lambda: m.verify_factor(given, "id", "1", purpose="test"),
        lambda: m.verify_factor("alice", "id", "1", purpose=given),
        lambda: m.verify_batch([(given, "id", "1")], purpose="test"),
        lambda: m.revoke(given, "id", actor="a", reason="r"),
        lambda: m.revoke("alice", "id", actor=given, reason="r"),
        lambda: m.admin_reset(given, actor="a", reason="r"),
        lambda: m.set_policy({}, actor="a", reason=given),
    ]
    for call in calls:
        with pytest.raises(TypeError, match="str"):
            call()
    assert len(m.list_factors()) == 0


@pytest.mark.parametrize("name", ["", "a\x00b", "tab\t", " front", "e\u0301", "\ud800", "x" * 256, "\u200b"], ids=ascii)
def test_names_that_break_a_rule(site: Any, name: str) -> None:
    with pytest.raises(ConfigError, match="^subject "):
        site.m.enroll_totp(name)
    with pytest.raises(ConfigError, match="^tenant "):
        site.engine.tenant(name).policy()
    with pytest.raises(ConfigError, match="^subject "):
        site.ask(name)


def test_names_are_not_folded(site: Any) -> None:
    site.enrolled("alice")
    assert site.ask("Alice").outcome == "enroll"
    assert site.ask("é").outcome == "enroll"


def test_sessions(memory: Any) -> None:
    for short in (b"", b"x" * 15, bytearray(15), memoryview(bytes(15))):
        with pytest.raises(ConfigError, match="^session must be at least 16 bytes"):
            memory.ask(session=short)
    for wrong in (None, "x" * 32, 16, ["x"] * 16):
        with pytest.raises(TypeError, match="^session must be bytes"):
            memory.ask(session=wrong)
    with pytest.raises(ConfigError, match="^session must be at most 1024 bytes"):
        memory.ask(session=bytes(1025))
    with pytest.raises(TypeError, match="^session must be bytes of .*, not a memoryview that is not contiguous"):
        memory.ask(session=memoryview(bytes(64))[::2])
    for good in (bytes(16), bytearray(1024), memoryview(bytes(17))):
        assert memory.ask(session=good).outcome == "enroll"


def test_groups(memory: Any) -> None:
    for wrong in ("staff", b"staff", None, 7, {"staff": 1}, iter(["staff"])):
        with pytest.raises(TypeError, match="^groups must be a tuple, a list or a set of str"):
            memory.ask(groups=wrong)
    with pytest.raises(TypeError, match="^an item of groups must be a str"):
        memory.ask(groups=["staff", 7])
    for good in (["staff"], ("staff",), {"staff"}, frozenset({"staff", "patients"})):
        assert memory.ask(groups=good).outcome == "enroll"
    assert memory.ask(groups=()).reason == "NO_POLICY"


@pytest.mark.parametrize("now", [float("inf"), -1.0, 0, 946_684_799.0, 7_258_118_401, 1.7e12])
def test_clocks_that_are_none(memory: Any, now: Any) -> None:
    with memory_engine(clock=lambda: now) as engine, pytest.raises(ConfigError, match="^clock must return") as caught:
        engine.tenant("maple").list_factors()
    assert caught.value.code == "CSEAL_E_TIME"
    assert "milliseconds?" in str(caught.value)
    with pytest.raises(TypeError, match="^clock must be a function"):
        memory_engine(clock=1_700_000_000.0)


@pytest.mark.parametrize(
    ("now", "kind"),
    [(float("nan"), "NaN"), (True, "bool"), ("1", "str"), (None, "NoneType"), (datetime.now(UTC), "datetime")],
)
def test_clocks_that_return_no_seconds(now: Any, kind: str) -> None:
    refused = pytest.raises(TypeError, match=f"^clock must return seconds as a float, not {kind}")
    with memory_engine(clock=lambda: now) as engine, refused:
        engine.tenant("maple").list_factors()


def test_the_clock_is_asked_once_for_each_call() -> None:
    asked = []

    def clock() -> float:
        asked.append(1)
        return 1_700_000_000.5

    with memory_engine(clock=clock) as engine:
        m = engine.tenant("maple")
        for n in range(1, 4):
            m.list_factors()
            assert len(asked) == n
        m.set_policy({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"p": {"challenge": True}}},
                     actor="a", reason="r")  # fmt: skip
        assert m.policy().effective == datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)


def test_a_clock_that_goes_back_lets_nobody_in(memory: Any) -> None:
    factor_id, phone = memory.enrolled()
    memory.clock.advance(-3600)
    from counterseal import CountersealError

    with pytest.raises(CountersealError) as caught:
        memory.m.verify_factor("alice", factor_id, phone.code(), purpose="test")
    assert (caught.value.code, isinstance(caught.value, ConfigError)) == ("CSEAL_E_TIME", False)


def test_first_factor_and_federated(memory: Any) -> None:
    when = datetime(2023, 11, 14, tzinfo=UTC)
    for good in ({"method": "password"}, MappingProxyType({"method": "sms", "time": when, "channel": "+1"})):
        assert memory.ask(first_factor=good).outcome == "enroll"
    assert memory.ask(federated={"amr": ["pwd"], "acr": "x", "auth_time": 1.5e9}).outcome == "enroll"
    assert memory.ask(first_factor={"method": "sms", "time": 1_700_000_000_000}).outcome == "enroll"  # not looked at
    with pytest.raises(ConfigError, match="^first_factor"):
        memory.ask(first_factor={"method": "password", "colour": "red"})
    for wrong in ("password", ["password"], 7):
        with pytest.raises(TypeError, match="^first_factor must be a mapping"):
            memory.ask(first_factor=wrong)
    with pytest.raises(TypeError, match="naive"):
        memory.ask(first_factor={"method": "password", "time": datetime(2023, 11, 14)})


def test_policies(site: Any) -> None:
    m = site.m
    first = m.policy()
    assert (first.version, first.actor, first.reason) == (1, "founder", "opening")
    assert first["paths"]["caldav"] == {"challenge": False}
    assert m.set_policy(first, actor="a", reason="the same again") == 2
    assert m.policy(at=site.clock() - 10) == {}
    assert m.policy(at=datetime.fromtimestamp(site.clock(), UTC)).version == 2
    none = site.engine.tenant("another").policy()
    assert isinstance(none, Policy)
    assert (none.version, bool(none), dict(none)) == (None, False, {})
    rule = {"name": "a", "groups": "*", "paths": "*"}
    paths = {"p": {"challenge": True}}
    for broken in ({}, {"rules": [rule]}, {"rules": [rule | {"mfa": "never"}], "paths": paths},
                   {"rules": [rule], "paths": paths, "exempt": ["bob"]},
                   {"rules": [rule | {"grace_days": float("nan")}], "paths": paths},
                   {"rules": [rule | {"name": "\ud800"}], "paths": paths}):  # fmt: skip
        with pytest.raises(ConfigError):
            m.set_policy(broken, actor="a", reason="r")
    for wrong in ("{}", [rule], {1: 2}, {"rules": {rule["name"]}}, None):
        with pytest.raises(TypeError):
            m.set_policy(wrong, actor="a", reason="r")
    assert m.policy().version == 2
    deep: dict[str, Any] = {}
    for _ in range(2000):
        deep = {"rules": deep}
    with pytest.raises(ConfigError, match="nested"):
        m.set_policy(deep, actor="a", reason="r")


def test_decisions_are_true_only_for_allow(memory: Any) -> None:
    _, phone = memory.enrolled()
    asked = memory.ask()
    allowed = memory.answer(phone.code(), asked)
    assert isinstance(allowed, Decision)
    assert [bool(d) for d in (asked, allowed, memory.ask("bob"), memory.ask(path="x"))] == [False, True, False, False]
    grace = memory.ask("carol", groups=["new"])
    assert (bool(grace), grace.reason, grace.assurance) == (True, "OK_GRACE", 1)
    assert grace.deadline == datetime.fromtimestamp(memory.clock(), UTC) + timedelta(days=7)
    with pytest.raises(AttributeError):
        asked.outcome = "allow"
    legacy = memory.ask(path="caldav")
    assert (legacy.outcome, legacy.reason) == ("deny", "LEGACY_PATH_BLOCKED")
    assert len({d.message for d in (legacy, memory.ask(path="x"), memory.answer("000000", memory.ask()))}) == 1


def test_grants(site: Any) -> None:
    _, phone = site.enrolled()
    grant = site.answer(phone.code()).grant
    assert isinstance(grant, str)

    def valid(text: Any = grant, **more: Any) -> bool:
        return site.m.grant_valid(text, **({"subject": "alice", "session": SESSION} | more))

    assert valid() is True
    for other in (None, "", "x", grant[:-1], grant + "\n", "é", grant + " ", "\ud800", "A" * 100_000):
        assert valid(other) is False
        assert site.ask(grant=other).outcome == "challenge"
    for wrong in (b"x", 7, True):
        with pytest.raises(TypeError, match="^grant must be a str or None"):
            valid(wrong)
    assert not valid(subject="bob")
    assert site.engine.tenant("other").grant_valid(grant, subject="alice", session=SESSION) is False
    site.clock.advance(200)
    assert valid(max_age=200)
    assert not valid(max_age=199)
    assert not valid(max_age=timedelta(minutes=3))
    assert valid(action="export")
    site.clock.advance(200)
    assert not valid(action="export")  # a step-up wants one of the last five minutes
    assert site.ask(grant=grant, action="export").reason == "STEP_UP"
    assert valid()
    with pytest.raises(TypeError, match="^max_age"):
        valid(max_age="300")
    with pytest.raises(ConfigError, match="^max_age "):
        valid(max_age=-1)


def test_pages(site: Any) -> None:
    for n in range(5):
        site.m.import_factor(f"user{n}", HOTP.generate(), next_counter=n, provenance="test")
    seen, after = [], None
    while True:
        page = site.m.list_factors(after=after, limit=2)
        seen += [factor.subject for factor in page]
        if (after := page.next) is None:
            break
    assert seen == [f"user{n}" for n in range(5)]
    first = site.m.events(limit=3)
    second = site.m.events(after=first.next, limit=1000)
    assert second.next is None
    assert [event.seq for event in [*first, *second]] == list(range(1, 7))
    assert site.m.events(after=3).items == second.items
    assert [event.type for event in site.m.events("user3")] == ["factor.imported"]
    for wrong in ("x", "-1", "1e3", "9" * 30):
        with pytest.raises(ConfigError, match="^after "):
            site.m.events(after=wrong)
    with pytest.raises(ConfigError, match="^after "):
        site.m.list_factors(after="no cursor")
    for number in (0, 1001, -1):
        with pytest.raises(ConfigError, match="^limit "):
            site.m.list_factors(limit=number)
    for wrong in (True, 2.0, "2", None):
        with pytest.raises(TypeError, match="^limit must be an int"):
            site.m.list_factors(limit=wrong)


def test_opening(tmp_path: Path) -> None:
    url, ring = f"sqlite:///{tmp_path}/store.db", str(tmp_path / "ring")
    mistyped: list[dict[str, Any]] = [{"keys": None}, {"keys": b"x"}, {"create": 1}, {"schema": None}, {"pool": 4}]
    for wrong in [*mistyped, {"on_fork": 1}, {"log_signature": None}]:
        with pytest.raises(TypeError, match=f"^{next(iter(wrong))} must be"):
            Engine.open(url, **({"keys": ring} | wrong))
    for wrong, text in (
        ({"schema": "upgrade"}, "^schema must be"),
        ({"on_fork": "kill"}, "^on_fork must be"),
        ({"log_signature": "rsa"}, "^log_signature must be 'ed25519' or 'p256'"),
    ):
        with pytest.raises(ConfigError, match=text):
            Engine.open(url, **({"keys": ring} | wrong))
    for bad in ("", "mysql://x", "sqlite:", "/var/db", "sqlite:///a\x00b"):
        with pytest.raises(ConfigError):
            Engine.open(bad, keys=KeyRing.from_keys({"a": bytes(range(32))}, active="a"))
    with pytest.raises(TypeError, match="^url must be a str"):
        Engine.open(tmp_path / "store.db", keys=ring)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Engine.open"):
        Engine()
    assert list(tmp_path.iterdir()) == []


def test_pools() -> None:
    for wrong in ({"sessions": 0}, {"sessions": 257}, {"threads": 65}, {"patience_s": 0}, {"patience_s": float("nan")}):
        with pytest.raises(ConfigError, match=f"^{next(iter(wrong))} must be"):
            Pool(**wrong)  # type: ignore[arg-type]
    for mistyped in ({"sessions": True}, {"threads": 2.0}, {"patience_s": "5"}):
        with pytest.raises(TypeError, match=f"^{next(iter(mistyped))} must be"):
            Pool(**mistyped)  # type: ignore[arg-type]
    with memory_engine(pool=Pool(sessions=1, patience_s=0.01, threads=1), clock=FakeClock()) as engine:
        assert engine.health()
