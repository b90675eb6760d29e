# SPDX-License-Identifier: Apache-2.0
"""The calls of a tenant: arguments checked, requests made, answers read; the same for threads and for event loops."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from types import EllipsisType
from typing import TYPE_CHECKING, Final, Literal

from . import _answers as answers
from . import _arguments as arguments
from . import _operator_log as operator_log
from ._arguments import Json, Time
from ._call import OK, Answer, Call
from ._decision import Decision
from ._enrollment import TotpEnrollment
from ._errors import ConfigError
from ._native import HOTP, TOTP, BatchVerdict, Verdict
from ._op import Op
from ._operations import request
from ._passkey_calls import PasskeyCalls
from ._records import Change, ClockChange, Event, Factor, ImportedFactor, Page, Policy, Reset

if TYPE_CHECKING:
    from typing_extensions import Buffer

_ITEMS: Final = "an iterable of tuples (subject, factor_id, response)"
_Algorithm = Literal["SHA1", "SHA256", "SHA512"]


class TenantCalls:
    def __init__(self, tenant: str) -> None:
        self.tenant = arguments.name(tenant, "tenant")
        self.passkeys = PasskeyCalls(self.tenant)

    def _request(self, **members: Json) -> str:
        return request({"tenant": self.tenant, **members})

    def set_policy(self, document: Mapping[str, object], actor: str, reason: str) -> Call[int]:
        asked = self._request(
            policy=arguments.mapping(document, "document"),
            actor=arguments.text(actor, "actor"),
            reason=arguments.text(reason, "reason"),
        )
        return Call(Op.SET_POLICY, asked, lambda answer: int(answer.body["version"]))

    def policy(self, at: Time | None) -> Call[Policy]:
        at_us = None if at is None else arguments.microseconds(at, "at")
        return Call(Op.POLICY, self._request(at_us=at_us), lambda answer: Policy(answer.body))

    def enroll_totp(
        self,
        subject: str,
        label: str | None,
        grant: str | None,
        session: Buffer | None,
        idempotency_key: str | None,
        issuer: str | None,
        account: str | None,
        replaces: str | None,
        algorithm: _Algorithm,
        digits: int,
        period: int,
    ) -> Call[TotpEnrollment]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            label=arguments.text_if(label, "label"),
            session=arguments.session_if(session),
            idempotency_key=arguments.text_if(idempotency_key, "idempotency_key"),
            issuer=arguments.text_if(issuer, "issuer"),
            account=arguments.text_if(account, "account"),
            replaces=arguments.text_if(replaces, "replaces"),
            algorithm=arguments.text(algorithm, "algorithm"),
            digits=arguments.integer(digits, "digits"),
            period=arguments.integer(period, "period"),
        )
        return Call(Op.ENROLL_TOTP, asked, answers.enrollment, arguments.grant(grant))

    def confirm(self, subject: str, factor_id: str, response: object) -> Call[Verdict]:
        asked = self._request(
            subject=arguments.name(subject, "subject"), factor_id=arguments.text(factor_id, "factor_id")
        )
        return Call(Op.CONFIRM, asked, answers.verdict_of, arguments.response(response))

    def recovery_codes(self, subject: str, grant: str | None, session: Buffer | None) -> Call[list[str]]:
        asked = self._request(subject=arguments.name(subject, "subject"), session=arguments.session_if(session))
        return Call(Op.RECOVERY_CODES, asked, answers.codes, arguments.grant(grant))

    def import_factor(
        self,
        subject: str,
        otp: TOTP | HOTP,
        last_step: int | EllipsisType | None,
        next_counter: int | EllipsisType,
        drift: int,
        active: bool,
        provenance: str,
        allow_legacy: bool,
        dry_run: bool,
        label: str | None,
        actor: str | None,
    ) -> Call[ImportedFactor]:
        members: dict[str, Json] = {
            "tenant": self.tenant,
            "subject": arguments.name(subject, "subject"),
            "label": arguments.text_if(label, "label"),
            "actor": arguments.text_if(actor, "actor"),
            "provenance": arguments.text(provenance, "provenance"),
            "drift": arguments.integer(drift, "drift"),
            "active": arguments.flag(active, "active"),
            "allow_legacy": arguments.flag(allow_legacy, "allow_legacy"),
            "dry_run": arguments.flag(dry_run, "dry_run"),
        }
        asked = request(members | _otp_members(otp))
        # "Never used" is said with a null, which request() would leave out.
        if isinstance(otp, TOTP):
            step = None if last_step is None else arguments.integer(_required(last_step, "last_step"), "last_step")
            _absent(next_counter, "next_counter", "a HOTP")
            asked = f'{asked[:-1]},"last_step":{json.dumps(step)}}}'
        else:
            counter = arguments.integer(_required(next_counter, "next_counter"), "next_counter")
            _absent(last_step, "last_step", "a TOTP")
            asked = f'{asked[:-1]},"next_counter":{counter}}}'
        return Call(Op.IMPORT_FACTOR, asked, answers.imported, otp)

    def list_factors(self, subject: str | None, after: str | None, limit: int) -> Call[Page[Factor]]:
        asked = self._request(
            subject=arguments.name_if(subject, "subject"),
            after=arguments.text_if(after, "after"),
            limit=arguments.integer(limit, "limit"),
        )
        return Call(Op.LIST_FACTORS, asked, answers.factors)

    def events(self, subject: str | None, after: str | int | None, limit: int) -> Call[Page[Event]]:
        asked = self._request(
            subject=arguments.name_if(subject, "subject"),
            after=None if after is None else _sequence_number(after),
            limit=arguments.integer(limit, "limit"),
        )
        return Call(Op.EVENTS, asked, answers.events)

    def evaluate(
        self,
        subject: str,
        session: Buffer,
        groups: Sequence[str] | AbstractSet[str],
        path: str,
        action: str,
        first_factor: Mapping[str, object] | None,
        federated: Mapping[str, object] | None,
        status: str,
        ip: str | None,
        trust_token: str | None,
        grant: str | None,
    ) -> Call[Decision]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            session=arguments.session(session),
            groups=[*arguments.texts(groups, "groups")],
            path=arguments.text(path, "path"),
            action=arguments.text(action, "action"),
            first_factor=_told(first_factor, "first_factor"),
            federated=_told(federated, "federated"),
            status=arguments.text(status, "status"),
            ip=arguments.text_if(ip, "ip"),
        )
        if arguments.text_if(trust_token, "trust_token") is not None:
            raise ConfigError("trust_token must be None: trusted devices are not supported yet", "CSEAL_E_UNSUPPORTED")

        def read(answer: Answer) -> Decision:
            made = answers.decision(answer)
            operator_log.decision(Op.EVALUATE, self.tenant, subject, made, path, action)
            return made

        return Call(Op.EVALUATE, asked, read, arguments.grant(grant))

    def verify_challenge(
        self, subject: str, challenge_id: str, factor_id: str | None, response: object, session: Buffer, status: str
    ) -> Call[Decision]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            challenge_id=arguments.text(challenge_id, "challenge_id"),
            factor_id=arguments.text_if(factor_id, "factor_id"),
            session=arguments.session(session),
            status=arguments.text(status, "status"),
        )

        def read(answer: Answer) -> Decision:
            made = answers.decision(answer)
            operator_log.decision(Op.VERIFY_CHALLENGE, self.tenant, subject, made)
            return made

        return Call(Op.VERIFY_CHALLENGE, asked, read, arguments.response(response))

    def grant_valid(
        self,
        grant: str | None,
        subject: str,
        session: Buffer,
        action: str,
        max_age: float | timedelta | None,
        status: str,
    ) -> Call[bool]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            session=arguments.session(session),
            action=arguments.text(action, "action"),
            max_age_s=None if max_age is None else arguments.seconds(max_age, "max_age"),
            status=arguments.text(status, "status"),
        )
        return Call(Op.GRANT_VALID, asked, lambda answer: answer.status == OK, arguments.grant(grant))

    def verify_factor(self, subject: str, factor_id: str, response: object, purpose: str) -> Call[Verdict]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            factor_id=arguments.text(factor_id, "factor_id"),
            purpose=arguments.text(purpose, "purpose"),
        )
        return Call(Op.VERIFY_FACTOR, asked, answers.verdict_of, arguments.response(response))

    def verify_batch(self, items: Iterable[tuple[str, str, object]], purpose: str) -> Call[BatchVerdict]:
        rows: list[Json] = []
        responses: list[object] = []
        for item in arguments.iterable(items, "items", _ITEMS):
            if not isinstance(item, tuple | list) or len(item) != len(("subject", "factor_id", "response")):
                raise TypeError(f"items must be {_ITEMS}")
            subject, factor_id, response = item
            rows.append(
                {"subject": arguments.name(subject, "subject"), "factor_id": arguments.text(factor_id, "factor_id")}
            )
            responses.append(response)
        asked = self._request(items=rows, purpose=arguments.text(purpose, "purpose"))
        return Call(Op.VERIFY_BATCH, asked, answers.batch, arguments.response_lines(responses))

    def change(self, op: Op, subject: str, factor_id: str, actor: str, reason: str) -> Call[Change]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            factor_id=arguments.text(factor_id, "factor_id"),
            actor=arguments.text(actor, "actor"),
            reason=arguments.text(reason, "reason"),
        )
        return Call(op, asked, answers.change)

    def set_clock(self, actor: str, reason: str) -> Call[ClockChange]:
        asked = self._request(actor=arguments.text(actor, "actor"), reason=arguments.text(reason, "reason"))
        return Call(Op.SET_CLOCK, asked, answers.clock_change)

    def admin_reset(self, subject: str, actor: str, reason: str) -> Call[Reset]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            actor=arguments.text(actor, "actor"),
            reason=arguments.text(reason, "reason"),
        )
        return Call(Op.ADMIN_RESET, asked, answers.reset)


def _told(value: Mapping[str, object] | None, name: str) -> Json:
    """What the host knows of an earlier step; its times may be given as everywhere else, and are whole seconds."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise arguments.refuse_type(name, "a mapping or None", value)
    times = ("time", "auth_time")
    whole = {
        key: arguments.microseconds(one, f"{name}[{key!r}]") // 1_000_000 if key in times and one is not None else one
        for key, one in value.items()
    }
    return arguments.mapping(whole, name)


