# SPDX-License-Identifier: Apache-2.0
"""The calls about passkeys of a tenant: arguments checked, requests made, answers read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from . import _answers as answers
from . import _arguments as arguments
from . import _operator_log as operator_log
from ._arguments import Json
from ._call import Answer, Call
from ._decision import Decision
from ._op import Op
from ._operations import request
from ._passkey_records import PasskeyEnrollment, PasskeyOwner, PasskeyQuestion
from ._records import ImportedFactor, moment, moment_if
from ._webauthn_results import Options, StoredCredential
from ._webauthn_texts import octets

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from .webauthn import _Attachment, _Attestation, _Requirement


class PasskeyCalls:
    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def _request(self, **members: Json) -> str:
        return request({"tenant": self._tenant, **members})

    def enroll(
        self,
        subject: str,
        user_name: str | None,
        user_display_name: str | None,
        label: str | None,
        grant: str | None,
        session: Buffer | None,
        idempotency_key: str | None,
        replaces: str | None,
        resident_key: _Requirement,
        attachment: _Attachment | None,
        attestation: _Attestation,
    ) -> Call[PasskeyEnrollment]:
        def read(answer: Answer) -> PasskeyEnrollment:
            answers.refuse_step_up(answer)
            body = answer.body
            return PasskeyEnrollment(body["factor_id"], _options(body["options"]), moment(body["expires_us"]))

        asked = self._request(
            subject=arguments.name(subject, "subject"),
            user_name=arguments.text_if(user_name, "user_name"),
            user_display_name=arguments.text_if(user_display_name, "user_display_name"),
            label=arguments.text_if(label, "label"),
            session=arguments.session_if(session),
            idempotency_key=arguments.text_if(idempotency_key, "idempotency_key"),
            replaces=arguments.text_if(replaces, "replaces"),
            resident_key=arguments.text(resident_key, "resident_key"),
            attachment=arguments.text_if(attachment, "attachment"),
            attestation=arguments.text(attestation, "attestation"),
        )
        return Call(Op.ENROLL_PASSKEY, asked, read, arguments.grant(grant))

    def begin(
        self,
        subject: str | None,
        challenge_id: str | None,
        factor_id: str | None,
        path: str | None,
        action: str,
        session: Buffer,
    ) -> Call[PasskeyQuestion]:
        if (subject is None) != (challenge_id is None):
            raise TypeError("subject and challenge_id go together: the challenge is that of evaluate()")
        if (subject is None) == (path is None):
            raise TypeError("path is for a login of somebody who is not known yet: subject, or path")

        def read(answer: Answer) -> PasskeyQuestion:
            body = answer.body
            options = None if body["options"] is None else _options(body["options"])
            return PasskeyQuestion(body["reason"], body["challenge_id"], options, moment_if(body["expires_us"]))

        about: dict[str, Json] = (
            {"path": arguments.text(path, "path"), "action": arguments.text(action, "action")}
            if subject is None
            else {
                "subject": arguments.name(subject, "subject"),
                "challenge_id": arguments.text(challenge_id, "challenge_id"),
                "factor_id": arguments.text_if(factor_id, "factor_id"),
            }
        )
        return Call(Op.BEGIN_PASSKEY, self._request(session=arguments.session(session), **about), read)

    def owner(self, response: object) -> Call[PasskeyOwner | None]:
        def read(answer: Answer) -> PasskeyOwner | None:
            body = answer.body
            return None if body["subject"] is None else PasskeyOwner(body["subject"], body["factor_id"])

        return Call(Op.PASSKEY_OWNER, self._request(), read, arguments.response(response))

    def verify(
        self,
        subject: str,
        challenge_id: str,
        response: object,
        session: Buffer,
        groups: Sequence[str] | AbstractSet[str],
        status: str,
    ) -> Call[Decision]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            challenge_id=arguments.text(challenge_id, "challenge_id"),
            session=arguments.session(session),
            groups=[*arguments.texts(groups, "groups")],
            status=arguments.text(status, "status"),
        )

        def read(answer: Answer) -> Decision:
            made = answers.decision(answer)
            operator_log.decision(Op.VERIFY_PASSKEY, self._tenant, subject, made)
            return made

        return Call(Op.VERIFY_PASSKEY, asked, read, arguments.response(response))

    def import_credential(
        self,
        subject: str,
        credential: StoredCredential,
        user_handle: Buffer | None,
        provenance: str,
        label: str | None,
        actor: str | None,
        dry_run: bool,
    ) -> Call[ImportedFactor]:
        if not isinstance(credential, StoredCredential):
            raise arguments.refuse_type("credential", "a StoredCredential", credential)
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            credential=json.loads(credential.to_json()),
            user_handle=None if user_handle is None else octets(user_handle, "user_handle"),
            provenance=arguments.text(provenance, "provenance"),
            label=arguments.text_if(label, "label"),
            actor=arguments.text_if(actor, "actor"),
            dry_run=arguments.flag(dry_run, "dry_run"),
        )
        return Call(Op.IMPORT_PASSKEY, asked, answers.imported)


def _options(body: object) -> Options:
    return Options(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
