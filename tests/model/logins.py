# SPDX-License-Identifier: Apache-2.0
"""evaluate, verify_challenge and grants: specs/engine.md 5.2, DESIGN 8.7, and what docs/engine.md says about them."""

from __future__ import annotations

from typing import NamedTuple

from attempts import STREAK, respond
from policies import TYPES, Demand, demand_of, max_age
from records import Challenge, Factor, Grant, Subject, Tenant
from stored_clock import BACK, DAY, SECOND, Time, seconds_until

CHALLENGE_LIFE = 300 * SECOND
CHALLENGE_ANSWERS = 5


class Login(NamedTuple):
    """What the host says."""

    subject: str
    session: bytes
    path: str
    groups: tuple[str, ...]
    action: str
    method: str | None
    status: str
    grant: str | None


class Decision(NamedTuple):
    outcome: str
    reason: str
    version: int | None = None
    assurance: int | None = None
    amr: tuple[str, ...] = ()
    factors: tuple[tuple[str, str, str], ...] = ()
    types: tuple[str, ...] = ()
    deadline: int | None = None
    retry_after: int | None = None
    challenge: str | None = None
    grant: Grant | None = None


def _reference(method: str | None) -> tuple[str, ...]:
    """As in RFC 8176."""
    return () if method is None else ("pwd",) if method == "password" else (method,)


def _is_shown(type: str, method: str | None) -> bool:
    """It was the first factor already."""
    return method in (type, "recovery" if type == "recovery" else "otp")


def is_grant_good(given: Grant | None, tenant: Tenant, subject: str, session: bytes, oldest: int, time: Time) -> bool:
    row = tenant.subjects.get(subject)
    return (
        given is not None
        and (given.tenant, given.subject, given.session) == (tenant.name, subject, session)
        and given.epoch == (row.epoch if row else 1)
        and given.assurance == 2
        and oldest <= given.at <= time.latest + BACK
    )


class Plan(NamedTuple):
    """A decision before anything is written for it."""

    decision: Decision
    sets_grace: bool = False
    closes_challenges: bool = False

    @property
    def writes(self) -> bool:
        return self.sets_grace or self.closes_challenges or self.decision.outcome == "challenge"


def plan(tenant: Tenant, login: Login, shown: Grant | None, time: Time) -> Plan:
    def refuse(reason: str) -> Plan:
        return Plan(Decision("deny", reason, tenant.version))

    if login.status != "active":
        known = tenant.subjects.get(login.subject)
        is_asked = known is not None and any(c.is_open for c in known.challenges.values())
        return refuse("SUBJECT_DISABLED")._replace(closes_challenges=is_asked)
    policy = tenant.policy
    if policy is None:
        return refuse("NO_POLICY")
    demand = demand_of(policy, login.groups, login.path)
    if demand == "UNKNOWN_PATH":
        return refuse(demand)
    if isinstance(demand, str):
        return refuse(demand)
    oldest = time.latest - max_age(policy, login.action)
    if is_grant_good(shown, tenant, login.subject, login.session, oldest, time):
        assert shown is not None
        # What the strictest rule does not allow was not shown, whatever another rule made of it.
        if shown.type in demand.types:
            return Plan(Decision("allow", "OK", tenant.version, 2, shown.amr, grant=shown))
    row = tenant.subjects.get(login.subject)
    if row is None or not row.is_enrolled:
        return _plan_unenrolled(tenant, login, demand, row, time)
    if not demand.can_challenge:
        return refuse("LEGACY_PATH_BLOCKED")
    return Plan(_ask(tenant, login, demand, row, time))


def _let_in_alone(tenant: Tenant, login: Login, reason: str, time: Time, deadline: int | None = None) -> Decision:
    row = tenant.subjects.get(login.subject)
    amr = _reference(login.method)
    epoch = row.epoch if row else 1
    grant = Grant(tenant.name, login.subject, login.session, 1, amr, None, time.latest, epoch)
    return Decision("allow", reason, tenant.version, 1, amr, deadline=deadline, grant=grant)


