# SPDX-License-Identifier: Apache-2.0
"""How factors come and go: DESIGN 8.9, docs/engine.md. Who else ends with them, and what the log says."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from attempts import Verdict, respond, step_of
from records import Factor, Subject, Tenant
from stored_clock import Time

LONGEST_DRIFT = 10  # steps
SHORTEST_SECRET = 16  # bytes: 128 bits


class Refused(Exception):
    """An argument breaks a rule."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class By(NamedTuple):
    actor: str
    reason: str


def shred(factor: Factor, now: int) -> None:
    factor.state, factor.ended, factor.secret = "revoked", now, None
    factor.codes, factor.n_unseen = {}, 0


def end(tenant: Tenant, row: Subject, factor: Factor, now: int, reason: str, actor: str | None = None) -> None:
    shred(factor, now)
    tenant.tell(now, "factor.revoked", row.name, factor.id, actor=actor, reason=reason)


def end_others_begun(tenant: Tenant, row: Subject, first: str, now: int) -> None:
    """With the first factor end those that were begun beside it: nobody showed anything for them."""
    if row.is_enrolled:
        return
    for one in row.in_order:
        if one.expires is not None and one.id != first:
            end(tenant, row, one, now, "another factor was confirmed first")


def end_begun(tenant: Tenant, row: Subject, now: int, reason: str) -> None:
    for one in row.in_order:
        if one.expires is not None:
            end(tenant, row, one, now, reason)


def end_use(tenant: Tenant, row: Subject, now: int) -> None:
    """After a live factor was taken away: what was let in or begun by it ends."""
    row.end_sessions()
    end_begun(tenant, row, now, "a factor of the subject was taken away")


def _begun_by(request: Factor, row: Subject | None, time: Time) -> Factor | None:
    begun = (f for f in row.in_order if f.expires and f.expires > time.latest) if row else ()
    return next((f for f in begun if f.request == request.request), None)


def begin_totp(tenant: Tenant, subject: str, made: Factor, time: Time) -> Factor:
    """Pending; or the one that the same request made before."""
    known = tenant.subjects.get(subject)
    replaced = known.factors.get(made.replaces or "") if known else None
    if made.replaces is not None and (replaced is None or not replaced.is_live):
        raise Refused("CSEAL_E_ARGUMENT")
    again = _begun_by(made, known, time) if made.request else None
    if again is not None and again.settings != made.settings:
        raise Refused("CSEAL_E_ARGUMENT")
    row = tenant.row(subject)
    for one in row.in_order:
        if one.expires is not None and one.expires <= time.latest:
            end(tenant, row, one, time.now, "not confirmed in time")
    if again is not None:
        return again
    row.factors[made.id] = made
    tenant.tell(time.now, "factor.pending", subject, made.id, detail={"type": "totp"})
    return made


def confirm(tenant: Tenant, subject: str, id: str, text: str, time: Time) -> Verdict:
    verdict = respond(tenant, subject, [id], text, time, "confirm", is_confirming=True)
    if verdict.status != "accepted":
        return verdict
    row = tenant.subjects[subject]
    factor = row.factors[id]
    end_others_begun(tenant, row, id, time.now)
    factor.state, factor.confirmed = "active", time.now
    row.was_enrolled = True
    tenant.tell(time.now, "factor.confirmed", subject, id, detail={"value": verdict.value})
    old = row.factors.get(factor.replaces or "")
    if old is not None and old.state != "revoked":
        end(tenant, row, old, time.now, "replaced")
        end_begun(tenant, row, time.now, "a factor was replaced")
    return verdict


def store_recovery_set(tenant: Tenant, subject: str, made: Factor, time: Time) -> None:
    row = tenant.row(subject)
    end_others_begun(tenant, row, made.id, time.now)
    for one in row.in_order:
        if one.type == "recovery" and one.state != "revoked":
            end(tenant, row, one, time.now, "replaced by a new set")
    made.state, made.confirmed = "active", time.now
    row.factors[made.id] = made
    row.was_enrolled = True
    tenant.tell(time.now, "factor.enrolled", subject, made.id, detail={"type": "recovery"})