def _sequence_number(after: str | int) -> int:
    if isinstance(after, str):
        if not (after.isascii() and after.isdigit() and len(after) < 20):
            raise ConfigError("after must be what `next` was in the page before", "CSEAL_E_ARGUMENT")
        return int(after)
    return arguments.integer(after, "after")


def _required(value: object, name: str) -> object:
    if value is ...:
        raise TypeError(f"{name} must be given: it keeps codes from being used again")
    return value


def _absent(value: object, name: str, kind: str) -> None:
    if value is not ...:
        raise TypeError(f"{name} is for {kind}")


def _otp_members(otp: TOTP | HOTP) -> dict[str, Json]:
    if isinstance(otp, TOTP):
        if otp.encoder != "decimal":
            raise ConfigError("otp must show decimal digits: the engine keeps no Steam codes", "CSEAL_E_UNSUPPORTED")
        return {
            "type": "totp",
            "algorithm": otp.algorithm,
            "digits": otp.digits,
            "period": otp.period,
            "t0": otp.t0,
        }
    if not isinstance(otp, HOTP):
        raise arguments.refuse_type("otp", "a TOTP or a HOTP", otp)
    if otp.token_id is not None:
        raise ConfigError("otp must have no token_id: the engine keeps none", "CSEAL_E_UNSUPPORTED")
    return {"type": "hotp", "algorithm": otp.algorithm, "digits": otp.digits}
