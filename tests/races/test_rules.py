# SPDX-License-Identifier: Apache-2.0
"""The checker of histories: for each rule a history that may be, and one that may not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import history
import pytest
import rules
from history import Call, History
from rules import violations

FACTOR = "factor-1"
OTHER = "factor-2"
NOW = 1_800_000_000 * rules.SECOND


def call(op: str, begin: int, end: int, **more: Any) -> Call:
    return Call(op, begin, end, **{"now": NOW, "subject": "alice", **more})


def verify(begin: int, end: int, step: int = 7, status: str = "OK", **more: Any) -> Call:
    more = {"meant": FACTOR, "factor_id": FACTOR, "step": step, **more}
    return call("verify_factor", begin, end, status=status, value=step if status == "OK" else None, **more)


def wrong(begin: int, **more: Any) -> Call:
    return verify(begin, begin + 1, -1, "WRONG", **more)


def answer(begin: int, end: int, challenge: str, step: int = 7, reason: str = "OK", **more: Any) -> Call:
    status = "OK" if reason == "OK" else "DENY"
    more = {"challenge_id": challenge, "meant": FACTOR, "step": step, "status": status, "reason": reason, **more}
    return call("verify_challenge", begin, end, **more)


def made(factor: str, begin: int = 0, end: int = 1, op: str = "import_factor", **more: Any) -> Call:
    return call(op, begin, end, made=factor, **more)


def asked(challenge: str, begin: int, end: int) -> Call:
    return call("evaluate", begin, end, status="CHALLENGE", made=challenge)


def administered(op: str, begin: int, end: int, status: str = "OK", factor: str = FACTOR) -> Call:
    return call(op, begin, end, status=status, factor_id="" if op == "admin_reset" else factor)


def confirmed(begin: int, end: int, factor: str = FACTOR, **more: Any) -> Call:
    return call("confirm", begin, end, meant=factor, factor_id=factor, **{"step": 7, "value": 7, **more})


def guesses(n: int, first: int = 10, **more: Any) -> list[Call]:
    return [wrong(first + 2 * i, **more) for i in range(n)]


LOCK = rules.SHORTEST_LOCK

GOOD: dict[str, list[Call]] = {
    "nothing": [],
    "one code, one accept": [verify(1, 5), verify(2, 6, status="REPLAYED"), verify(3, 4, status="REPLAYED")],
    "steps that grow": [verify(1, 2, 7), verify(3, 4, 8)],
    "steps whose order nobody knows": [verify(1, 5, 8), verify(2, 4, 7)],
    "an unknown commit before the accept": [verify(1, 2, status="E_STORE_UNKNOWN"), verify(3, 4)],
    "an unknown commit that had its effect": [verify(1, 2, status="E_STORE_UNKNOWN"), verify(3, 4, status="REPLAYED")],
    "an earlier code than was used": [verify(1, 2, 8), verify(3, 4, 7, "REPLAYED")],
    "an accept that a revocation overlaps": [verify(1, 5), administered("revoke", 2, 3)],
    "a revocation that was refused": [administered("revoke", 1, 2, "DENY"), verify(3, 4)],
    "a revocation that nobody knows of": [administered("revoke", 1, 2, "E_STORE_UNKNOWN"), verify(3, 4)],
    "a factor after the reset": [administered("admin_reset", 1, 2), made(FACTOR, 3, 4), verify(5, 6)],
    "resumed": [administered("suspend", 1, 2), administered("resume", 3, 4), verify(5, 6)],
    "resumed, perhaps": [administered("suspend", 1, 2), administered("resume", 3, 4, "E_STORE_UNKNOWN"), verify(5, 6)],
    "five guesses": guesses(5),
    "five guesses on each side of a lock": [*guesses(5), *guesses(5, 30, now=NOW + LOCK)],
    "five guesses on each side of an accept": [*guesses(4), verify(20, 21), *guesses(5, 30)],
    "guesses that an unlock overlaps": [*guesses(5), call("unlock", 11, 40, factor_id=FACTOR), *guesses(5, 30)],
    "guesses that an unknown unlock parts": [*guesses(5), administered("unlock", 24, 25, "E_STORE_UNKNOWN"), wrong(30)],
    "an accept after the lock": [*guesses(5), verify(30, 31, now=NOW + LOCK)],
    "an accept after fewer guesses": [*guesses(4), verify(30, 31)],
    "an accept after an unlock": [*guesses(5), administered("unlock", 25, 26), verify(30, 31)],
    "an accept that an unlock overlaps": [*guesses(5), verify(30, 35), administered("unlock", 31, 32)],
    "an accept after the wait": [
        verify(1, 2, status="THROTTLED", retry_after_s=60),
        verify(3, 4, now=NOW + 60 * rules.SECOND),
    ],
    "a wait that an unlock of another factor ends": [
        verify(1, 2, status="THROTTLED", retry_after_s=60),
        administered("unlock", 3, 4, factor=OTHER),
        verify(5, 6),
    ],
    "a challenge from after the reset": [administered("admin_reset", 1, 2), asked("c", 3, 4), answer(5, 6, "c")],
    "a challenge that the reset overlaps": [asked("c", 1, 4), administered("admin_reset", 3, 5), answer(6, 7, "c")],
    "a grant of after the reset": [
        administered("admin_reset", 1, 2),
        answer(3, 4, "c", grant="g"),
        call("grant_valid", 5, 6, shown="g"),
    ],
    "an old grant that is refused": [
        answer(1, 2, "c", grant="g"),
        administered("admin_reset", 3, 4),
        call("grant_valid", 5, 6, shown="g", status="DENY"),
        call("enroll_totp", 7, 8, shown="g", made=OTHER),
    ],
    "a challenge that is answered five times": [verify(0, 1)]
    + [answer(i, i + 1, "c", reason="REPLAY") for i in range(1, 10, 2)],
    "malformed answers": [answer(i, i + 1, "c", reason="MALFORMED") for i in range(1, 20, 2)],
    "a challenge from after the lock": [*guesses(5), asked("c", 30, 31), answer(40, 41, "c", now=NOW + LOCK)],
    "another factor with a grant": [
        made(FACTOR, 1, 2, "enroll_totp"),
        confirmed(3, 4),
        made(OTHER, 5, 6, "enroll_totp", shown="g"),
        confirmed(7, 8, OTHER),
    ],
    "another first factor after a reset": [
        made(FACTOR, 1, 2, "enroll_totp"),
        confirmed(3, 4),
        administered("admin_reset", 5, 6),
        made(OTHER, 7, 8, "enroll_totp"),
        confirmed(9, 10, OTHER),
    ],
    "the old factor until the new one is confirmed": [
        made(OTHER, 1, 2, "enroll_totp", shown="g", replaces=FACTOR),
        verify(3, 4),
        confirmed(5, 6, OTHER),
        verify(7, 8, status="REVOKED"),
    ],
    "a contended code": [verify(1, 4, contended=1), verify(2, 5, status="REPLAYED", contended=1)],
    "a contended code that was lost": [verify(1, 4, status="E_STORE_UNKNOWN", contended=1)],
    "a store that is away": [verify(1, 4, status="E_STORE_UNAVAILABLE", contended=1)],
    "a refused request": [call("enroll_totp", 1, 2, status="E_ARGUMENT")],
}

BAD: dict[str, tuple[str, list[Call]]] = {
    "one step twice": ("once", [verify(1, 5), verify(2, 6)]),
    "a step that was confirmed with": ("once", [confirmed(1, 5), verify(2, 6)]),
    "one step at the factor and at a challenge": ("once", [verify(1, 5), answer(2, 6, "c")]),
    "one challenge twice": ("once", [answer(1, 5, "c", 7), answer(2, 6, "c", 8)]),
    "one recovery code twice": (
        "once",
        [call("verify_factor", b, b + 5, meant=FACTOR, code=3) for b in (1, 2)],
    ),
    "an earlier step later": ("increasing", [verify(1, 2, 8), verify(3, 4, 7)]),
    "a code that nobody used": ("used_by_somebody", [verify(1, 2, status="REPLAYED"), verify(3, 4)]),
    "a later code than anybody used": ("used_by_somebody", [verify(1, 2, 7), verify(3, 4, 8, "REPLAYED")]),
    "another step than was typed": ("as_typed", [replace(verify(1, 2, 7), value=8)]),
    "a wrong code": ("as_typed", [verify(1, 2, -1)]),
    "a revoked factor": ("not_ended", [administered("revoke", 1, 2), verify(3, 4)]),
    "a factor from before a reset": ("not_ended", [made(FACTOR), administered("admin_reset", 2, 3), verify(4, 5)]),
    "a replaced factor": (
        "not_ended",
        [made(OTHER, 1, 2, "enroll_totp", shown="g", replaces=FACTOR), confirmed(3, 4, OTHER), verify(5, 6)],
    ),
    "a code of an older set": (
        "not_ended",
        [
            made(FACTOR, 1, 2, "recovery_codes", shown="g"),
            made(OTHER, 3, 4, "recovery_codes", shown="g"),
            call("verify_factor", 5, 6, meant=FACTOR, code=1),
        ],
    ),
    "a suspended factor": ("not_suspended", [administered("suspend", 1, 2), verify(3, 4)]),
    "suspended again": (
        "not_suspended",
        [
            administered("suspend", 1, 2),
            administered("resume", 3, 4),
            administered("suspend", 5, 6),
            verify(7, 8),
        ],
    ),
    "six guesses": ("within_budget", guesses(6)),
    "six guesses at once": ("within_budget", [verify(1, 100, -1, "WRONG") for _ in range(6)]),
    "six guesses over several challenges": (
        "within_budget",
        [answer(i, i + 1, f"c{i}", -1, "WRONG_CODE") for i in range(1, 12, 2)],
    ),
    "six guesses after a lock": ("within_budget", [*guesses(5), *guesses(6, 30, now=NOW + LOCK)]),
    "guesses with a refusal that gave the budget back": (
        "within_budget",
        [*guesses(5), verify(21, 22, status="REPLAYED"), wrong(23)],
    ),
    "an accept while locked": ("not_while_locked", [*guesses(5), verify(30, 31)]),
    "an accept before the lock ends": ("not_while_locked", [*guesses(5), verify(30, 31, now=NOW + LOCK // 2)]),
    "an accept before the wait is over": (
        "not_while_locked",
        [verify(1, 2, status="THROTTLED", retry_after_s=60), verify(3, 4, now=NOW + 40 * rules.SECOND)],
    ),
    "a challenge from before a reset": (
        "dead_after_reset",
        [asked("c", 1, 2), administered("admin_reset", 3, 4), answer(5, 6, "c")],
    ),
    "a grant from before a reset": (
        "dead_after_reset",
        [
            answer(1, 2, "c", grant="g"),
            administered("admin_reset", 3, 4),
            call("grant_valid", 5, 6, shown="g"),
        ],
    ),
    "a login with a grant from before a reset": (
        "dead_after_reset",
        [
            answer(1, 2, "c", grant="g"),
            administered("admin_reset", 3, 4),
            call("evaluate", 5, 6, shown="g", grant="g"),
        ],
    ),
    "a sixth answer": ("challenges_die", [answer(i, i + 1, "c", reason="REPLAY") for i in range(1, 12, 2)]),
    "a challenge from before a lock": (
        "challenges_die",
        [asked("c", 1, 2), *guesses(5), answer(40, 41, "c", now=NOW + LOCK)],
    ),
    "a second factor without a grant": (
        "granted",
        [
            made(FACTOR, 1, 2, "enroll_totp"),
            made(OTHER, 1, 2, "enroll_totp"),
            confirmed(3, 4),
            confirmed(5, 6, OTHER),
        ],
    ),
    "recovery codes without a grant": (
        "granted",
        [made(FACTOR, 1, 2, "enroll_totp"), confirmed(3, 4), made(OTHER, 3, 6, "recovery_codes")],
    ),
    "nobody is accepted": ("contended", [verify(b, b + 5, status="REPLAYED", contended=1) for b in (1, 2)]),
    "two are accepted": ("contended", [verify(1, 5, contended=1), verify(2, 6, 8, contended=1)]),
    "another's refusal": ("regular", [verify(1, 2, status="E_ARGUMENT")]),
    "a fault of the engine": ("regular", [call("unlock", 1, 2, status="E_INTERNAL")]),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_may_be_is_no_violation(name: str) -> None:
    assert violations(History(GOOD[name])) == []


@pytest.mark.parametrize("name", BAD)
def test_what_may_not_be_is_found_by_its_rule(name: str) -> None:
    rule, calls = BAD[name]
    assert rule in {one.partition(":")[0] for one in violations(History(calls))}


def test_each_rule_has_a_history_that_breaks_it() -> None:
    assert {one.__name__ for one in rules.RULES} == {rule for rule, _ in BAD.values()} | {"durable"}


def listed(state: str = "active", value: int | None = 7, factor: str = FACTOR) -> dict[str, Any]:
    return {"op": "listed", "subject": "alice", "factor_id": factor, "state": state, "value": value}


def event(kind: str, **detail: int) -> dict[str, Any]:
    return {"op": "event", "type": f"factor.{kind}", "subject": "alice", "factor_id": FACTOR, "detail": detail}


ACCEPTED = event("accepted", value=7)


@pytest.mark.parametrize(
    ("calls", "factors", "events", "is_good"),
    [
        ([verify(2, 3)], [listed()], [ACCEPTED], True),
        ([verify(2, 3)], [listed()], [], False),
        ([verify(2, 3)], [listed(value=6)], [ACCEPTED], False),
        ([verify(2, 3)], [listed()], [ACCEPTED, ACCEPTED], False),
        ([wrong(2)], [listed()], [event("wrong")], True),
        ([wrong(2)], [listed()], [], False),
        ([wrong(2)], [listed()], [event("wrong")] * 2, False),
        ([verify(2, 3, -1, "E_STORE_UNKNOWN")], [listed()], [event("wrong")], True),
        ([verify(2, 3, -1, "E_STORE_UNKNOWN")], [listed()], [], True),
        ([], [listed(), listed(factor=OTHER)], [], False),
        ([verify(2, 3, status="E_STORE_UNKNOWN")], [listed(), listed(factor=OTHER)], [], True),
        ([administered("revoke", 2, 3)], [listed("revoked")], [], True),
        ([administered("revoke", 2, 3)], [listed()], [], False),
    ],
)
def test_what_was_answered_is_in_the_store(
    calls: list[Call], factors: list[dict[str, Any]], events: list[dict[str, Any]], is_good: bool
) -> None:
    found = violations(History([made(FACTOR), *calls], factors, events))
    assert (found == []) == is_good, found


def test_a_history_is_read_from_its_files(tmp_path: Any) -> None:
    (tmp_path / "0.jsonl").write_text(
        '{"op":"verify_factor","b":3,"e":4,"now":5,"w":0,"status":"OK","subject":"alice","factor_id":"f","meant":"f",'
        '"step":7,"value":7,"contended":1}\n'
        '{"op":"listed","subject":"alice","factor_id":"f","state":"active","value":7}\n'
    )
    (tmp_path / "1.jsonl").write_text(
        '{"op":"admin_reset","b":1,"e":2,"now":5,"w":1,"status":"OK","subject":"alice"}\n'
    )
    read = history.read(tmp_path)
    assert [c.op for c in read.calls] == ["admin_reset", "verify_factor"]
    assert [one["factor_id"] for one in read.listed] == ["f"]
    n = history.counts(read)
    assert (n["calls"], n["codes"], n["accepted"], n["resets"], n["revoked"]) == (2, 1, 1, 1, 0)
