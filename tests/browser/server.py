# SPDX-License-Identifier: Apache-2.0
"""The smallest relying party: options, both verifications, credentials in memory. The walk tells it what to ask for and
what to accept. Prints its origin, and stops when its standard input ends, or after five minutes."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from counterseal import webauthn

RP_ID = "localhost"
LIFETIME_S = 300
PAGE = Path(__file__).with_name("page.html").read_bytes()
USER_ID = bytes.fromhex("8f21a2b3c4d5e6f708192a3b4c5d6e7f")

stored: dict[bytes, str] = {}  # what a database would hold
session: dict[str, Any] = {}  # what a session would hold


def snake(names: dict[str, Any]) -> dict[str, Any]:
    return {re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name): value for name, value in names.items()}


def credentials() -> list[webauthn.StoredCredential]:
    return [webauthn.StoredCredential.from_json(column) for column in stored.values()]


def told(done: webauthn.Registration | webauthn.Authentication, section: str) -> dict[str, Any]:
    if not done:
        return {"accepted": False, "refusal": done.refusal, "step": f"{section}.{done.step}"}
    assert done.credential is not None
    stored[done.credential.id] = done.credential.to_json()
    out = {"accepted": True, "uv": done.uv, "be": done.be, "bs": done.bs, "extensions": done.extensions}
    if isinstance(done, webauthn.Registration):
        out |= {"trust": done.trust, "attestationFormat": done.attestation_format, "algorithm": done.algorithm}
    return out


def reset(_: dict[str, Any]) -> dict[str, Any]:
    stored.clear()
    session.clear()
    return {}


def register_options(asked: dict[str, Any]) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "rp_name": "Maple Practice",
        "user_id": USER_ID,
        "user_name": "ada",
        "exclude": credentials(),
    }
    made = webauthn.registration_options(rp_id=RP_ID, **(usual | snake(asked["options"])))
    session["challenge"] = made.challenge
    return json.loads(made.json())  # type: ignore[no-any-return]


def register_verify(sent: dict[str, Any]) -> dict[str, Any]:
    challenge = session.pop("challenge", None)  # used once: gone before the response is looked at
    if challenge is None:
        return {"accepted": False, "refusal": "no challenge"}
    rules: dict[str, Any] = {"origins": origin} | snake(sent["rules"])
    return told(webauthn.verify_registration(sent["response"], challenge=challenge, rp_id=RP_ID, **rules), "7.1")


def login_options(asked: dict[str, Any]) -> dict[str, Any]:
    allow = [] if asked["isUsernameless"] else credentials()
    made = webauthn.authentication_options(rp_id=RP_ID, **({"allow": allow} | snake(asked["options"])))
    session.update(challenge=made.challenge, usernameless=asked["isUsernameless"])
    return json.loads(made.json())  # type: ignore[no-any-return]


def login_verify(sent: dict[str, Any]) -> dict[str, Any]:
    challenge = session.pop("challenge", None)
    if challenge is None:
        return {"accepted": False, "refusal": "no challenge"}
    column = stored.get(webauthn.credential_id(sent["response"]) or b"")
    if column is None:
        return {"accepted": False, "refusal": "no credential"}
    rules: dict[str, Any] = {"origins": origin, "usernameless": session["usernameless"]} | snake(sent["rules"])
    done = webauthn.verify_authentication(
        sent["response"],
        challenge=challenge,
        rp_id=RP_ID,
        credential=webauthn.StoredCredential.from_json(column),
        user_handle=USER_ID,
        **rules,
    )
    return told(done, "7.2")


DOORS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "/reset": reset,
    "/register/options": register_options,
    "/register/verify": register_verify,
    "/login/options": login_options,
    "/login/verify": login_verify,
}


class Door(BaseHTTPRequestHandler):
    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.answer(*((200, "text/html; charset=utf-8", PAGE) if self.path == "/" else (404, "text/plain", b"")))

    def do_POST(self) -> None:
        try:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
            self.answer(200, "application/json", json.dumps(DOORS[self.path](sent), default=dict).encode())
        except Exception as error:  # noqa: BLE001 - the walk is told, whatever it is
            self.answer(500, "text/plain", repr(error).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
origin = f"http://localhost:{server.server_address[1]}"
threading.Thread(target=server.serve_forever, daemon=True).start()
print(origin, flush=True)
too_late = threading.Timer(LIFETIME_S, sys.stdin.close)
too_late.daemon = True
too_late.start()
sys.stdin.read()
