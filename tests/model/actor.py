# SPDX-License-Identifier: Apache-2.0
"""Does the calls of a sequence on an engine, and says what it answered as the model would."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from counterseal import HOTP, TOTP, CountersealError, Decision, Engine, StepUpRequired, Tenant, Verdict
from counterseal.testing import faults
from engine_model import Answer, Fresh
from records import A_DIGEST

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime | None) -> int | None:
    return None if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def _decision(made: Decision, fresh: Fresh) -> Answer:
    fresh.challenge, fresh.grant = made.challenge_id or "", made.grant
    return {
        "outcome": made.outcome,
        "reason": made.reason,
        "version": made.policy_version,
        "assurance": made.assurance,
        "amr": made.amr,
        "factors": tuple(tuple(one) for one in made.factors),
        "types": made.types,
        "deadline": microseconds(made.deadline),
        "retry_after": made.retry_after_s,
        "challenge": made.challenge_id,
        "grant": made.grant,
    }


def _verdict(made: Verdict) -> Answer:
    return {
        "status": made.status,
        "step": made.step,
        "next_counter": made.next_counter,
        "retry_after": made.retry_after_s,
    }


def _unnamed(detail: Any) -> Any:
    """With what the model cannot know, the name of a used recovery code, for what it is."""
    if isinstance(detail, dict) and re.fullmatch("[0-9a-f]{64}", detail.get("recovery_code", "")):
        return detail | {"recovery_code": A_DIGEST}
    return detail


class Actor:
    """Methods by the names of the calls; each answers, and writes into `fresh` what the engine made up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tenants: dict[str, Tenant] = {}

    def tenant(self, name: str) -> Tenant:
        if name not in self._tenants:
            self._tenants[name] = self._engine.tenant(name)
        return self._tenants[name]

    @contextmanager
    def _fault(self, what: str) -> Iterator[None]:
        with getattr(faults(self._engine), what)() if what else nullcontext():
            yield

    def do(self, run: Callable[[], Answer], fault: str) -> Answer:
        try:
            with self._fault(fault):
                return run()
        except StepUpRequired:
            return {"error": "CSEAL_DENY"}
        except CountersealError as error:
            return {"error": error.code}

    def set_policy(self, tenant: str, policy: dict[str, Any], actor: str, reason: str) -> Answer:
        return {"version": self.tenant(tenant).set_policy(policy, actor=actor, reason=reason)}

    def enroll_totp(self, tenant: str, subject: str, fresh: Fresh, **settings: Any) -> Answer:
        made = self.tenant(tenant).enroll_totp(subject, **settings)
        secret = parse_qs(urlsplit(made.uri).query)["secret"][0]
        fresh.factor, fresh.secret = made.factor_id, b32decode(secret + "=" * (-len(secret) % 8))
        return {"factor": fresh.factor, "secret": fresh.secret, "expires": microseconds(made.expires)}

    def confirm(self, tenant: str, subject: str, factor: str, text: str) -> Answer:
        return _verdict(self.tenant(tenant).confirm(subject, factor, text))

    def recovery_codes(self, tenant: str, subject: str, fresh: Fresh, **shown: Any) -> Answer:
        fresh.codes = tuple(self.tenant(tenant).recovery_codes(subject, **shown))
        fresh.factor = self.new_factor(tenant, subject, "recovery")
        return {"count": len(fresh.codes)}

    def new_factor(self, tenant: str, subject: str, type: str) -> str:
        """The one that was made last: of those that have no other, its id."""
        found = [f for f in self.tenant(tenant).list_factors(subject) if f.type == type and f.state != "revoked"]
        return found[-1].factor_id if found else ""

    def import_factor(self, tenant: str, subject: str, otp: TOTP | HOTP, fresh: Fresh, **settings: Any) -> Answer:
        made = self.tenant(tenant).import_factor(subject, otp, **settings)
        fresh.factor = made.factor_id or ""
        return {"factor": made.factor_id, "warnings": len(made.warnings)}

    def evaluate(self, tenant: str, subject: str, fresh: Fresh, **asked: Any) -> Answer:
        return _decision(self.tenant(tenant).evaluate(subject, **asked), fresh)

    def verify_challenge(
        self, tenant: str, subject: str, session: bytes, id: str, factor: str | None, text: str, fresh: Fresh
    ) -> Answer:
        return _decision(self.tenant(tenant).verify_challenge(subject, id, factor, text, session=session), fresh)

    def grant_valid(self, tenant: str, subject: str, grant: str | None, **asked: Any) -> Answer:
        return {"valid": self.tenant(tenant).grant_valid(grant, subject=subject, **asked)}

    def verify_factor(self, tenant: str, subject: str, factor: str, text: str, purpose: str) -> Answer:
        return _verdict(self.tenant(tenant).verify_factor(subject, factor, text, purpose=purpose))

    def verify_batch(self, tenant: str, items: list[tuple[str, str, str]], purpose: str) -> Answer:
        made = self.tenant(tenant).verify_batch(items, purpose=purpose)
        return {"codes": list(made.codes), "values": list(made.steps)}

    def change(self, tenant: str, how: str, subject: str, factor: str, actor: str, reason: str) -> Answer:
        made = getattr(self.tenant(tenant), how)(subject, factor, actor=actor, reason=reason)
        return {"status": made.status, "state": made.state}

    def admin_reset(self, tenant: str, subject: str, actor: str, reason: str) -> Answer:
        made = self.tenant(tenant).admin_reset(subject, actor=actor, reason=reason)
        return {"status": made.status, "epoch": made.epoch, "n_revoked": made.n_revoked}

    def factors(self, tenant: str, subject: str) -> list[Answer]:
        return [
            {
                "id": f.factor_id,
                "type": f.type,
                "state": f.state,
                "label": f.label,
                "provenance": f.provenance,
                "created": microseconds(f.created),
                "confirmed": microseconds(f.confirmed),
                "ended": microseconds(f.ended),
                "last_used_step": f.last_used_step,
                "drift": f.drift,
                "next_counter": f.next_counter,
                "codes_left": f.codes_left,
                "locked_until": microseconds(f.locked_until),
                "is_locked": f.is_locked,
            }
            for f in self.tenant(tenant).list_factors(subject)
        ]

    def events(self, tenant: str, after: int) -> list[tuple[int | None, str, Any, Any, Any, Any, Any]]:
        return [
            (microseconds(e.at), e.type, e.subject, e.factor_id, e.actor, e.reason, _unnamed(e.detail))
            for e in self.tenant(tenant).events(after=after, limit=1000)
        ]
