# SPDX-License-Identifier: Apache-2.0
"""Logins with passkeys beside py_webauthn: the JSON that a browser sends, whole, keys without a counter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import webauthn as py_webauthn
from counterseal import webauthn
from counterseal.testing import FakePasskey
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


def login_of(algorithm: int) -> Login:
    browser = FakePasskey()
    options = webauthn.registration_options(
        rp_id=RP_ID, rp_name="Maple Practice", user_id=b"\x8f" * 16, user_name="ada", algorithms=[algorithm]
    )
    made = webauthn.verify_registration(
        browser.register(options.json(), origin=ORIGIN),
        challenge=options.challenge,
        origins=ORIGIN,
        rp_id=RP_ID,
        algorithms=[algorithm],
    )
    assert made.credential is not None
    asked = webauthn.authentication_options(rp_id=RP_ID, allow=[made.credential])
    response = browser.authenticate(asked.json(), origin=ORIGIN)
    column = made.credential.to_json()
    return Login(asked.challenge, response, webauthn.StoredCredential.from_json(column), column)


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
