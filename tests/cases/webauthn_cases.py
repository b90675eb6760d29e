# SPDX-License-Identifier: Apache-2.0
"""Writes webauthn.json: responses that other verifiers of passkeys took or refused wrongly, with the right answers.

All stand on vectors of WebAuthn Level 3 section 16; what was changed is signed anew with their published keys, so that
only the named fault is there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from webauthn_ceremony import CASES, Ceremony, N, b64, both, case, der, sign

PATH = Path(__file__).with_name("webauthn.json")
ABOUT = """responses that verifiers of passkeys took or refused wrongly, with the public source of each; signed anew \
with the keys of WebAuthn Level 3 section 16 by tests/cases/webauthn_cases.py"""


def write_origins() -> None:
    report = "web-auth/webauthn-framework#143, lbuchs/WebAuthn#122, kanidm/webauthn-rs d2c10d5"
    origins = {
        "suffix without a dot": "https://evilexample.org",
        "suffix of another host": "https://example.org.evil.example",
        "other scheme": "http://example.org",
        "slash at the end": "https://example.org/",
        "capital letters": "https://EXAMPLE.org",
        "user in front": "https://example.org@evil.example",
        "another port": "https://example.org:8443",
        "a subdomain that nobody allowed": "https://login.example.org",
    }
    for name, origin in origins.items():

        def change(c: Ceremony, origin: str = origin) -> None:
            c.say("https://example.org", origin)

        both(f"origin: {name}", report, "wrong origin", (9, 12))(change)

    for name, origin in (("no dot", "https://evilexample.org"), ("http", "http://login.example.org")):

        def loose(c: Ceremony, origin: str = origin) -> None:
            c.say("https://example.org", origin)
            c.settings |= {"subdomains": True, "any_port": True}

        both(f"origin: {name}, though subdomains and ports are allowed", report, "wrong origin", (9, 12))(loose)

    @case("authentication", "origin: a subdomain that is allowed", "duo-labs/py_webauthn#182", "accepted")
    def _(c: Ceremony) -> None:
        c.say("https://example.org", "https://login.example.org")
        c.settings["subdomains"] = True


def write_client_data() -> None:
    @both("type of the other ceremony", "section 7.1 step 7", "wrong type", (7, 10))
    def _(c: Ceremony) -> None:
        c.client, c.made_client = (
            c.client.replace(b"webauthn.get", b"webauthn.create"),
            c.made_client.replace(b"webauthn.create", b"webauthn.get"),
        )

    @both("a frame of another origin", "section 7.2 step 13", "wrong cross_origin", (10, 13))
    def _(c: Ceremony) -> None:
        c.say('"crossOrigin":false', '"crossOrigin":true')

    @both("a page around it that nobody allowed", "go-webauthn/webauthn#205", "wrong top_origin", (11, 14))
    def _(c: Ceremony) -> None:
        c.say('"crossOrigin":false', '"crossOrigin":true,"topOrigin":"https://evil.example"')
        c.settings |= {"cross_origin": True, "top_origins": ["https://example.com"]}

    @both("challenge of another ceremony", "CVE-2026-28787", "wrong challenge", (8, 11))
    def _(c: Ceremony) -> None:
        c.expected["challenge"] = b64(bytes(32))

    twice = "trustwallet/wallet-core#4818"

    @both("challenge twice", twice, "malformed client_data_json", (6, 9))
    def _(c: Ceremony) -> None:
        c.client = c.client[:-1] + b',"challenge":"AAAAAAAAAAAAAAAAAAAAAA"}'
        c.made_client = c.made_client[:-1] + b',"challenge":"AAAAAAAAAAAAAAAAAAAAAA"}'

    @both("origin twice, evil first", twice, "malformed client_data_json", (6, 9))
    def _(c: Ceremony) -> None:
        c.say('"origin":', '"origin":"https://evil.example","origin":')

    @both("bytes that are no UTF-8", "section 7.1 step 5", "malformed client_data_encoding", (5, 8))
    def _(c: Ceremony) -> None:
        c.client, c.made_client = c.client[:-1] + b',"x":"\xff"}', c.made_client[:-1] + b',"x":"\xff"}'

    @case("authentication", "a byte order mark in front", "section 7.2 step 8", "accepted")
    def _(c: Ceremony) -> None:
        c.client = b"\xef\xbb\xbf" + c.client


def write_authenticator_data() -> None:
    @case("authentication", "backed up and not eligible", "lbuchs/WebAuthn#128", "wrong backup_state", 18)
    def _(c: Ceremony) -> None:
        c.flags(0x11)

    @case(
        "authentication",
        "eligible, though it was not",
        "go-webauthn/webauthn#335",
        "wrong backup_eligibility_changed",
        19,
    )
    def _(c: Ceremony) -> None:
        c.record["backup_eligible"] = False

    @case("authentication", "eligible, though it was not: allowed", "kanidm/webauthn-rs#185", "accepted")
    def _(c: Ceremony) -> None:
        c.record["backup_eligible"] = False
        c.settings["backup_eligibility_may_rise"] = True

    @case("authentication", "nobody present", "section 7.2 step 16", "wrong user_presence", 16)
    def _(c: Ceremony) -> None:
        c.flags(0x18)

    @case("authentication", "nobody verified", "section 7.2 step 17", "wrong user_verification", 17)
    def _(c: Ceremony) -> None:
        c.settings["user_verification"] = "required"

    @case("authentication", "another relying party", "section 7.2 step 15", "wrong rp_id", 15)
    def _(c: Ceremony) -> None:
        c.data = hashlib.sha256(b"example.com").digest() + c.data[32:]

    @case("authentication", "an appid, for one that is no U2F credential", "section 10.1.1", "wrong rp_id", 15)
    def _(c: Ceremony) -> None:
        c.settings["appid"] = "https://example.org/u2f"
        c.data = hashlib.sha256(b"https://example.org/u2f").digest() + c.data[32:]

    @case("authentication", "an appid", "kanidm/webauthn-rs#76", "accepted")
    def _(c: Ceremony) -> None:
        c.settings["appid"] = "https://example.org/u2f"
        c.data = hashlib.sha256(b"https://example.org/u2f").digest() + c.data[32:]
        c.record["u2f"] = True

    @case("authentication", "a byte too many", "section 6.1", "malformed authenticator_data", 15)
    def _(c: Ceremony) -> None:
        c.data += b"\x00"

    @case("authentication", "a counter that fell to zero", "duo-labs/py_webauthn#55", "wrong sign_count", 22)
    def _(c: Ceremony) -> None:
        c.record["sign_count"] = 5

    @case("authentication", "a counter above 2^31 that rises", "section 7.2 step 22", "accepted")
    def _(c: Ceremony) -> None:
        c.flags(0x19, 0x80000000)
        c.record["sign_count"] = 0x7FFFFFFF

    @case("authentication", "no counter and never one", "duo-labs/py_webauthn#55", "accepted")
    def _(c: Ceremony) -> None:
        c.record["sign_count"] = 0


def write_signatures() -> None:
    @case("authentication", "signed anew", "the control of all others", "accepted")
    def _(c: Ceremony) -> None:
        pass

    @case("authentication", "r of 30 bytes", "webauthn-open-source/fido2-lib#118", "accepted")
    def _(c: Ceremony) -> None:
        c.flags(0x19, 0xFD8F)
        c.signature = bytes.fromhex(
            "3043021e6db2b50381ce0b607c87786c52e9817ab11ee0be24fcfb3f6169f6b56d4d022100b64fd70005033b7d258eb7cffead221"
            "ede22eaab8a3f9ff7d0784d01178c2d39"
        )

    @case("authentication", "the other s", "section 5 note 10: high s is legal", "accepted")
    def _(c: Ceremony) -> None:
        r, s = sign(c.secret, c.signed())
        c.signature = der(r, N - s)

    @case(
        "authentication",
        "r and s without DER",
        "passwordless-lib/fido2-net-lib#154",
        "malformed signature_encoding",
        21,
    )
    def _(c: Ceremony) -> None:
        r, s = sign(c.secret, c.signed())
        c.signature = r.to_bytes(32) + s.to_bytes(32)

    @case("authentication", "a byte behind the signature", "SimpleWebAuthn 14.0.3", "malformed signature_encoding", 21)
    def _(c: Ceremony) -> None:
        c.signature = der(*sign(c.secret, c.signed())) + b"\x00"

    @case("authentication", "r and s are zero", "CVE-2022-21449", "malformed signature_encoding", 21)
    def _(c: Ceremony) -> None:
        c.signature = der(0, 0)

    @case("authentication", "of another message", "section 7.2 step 21", "wrong signature", 21)
    def _(c: Ceremony) -> None:
        c.signature = der(*sign(c.secret, c.signed() + b"\x00"))

    @case("authentication", "no signature", "section 7.2 step 21", "malformed signature_encoding", 21)
    def _(c: Ceremony) -> None:
        c.signature = b""


def write_users() -> None:
    @case("authentication", "an empty user handle, user known", "Yubico/java-webauthn-server#12", "accepted")
    def _(c: Ceremony) -> None:
        c.user_handle = ""

    @case(
        "authentication", "an empty user handle, user unknown", "tweag/webauthn#147", "malformed user_handle_missing", 6
    )
    def _(c: Ceremony) -> None:
        c.user_handle = ""
        c.expected |= {"user_handle": b64(b"ada"), "usernameless": True}

    @case("authentication", "another user", "CVE-2026-46419", "wrong user_handle", 6)
    def _(c: Ceremony) -> None:
        c.user_handle = b64(b"eve")
        c.expected |= {"user_handle": b64(b"ada"), "usernameless": True}

    @case("authentication", "the user", "section 7.2 step 6", "accepted")
    def _(c: Ceremony) -> None:
        c.user_handle = b64(b"ada")
        c.expected |= {"user_handle": b64(b"ada"), "usernameless": True}

    @case("authentication", "another credential than the stored one", "section 7.2 step 6", "wrong user_credential", 6)
    def _(c: Ceremony) -> None:
        c.record["id"] = b64(b"another")

    @case("authentication", "none that was asked for", "section 7.2 step 5", "wrong credential_not_allowed", 5)
    def _(c: Ceremony) -> None:
        c.expected["allow"] = [b64(b"another")]


def write_registrations() -> None:
    extended = bytes.fromhex("a16b6372656450726f7465637402")
    hashed = hashlib.sha256(b"example.org").digest()

    @case(
        "registration",
        "extensions behind the key",
        "go-webauthn/webauthn#178, open-chat-labs/open-chat#9278",
        "accepted",
    )
    def _(c: Ceremony) -> None:
        c.swap(bytes.fromhex("58a4"), bytes.fromhex("58b2"))
        c.swap(hashed + b"\x59", hashed + b"\xd9")
        c.object += extended

    @case("registration", "bytes that no flag announces", "section 6.1", "malformed authenticator_data", 13)
    def _(c: Ceremony) -> None:
        c.swap(bytes.fromhex("58a4"), bytes.fromhex("58b2"))
        c.object += extended

    for name, hexed in (
        ("lengths that are not told", "9affffffff"),
        ("a length beyond all memory", "9b0203366bfffbde1856bfffff"),
        ("nested a thousand deep", "81" * 1000),
        ("nothing", ""),
    ):

        def promise(c: Ceremony, hexed: str = hexed) -> None:
            c.object = bytes.fromhex(hexed)

        source = "PJK/libcbor#428, duo-labs/webauthn#66"
        case("registration", f"attestation object: {name}", source, "malformed attestation_object", 13)(promise)

    @case(
        "registration",
        "a byte behind the attestation object",
        "SimpleWebAuthn 14.0.3",
        "malformed attestation_object",
        13,
    )
    def _(c: Ceremony) -> None:
        c.object += b"\x00"

    @case(
        "registration",
        "a key twice in the attestation object",
        "duo-labs/py_webauthn#265",
        "malformed attestation_object",
        13,
    )
    def _(c: Ceremony) -> None:
        c.object = b"\xa4" + c.object[1:5] + c.object[5:10] + c.object[1:10] + c.object[10:]

    @case("registration", "a point off the curve", "SimpleWebAuthn 14.0.3", "malformed public_key", 20)
    def _(c: Ceremony) -> None:
        c.swap(c.cose[-32:], bytes(32))

    @case("registration", "ES256 with the number of P-384", "SimpleWebAuthn 14.0.3", "malformed public_key", 20)
    def _(c: Ceremony) -> None:
        c.swap(bytes.fromhex("2001215820"), bytes.fromhex("2002215820"))

    @case(
        "registration",
        "an algorithm that was not asked for",
        "keycloak/keycloak#49344, CVE-2026-8830",
        "wrong algorithm_not_listed",
        20,
        "packed.ES384",
    )
    def _(c: Ceremony) -> None:
        c.settings["algorithms"] = [-7]

    @case(
        "registration", "another identifier in the response", "section 5 note 13", "malformed credential_id_differs", 13
    )
    def _(c: Ceremony) -> None:
        c.named_id = b"another"

    @case("registration", "an identifier that is taken", "section 7.1 step 26", "wrong credential_id_taken", 26)
    def _(c: Ceremony) -> None:
        c.expected["taken"] = [b64(c.id)]

    @case("registration", "credProps without rk", "kanidm/webauthn-rs#528", "accepted")
    def _(c: Ceremony) -> None:
        c.results = {"credProps": {}}

    @case("registration", "credProps that is no object", "section 10.1.3", "malformed extension_outputs", 4)
    def _(c: Ceremony) -> None:
        c.results = {"credProps": True}

    @case("registration", "another format", "section 7.1 step 21", "wrong attestation_format", 21)
    def _(c: Ceremony) -> None:
        c.swap(b"\x64none", b"\x64nope")

    @case("registration", "none, with a statement", "section 8.7", "malformed attestation_statement", 22)
    def _(c: Ceremony) -> None:
        c.swap(b"attStmt\xa0", b"attStmt\xa1\x61a\x01")

    @case("registration", "another relying party", "section 7.1 step 14", "wrong rp_id", 14)
    def _(c: Ceremony) -> None:
        c.swap(hashed, hashlib.sha256(b"example.com").digest())

    @case("registration", "nobody present", "section 7.1 step 15", "wrong user_presence", 15)
    def _(c: Ceremony) -> None:
        c.swap(hashed + b"\x59", hashed + b"\x58")

    @case("registration", "nobody present, mediation was conditional", "section 7.1 step 15", "accepted")
    def _(c: Ceremony) -> None:
        c.swap(hashed + b"\x59", hashed + b"\x58")
        c.expected["conditional"] = True

    @case("registration", "backed up and not eligible", "lbuchs/WebAuthn#128", "wrong backup_state", 17)
    def _(c: Ceremony) -> None:
        c.swap(hashed + b"\x59", hashed + b"\x51")

    @case("registration", "may be copied, which is not allowed", "section 7.1 step 18", "wrong backup_eligible", 18)
    def _(c: Ceremony) -> None:
        c.settings["backup_eligible_allowed"] = False

    @case(
        "registration",
        "a self attestation of another message",
        "section 8.2",
        "wrong attestation_signature",
        22,
        "packed-self.ES256",
    )
    def _(c: Ceremony) -> None:
        c.made_client += b" "

    for vector in ("packed.RS256", "packed.EdDSA", "fido-u2f.ES256"):
        source = "Firehed/webauthn-php#114: the statement's algorithm is that of its certificate"
        case("registration", f"{vector}, unchanged", source, "accepted", 0, vector)(lambda c: None)


def written() -> str:
    for write in (write_origins, write_client_data, write_authenticator_data, write_signatures, write_users):
        write()
    write_registrations()
    assert len({one["id"] + one["op"] for one in CASES}) == len(CASES)
    rows = ",\n".join(json.dumps(one, ensure_ascii=False) for one in CASES)
    return f'{{"source": {json.dumps(ABOUT)}, "cases": [\n{rows}\n]}}\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 if webauthn.json is not current")
    check = parser.parse_args().check
    text = written()
    if not check:
        PATH.write_text(text)
    elif PATH.read_text() != text:
        sys.exit(f"{PATH.name} is not current: run {Path(__file__).name}")
    print(f"{len(CASES)} cases")


if __name__ == "__main__":
    main()
