# SPDX-License-Identifier: Apache-2.0
"""A passkey for tests: what a browser and an authenticator would answer, with real signatures."""

from __future__ import annotations

import copy
import hashlib
import json
import secrets
from typing import Any, Literal, Self

from . import _arguments as arguments
from ._fake_keys import FakeKey, new_key
from ._webauthn_results import Options
from ._webauthn_texts import base64url, from_base64url

#: Numbers of the flags of authenticator data.
_UP, _UV, _BE, _BS, _AT = 1, 4, 8, 16, 64


def _cbor(value: object) -> bytes:
    """CTAP2 canonical CBOR, as far as an attestation object needs it. Maps are sorted by whoever writes them."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    assert isinstance(value, dict)
    return _head(5, len(value)) + b"".join(_cbor(key) + _cbor(one) for key, one in value.items())


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    n_bytes = 1 if number < 256 else 2
    return bytes([major << 5 | (23 + n_bytes)]) + number.to_bytes(n_bytes, "big")


class _Credential:
    def __init__(self, rp_id: str, user_id: bytes, key: FakeKey) -> None:
        self.rp_id = rp_id
        self.user_id = user_id
        self.key = key
        self.id = secrets.token_bytes(32)
        self.sign_count = 0


class FakePasskey:
    """An authenticator and the browser before it. What it says of itself can be changed at any time.

    ``user_present``, ``user_verified``, ``backup_eligible`` and ``backed_up`` are the flags it sends. ``counts`` says
    whether it has a signature counter, as security keys have and synced passkeys do not. ``transports`` is what the
    browser tells about it. Nothing it holds is a secret: its keys are for tests alone.
    """

    def __init__(
        self,
        *,
        user_present: bool = True,
        user_verified: bool = True,
        backup_eligible: bool = False,
        backed_up: bool = False,
        counts: bool = False,
        transports: tuple[str, ...] = ("internal",),
    ) -> None:
        self.user_present = user_present
        self.user_verified = user_verified
        self.backup_eligible = backup_eligible
        self.backed_up = backed_up
        self.counts = counts
        self.transports = transports
        self._credentials: list[_Credential] = []

    def register(
        self,
        options: Options | str,
        *,
        origin: str,
        top_origin: str | None = None,
        algorithm: int | None = None,
        attestation: Literal["none", "self"] = "none",
    ) -> str:
        """Answers ``registration_options``: the RegistrationResponseJSON of a new credential.

        The algorithm is the first that was asked for and that a fake has (-7, -8, -19 or -257); ``algorithm`` takes
        another one, whether it was asked for or not.
        """
        if attestation not in ("none", "self"):
            raise ValueError("attestation must be 'none' or 'self'")
        asked = _read(options)
        wanted = [one["alg"] for one in asked["pubKeyCredParams"]] if algorithm is None else [algorithm]
        key = next((key for one in wanted if (key := new_key(one)) is not None), None)
        if key is None:
            raise ValueError("algorithm must be one that a fake has: -7, -8, -19 or -257")
        credential = _Credential(asked["rp"]["id"], from_base64url(asked["user"]["id"]), key)
        self._credentials.append(credential)
        client_data = _client_data("webauthn.create", asked["challenge"], origin, top_origin)
        attested = bytes(16) + len(credential.id).to_bytes(2, "big") + credential.id + _cbor(key.cose())
        data = self._data(credential, _AT) + attested
        statement: dict[str, Any] = {}
        if attestation == "self":
            signature = key.sign(data + hashlib.sha256(client_data).digest())
            statement = {"alg": key.algorithm, "sig": signature}
        form = "packed" if attestation == "self" else "none"
        body = _cbor({"fmt": form, "attStmt": statement, "authData": data})
        response = {"attestationObject": base64url(body), "transports": arguments.texts(self.transports, "transports")}
        results = {"credProps": {"rk": True}} if "credProps" in asked.get("extensions", {}) else {}
        return _response(credential, client_data, response, results)

    def authenticate(
        self, options: Options | str, *, origin: str, top_origin: str | None = None, name_user: bool = True
    ) -> str:
        """Answers ``authentication_options``: the AuthenticationResponseJSON of the newest credential that fits.

        Raises ``LookupError`` where it has none. ``name_user`` says whether the response has the user's handle.
        """
        asked = _read(options)
        allowed = {one["id"] for one in asked["allowCredentials"]}
        fitting = [
            one
            for one in self._credentials
            if one.rp_id == asked["rpId"] and (not allowed or base64url(one.id) in allowed)
        ]
        if not fitting:
            raise LookupError("the passkey has no such credential")
        credential = fitting[-1]
        if arguments.flag(self.counts, "counts"):
            credential.sign_count += 1
        client_data = _client_data("webauthn.get", asked["challenge"], origin, top_origin)
        data = self._data(credential, 0)
        response = {
            "authenticatorData": base64url(data),
            "signature": base64url(credential.key.sign(data + hashlib.sha256(client_data).digest())),
            "userHandle": base64url(credential.user_id) if name_user else None,
        }
        return _response(credential, client_data, response, {})

    def clone(self) -> Self:
        """What somebody has who copied the keys: from now on both count for themselves."""
        return copy.deepcopy(self)

    def _data(self, credential: _Credential, more: int) -> bytes:
        said = (("user_present", _UP), ("user_verified", _UV), ("backup_eligible", _BE), ("backed_up", _BS))
        flags = sum(bit for name, bit in said if arguments.flag(getattr(self, name), name)) | more
        return (
            hashlib.sha256(credential.rp_id.encode()).digest()
            + bytes([flags])
            + credential.sign_count.to_bytes(4, "big")
        )

    def __repr__(self) -> str:
        return "<counterseal.testing.FakePasskey>"


def _read(options: Options | str) -> dict[str, Any]:
    if not isinstance(options, Options | str):
        raise arguments.refuse_type("options", "Options or their JSON as a str", options)
    asked = json.loads(options.json() if isinstance(options, Options) else options)
    assert isinstance(asked, dict)
    return asked


def _client_data(kind: str, challenge: str, origin: str, top_origin: str | None) -> bytes:
    said: dict[str, Any] = {
        "type": kind,
        "challenge": challenge,
        "origin": origin,
        "crossOrigin": top_origin is not None,
    }
    if top_origin is not None:
        said["topOrigin"] = top_origin
    return json.dumps(said, separators=(",", ":")).encode()


def _response(credential: _Credential, client_data: bytes, parts: dict[str, Any], results: dict[str, Any]) -> str:
    name = base64url(credential.id)
    return json.dumps(
        {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": {"clientDataJSON": base64url(client_data), **parts},
            "clientExtensionResults": results,
        }
    )
