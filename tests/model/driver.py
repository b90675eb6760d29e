# SPDX-License-Identifier: Apache-2.0
"""Runs the calls of a sequence on an engine and on the model, and compares them call by call."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from actor import Actor
from asked import Seen
from attempts import code_of, step_of, window_of
from counterseal import HOTP, TOTP
from engine_model import Answer, Fresh, Model
from enrollments import By
from logins import Login
from records import Factor
from stage import Stage
from steps import MISSING_CHALLENGE, MISSING_FACTOR, Response, Step

BY = By("reception", "called back")
PURPOSE = "signing"
_PLACES = {"set_policy", "clock", "reopen"}  # that are about no subject


class Mismatch(Exception):
    """Engine and model disagree, or the engine did what nothing allows."""

    def __init__(self, step: Step, what: str, engine: object, model: object) -> None:
        super().__init__(f"{step}\n  {what}\n    engine: {engine}\n    model:  {model}")
        self.step, self.what = step, what


class Driver:
    """One sequence on one stage. Its tenants have names of their own, so that a stage serves many."""

    def __init__(self, stage: Stage, model: Model, name: str) -> None:
        self.stage, self.model, self._name = stage, model, name
        self.actor = Actor(stage.engine)
        self.factors: dict[str, tuple[str, str, Factor]] = {}  # tenant, subject, as it was made
        self.codes: dict[str, tuple[str, ...]] = {}
        self.challenges: dict[str, str] = {}
        self.grants: dict[str, str] = {}
        self.seen: list[Seen] = []
        self._n_told: dict[str, int] = {}

    @property
    def now(self) -> int:
        return int(self.stage.clock() * 1_000_000)

    def name(self, tenant: str) -> str:
        return f"{tenant} {self._name}"

    def factor(self, of: str) -> Factor | None:
        """As the model has it now."""
        if of not in self.factors:
            return None
        tenant, subject, made = self.factors[of]
        row = self.model.tenant(tenant).subjects.get(subject)
        return row.factors.get(made.id) if row else None

    def factor_id(self, of: str | None) -> str | None:
        return None if of is None else self.factors[of][2].id if of in self.factors else MISSING_FACTOR

    def grant(self, of: str | None) -> str | None:
        """ "#12", or "#12!" for one that somebody changed."""
        text = self.grants.get((of or "").rstrip("!"))
        if text is None or not (of or "").endswith("!"):
            return text
        return text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:]

    def text(self, what: Response, tenant: str, subject: str) -> str:
        """What is typed."""
        typed = self._text(what, tenant, subject)
        return f" {typed[:3]} {typed[3:]}" if what.style == "blanks" else typed.lower() if what.style else typed

    def _text(self, what: Response, tenant: str, subject: str) -> str:
        if what.how == "text":
            return what.text
        if what.how == "recovery":
            codes = self.codes.get(what.of)
            return codes[what.offset % len(codes)] if codes else "0000-1111-2222-3333"
        made = self.factors[what.of][2] if what.of in self.factors else None
        now = self.factor(what.of)
        if made is None or made.secret is None or now is None or what.how == "wrong":
            return self._wrong(made.digits if made else 6, tenant, subject)
        if what.how == "last":
            at = now.last if now.type == "totp" else now.last - 1
        else:
            at = (step_of(now, self.now) if now.type == "totp" else now.last) + what.offset
        return code_of(made, at) if at >= 0 else self._wrong(made.digits, tenant, subject)

    def _wrong(self, digits: int, tenant: str, subject: str) -> str:
        row = self.model.tenant(tenant).subjects.get(subject)
        right = {
            code_of(f, at)
            for f in (row.factors.values() if row else ())
            if f.secret is not None and f.digits == digits
            for at in window_of(f, self.now)
        }
        return next(code for n in range(len(right) + 1) if (code := f"{n:0{digits}}") not in right)

    def do(self, step: Step) -> Answer:
        if step.op == "clock":
            self.stage.clock.advance(step["by"])
            return {}
        if step.op == "reopen":
            self.stage.reopen(step["how"])
            self.actor = Actor(self.stage.engine)
            return {}
        answer: Answer = getattr(self, f"_{step.op}")(step, self.name(step.tenant))
        if self.model.commits or step.fault:  # what a reading call wrote shows at the next one
            self._look(step)
        return answer

    def _compare(
        self,
        step: Step,
        on_engine: Callable[[], Answer],
        on_model: Callable[[Model], Answer],
        fault: str | None = None,
        **resolved: Any,
    ) -> Answer:
        how = step.fault if fault is None else fault
        engine = self.actor.do(on_engine, how)
        return self._agree(step, engine, self.model.call(on_model, how), **resolved)

    def _agree(self, step: Step, engine: Answer, model: Answer, **resolved: Any) -> Answer:
        if engine != model:
            names = sorted(k for k in engine.keys() | model.keys() if engine.get(k) != model.get(k))
            parts = [{k: side[k] for k in names if k in side} for side in (engine, model)]
            raise Mismatch(step, f"the answer differs in {', '.join(names)}", *parts)
        self.seen.append(Seen(step, self.name(step.tenant), self.now, engine, resolved))
        return engine

    def _look(self, step: Step) -> None:
        """What is in the store afterwards."""
        tenant = self.name(step.tenant)
        told = self._n_told.get(tenant, 0)
        expected = [tuple(e) for e in self.model.tenant(tenant).log[told:]]
        found = self.actor.events(tenant, told)
        self._n_told[tenant] = told + len(found)
        if step.op == "verify_batch":  # its items become durable together
            expected, found = sorted(expected, key=repr), sorted(found, key=repr)
        if found != expected:
            raise Mismatch(step, "the log differs", found, expected)
        if step.op in _PLACES:
            return
        engine = self.actor.factors(tenant, step.subject)
        model = self.model.factors(tenant, self.now, step.subject)
        if engine != model:
            parts = [[one for one in side if one not in other] for side, other in ((engine, model), (model, engine))]
            raise Mismatch(step, "the factors differ", *parts)

    def finish(self, step: Step) -> None:
        """The rows are what the log says."""
        for tenant in self.model.tenants:
            if self.model.tenants[tenant].log and not (report := self.actor.tenant(tenant).log.verify_state()):
                raise Mismatch(step, f"the rows of {tenant} are not what its log says", report, "the same")

    def _set_policy(self, step: Step, tenant: str) -> Answer:
        return self._compare(
            step,
            lambda: self.actor.set_policy(tenant, step["policy"], *BY),
            lambda m: m.set_policy(tenant, self.now, step["policy"], BY),
            policy=step["policy"],
        )

    def _enroll_totp(self, step: Step, tenant: str) -> Answer:
        settings = {name: step[name] for name in ("algorithm", "digits", "period")}
        shown = {"session": step["session"], "grant": self.grant(step["grant"])}
        said = {"replaces": self.factor_id(step["replaces"]), "idempotency_key": step["key"]}
        fresh = Fresh()
        label = f"phone {step.number}"
        made = Factor("", "totp", "pending", self.now, label=label, **settings)
        made.replaces = said["replaces"]
        made.request = (step["session"], step["key"]) if step["key"] else None

        def on_engine() -> Answer:
            return self.actor.enroll_totp(tenant, step.subject, fresh, label=label, **settings, **shown, **said)

        def on_model(m: Model) -> Answer:
            one = dataclasses.replace(made)
            return m.enroll_totp(tenant, self.now, step.subject, shown["session"], shown["grant"], one, fresh)

        engine = self.actor.do(on_engine, step.fault)
        again = None
        if step.fault and step["key"]:  # as a host does that does not know: it finds what was made, if it was
            again = self.actor.do(on_engine, "")
        answer = self._agree(step, engine, self.model.call(on_model, step.fault), **shown, factor=fresh.factor)
        if again is not None:
            answer = self._agree(step, again, self.model.call(on_model), **shown, factor=fresh.factor)
        self._remember(step, tenant, fresh.factor)
        return answer

    def _remember(self, step: Step, tenant: str, id: str) -> None:
        row = self.model.tenant(tenant).subjects.get(step.subject)
        if row is not None and id in row.factors:
            self.factors[f"#{step.number}"] = (tenant, step.subject, dataclasses.replace(row.factors[id]))

    def _confirm(self, step: Step, tenant: str) -> Answer:
        id = self.factor_id(step["factor"]) or ""
        text = self.text(step["response"], tenant, step.subject)
        return self._compare(
            step,
            lambda: self.actor.confirm(tenant, step.subject, id, text),
            lambda m: m.confirm(tenant, self.now, step.subject, id, text),
            factor=id,
            text=text,
        )

    def _recovery_codes(self, step: Step, tenant: str) -> Answer:
        session, grant, fresh = step["session"], self.grant(step["grant"]), Fresh()
        engine = self.actor.do(
            lambda: self.actor.recovery_codes(tenant, step.subject, fresh, session=session, grant=grant), step.fault
        )
        if step.fault == "commit_unknown":
            fresh.factor = self.actor.new_factor(tenant, step.subject, "recovery")
        model = self.model.call(
            lambda m: m.recovery_codes(tenant, self.now, step.subject, session, grant, fresh), step.fault
        )
        answer = self._agree(step, engine, model, session=session, grant=grant, factor=fresh.factor, codes=fresh.codes)
        self._remember(step, tenant, fresh.factor)
        self.codes[f"#{step.number}"] = fresh.codes
        return answer

    def _import_factor(self, step: Step, tenant: str) -> Answer:
        made = Factor("", step["type"], "active" if step["active"] else "pending", self.now)
        made.secret, made.algorithm, made.digits = bytes.fromhex(step["secret"]), step["algorithm"], step["digits"]
        made.provenance, made.label = "old server", f"token {step.number}"
        settings: dict[str, Any] = {"algorithm": made.algorithm, "digits": made.digits}
        otp: TOTP | HOTP
        if made.type == "totp":
            made.period, made.drift = step["period"], step["drift"]
            made.last = -1 if step["last"] is None else step_of(made, self.now) + step["last"]
            otp = TOTP.from_raw(made.secret, period=made.period, **settings)
            settings = {"drift": made.drift, "last_step": None if made.last < 0 else made.last}
        else:
            made.last = step["last"] or 0
            otp = HOTP.from_raw(made.secret, **settings)
            settings = {"next_counter": made.last}
        settings |= {"active": step["active"], "dry_run": step["dry"], "label": made.label, "actor": "importer"}
        fresh = Fresh()
        engine = self.actor.do(
            lambda: self.actor.import_factor(tenant, step.subject, otp, fresh, provenance=made.provenance, **settings),
            step.fault,
        )
        if step.fault == "commit_unknown":
            row = self.model.tenant(tenant).subjects.get(step.subject)
            known = row.factors if row else {}
            found = [f["id"] for f in self.actor.factors(tenant, step.subject) if f["id"] not in known]
            fresh.factor = found[0] if found else ""
        model = self.model.call(
            lambda m: m.import_factor(tenant, self.now, step.subject, dataclasses.replace(made), step["dry"], fresh),
            step.fault,
        )
        answer = self._agree(step, engine, model, factor=fresh.factor, made=made)
        self._remember(step, tenant, fresh.factor)
        return answer

    def _evaluate(self, step: Step, tenant: str) -> Answer:
        grant, fresh = self.grant(step["grant"]), Fresh()
        first = {"method": step["method"]} if step["method"] else None
        asked = {name: step[name] for name in ("session", "path", "groups", "action", "status")}
        login = Login(step.subject, asked["session"], asked["path"], asked["groups"], asked["action"],
                      step["method"], asked["status"], grant)  # fmt: skip
        answer = self._compare(
            step,
            lambda: self.actor.evaluate(tenant, step.subject, fresh, first_factor=first, grant=grant, **asked),
            lambda m: m.evaluate(tenant, self.now, login, fresh),
            grant=grant,
            **asked,
        )
        self._keep(step, fresh)
        return answer

    def _keep(self, step: Step, fresh: Fresh) -> None:
        if fresh.challenge:
            self.challenges[f"#{step.number}"] = fresh.challenge
        if fresh.grant is not None:
            self.grants[f"#{step.number}"] = fresh.grant

    def _verify_challenge(self, step: Step, tenant: str) -> Answer:
        id = self.challenges.get(step["challenge"], MISSING_CHALLENGE)
        factor, fresh = self.factor_id(step["factor"]), Fresh()
        text = self.text(step["response"], tenant, step.subject)
        answer = self._compare(
            step,
            lambda: self.actor.verify_challenge(tenant, step.subject, step["session"], id, factor, text, fresh),
            lambda m: m.verify_challenge(tenant, self.now, step.subject, step["session"], id, factor, text, fresh),
            session=step["session"],
            challenge=id,
            factor=factor,
            text=text,
        )
        if fresh.grant is not None:
            self.grants[f"#{step.number}"] = fresh.grant
        return answer

    def _grant_valid(self, step: Step, tenant: str) -> Answer:
        grant = self.grant(step["grant"])
        asked = {"session": step["session"], "action": step["action"]}
        longest = step["longest"]
        return self._compare(
            step,
            lambda: self.actor.grant_valid(tenant, step.subject, grant, max_age=longest, **asked),
            lambda m: m.grant_valid(tenant, self.now, step.subject, step["session"], grant, step["action"], longest),
            grant=grant,
            longest=longest,
            **asked,
        )

    def _verify_factor(self, step: Step, tenant: str) -> Answer:
        id = self.factor_id(step["factor"]) or ""
        text = self.text(step["response"], tenant, step.subject)
        return self._compare(
            step,
            lambda: self.actor.verify_factor(tenant, step.subject, id, text, PURPOSE),
            lambda m: m.verify_factor(tenant, self.now, step.subject, id, text, PURPOSE),
            factor=id,
            text=text,
        )

    def _verify_batch(self, step: Step, tenant: str) -> Answer:
        items = [
            (subject, self.factor_id(factor) or "", self.text(response, tenant, subject))
            for subject, factor, response in step["items"]
        ]
        return self._compare(
            step,
            lambda: self.actor.verify_batch(tenant, items, PURPOSE),
            lambda m: m.verify_batch(tenant, self.now, items, PURPOSE),
            items=items,
        )

    def _change(self, step: Step, tenant: str) -> Answer:
        id = self.factor_id(step["factor"]) or ""
        return self._compare(
            step,
            lambda: self.actor.change(tenant, step["how"], step.subject, id, *BY),
            lambda m: m.change(tenant, self.now, step["how"], step.subject, id, BY),
            factor=id,
            how=step["how"],
        )

    def _admin_reset(self, step: Step, tenant: str) -> Answer:
        return self._compare(
            step,
            lambda: self.actor.admin_reset(tenant, step.subject, *BY),
            lambda m: m.admin_reset(tenant, self.now, step.subject, BY),
        )
