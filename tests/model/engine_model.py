# SPDX-License-Identifier: Apache-2.0
"""The reference model: the calls of an engine on one store, and what it has to answer.

What an engine draws at random (ids, secrets, grants) is told to the model beside each call, in Fresh.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import enrollments
import logins
from attempts import STREAK, Verdict, respond
from enrollments import By, Refused
from oath import read_recovery_code
from policies import max_age
from records import Factor, Grant, Policy, Tenant
from stored_clock import SECOND, ClockFault, StoredClock, Time, seconds_until

Answer = dict[str, Any]

STATUSES = {
    "accepted": 0,
    "wrong": 1,
    "replayed": 2,
    "malformed": 3,
    "expired": 4,
    "throttled": 5,
    "locked": 6,
    "revoked": 7,
    "enroll": 9,
}
E_TIME = -4
DOWN = {"error": "CSEAL_E_STORE_UNAVAILABLE"}
UNKNOWN = {"error": "CSEAL_E_STORE_UNKNOWN"}
CLOCK = {"error": "CSEAL_E_TIME"}
STEP_UP = {"error": "CSEAL_DENY"}


@dataclass
class Fresh:
    """What the engine made up."""

    factor: str = ""
    secret: bytes | None = None
    codes: tuple[str, ...] = ()
    challenge: str = ""
    grant: str | None = None


@dataclass
class Model:
    clock: StoredClock = field(default_factory=StoredClock)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    commits: bool = False  # whether the last call committed something, or an empty transaction

    def tenant(self, name: str) -> Tenant:
        return self.tenants.setdefault(name, Tenant(name))

    def call(self, run: Callable[[Model], Answer], fault: str = "") -> Answer:
        """What a call answers, if need be with a store that fails."""
        if fault == "store_down":
            return DOWN  # whatever it asks
        kept = copy.deepcopy(self) if fault == "commit_lost" else None
        self.commits = True
        try:
            answer = run(self)
        except ClockFault:
            return CLOCK
        except Refused as refused:
            answer = {"error": refused.code}
        if not fault or not self.commits:
            return answer
        if kept is not None:
            self.clock, self.tenants, self.grants = kept.clock, kept.tenants, kept.grants
        return UNKNOWN

    def set_policy(self, tenant: str, now: int, policy: Policy, by: By) -> Answer:
        self.clock.tell(now)
        of = self.tenant(tenant)
        of.policies.append(policy)
        of.tell(now, "policy.set", actor=by.actor, reason=by.reason, detail={"version": of.version})
        return {"version": of.version}

    def _may_enroll(self, of: Tenant, now: int, subject: str, session: bytes, grant: str | None) -> bool:
        row = of.subjects.get(subject)
        if row is None or not row.is_enrolled:
            return True
        if not grant:
            return False
        time = self.clock.read(now)
        oldest = time.latest - max_age(of.policy, "enroll")
        return logins.is_grant_good(self.grants.get(grant), of, subject, session, oldest, time)

    def enroll_totp(
        self, tenant: str, now: int, subject: str, session: bytes, grant: str | None, made: Factor, fresh: Fresh
    ) -> Answer:
        of = self.tenant(tenant)
        if not self._may_enroll(of, now, subject, session, grant):
            return STEP_UP
        before = copy.copy(self.clock)
        made.id, made.secret = fresh.factor, fresh.secret
        try:
            made = enrollments.begin_totp(of, subject, made, self.clock.tell(now))
        except Refused:
            self.clock, self.commits = before, False  # nothing is written
            raise
        return {"factor": made.id, "secret": made.secret, "expires": made.expires}

    def confirm(self, tenant: str, now: int, subject: str, factor: str, text: str) -> Answer:
        time = self.clock.tell(now)
        return verdict_answer(enrollments.confirm(self.tenant(tenant), subject, factor, text, time), time)

    def recovery_codes(
        self, tenant: str, now: int, subject: str, session: bytes, grant: str | None, fresh: Fresh
    ) -> Answer:
        of = self.tenant(tenant)
        if not self._may_enroll(of, now, subject, session, grant):
            self.commits = False
            return STEP_UP
        made = Factor(fresh.factor, "recovery", "active", now)
        made.codes = {read_recovery_code(code) or "": False for code in fresh.codes}
        made.n_unseen = 10 - len(made.codes)
        enrollments.store_recovery_set(of, subject, made, self.clock.tell(now))
        return {"count": 10}

    def import_factor(self, tenant: str, now: int, subject: str, made: Factor, is_dry: bool, fresh: Fresh) -> Answer:
        enrollments.check_import(made, now)
        made.id = fresh.factor
        enrollments.import_factor(self.tenant(tenant), subject, made, is_dry, self.clock.tell(now))
        return {"factor": None if is_dry else made.id, "warnings": enrollments.warnings_about(made)}

    def evaluate(self, tenant: str, now: int, login: logins.Login, fresh: Fresh) -> Answer:
        of = self.tenant(tenant)
        time = self.clock.read(now)
        plan = logins.plan(of, login, self.grants.get(login.grant or ""), time)
        self.commits = plan.writes
        decision = plan.decision
        if plan.writes:
            decision = logins.carry_out(of, login, plan, fresh.challenge, self.clock.tell(now))
        return self._decision_answer(decision, fresh)

    def verify_challenge(
        self, tenant: str, now: int, subject: str, session: bytes, id: str, factor: str | None, text: str, fresh: Fresh
    ) -> Answer:
        time = self.clock.tell(now)
        decision = logins.verify_challenge(self.tenant(tenant), subject, session, id, factor, text, time)
        return self._decision_answer(decision, fresh)

    def _decision_answer(self, made: logins.Decision, fresh: Fresh) -> Answer:
        answer = made._asdict()
        given = answer.pop("grant")
        answer["grant"] = None
        if given is not None and fresh.grant is not None:
            # One that was shown is given back; it grows old from when the factors were shown.
            known = self.grants.setdefault(fresh.grant, given)
            answer["grant"] = fresh.grant if known == given else f"another than {given}"
        return answer

    def grant_valid(
        self, tenant: str, now: int, subject: str, session: bytes, grant: str | None, action: str, longest: int | None
    ) -> Answer:
        self.commits = False
        of = self.tenant(tenant)
        time = self.clock.read(now)
        age = min(max_age(of.policy, action), longest * SECOND if longest is not None else 1 << 62)
        good = logins.is_grant_good(self.grants.get(grant or ""), of, subject, session, time.latest - age, time)
        return {"valid": good}

    def verify_factor(self, tenant: str, now: int, subject: str, factor: str, text: str, purpose: str) -> Answer:
        time = self.clock.tell(now)
        return verdict_answer(respond(self.tenant(tenant), subject, [factor], text, time, purpose), time)

    def verify_batch(self, tenant: str, now: int, items: list[tuple[str, str, str]], purpose: str) -> Answer:
        """Each item as if alone, in order."""
        try:
            time = self.clock.tell(now)
        except ClockFault:
            return {"codes": [E_TIME] * len(items), "values": [-1] * len(items)}
        of = self.tenant(tenant)
        made = [respond(of, subject, [id], text, time, purpose, is_batch=True) for subject, id, text in items]
        values = [-1 if v.value is None else v.value for v in made]
        return {"codes": [STATUSES[v.status] for v in made], "values": values}

    def change(self, tenant: str, now: int, how: str, subject: str, factor: str, by: By) -> Answer:
        time = self.clock.tell(now)
        status, state = enrollments.change(self.tenant(tenant), how, subject, factor, by, time)
        return {"status": status, "state": state}

    def admin_reset(self, tenant: str, now: int, subject: str, by: By) -> Answer:
        time = self.clock.tell(now)
        status, epoch, n = enrollments.reset(self.tenant(tenant), subject, by, time)
        return {"status": status, "epoch": epoch, "n_revoked": n}

    def factors(self, tenant: str, now: int, subject: str) -> list[Answer]:
        """What list_factors has to show of a subject. Reading, it knows no clock fault."""
        row = self.tenant(tenant).subjects.get(subject)
        latest = max(now, self.clock.stored)
        return [shown(f, latest) for f in row.in_order] if row else []


def verdict_answer(made: Verdict, time: Time) -> Answer:
    kind = made.factor.type if made.factor and made.status == "accepted" else ""
    return {
        "status": made.status,
        "step": made.value if kind == "totp" else None,
        "next_counter": made.value if kind == "hotp" else None,
        "retry_after": seconds_until(made.until, time.latest),
    }


def shown(f: Factor, latest: int) -> Answer:
    return {
        "id": f.id,
        "type": f.type,
        "state": f.state,
        "label": f.label,
        "provenance": f.provenance,
        "created": f.created,
        "confirmed": f.confirmed,
        "ended": f.ended,
        "last_used_step": f.last if f.type == "totp" and f.last >= 0 else None,
        "drift": f.drift if f.type == "totp" else None,
        "next_counter": f.last if f.type == "hotp" else None,
        "codes_left": f.codes_left if f.type == "recovery" else None,
        "locked_until": f.locked_until or None,
        "is_locked": f.locked_until > latest or f.streak >= STREAK,
    }
