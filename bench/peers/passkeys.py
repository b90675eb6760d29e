# SPDX-License-Identifier: Apache-2.0
"""Logins with passkeys beside py_webauthn: the JSON that a browser sends, whole, keys without a counter."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cbor2
import webauthn as py_webauthn
from counterseal import webauthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from rates import Claim, Contestant, Row, measure

ORIGIN = "https://example.org"
RP_ID = "example.org"
KINDS = {"es256": -7, "rs256": -257}
OURS, OURS_READ, THEIRS = "counterseal, credential held", "counterseal, column read", "py_webauthn"
CLAIMS = {name: (Claim(OURS, THEIRS, target),) for name, target in (("es256", 1.3), ("rs256", 1.6))}


@dataclass(frozen=True)
class Login:
    challenge: bytes
    response: str
    stored: webauthn.StoredCredential
    column: str


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def made_key(algorithm: int) -> tuple[dict[int, int | bytes], Callable[[bytes], bytes]]:
    """(the COSE key, what signs): of the sizes that authenticators have, which FakePasskey's RSA keys are not."""
    if algorithm == KINDS["es256"]:
        curve_key = ec.generate_private_key(ec.SECP256R1())
        point = curve_key.public_key().public_numbers()
        cose: dict[int, int | bytes] = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        return cose, lambda message: curve_key.sign(message, ec.ECDSA(hashes.SHA256()))
    rsa_key = rsa.generate_private_key(65537, 2048)
    modulus = rsa_key.public_key().public_numbers().n.to_bytes(256, "big")
    cose = {1: 3, 3: -257, -1: modulus, -2: b"\x01\x00\x01"}
    return cose, lambda message: rsa_key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def login_of(algorithm: int) -> Login:
    cose, sign = made_key(algorithm)
    identifier, challenge = secrets.token_bytes(32), secrets.token_bytes(32)
    said = {"type": "webauthn.get", "challenge": base64url(challenge), "origin": ORIGIN, "crossOrigin": False}
    client_data = json.dumps(said, separators=(",", ":")).encode()
    # User present and verified.
    data = hashlib.sha256(RP_ID.encode()).digest() + b"\x05" + bytes(4)
    response = {
        "id": base64url(identifier),
        "rawId": base64url(identifier),
        "type": "public-key",
        "response": {
            "clientDataJSON": base64url(client_data),
            "authenticatorData": base64url(data),
            "signature": base64url(sign(data + hashlib.sha256(client_data).digest())),
        },
        "clientExtensionResults": {},
    }
    column = json.dumps(
        {
            "version": 1,
            "id": base64url(identifier),
            "public_key": base64url(cbor2.dumps(cose)),
            "sign_count": 0,
            "uv_initialized": True,
            "backup_eligible": False,
            "backup_state": False,
        }
    )
    stored = webauthn.StoredCredential.from_json(column)
    # What a host has stored after a first login.
    first = webauthn.verify_authentication(
        json.dumps(response), challenge=challenge, credential=stored, origins=ORIGIN, rp_id=RP_ID
    )
    assert first.credential is not None
    return Login(challenge, json.dumps(response), first.credential, first.credential.to_json())


def contestants(logins: list[Login]) -> Iterator[tuple[str, Callable[[], int]]]:
    """Held: the host keeps the object, and the key in it ready. Read: from the stored column each time."""
    rules: dict[str, Any] = {"origins": ORIGIN, "rp_id": RP_ID}

    def held() -> int:
        n = 0
        for one in logins:
            if webauthn.verify_authentication(one.response, challenge=one.challenge, credential=one.stored, **rules):
                n += 1
        return n

    def read() -> int:
        n = 0
        for one in logins:
            stored = webauthn.StoredCredential.from_json(one.column)
            if webauthn.verify_authentication(one.response, challenge=one.challenge, credential=stored, **rules):
                n += 1
        return n

    def theirs() -> int:
        n = 0
        for one in logins:
            done = py_webauthn.verify_authentication_response(
                credential=one.response,
                expected_challenge=one.challenge,
                expected_rp_id=RP_ID,
                expected_origin=ORIGIN,
                credential_public_key=one.stored.public_key,
                credential_current_sign_count=0,
            )
            if done.user_verified:
                n += 1
        return n

    yield OURS, held
    yield OURS_READ, read
    yield THEIRS, theirs


def rows(n: int, passes: int) -> Iterator[Row]:
    for name, algorithm in KINDS.items():
        logins = [login_of(algorithm) for _ in range(n)]
        alike = [Contestant(who, run, n, n) for who, run in contestants(logins)]
        yield from measure(name, alike, passes)
