# SPDX-License-Identifier: Apache-2.0
"""Passkeys and security keys: options for the browser, and each step of WebAuthn Level 3 on what it sends back.

    options = webauthn.registration_options(rp_id="example.org", rp_name="Maple", user_id=b"...", user_name="ada")
    session["challenge"] = options.challenge                    # send options.json() to the browser
    done = webauthn.verify_registration(
        request.body, challenge=session.pop("challenge"), origins="https://example.org", rp_id="example.org")
    if done:
        store(done.credential.id, done.credential.to_json())

A refused response is a false Registration or Authentication, never an exception. Whoever keeps the challenge deletes it
before it is looked at, so that no response is accepted twice; the engine does that by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from . import _arguments
from ._native import _RelyingParty
from ._webauthn_results import Authentication, Ceremony, Options, Registration, StoredCredential
from ._webauthn_texts import (
    algorithms as _algorithms,
)
from ._webauthn_texts import (
    all_octets,
    base64url,
    document,
    dumps,
    octets,
    party,
    response_text,
    texts,
)
from ._webauthn_texts import (
    anchors as _anchors,
)

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = [
    "Authentication",
    "Ceremony",
    "Options",
    "Registration",
    "StoredCredential",
    "authentication_options",
    "credential_id",
    "registration_options",
    "related_origins",
    "verify_authentication",
    "verify_registration",
]

_Credentials: TypeAlias = Iterable[StoredCredential | bytes | Mapping[str, Any]]
_Requirement: TypeAlias = Literal["required", "preferred", "discouraged"]
_Attestation: TypeAlias = Literal["none", "indirect", "direct", "enterprise"]
_Attachment: TypeAlias = Literal["platform", "cross-platform"]
_Hint: TypeAlias = Literal["security-key", "client-device", "hybrid"]


def registration_options(
    *,
    rp_id: str,
    rp_name: str,
    user_id: Buffer,
    user_name: str,
    user_display_name: str | None = None,
    challenge: Buffer | None = None,
    algorithms: Sequence[int] | None = None,
    attestation: _Attestation = "none",
    attestation_formats: Sequence[str] = (),
    user_verification: _Requirement = "preferred",
    resident_key: _Requirement = "preferred",
    attachment: _Attachment | None = None,
    exclude: _Credentials = (),
    hints: Sequence[_Hint] = (),
    extensions: Mapping[str, Any] | None = None,
    timeout_s: int = 300,
) -> Options:
    """Asks a browser to make a credential for a user.

    ``user_id`` is 1 to 64 bytes that say nothing about the person; ``exclude`` are the credentials that the user has.
    ``algorithms`` are COSE numbers, best first, and the same ones are told to ``verify_registration``. ``extensions``
    are in the form of browsers, with bytes where they have base64url: ``{"credProps": True}``.
    """
    request: dict[str, Any] = {
        "user_id": octets(user_id, "user_id"),
        "user_name": _arguments.text(user_name, "user_name"),
        "user_display_name": _arguments.text_if(user_display_name, "user_display_name"),
        "attestation": _arguments.text(attestation, "attestation"),
        "attestation_formats": _arguments.texts(attestation_formats, "attestation_formats"),
        "resident_key": _arguments.text(resident_key, "resident_key"),
        "attachment": _arguments.text_if(attachment, "attachment"),
        "exclude": _descriptors(exclude, "exclude"),
    }
    made = party(
        rp_id=_arguments.text(rp_id, "rp_id"),
        rp_name=_arguments.text(rp_name, "rp_name"),
        algorithms=_algorithms(algorithms),
        user_verification=_arguments.text(user_verification, "user_verification"),
    )
    return Options(made.registration_options(dumps(request | _common(challenge, hints, extensions, timeout_s))))


def authentication_options(
    *,
    rp_id: str,
    challenge: Buffer | None = None,
    allow: _Credentials = (),
    user_verification: _Requirement = "preferred",
    hints: Sequence[_Hint] = (),
    extensions: Mapping[str, Any] | None = None,
    timeout_s: int = 300,
) -> Options:
    """Asks a browser to log in with one of ``allow``; without any, with whatever passkey the person chooses."""
    made = party(
        rp_id=_arguments.text(rp_id, "rp_id"),
        user_verification=_arguments.text(user_verification, "user_verification"),
    )
    request = {"allow": _descriptors(allow, "allow")}
    return Options(made.authentication_options(dumps(request | _common(challenge, hints, extensions, timeout_s))))


def related_origins(*, rp_id: str, origins: str | Iterable[str]) -> str:
    """The document to serve at ``https://RP_ID/.well-known/webauthn``: pages of ``origins`` may use its passkeys."""
    return party(rp_id=_arguments.text(rp_id, "rp_id"), origins=texts(origins, "origins")).related_origins()


def credential_id(response: object) -> bytes | None:
    """Which credential answered, to look it up; None where it is no response. Nothing is verified."""
    return _RelyingParty.credential_id(response_text(response))


