# SPDX-License-Identifier: Apache-2.0
"""Credentials as other libraries have them kept, as records of ours. Nothing is coerced: a row of the wrong kind is
refused with the name that it has there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from . import _arguments
from ._errors import ConfigError
from ._webauthn_texts import octets

_VERSION = 1


def simplewebauthn_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of @simplewebauthn/server 9 to 14."""
    if not isinstance(row, Mapping):
        raise _arguments.refuse_type("row", "a mapping", row)
    inner = row.get("credential")
    flat = {**row, **inner} if isinstance(inner, Mapping) else row
    return _without_nothing(
        {
            "version": _VERSION,
            "id": _needed(flat, _octets_or_text, "id", "credentialID"),
            "public_key": _needed(flat, _octets_or_text, "publicKey", "credentialPublicKey"),
            "sign_count": _read(flat, _arguments.integer, "counter"),
            "aaguid": _read(flat, _aaguid, "aaguid"),
            "backup_eligible": _read(
                flat, _is_kind("singleDevice", "multiDevice"), "credentialDeviceType", "deviceType"
            ),
            "backup_state": _read(flat, _arguments.flag, "credentialBackedUp", "backedUp"),
            "transports": _read(flat, _arguments.texts, "transports"),
            "u2f": _read(flat, _arguments.text, "fmt") == "fido-u2f",
        }
    )


def py_webauthn_record(row: object) -> dict[str, Any]:
    """Of py_webauthn 1 to 3."""
    names = (
        "credential_id",
        "credential_public_key",
        "sign_count",
        "aaguid",
        "credential_device_type",
        "credential_backed_up",
        "transports",
        "fmt",
    )
    if not isinstance(row, Mapping) and not hasattr(row, names[0]):
        raise _arguments.refuse_type("row", "a VerifiedRegistration of py_webauthn or a mapping with its names", row)
    found = {name: row.get(name) if isinstance(row, Mapping) else getattr(row, name, None) for name in names}
    flat = {name: getattr(value, "value", value) for name, value in found.items()}  # of an enumeration
    return _without_nothing(
        {
            "version": _VERSION,
            "id": _needed(flat, _octets_or_text, "credential_id"),
            "public_key": _needed(flat, _octets_or_text, "credential_public_key"),
            "sign_count": _read(flat, _arguments.integer, "sign_count"),
            "aaguid": _read(flat, _aaguid, "aaguid"),
            "backup_eligible": _read(flat, _is_kind("single_device", "multi_device"), "credential_device_type"),
            "backup_state": _read(flat, _arguments.flag, "credential_backed_up"),
            "transports": _read(flat, _transports, "transports"),
            "u2f": _read(flat, _arguments.text, "fmt") == "fido-u2f",
        }
    )


def _read(row: Mapping[str, Any], read: Callable[[Any, str], Any], *names: str) -> Any:
    """The first of the names that has something; None where none has."""
    found = next((name for name in names if row.get(name) is not None), None)
    return None if found is None else read(row[found], found)


def _needed(row: Mapping[str, Any], read: Callable[[Any, str], Any], *names: str) -> Any:
    value = _read(row, read, *names)
    if value is None:
        raise ConfigError(f"{names[0]} is missing", "CSEAL_E_ARGUMENT")
    return value


def _without_nothing(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}


def _octets_or_text(value: object, name: str) -> str:
    """Bytes as text; text, which has to be base64url already, as it is: the record is read strictly."""
    return _arguments.text(value, name) if isinstance(value, str) else octets(value, name)


def _aaguid(value: object, name: str) -> str:
    if isinstance(value, UUID):
        return octets(value.bytes, name)
    if isinstance(value, str) and len(value) == len("00000000-0000-0000-0000-000000000000"):
        try:
            return octets(UUID(value).bytes, name)
        except ValueError:
            raise ConfigError(f"{name} must be a UUID", "CSEAL_E_ARGUMENT") from None
    return _octets_or_text(value, name)


def _is_kind(one: str, other: str) -> Callable[[object, str], bool]:
    """Whether it is the other one."""

    def read(value: object, name: str) -> bool:
        if _arguments.text(value, name) not in (one, other):
            raise ConfigError(f"{name} must be {one!r} or {other!r}", "CSEAL_E_ARGUMENT")
        return value == other

    return read


def _transports(value: object, name: str) -> list[str]:
    """Of py_webauthn they may be members of an enumeration."""
    members = [getattr(one, "value", one) for one in value] if isinstance(value, list | tuple) else value
    return _arguments.texts(members, name)