def check_import(made: Factor, now: int) -> None:
    assert made.secret is not None
    if abs(made.drift) > LONGEST_DRIFT or len(made.secret) < SHORTEST_SECRET:
        raise Refused("CSEAL_E_RANGE")
    if made.type == "totp" and made.last > step_of(made, now) + 1:
        raise Refused("CSEAL_E_RANGE")


def warnings_about(made: Factor) -> int:
    return (made.type == "totp" and made.last == -1) + (made.drift != 0)


def import_factor(tenant: Tenant, subject: str, made: Factor, is_dry: bool, time: Time) -> None:
    known = tenant.subjects.get(subject)
    if known is not None and any(f.secret == made.secret for f in known.factors.values()):
        raise Refused("CSEAL_E_ARGUMENT")  # two factors would accept each code twice
    if is_dry:
        return
    row = tenant.row(subject)
    if made.state == "active":
        made.confirmed = time.now
        end_others_begun(tenant, row, made.id, time.now)
        row.was_enrolled = True
    row.factors[made.id] = made
    detail = {"type": made.type, "state": made.state, "provenance": made.provenance, "value": made.last}
    tenant.tell(time.now, "factor.imported", subject, made.id, actor="importer", detail=detail)


def change(tenant: Tenant, how: str, subject: str, id: str, by: By, time: Time) -> tuple[str, str | None]:
    """suspend, resume, revoke, unlock: (status, state of the factor)."""
    row = tenant.subjects.get(subject)
    factor = row.factors.get(id) if row else None
    if row is None or factor is None:
        return "wrong", None
    from_states = {"suspend": ("active",), "resume": ("suspended",)}.get(how, ("pending", "active", "suspended"))
    if factor.state not in from_states:
        return "deny", factor.state
    _CHANGES[how](tenant, row, factor, by, time.now)
    return "done", factor.state


def _suspend(tenant: Tenant, row: Subject, factor: Factor, by: By, now: int) -> None:
    factor.state = "suspended"
    end_use(tenant, row, now)
    detail = {"epoch": row.epoch}
    tenant.tell(now, "factor.suspended", row.name, factor.id, actor=by.actor, reason=by.reason, detail=detail)


def _resume(tenant: Tenant, row: Subject, factor: Factor, by: By, now: int) -> None:
    factor.state = "active"
    tenant.tell(now, "factor.resumed", row.name, factor.id, actor=by.actor, reason=by.reason)


def _revoke(tenant: Tenant, row: Subject, factor: Factor, by: By, now: int) -> None:
    was_live = factor.is_live
    shred(factor, now)
    if was_live:
        end_use(tenant, row, now)
    detail = {"epoch": row.epoch} if was_live else None
    tenant.tell(now, "factor.revoked", row.name, factor.id, actor=by.actor, reason=by.reason, detail=detail)


def _unlock(tenant: Tenant, row: Subject, factor: Factor, by: By, now: int) -> None:
    factor.attempts = factor.streak = factor.locked_until = 0
    row.failures = 0
    tenant.tell(now, "factor.unlocked", row.name, factor.id, actor=by.actor, reason=by.reason)


_CHANGES: dict[str, Callable[[Tenant, Subject, Factor, By, int], None]] = {
    "suspend": _suspend,
    "resume": _resume,
    "revoke": _revoke,
    "unlock": _unlock,
}


def reset(tenant: Tenant, subject: str, by: By, time: Time) -> tuple[str, int, int]:
    """(status, epoch, factors that ended)."""
    row = tenant.subjects.get(subject)
    if row is None:
        return "wrong", 0, 0
    live = [f for f in row.in_order if f.state != "revoked"]
    for factor in live:
        end(tenant, row, factor, time.now, by.reason, by.actor)
    row.end_sessions()
    row.failures = 0
    detail = {"epoch": row.epoch}
    tenant.tell(time.now, "subject.reset", subject, actor=by.actor, reason=by.reason, detail=detail)
    return "done", row.epoch, len(live)