def verify_registration(
    response: str | bytes | Mapping[str, Any],
    *,
    challenge: Buffer,
    origins: str | Iterable[str],
    rp_id: str,
    user_verification: _Requirement = "preferred",
    algorithms: Sequence[int] | None = None,
    anchors: object = None,
    attestation_required: bool = False,
    conditional: bool = False,
    cross_origin: bool = False,
    top_origins: Iterable[str] | None = None,
    subdomains: bool = False,
    any_port: bool = False,
    appid_exclude: str | None = None,
    backup_eligible_allowed: bool = True,
    taken: Iterable[Buffer] = (),
    quirks: Sequence[Literal["ed25519_text_labels"]] = (),
    at: _arguments.Time | None = None,
) -> Registration:
    """Each step of section 7.1 on what ``navigator.credentials.create()`` gave, as ``toJSON()`` writes it.

    ``challenge`` is the one that the server kept, never one that came with the response. ``anchors`` are certificates
    that vouch for authenticators, DER or PEM; ``at`` is when they have to be valid, now by default. The identifier has
    to be unique: refuse what your table has already.
    """
    made = party(
        rp_id=_arguments.text(rp_id, "rp_id"),
        origins=texts(origins, "origins"),
        user_verification=_arguments.text(user_verification, "user_verification"),
        algorithms=_algorithms(algorithms),
        anchors=_anchors(anchors),
        attestation_required=_arguments.flag(attestation_required, "attestation_required"),
        cross_origin=_arguments.flag(cross_origin, "cross_origin"),
        top_origins=None if top_origins is None else texts(top_origins, "top_origins"),
        subdomains=_arguments.flag(subdomains, "subdomains"),
        any_port=_arguments.flag(any_port, "any_port"),
        appid_exclude=_arguments.text_if(appid_exclude, "appid_exclude"),
        backup_eligible_allowed=_arguments.flag(backup_eligible_allowed, "backup_eligible_allowed"),
        quirks=texts(quirks, "quirks"),
    )
    now = time.time() if at is None else at
    expected = {
        "challenge": octets(challenge, "challenge"),
        "conditional": _arguments.flag(conditional, "conditional"),
        "at": _arguments.microseconds(now, "at") // 1_000_000,
        "taken": all_octets(taken, "taken"),
    }
    status, record, answer = made.verify_registration(dumps(expected), response_text(response))
    return Registration(status, StoredCredential(record) if record else None, answer)


def verify_authentication(
    response: str | bytes | Mapping[str, Any],
    *,
    challenge: Buffer,
    origins: str | Iterable[str],
    rp_id: str,
    credential: StoredCredential,
    user_verification: _Requirement = "preferred",
    cross_origin: bool = False,
    top_origins: Iterable[str] | None = None,
    subdomains: bool = False,
    any_port: bool = False,
    appid: str | None = None,
    allow: Iterable[Buffer] = (),
    user_handle: Buffer | None = None,
    usernameless: bool = False,
    backup_eligible_allowed: bool = True,
    backup_eligibility_may_rise: bool = False,
    sign_count_may_stay: bool = False,
    may_initialize_uv: bool = False,
    quirks: Sequence[Literal["ed25519_text_labels"]] = (),
) -> Authentication:
    """Each step of section 7.2 on what ``navigator.credentials.get()`` gave, as ``toJSON()`` writes it.

    ``credential`` is the stored one of ``credential_id(response)``, and of the user who is to be logged in.
    ``user_handle`` is that user's ``user_id``; with ``usernameless``, where nobody had said who they are, the response
    must name it. Store ``.credential`` in place of the other one, by one conditional update.
    """
    if not isinstance(credential, StoredCredential):
        raise _arguments.refuse_type("credential", "a StoredCredential", credential)
    made = party(
        rp_id=_arguments.text(rp_id, "rp_id"),
        origins=texts(origins, "origins"),
        user_verification=_arguments.text(user_verification, "user_verification"),
        cross_origin=_arguments.flag(cross_origin, "cross_origin"),
        top_origins=None if top_origins is None else texts(top_origins, "top_origins"),
        subdomains=_arguments.flag(subdomains, "subdomains"),
        any_port=_arguments.flag(any_port, "any_port"),
        appid=_arguments.text_if(appid, "appid"),
        backup_eligible_allowed=_arguments.flag(backup_eligible_allowed, "backup_eligible_allowed"),
        backup_eligibility_may_rise=_arguments.flag(backup_eligibility_may_rise, "backup_eligibility_may_rise"),
        sign_count_may_stay=_arguments.flag(sign_count_may_stay, "sign_count_may_stay"),
        may_initialize_uv=_arguments.flag(may_initialize_uv, "may_initialize_uv"),
        quirks=texts(quirks, "quirks"),
    )
    expected: dict[str, Any] = {
        "challenge": octets(challenge, "challenge"),
        "usernameless": _arguments.flag(usernameless, "usernameless"),
        "allow": all_octets(allow, "allow"),
    }
    if user_handle is not None:
        expected["user_handle"] = octets(user_handle, "user_handle")
    status, record, answer = made.verify_authentication(
        dumps(expected), credential.to_json(), credential._key, response_text(response)
    )
    if record and record != credential.to_json():
        return Authentication(status, StoredCredential(record, credential._key), answer)
    return Authentication(status, credential if record else None, answer)


def _common(
    challenge: Buffer | None, hints: Sequence[str], extensions: Mapping[str, Any] | None, timeout_s: int
) -> dict[str, Any]:
    if extensions is not None and not isinstance(extensions, Mapping):
        raise _arguments.refuse_type("extensions", "a mapping", extensions)
    return {
        "challenge": None if challenge is None else octets(challenge, "challenge"),
        "hints": _arguments.texts(hints, "hints"),
        "extensions": None if extensions is None else document(extensions, "extensions"),
        "timeout_s": _arguments.integer(timeout_s, "timeout_s"),
    }


def _descriptors(credentials: _Credentials, name: str) -> list[dict[str, Any]]:
    if isinstance(credentials, str | bytes | bytearray | Mapping) or not isinstance(credentials, Iterable):
        raise _arguments.refuse_type(name, "an iterable of credentials", credentials)
    found: list[dict[str, Any]] = []
    for one in credentials:
        if isinstance(one, StoredCredential):
            found.append({"id": base64url(one.id), "transports": list(one.transports)})
        elif isinstance(one, Mapping):
            found.append(document(one, name))
        else:
            found.append({"id": octets(one, f"an item of {name}")})
    return found
