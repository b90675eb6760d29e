# SPDX-License-Identifier: Apache-2.0
"""Credentials as other libraries have them kept, as records of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ._webauthn_texts import base64url

_VERSION = 1


def simplewebauthn_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of @simplewebauthn/server 9 to 14."""
    flat = {**row, **row.get("credential", {})} if isinstance(row.get("credential"), Mapping) else dict(row)
    kind = _first(flat, "credentialDeviceType", "deviceType")
    return _without_nothing(
        {
            "version": _VERSION,
            "id": _base64url_of(_first(flat, "id", "credentialID")),
            "public_key": _base64url_of(_first(flat, "publicKey", "credentialPublicKey")),
            "sign_count": flat.get("counter"),
            "aaguid": _aaguid_of(flat.get("aaguid")),
            "backup_eligible": None if kind is None else kind == "multiDevice",
            "backup_state": _first(flat, "credentialBackedUp", "backedUp"),
            "transports": None if flat.get("transports") is None else list(flat["transports"]),
            "u2f": flat.get("fmt") == "fido-u2f",
        }
    )


def py_webauthn_record(row: object) -> dict[str, Any]:
    """Of py_webauthn 1 to 3."""

    def at(name: str) -> Any:
        found = row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
        return getattr(found, "value", found)  # of an enumeration

    kind = at("credential_device_type")
    return _without_nothing(
        {
            "version": _VERSION,
            "id": _base64url_of(at("credential_id")),
            "public_key": _base64url_of(at("credential_public_key")),
            "sign_count": at("sign_count"),
            "aaguid": _aaguid_of(at("aaguid")),
            "backup_eligible": None if kind is None else kind == "multi_device",
            "backup_state": at("credential_backed_up"),
            "transports": None if at("transports") is None else list(at("transports")),
            "u2f": at("fmt") == "fido-u2f",
        }
    )


def _first(row: Mapping[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _without_nothing(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}


def _base64url_of(value: object) -> object:
    """Bytes as text; text, which has to be base64url already, as it is: the record is read strictly."""
    return base64url(bytes(value)) if isinstance(value, bytes | bytearray | memoryview) else value


def _aaguid_of(value: object) -> object:
    if isinstance(value, UUID):
        return base64url(value.bytes)
    if isinstance(value, str) and len(value) == len("00000000-0000-0000-0000-000000000000"):
        return base64url(UUID(value).bytes)
    return _base64url_of(value)