def _plan_unenrolled(tenant: Tenant, login: Login, demand: Demand, row: Subject | None, time: Time) -> Plan:
    is_step_up = login.action != "login"
    if not demand.is_required and not is_step_up:
        return Plan(_let_in_alone(tenant, login, "OK", time))
    had_factor = row is not None and row.was_enrolled
    until = row.grace_until if row else 0
    has_grace = demand.grace_days > 0 and not is_step_up and not had_factor
    # Set once; what a lenient rule gave is no more than the strictest one of now gives.
    longest = time.latest + demand.grace_days * DAY
    deadline = min(until or longest, longest)
    if has_grace and deadline > time.latest:
        return Plan(_let_in_alone(tenant, login, "OK_GRACE", time, deadline), sets_grace=deadline != until)
    if not demand.can_challenge:
        return Plan(Decision("deny", "LEGACY_PATH_BLOCKED", tenant.version))
    allowed = [t for t in TYPES if t in demand.types and t != "recovery"]
    types = tuple(t for t in allowed if not _is_shown(t, login.method))
    if not types:
        return Plan(Decision("deny", "SAME_CHANNEL" if allowed else "NO_USABLE_FACTOR", tenant.version))
    reason = "GRACE_EXPIRED" if has_grace else "ENROLL_REQUIRED"
    return Plan(Decision("enroll", reason, tenant.version, types=types))


def _ask(tenant: Tenant, login: Login, demand: Demand, row: Subject, time: Time) -> Decision:
    allowed = [f for f in row.in_order if f.state == "active" and f.type in demand.types]
    usable = [f for f in allowed if not _is_shown(f.type, login.method)]
    final = [f for f in usable if f.streak >= STREAK]
    locked = [f for f in usable if f not in final and f.locked_until > time.latest]
    offered = [f for f in usable if f not in final and f not in locked and (f.type != "recovery" or f.codes_left)]
    if offered:
        reason = "NEED_MFA" if login.action == "login" else "STEP_UP"
        shown = tuple((f.id, f.type, f.label) for f in offered)
        return Decision("challenge", reason, tenant.version, factors=shown)
    if locked:
        wait = seconds_until(min(f.locked_until for f in locked), time.latest)
        return Decision("deny", "THROTTLED", tenant.version, retry_after=wait)
    why = "LOCKED_FINAL" if final else "NO_USABLE_FACTOR" if len(usable) == len(allowed) else "SAME_CHANNEL"
    return Decision("deny", why, tenant.version)


def carry_out(tenant: Tenant, login: Login, planned: Plan, challenge_id: str, time: Time) -> Decision:
    """What a plan that writes writes."""
    row = tenant.row(login.subject)
    decision = planned.decision
    if planned.closes_challenges:
        row.close_challenges()
        return decision
    if planned.sets_grace:
        assert decision.deadline is not None
        told = "grace.shortened" if row.grace_until else "grace.started"
        row.grace_until = decision.deadline
        tenant.tell(time.now, told, row.name, detail={"until_us": row.grace_until})
        return decision
    for old in [id for id, c in row.challenges.items() if c.expires <= time.latest]:
        del row.challenges[old]
    method = next(iter(_reference(login.method)), None)
    row.challenges[challenge_id] = Challenge(
        login.session, login.path, login.action, login.groups, method, row.epoch, time.latest + CHALLENGE_LIFE
    )
    return decision._replace(challenge=challenge_id)


def verify_challenge(
    tenant: Tenant, subject: str, session: bytes, id: str, factor_id: str | None, text: str, time: Time
) -> Decision:
    row = tenant.subjects.get(subject)
    if row is None:
        return Decision("deny", "WRONG_CHALLENGE")  # nobody was ever asked: no event either
    return _Answer(tenant, row, session, id, factor_id, text, time).decide()


