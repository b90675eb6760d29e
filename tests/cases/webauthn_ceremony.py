# SPDX-License-Identifier: Apache-2.0
"""Ceremonies of the vectors of WebAuthn Level 3 section 16, of which parts are replaced and signed anew.

The signatures are made in plain Python, with the published keys: nothing is shared with core/.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/webauthn-l3.json").read_text())["vectors"]

# P-256 (SP 800-186 section 3.2.1.3).
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

Point = tuple[int, int] | None
Json = dict[str, Any]


def plus(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and a != b:
        return None
    slope = 3 * (a[0] ** 2 - 1) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k: int, point: Point) -> Point:
    out: Point = None
    while k:
        if k & 1:
            out = plus(out, point)
        point = plus(point, point)
        k >>= 1
    return out


def der(*numbers: int) -> bytes:
    parts = b"".join(b"\x02" + bytes([n.bit_length() // 8 + 1]) + n.to_bytes(n.bit_length() // 8 + 1) for n in numbers)
    return b"\x30" + bytes([len(parts)]) + parts


def sign(secret: int, message: bytes) -> tuple[int, int]:
    """ECDSA with SHA-256; the nonce depends on key and message alone, so that the file is always the same."""
    digest = int.from_bytes(hashlib.sha256(message).digest())
    k = int.from_bytes(hashlib.sha512(secret.to_bytes(32) + message).digest()) % N
    point = times(k, G)
    assert point is not None
    r = point[0] % N
    return r, pow(k, -1, N) * (digest + r * secret) % N


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Ceremony:
    """A vector, of which parts are replaced before it is signed."""

    def __init__(self, name: str = "none.ES256") -> None:
        vector = next(v for v in VECTORS if v["name"] == name)
        made, login, known = vector["registration"], vector["authentication"], vector["derived"]
        self.id = bytes.fromhex(made["credential_id"])
        self.cose = bytes.fromhex(known["credential_public_key_cose"])
        self.secret = int(made.get("credential_private_key", "0"), 16)
        self.settings: Json = {"rp_id": "example.org", "origins": ["https://example.org"]}
        self.settings["algorithms"] = [known["alg"]]
        self.challenges = {"registration": made["challenge"], "authentication": login["challenge"]}
        self.client = bytes.fromhex(login["clientDataJSON"])
        self.made_client = bytes.fromhex(made["clientDataJSON"])
        self.object = bytes.fromhex(made["attestationObject"])
        self.data = bytes.fromhex(login["authenticatorData"])
        self.signature: bytes | None = None
        self.user_handle: str | None = None
        self.results: Json = {}
        self.expected: Json = {}
        self.named_id: bytes | None = None
        flags = known["registration_flags"]
        self.record: Json = {
            "version": 1,
            "id": b64(self.id),
            "public_key": b64(self.cose),
            "backup_eligible": flags["BE"],
        }

    def signed(self) -> bytes:
        return self.data + hashlib.sha256(self.client).digest()

    def flags(self, flags: int, count: int = 0) -> None:
        self.data = self.data[:32] + bytes([flags]) + count.to_bytes(4)

    def say(self, old: str, new: str) -> None:
        """In the client data of both ceremonies."""
        for name in ("client", "made_client"):
            text = getattr(self, name)
            assert old.encode() in text, (old, name)
            setattr(self, name, text.replace(old.encode(), new.encode(), 1))

    def swap(self, old: bytes, new: bytes) -> None:
        """In the attestation object."""
        assert self.object.count(old) == 1, (old, self.object.count(old))
        self.object = self.object.replace(old, new)

    def envelope(self, response: Json) -> str:
        name = b64(self.named_id if self.named_id is not None else self.id)
        whole = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(whole | {"clientExtensionResults": self.results}, separators=(",", ":"))

    def registration(self) -> Json:
        response = {"clientDataJSON": b64(self.made_client), "attestationObject": b64(self.object)}
        return self.case("registration", self.envelope(response))

    def authentication(self) -> Json:
        signature = self.signature if self.signature is not None else der(*sign(self.secret, self.signed()))
        response = {
            "clientDataJSON": b64(self.client),
            "authenticatorData": b64(self.data),
            "signature": b64(signature),
        }
        if self.user_handle is not None:
            response["userHandle"] = self.user_handle
        return self.case("authentication", self.envelope(response)) | {"record": self.record}

    def case(self, op: str, response: str) -> Json:
        expected = {"challenge": b64(bytes.fromhex(self.challenges[op]))} | self.expected
        return {"op": op, "settings": self.settings, "expected": expected, "response": response}


CASES: list[Json] = []


def case(
    op: str, name: str, source: str, answer: str, step: int = 0, vector: str = "none.ES256"
) -> Callable[[Callable[[Ceremony], None]], None]:
    """One case. `answer` is "accepted", or status and refusal."""

    def make(change: Callable[[Ceremony], None]) -> None:
        ceremony = Ceremony(vector)
        change(ceremony)
        made = ceremony.registration() if op == "registration" else ceremony.authentication()
        status, _, refusal = answer.partition(" ")
        expect: Json = {"status": status}
        if refusal:
            expect |= {"refusal": refusal, "step": step}
        CASES.append({"id": name, "source": source} | made | {"expect": expect})

    return make


def both(name: str, source: str, refusal: str, steps: tuple[int, int]) -> Callable[[Callable[[Ceremony], None]], None]:
    def make(change: Callable[[Ceremony], None]) -> None:
        case("registration", f"{name}, registration", source, refusal, steps[0])(change)
        case("authentication", f"{name}, login", source, refusal, steps[1])(change)

    return make
