# SPDX-License-Identifier: Apache-2.0
"""The property: for each way in that must not be, a history by hand that has it, and beside it one that may be."""

from __future__ import annotations

from typing import Any

import pytest
from asked import SECOND, History, Seen
from oath import hotp
from steps import Step

KEY = b"12345678901234567890"
NOW = 1_700_000_000 * SECOND
DAY = 86400 * SECOND
HERE, ELSEWHERE = b"0123456789abcdef", b"fedcba9876543210"
SETTINGS = {"algorithm": "SHA1", "digits": 6, "period": 30}
WEB = {"web": {"challenge": True}}
STAFF = {"name": "staff", "groups": ["staff"], "paths": "*"}
ADMINS = {"name": "admins", "groups": ["admins"], "paths": "*", "factors": ["hotp"]}
GUESTS = {"name": "guests", "groups": ["guests"], "paths": "*", "mfa": "optional"}
NEW = {"name": "new", "groups": ["new"], "paths": "*", "grace_days": 7}
POLICY = {"paths": WEB, "rules": [STAFF, ADMINS, GUESTS, NEW], "actions": {"admin": {"max_age_s": 60}}}


def seen(op: str, answer: dict[str, Any], at: int = NOW, subject: str = "alice", **said: Any) -> Seen:
    return Seen(Step(0, op, "maple", subject, "", SETTINGS if op == "enroll_totp" else {}), "maple", at, answer, said)


def code(at: int = NOW) -> str:
    return hotp(KEY, at // SECOND // 30, 6, "SHA1")


def policy() -> Seen:
    return seen("set_policy", {"version": 1}, policy=POLICY)


def enrolled() -> list[Seen]:
    """With the code of the step before."""
    return [
        policy(),
        seen("enroll_totp", {"secret": KEY}, factor="phone"),
        seen("confirm", {"status": "accepted"}, factor="phone", text=code(NOW - 30 * SECOND)),
    ]


def asking(outcome: str = "challenge", **more: Any) -> Seen:
    said = {"session": HERE, "path": "web", "groups": ("staff",), "action": "login", "status": "active", "grant": None}
    named = {name: more.pop(name) for name in list(more) if name in said}
    at = more.pop("at", NOW)
    answer = {"outcome": outcome, "challenge": "c", "assurance": None, "reason": "OK", "deadline": None} | more
    return seen("evaluate", answer, at, **(said | named))


def answering(at: int = NOW, session: bytes = HERE, text: str | None = None, **more: Any) -> Seen:
    answer = {"outcome": "allow", "grant": "g"} | more
    return seen("verify_challenge", answer, at, session=session, challenge="c", factor=None, text=text or code())


def by_grant(**more: Any) -> Seen:
    return asking("allow", assurance=2, grant="g", **more)


def found(all: list[Seen], log: list[Any] | None = None) -> list[str]:
    return list(History({"maple": log or []}).violations(all))


LOGGED_IN = [*enrolled(), asking(), answering()]
GRACE = (NOW, "grace.started", "alice", None, None, None, {"until_us": NOW + 7 * DAY})
IN_GRACE = asking("allow", assurance=1, reason="OK_GRACE", groups=("new",), deadline=NOW + 7 * DAY)

MAY_BE = {
    "a login": LOGGED_IN,
    "by a grant": [*LOGGED_IN, by_grant(at=NOW + 43200 * SECOND)],
    "an action, soon": [*LOGGED_IN, by_grant(at=NOW + 60 * SECOND, action="admin")],
    "a guest": [policy(), asking("allow", assurance=1, groups=("guests",))],
    "two steps": [*LOGGED_IN, asking(), answering(text=code(NOW + 30 * SECOND))],
}
MUST_NOT = {
    "by a grant that nobody was given here": [*enrolled(), by_grant()],
    "let in by a grant that nobody was given": [*LOGGED_IN, by_grant(session=ELSEWHERE)],
    "from before a reset": [*LOGGED_IN, seen("admin_reset", {"status": "done"}), by_grant()],
    "grant from before a reset": [
        *LOGGED_IN,
        seen("change", {"status": "done"}, how="suspend", factor="phone"),
        by_grant(),
    ],
    "too old for the action": [*LOGGED_IN, by_grant(at=NOW + 70 * SECOND, action="admin")],
    "where {'hotp'} are asked for": [*LOGGED_IN, by_grant(groups=("admins", "staff"))],
    "no rule": [*LOGGED_IN, by_grant(groups=("nobody",))],
    "host's own status": [*LOGGED_IN, by_grant(status="disabled")],
    "one factor where two": [policy(), asking("allow", assurance=1)],
    "with one factor where two": [policy(), asking("allow", assurance=1, groups=("guests",), action="admin")],
    "although there is a second one": [*enrolled(), asking("allow", assurance=1, groups=("guests",))],
    "closed": [*LOGGED_IN, answering(text=code(NOW + 30 * SECOND))],
    "not of this session": [*enrolled(), asking(), answering(session=ELSEWHERE)],
    "that expired": [*enrolled(), asking(), answering(at=NOW + 306 * SECOND, text=code(NOW + 300 * SECOND))],
    "challenge from before a reset": [*enrolled(), asking(), seen("admin_reset", {}), answering()],
    "no unused code": [*enrolled(), asking(), answering(text=code(NOW - 30 * SECOND))],
    "no unused code of an allowed factor": [*enrolled(), asking(groups=("admins",)), answering()],
    "what is no unused code": [
        *enrolled(),
        seen("verify_factor", {"status": "accepted"}, factor="phone", text=code(NOW + 90 * SECOND)),
    ],
    "accepted what is no unused": [
        *LOGGED_IN,
        seen("verify_batch", {"codes": [0]}, items=[("alice", "phone", code())]),
    ],
}


@pytest.mark.parametrize("name", MAY_BE)
def test_what_may_be(name: str) -> None:
    assert found(MAY_BE[name]) == []


@pytest.mark.parametrize("what", MUST_NOT)
def test_what_must_not_be(what: str) -> None:
    assert what in found(MUST_NOT[what])[0]


def test_grace_wants_a_live_record() -> None:
    assert found([policy(), IN_GRACE], [GRACE]) == []
    assert "no record" in found([policy(), IN_GRACE])[0]
    assert "no record" in found([policy(), IN_GRACE], [GRACE, GRACE])[0]
    assert "no record" in found([policy(), IN_GRACE], [(*GRACE[:6], {"until_us": NOW + 8 * DAY})])[0]
    over = asking("allow", assurance=1, reason="OK_GRACE", groups=("new",), deadline=NOW + 7 * DAY, at=NOW + 7 * DAY)
    assert "over" in found([policy(), over], [GRACE])[0]
    assert "enrolled" in found([*enrolled(), IN_GRACE], [GRACE])[0]
    of_staff = asking("allow", assurance=1, reason="OK_GRACE", groups=("new", "staff"), deadline=NOW + 7 * DAY)
    assert "none is given" in found([policy(), of_staff], [GRACE])[0]