class _Answer:
    def __init__(
        self, tenant: Tenant, row: Subject, session: bytes, id: str, factor_id: str | None, text: str, time: Time
    ) -> None:
        self.tenant, self.row, self.id, self.factor_id = tenant, row, id, factor_id
        self.text, self.time = text, time
        found = row.challenges.get(id)
        self.challenge = found if found is not None and found.session == session else None
        self.is_counted = False
        self.version: int | None = None
        self.retry_after: int | None = None
        self.factor: Factor | None = None

    def decide(self) -> Decision:
        reason = self._judge()
        if reason == "OK":
            made = self._let_in()
        else:
            c = self.challenge
            may_go_on = self.is_counted and c is not None and c.is_open and c.attempts < CHALLENGE_ANSWERS
            id = self.id if may_go_on else None
            made = Decision("deny", reason, self.version, retry_after=self.retry_after, challenge=id)
        self._tell(made)
        return made

    def _judge(self) -> str:
        c = self.challenge
        if c is None:
            return "WRONG_CHALLENGE"
        is_alive = c.is_open and c.attempts < CHALLENGE_ANSWERS and c.expires > self.time.latest
        if c.epoch != self.row.epoch or not is_alive:
            return "CHALLENGE_DEAD"
        c.attempts += 1
        self.is_counted = True
        policy = self.tenant.policy
        assert policy is not None  # it was asked for by one, and none is ever removed
        self.version = self.tenant.version
        demand = demand_of(policy, c.groups, c.path)
        if isinstance(demand, str):
            return demand
        if not demand.can_challenge:
            return "LEGACY_PATH_BLOCKED"
        active = [f for f in self.row.in_order if f.state == "active" and self.factor_id in (None, f.id)]
        allowed = [f for f in active if f.type in demand.types]
        usable = [f.id for f in allowed if not _is_shown(f.type, c.method)]
        if usable:
            return self._respond(c, usable)
        if not active:
            return "NO_USABLE_FACTOR"
        # Of several reasons the one of the last factor is told.
        return "SAME_CHANNEL" if active[-1] in allowed else "FACTOR_DISABLED_BY_POLICY"

    def _respond(self, c: Challenge, ids: list[str]) -> str:
        verdict = respond(self.tenant, self.row.name, ids, self.text, self.time, "login")
        self.factor = verdict.factor
        if verdict.status == "malformed":
            c.attempts -= 1  # what came was no answer
        if verdict.status == "throttled":
            self.retry_after = seconds_until(verdict.until, self.time.latest)
        reasons = {
            "accepted": "OK",
            "wrong": "WRONG_CODE",
            "replayed": verdict.why or "REPLAY",
            "malformed": "MALFORMED",
            "throttled": "THROTTLED",
            "locked": "LOCKED",
        }
        return reasons[verdict.status]

    def _let_in(self) -> Decision:
        c, f = self.challenge, self.factor
        assert c is not None
        assert f is not None
        c.is_open = False
        amr = (*((c.method,) if c.method else ()), "recovery" if f.type == "recovery" else "otp")
        grant = Grant(self.tenant.name, self.row.name, c.session, 2, amr, f.type, self.time.latest, self.row.epoch)
        return Decision("allow", "OK", self.version, 2, amr, grant=grant)

    def _tell(self, made: Decision) -> None:
        """A lock or a budget told it already; what nobody looked at is told once a minute."""
        if made.reason in ("THROTTLED", "LOCKED"):
            return
        detail: dict[str, object] = {"policy_version": made.version or 0}
        if made.reason not in ("OK", "WRONG_CODE", "REPLAY", "STEP_IN_FUTURE"):
            n = self.row.refusals.count(self.time)
            if n == 0:
                return
            detail["refused"] = n
        if self.challenge is not None:
            detail |= {"path": self.challenge.path, "action": self.challenge.action}
        if made.grant is not None:
            detail |= {"amr": list(made.amr), "factor_type": made.grant.type}
        type = "login.allowed" if made.outcome == "allow" else "login.refused"
        factor = None if self.factor is None else self.factor.id
        self.tenant.tell(self.time.now, type, self.row.name, factor, reason=made.reason, detail=detail)
