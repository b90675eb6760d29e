# SPDX-License-Identifier: Apache-2.0
"""What ceremonies give: options for the browser, the credential to store, and what a response came to."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeAlias
from uuid import UUID

from . import _arguments
from ._native import _CredentialKey
from ._webauthn_imports import py_webauthn_record, simplewebauthn_record
from ._webauthn_texts import from_base64url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._status import Status

_Trust: TypeAlias = Literal["none", "self", "anchored"]
#: All that the core says of a response.
_STATUSES: Final[dict[int, Status]] = {0: "accepted", 1: "wrong", 3: "malformed"}


class Options:
    """What a browser is asked for. Keep ``challenge`` in the session: it is used once."""

    __slots__ = ("_text", "challenge")

    #: 32 random bytes, or those that were given.
    challenge: bytes

    def __init__(self, text: str) -> None:
        self._text = text
        self.challenge = from_base64url(json.loads(text)["challenge"])

    def json(self) -> str:
        """What ``PublicKeyCredential.parseCreationOptionsFromJSON()`` or ``parseRequestOptionsFromJSON()`` takes."""
        return self._text

    def __repr__(self) -> str:
        return "<counterseal.webauthn.Options>"


class StoredCredential:
    """A credential of a user: one column of JSON. Nothing in it is secret.

    The object also keeps the public key ready to verify: hosts that keep objects save building it at each login.
    """

    __slots__ = ("_key", "_read", "_text")

    def __init__(self, text: str, _key: _CredentialKey | None = None) -> None:
        self._text = _arguments.text(text, "text")
        self._key = _CredentialKey(self._text) if _key is None else _key
        self._read: dict[str, Any] | None = None

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads the column back. Raises ``ConfigError`` where it is none."""
        return cls(text)

    @classmethod
    def from_simplewebauthn(cls, row: Mapping[str, Any]) -> Self:
        """From what hosts keep of @simplewebauthn/server: ``id``, ``publicKey``, ``counter``, ``transports``, and
        ``deviceType`` and ``backedUp``, with or without ``credential`` in front. Bytes may be bytes or base64url.
        """
        return cls.from_json(json.dumps(simplewebauthn_record(row)))

    @classmethod
    def from_py_webauthn(cls, row: object) -> Self:
        """From a VerifiedRegistration of py_webauthn, or a mapping with its names: ``credential_id``,
        ``credential_public_key``, ``sign_count``, ``aaguid``, ``fmt``, ``credential_device_type``,
        ``credential_backed_up``.
        """
        return cls.from_json(json.dumps(py_webauthn_record(row)))

    def to_json(self) -> str:
        """The column, at most 8192 bytes."""
        return self._text

    @property
    def _fields(self) -> dict[str, Any]:
        # Most logins need none of them.
        if self._read is None:
            self._read = json.loads(self._text.removeprefix("\ufeff"))  # the core reads past a byte order mark
        return self._read

    @property
    def id(self) -> bytes:
        """The identifier: unique among all credentials."""
        return from_base64url(self._fields["id"])

    @property
    def public_key(self) -> bytes:
        """The COSE key, in the authenticator's own bytes."""
        return from_base64url(self._fields["public_key"])

    @property
    def sign_count(self) -> int:
        """0 where the authenticator does not count."""
        return int(self._fields.get("sign_count") or 0)

    @property
    def uv_initialized(self) -> bool:
        """Whether the user was verified when it was registered."""
        return bool(self._fields.get("uv_initialized"))

    @property
    def backup_eligible(self) -> bool | None:
        """Whether it may be copied to other devices; None where nobody stored it."""
        value: bool | None = self._fields.get("backup_eligible")
        return value

    @property
    def backup_state(self) -> bool:
        """Whether it is copied at present."""
        return bool(self._fields.get("backup_state"))

    @property
    def aaguid(self) -> UUID:
        """The authenticator's model, as it says; zeros where it does not."""
        given = self._fields.get("aaguid")
        return UUID(bytes=from_base64url(given) if given else bytes(16))

    @property
    def transports(self) -> tuple[str, ...]:
        """How the client said that it can be reached."""
        return tuple(self._fields.get("transports") or ())

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, StoredCredential) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[Any, ...]:
        return StoredCredential, (self._text,)

    def __repr__(self) -> str:
        return f"<counterseal.webauthn.StoredCredential {self._fields['id']}>"


