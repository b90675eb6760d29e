# SPDX-License-Identifier: Apache-2.0
"""What a response is worth and what it costs: DESIGN 8.1 and 8.2."""

from __future__ import annotations

from typing import NamedTuple

from oath import hotp, read_code, read_recovery_code
from records import A_DIGEST, Factor, Subject, Tenant
from stored_clock import HOUR, SECOND, Time

ATTEMPTS = 5  # that fail before a lock
STREAK = 100  # failures in a row that disable a factor
FIRST_LOCK = 30 * SECOND
LONGEST_LOCK = 900 * SECOND
FAILURES = 20  # of all factors of a subject
FAILURES_PERIOD = HOUR
LOOK_AHEAD = 10  # HOTP: the documents are silent; core/engine/verify_factor.cpp has it


class Verdict(NamedTuple):
    status: str
    value: int | None = None  # of an accepted one: the step, or the counter to expect next
    until: int = 0  # of a throttled one
    factor: Factor | None = None  # of an accepted or replayed one
    why: str | None = None  # of a replayed one


# Of several refusals the one that says most about what to do now.
_STRONGER = ("wrong", "enroll", "expired", "revoked", "locked", "malformed")


def step_of(factor: Factor, now: int) -> int:
    """By the token's own clock."""
    return (now // SECOND + factor.drift * factor.period) // factor.period


def window_of(factor: Factor, now: int) -> range:
    """The steps or counters whose codes are looked for."""
    if factor.type == "hotp":
        return range(factor.last, factor.last + LOOK_AHEAD + 1)
    step = step_of(factor, now)
    return range(max(step - 1, 0), step + 2)


def code_of(factor: Factor, at: int) -> str:
    assert factor.secret is not None
    return hotp(factor.secret, at, factor.digits, factor.algorithm)


def _standing(factor: Factor, text: str, time: Time, is_confirming: bool) -> str:
    """What stands against a factor, however often somebody tries."""
    if factor.state in ("suspended", "revoked"):
        return "revoked"
    is_pending = factor.state == "pending"
    if is_pending != is_confirming:
        return "enroll" if is_pending else "wrong"
    if factor.expires is not None and factor.expires <= time.latest:
        return "expired"
    if factor.streak >= STREAK:
        return "locked"
    shape = read_recovery_code(text) if factor.type == "recovery" else read_code(text, factor.digits)
    return "malformed" if shape is None else "open"


def _look(factor: Factor, text: str, time: Time, is_batch: bool) -> tuple[str, int | None]:
    if factor.type == "recovery":
        code = read_recovery_code(text)
        if is_batch or code not in factor.codes:
            return "wrong", None
        return ("replayed" if factor.codes[code] else "accepted"), None
    matching = [at for at in window_of(factor, time.now) if code_of(factor, at) == read_code(text, factor.digits)]
    if not matching:
        return "wrong", None
    at = matching[-1]  # the highest one: neighbours may share a code
    if factor.type == "hotp":
        return "accepted", at + 1
    return ("accepted", at) if at > factor.last else ("replayed", None)


class _Response:
    def __init__(self, tenant: Tenant, subject: Subject, text: str, time: Time, purpose: str) -> None:
        self.tenant, self.subject, self.text, self.time, self.purpose = tenant, subject, text, time, purpose

    def tell(self, type: str, factor: Factor, value: int | None = None) -> None:
        detail: dict[str, object] = {"purpose": self.purpose}
        if value is not None:
            detail["value"] = value
        if type == "factor.accepted" and factor.type == "recovery":
            detail["recovery_code"] = A_DIGEST
        self.tenant.tell(self.time.now, type, self.subject.name, factor.id, detail=detail)

    def tell_replay(self, factor: Factor) -> str:
        """A clock that ran ahead may have let in a code that is beyond the window of the latest time any node saw."""
        is_ahead = factor.type == "totp" and factor.last > window_of(factor, self.time.latest)[-1]
        why = "STEP_IN_FUTURE" if is_ahead else "REPLAY"
        detail = {"purpose": self.purpose}
        self.tenant.tell(self.time.now, "factor.replayed", self.subject.name, factor.id, reason=why, detail=detail)
        return why

    def refuse(self, factor: Factor | None, reason: str) -> None:
        """Nobody looked at it: told once a minute, for the factor or for the subject."""
        n = (self.subject if factor is None else factor).refusals.count(self.time)
        if n:
            self.tenant.tell(
                self.time.now,
                "subject.refused" if factor is None else "factor.refused",
                self.subject.name,
                None if factor is None else factor.id,
                reason=reason,
                detail={"purpose": self.purpose, "refused": n},
            )

    def is_budget_used_up(self) -> bool:
        subject = self.subject
        return subject.failures >= FAILURES and subject.failures_since > self.time.latest - FAILURES_PERIOD

    def charge_subject(self) -> None:
        subject = self.subject
        if subject.failures_since <= self.time.latest - FAILURES_PERIOD:
            subject.failures, subject.failures_since = 1, self.time.latest
        else:
            subject.failures += 1

    def accept(self, factor: Factor, value: int | None) -> None:
        if factor.type == "recovery":
            factor.codes[read_recovery_code(self.text) or ""] = True
        else:
            assert value is not None
            factor.last = value
        factor.attempts = factor.streak = factor.locked_until = 0

    def fail(self, factor: Factor) -> None:
        """A lock that has passed takes the attempts before it along, but not the failures in a row."""
        factor.attempts = 1 if factor.locked_until else factor.attempts + 1
        factor.streak += 1
        factor.locked_until = 0
        subject = self.subject
        detail = {"purpose": self.purpose, "failures": subject.failures, "failures_since_us": subject.failures_since}
        self.tenant.tell(self.time.now, "factor.wrong", subject.name, factor.id, detail=detail)
        if factor.attempts >= ATTEMPTS:
            n_locks = factor.streak // ATTEMPTS
            factor.locked_until = self.time.latest + min(FIRST_LOCK << (n_locks - 1), LONGEST_LOCK)
            subject.close_challenges()
            self.tell("factor.locked", factor, factor.locked_until)
        if factor.streak >= STREAK:
            subject.close_challenges()
            self.tell("factor.disabled", factor)


def respond(
    tenant: Tenant,
    name: str,
    ids: list[str],
    text: str,
    time: Time,
    purpose: str,
    *,
    is_confirming: bool = False,
    is_batch: bool = False,
) -> Verdict:
    """A response to one factor, or to each of several that may be meant."""
    subject = tenant.subjects.get(name)
    if subject is None:
        return Verdict("wrong")
    one = _Response(tenant, subject, text, time, purpose)
    factors = [subject.factors[id] for id in ids if id in subject.factors]
    standing = {f.id: _standing(f, text, time, is_confirming) for f in factors}
    opened = [f for f in factors if standing[f.id] == "open"]
    if not opened:
        for f in factors:
            if standing[f.id] == "locked":
                one.refuse(f, "LOCKED")
        return Verdict(max(("wrong", *standing.values()), key=_STRONGER.index))
    if one.is_budget_used_up():
        one.refuse(None, "THROTTLED")
        return Verdict("throttled", until=subject.failures_since + FAILURES_PERIOD)
    reserved = [f for f in opened if f.locked_until <= time.latest]
    if not reserved:
        for f in opened:
            one.refuse(f, "THROTTLED")
        return Verdict("throttled", until=min(f.locked_until for f in opened))
    return _settle(one, reserved, is_confirming, is_batch)


def _settle(one: _Response, reserved: list[Factor], is_confirming: bool, is_batch: bool) -> Verdict:
    seen = [(f, *_look(f, one.text, one.time, is_batch)) for f in reserved]
    accepted = [(f, value) for f, status, value in seen if status == "accepted"]
    replayed = [f for f, status, _ in seen if status == "replayed"]
    for f, value in accepted:
        one.accept(f, value)
        if not is_confirming:
            one.tell("factor.accepted", f, value)
    if accepted:
        return Verdict("accepted", accepted[0][1], factor=accepted[0][0])
    if replayed:
        return Verdict("replayed", factor=replayed[0], why=one.tell_replay(replayed[0]))
    one.charge_subject()
    for f in reserved:
        one.fail(f)
    return Verdict("wrong")
