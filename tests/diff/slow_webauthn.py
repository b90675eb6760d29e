# SPDX-License-Identifier: Apache-2.0
"""A second look at a mutated message, by another page of code: which rule it breaks. Slow: only differences get one."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

Pairs = list[tuple[Any, Any]]
FIXED = 37  # hash, flags, counter


class Broken(Exception):
    """The rule that is broken."""


@dataclass(frozen=True)
class Map:
    pairs: Pairs

    def get(self, key: Any) -> Any:
        return next((value for name, value in self.pairs if type(name) is type(key) and name == key), None)

    def names(self) -> list[Any]:
        return [name for name, _ in self.pairs]


def take(data: bytes, at: int, depth: int = 0) -> tuple[Any, int]:
    """The item at that place in the CTAP2 canonical form, and the place behind it."""
    if depth > 5:
        raise Broken("CBOR: too deep")
    if at >= len(data):
        raise Broken("CBOR: cut off")
    kind, info = data[at] >> 5, data[at] & 31
    at += 1
    if kind == 7:
        if info not in (20, 21, 22):
            raise Broken("CBOR: a float or a simple value")
        return {20: False, 21: True, 22: None}[info], at
    if kind == 6:
        raise Broken("CBOR: a tag")
    if info > 27:
        raise Broken("CBOR: no length in front")
    n = info
    if info >= 24:
        size = 1 << (info - 24)
        if at + size > len(data):
            raise Broken("CBOR: cut off")
        n = int.from_bytes(data[at : at + size], "big")
        at += size
        if n < (24 if size == 1 else 1 << (4 * size)):
            raise Broken("CBOR: a number in more bytes than it needs")
    if kind in (0, 1):
        return (n if kind == 0 else -1 - n), at
    if kind in (2, 3):
        if at + n > len(data):
            raise Broken("CBOR: cut off")
        piece = data[at : at + n]
        if kind == 2:
            return piece, at + n
        try:
            return piece.decode(), at + n
        except UnicodeDecodeError:
            raise Broken("CBOR: text that is no UTF-8") from None
    if n > len(data):
        raise Broken("CBOR: cut off")
    items: list[Any] = []
    last = b""
    for _ in range(n):
        if kind == 4:
            item, at = take(data, at, depth + 1)
            items.append(item)
            continue
        key, behind = take(data, at, depth + 1)
        spelled = data[at:behind]
        if type(key) not in (int, str):
            raise Broken("CBOR: a name that is neither number nor text")
        if items and spelled == last:
            raise Broken("CBOR: a name twice")
        if items and (spelled[0] >> 5, len(spelled), spelled) < (last[0] >> 5, len(last), last):
            raise Broken("CBOR: names out of order")
        last = spelled
        value, at = take(data, behind, depth + 1)
        items.append((key, value))
    return (items if kind == 4 else Map(items)), at


def whole(data: bytes) -> Any:
    value, behind = take(data, 0)
    if behind != len(data):
        raise Broken("CBOR: bytes left over")
    return value


def public_key_rule(data: bytes) -> str | None:
    """The rule of WebAuthn section 5.8.5 and 6.5.1.1 that a COSE key breaks."""
    try:
        key = whole(data)
    except Broken as broken:
        return str(broken)
    if not isinstance(key, Map):
        return "key: no map"
    kty, alg = key.get(1), key.get(3)
    kinds = {-7: (2, 1, 32), -9: (2, 1, 32), -35: (2, 2, 48), -51: (2, 2, 48), -36: (2, 3, 66), -52: (2, 3, 66)}
    kinds |= {-47: (2, 8, 32), -8: (1, 6, 32), -19: (1, 6, 32), -53: (1, 7, 57), -257: (3, 0, 0), -37: (3, 0, 0)}
    kinds |= {-48: (7, 0, 1312), -49: (7, 0, 1952), -50: (7, 0, 2592)}
    if type(alg) is not int or type(kty) is not int:
        return "key: no type or no algorithm"
    if alg not in kinds:
        return None  # another rule's
    of, curve, size = kinds[alg]
    if kty != of or (curve and (type(key.get(-1)) is not int or key.get(-1) != curve)):
        return "key: type, curve and algorithm do not belong together"
    names = [1, 3, -1] + ([-2] if of != 7 else []) + ([-3] if of == 2 else [])
    if sorted(map(str, key.names())) != sorted(map(str, names)):
        return "key: a parameter too many or too few"
    parts = [key.get(name) for name in names[3 if curve else 2 :]]
    if any(type(part) is not bytes for part in parts):
        return "key: a parameter of another type"
    if of == 3:
        n, e = (int.from_bytes(part, "big") for part in parts)
        sane = n % 2 and 2048 <= n.bit_length() <= 8192 and e % 2 and 3 <= e < 1 << 32
        return (
            None if sane and parts[0][:1] != b"\0" and parts[1][:1] != b"\0" else "key: RSA numbers that are not sane"
        )
    if any(len(part) != size for part in parts):
        return "key: a coordinate of another length"
    if of == 2 and curve in (1, 2):
        try:
            x, y = (int.from_bytes(part, "big") for part in parts)
            ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1() if curve == 1 else ec.SECP384R1()).public_key()
        except ValueError:
            return "key: a point that is not on its curve"
    if of == 1 and alg in (-8, -19) and not is_sound_ed25519(parts[0]):
        return "key: an Ed25519 point that is none, or of small order"
    return None


P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def is_sound_ed25519(encoded: bytes) -> bool:
    """On the curve, in its one spelling (RFC 8032 section 5.1.3), and eight times it is not the neutral point."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return False
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P and (v * x * x + u) % P:
        return False
    if (v * x * x + u) % P == 0:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x == 0 and sign:
        return False
    x = P - x if x % 2 != sign else x
    for _ in range(3):
        k = D * x * x % P * y % P * y % P
        x, y = 2 * x * y * pow(1 + k, -1, P) % P, (y * y + x * x) * pow(1 - k, -1, P) % P
    return (x, y) != (0, 1)