class Ceremony:
    """What a response came to: true only if it was accepted. Nothing else is to be relied on where it is false."""

    __slots__ = ("_read", "_text", "credential", "status")

    #: "accepted", "wrong" or "malformed".
    status: Status
    #: What to store; None unless accepted.
    credential: StoredCredential | None

    def __init__(self, status: int, credential: StoredCredential | None, answer: str) -> None:
        self.status = _STATUSES[status]
        self.credential = credential
        self._text = answer
        self._read: dict[str, Any] | None = None

    def __bool__(self) -> bool:
        return self.status == "accepted"

    @property
    def _answer(self) -> dict[str, Any]:
        if self._read is None:
            self._read = json.loads(self._text)
        return self._read

    @property
    def step(self) -> int | None:
        """The step of WebAuthn Level 3 (section 7.1 for a registration, 7.2 for a login) that refused."""
        return self._answer.get("step")

    @property
    def refusal(self) -> str | None:
        """The name of what was wrong, for logs: ``"origin"``."""
        return self._answer.get("refusal")

    @property
    def meaning(self) -> str | None:
        """One sentence about it, for logs."""
        return self._answer.get("meaning")

    @property
    def up(self) -> bool:
        """Whether somebody was present."""
        return bool(self._answer.get("up"))

    @property
    def uv(self) -> bool:
        """Whether the user was verified, by a PIN, a finger or a face."""
        return bool(self._answer.get("uv"))

    @property
    def be(self) -> bool:
        """Whether the credential may be copied to other devices."""
        return bool(self._answer.get("be"))

    @property
    def bs(self) -> bool:
        """Whether it is copied at present."""
        return bool(self._answer.get("bs"))

    @property
    def origin(self) -> str | None:
        """Where the browser says that it happened."""
        return self._answer.get("origin") or None

    @property
    def expected_origin(self) -> str | None:
        """Which of the expected origins that is, or belongs to."""
        return self._answer.get("expected_origin")

    @property
    def rp_id(self) -> str | None:
        """The RP ID, or the appid, that the authenticator answered."""
        return self._answer.get("rp_id")

    @property
    def extensions(self) -> Mapping[str, Any]:
        """What extensions answered: ``{"credProps": {"rk": True}, "credProtect": 3}``."""
        return MappingProxyType(self._answer.get("extensions") or {})

    def __repr__(self) -> str:
        why = "" if self else f" refusal={self.refusal!r} step={self.step}"
        return f"<counterseal.webauthn.{type(self).__name__} {self.status}{why}>"


class Registration(Ceremony):
    """What a registration came to."""

    __slots__ = ()

    @property
    def trust(self) -> _Trust:
        """Who vouches for the authenticator: nobody, itself, or one of the anchors. Valid is not trusted."""
        trust: _Trust = self._answer.get("trust") or "none"
        return trust

    @property
    def attestation_format(self) -> str | None:
        """``"none"``, ``"packed"`` or ``"fido-u2f"``."""
        return self._answer.get("format") or None

    @property
    def algorithm(self) -> int | None:
        """The COSE number of the credential's key."""
        return self._answer.get("algorithm") or None


class Authentication(Ceremony):
    """What a login came to."""

    __slots__ = ()

    @property
    def sign_count_regressed(self) -> bool:
        """Whether the counter did not rise: two authenticators may have the key."""
        return self._answer.get("sign_count") == "did_not_rise"

    @property
    def is_appid(self) -> bool:
        """Whether the authenticator answered the appid."""
        return bool(self._answer.get("is_appid"))
