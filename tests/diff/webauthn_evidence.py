# SPDX-License-Identifier: Apache-2.0
"""What a mutated message is, for webauthn_explanations.py: each looks at the message, none at what we said of it."""

from __future__ import annotations

from typing import Any

import slow_webauthn as slow
from cryptography import x509
from slow_webauthn import Body


def kinds(body: Body) -> list[str]:
    found: list[str] = body.message["kind"].split("+")
    return found


def flags(body: Body) -> int:
    return body.data[32] if len(body.data) > 32 else 0


NUMBERS = {"es256": -7, "es384": -35, "eddsa": -8, "rs256": -257}


def key_algorithm(body: Body) -> Any:
    try:
        key = slow.whole(body.key)
    except slow.Broken:
        return None
    return key.get(3) if isinstance(key, slow.Map) else None


# What both leave to the caller, or do not look at.


def is_framed(body: Body) -> bool:
    return body.client.get("crossOrigin", False) is not False or "topOrigin" in body.client


def is_another_eligibility(body: Body) -> bool:
    return bool(flags(body) & 8) is not body.message["stored_be"]


def is_another_identifier(body: Body) -> bool:
    data = body.data
    length = int.from_bytes(data[53:55], "big")
    return slow.loose(body.json.get("id")) != (data[55 : 55 + length] if flags(body) & 0x40 else b"\x1d" * 16)


def is_long_identifier(body: Body) -> bool:
    return int.from_bytes(body.data[53:55], "big") not in range(1, 1024)


def leaf_rule(body: Body) -> str | None:
    leaf = body.path[0] if body.path and isinstance(body.path[0], bytes) else b""
    return slow.certificate_rule(leaf, body.data[37:53]) if body.object_map.get("fmt") == "packed" else None


def is_unreadable_path(body: Body) -> bool:
    return any(
        not isinstance(one, bytes) or slow.certificate_rule(one, b"") == "certificate: cannot be read"
        for one in body.path
    )


def is_odd_certificate(body: Body) -> bool:
    return leaf_rule(body) is not None or is_unreadable_path(body)


def is_odd_statement(body: Body) -> bool:
    if not isinstance(body.object_map.get("attStmt"), slow.Map):
        return True
    statement = body.statement
    names = sorted(statement.names(), key=len)
    wanted: dict[Any, Any] = {
        "none": [[]],
        "packed": [["alg", "sig"], ["alg", "sig", "x5c"]],
        "fido-u2f": [["sig", "x5c"]],
    }
    if names not in wanted.get(body.object_map.get("fmt"), []):
        return True
    x5c = statement.get("x5c")
    return "x5c" in names and (not isinstance(x5c, list) or not x5c or any(not isinstance(one, bytes) for one in x5c))


def fault_in_reading(certificate: bytes) -> str | None:
    """What cryptography says, which reads versions and keys when it is asked for them."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        _ = read.version, read.public_key()
    except Exception as fault:  # noqa: BLE001 - of mutated certificates it raises many kinds
        return f"{type(fault).__name__}: {fault}"
    return None


# The types of X.520 that a part of a name has (RFC 5280 section 4.1.2.4 and appendix A.1).
TEXTS = ["PrintableString", "UTF8String", "T61String", "UniversalString", "BMPString", "IA5String", "NumericString"]


def has_unreadable_name(certificate: bytes) -> bool:
    """cryptography reads names when it is asked for them: text that is no UTF-8, or of a type that no name has."""
    try:
        read = x509.load_der_x509_certificate(certificate)
    except Exception:  # noqa: BLE001 - of mutated certificates it raises many kinds
        return False
    try:
        parts = [part for name in (read.issuer, read.subject) for part in name]
    except (ValueError, TypeError):
        return True
    return any(part._type.name not in TEXTS for part in parts)