def data_rule(data: bytes) -> str | None:
    """The rule of section 6.1 that authenticator data breaks, keys left out."""
    if len(data) < FIXED:
        return "data: cut off"
    flags, at = data[32], FIXED
    try:
        if flags & 0x40:
            at = key_at(data)
            key, at = take(data, at)
            if not isinstance(key, Map):
                return "data: a key that is no map"
        if flags & 0x80:
            outputs, at = take(data, at)
            if not isinstance(outputs, Map) or any(type(name) is not str for name in outputs.names()):
                return "data: extensions that are no map of texts"
    except Broken as broken:
        return str(broken)
    return "data: bytes left over" if at != len(data) else None


def key_at(data: bytes) -> int:
    if len(data) < FIXED + 18:
        raise Broken("data: cut off")
    at = FIXED + 18 + int.from_bytes(data[FIXED + 16 : FIXED + 18], "big")
    if at > len(data):
        raise Broken("data: cut off")
    return at


def certificate_rule(leaf: bytes, aaguid: bytes) -> str | None:
    """The rule of section 8.2.1 that a certificate breaks."""
    try:
        read = x509.load_der_x509_certificate(leaf)
        subject = {oid: [part.value for part in read.subject.get_attributes_for_oid(oid)] for oid in SUBJECT}
        texts = [subject[oid] for oid in SUBJECT]
        if read.version != x509.Version.v3:
            return "certificate: not of version 3"
        if any(len(part) != 1 or not part[0] for part in texts) or len(texts[0][0]) != 2:
            return "certificate: its subject"
        if texts[2][0] != "Authenticator Attestation":
            return "certificate: its unit"
        constraints = [one.value for one in read.extensions if isinstance(one.value, x509.BasicConstraints)]
        if len(constraints) != 1 or constraints[0].ca:
            return "certificate: an authority, or nothing said of that"
        models = [one for one in read.extensions if one.oid == x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")]
        if any(one.value.public_bytes() != b"\x04\x10" + aaguid or one.critical for one in models):
            return "certificate: of another model"
    except Exception:  # noqa: BLE001 - of mutated certificates it raises many kinds
        return "certificate: cannot be read"
    return None


SUBJECT = [x509.oid.NameOID.COUNTRY_NAME, x509.oid.NameOID.ORGANIZATION_NAME]
SUBJECT += [x509.oid.NameOID.ORGANIZATIONAL_UNIT_NAME, x509.oid.NameOID.COMMON_NAME]


def unurl64(text: str) -> bytes | None:
    """Strictly."""
    try:
        out = base64.b64decode(text.translate({45: 43, 95: 47}) + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return None
    return out if base64.urlsafe_b64encode(out).decode().rstrip("=") == text else None


def loose(text: Any) -> bytes:
    """As Python reads it."""
    try:
        return base64.urlsafe_b64decode(f"{text}===")
    except ValueError:
        return b""


class Repeated(Exception):
    pass


def once(pairs: Pairs) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Repeated
    return dict(pairs)


def no_constant(name: str) -> Any:
    raise Repeated(name)


def is_strict_json(text: str) -> bool:
    try:
        return (
            type(json.loads(text, object_pairs_hook=once, parse_constant=no_constant)) is dict and nesting(text) <= 32
        )
    except (Repeated, ValueError, RecursionError):
        return False


def nesting(text: str) -> int:
    deepest = depth = 0
    for c in text:  # brackets inside texts are counted too: none of ours has any
        depth += (c in "[{") - (c in "]}")
        deepest = max(deepest, depth)
    return deepest


@dataclass(frozen=True)
class Body:
    """A response, as leniently as anybody reads it."""

    message: dict[str, Any]

    @cached_property
    def text(self) -> str:
        return loose(self.message["response"]).decode(errors="replace")

    @cached_property
    def json(self) -> dict[str, Any]:
        try:
            read = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    @cached_property
    def response(self) -> dict[str, Any]:
        read = self.json.get("response")
        return read if isinstance(read, dict) else {}

    @cached_property
    def client_text(self) -> str:
        return loose(self.response.get("clientDataJSON")).decode("utf-8-sig", errors="replace")

    @cached_property
    def client(self) -> dict[str, Any]:
        try:
            read = json.loads(self.client_text)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    @cached_property
    def object(self) -> bytes:
        return loose(self.response.get("attestationObject"))

    @cached_property
    def object_map(self) -> Map:
        try:
            read, _ = take(self.object, 0)
        except Broken:
            return Map([])
        return read if isinstance(read, Map) else Map([])

    @cached_property
    def data(self) -> bytes:
        if self.message["ceremony"] == "authentication":
            return loose(self.response.get("authenticatorData"))
        found = self.object_map.get("authData")
        return found if isinstance(found, bytes) else b""

    @cached_property
    def statement(self) -> Map:
        found = self.object_map.get("attStmt")
        return found if isinstance(found, Map) else Map([])

    @cached_property
    def path(self) -> list[Any]:
        found = self.statement.get("x5c")
        return found if isinstance(found, list) else []

    @cached_property
    def key(self) -> bytes:
        try:
            at = key_at(self.data)
            return self.data[at : take(self.data, at)[1]]
        except Broken:
            return b""
