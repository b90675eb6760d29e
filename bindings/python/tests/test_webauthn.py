# SPDX-License-Identifier: Apache-2.0
"""Passkeys and security keys: the published vectors, what broke other verifiers, and what a caller gets wrong."""

import base64
import copy
import json
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from counterseal import ConfigError, webauthn
from counterseal.webauthn import StoredCredential

TESTS = Path(__file__).parents[3] / "tests"
PUBLISHED = json.loads((TESTS / "vectors/webauthn-l3.json").read_text())
CASES = json.loads((TESTS / "cases/webauthn.json").read_text())["cases"]
ROOT = bytes.fromhex(PUBLISHED["attestation_root"]["attestation_ca_cert"])
IN_SCOPE = {"none", "packed", "fido-u2f"}
ALL = [-7, -8, -35, -36, -53, -257]
AT = 1_800_000_000  # the certificates are valid from 2024 on


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Vector:
    """A published vector as a browser sends it."""

    def __init__(self, row: dict[str, Any]) -> None:
        made, login, self.known = row["registration"], row["authentication"], row["derived"]
        self.name: str = row["name"]
        self.id = bytes.fromhex(made["credential_id"])
        self.public_key = bytes.fromhex(self.known["credential_public_key_cose"])
        self.aaguid = UUID(made["aaguid"])
        self.challenge = bytes.fromhex(made["challenge"])
        self.login_challenge = bytes.fromhex(login["challenge"])
        self.registration = self._response(made, "clientDataJSON", "attestationObject")
        self.login = self._response(login, "clientDataJSON", "authenticatorData", "signature")
        self.frames: dict[str, Any] = {}
        if self.known["registration_crossOrigin"]:
            self.frames = {"cross_origin": True, "top_origins": ["https://example.com"]}

    def _response(self, row: dict[str, str], *members: str) -> dict[str, Any]:
        parts = {name: b64(bytes.fromhex(row[name])) for name in members}
        name = b64(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": parts, "clientExtensionResults": {}}

    def register(self, response: Any = None, **changed: Any) -> webauthn.Registration:
        settings: dict[str, Any] = {
            "challenge": self.challenge,
            "origins": "https://example.org",
            "rp_id": "example.org",
            "algorithms": ALL,
            "anchors": [ROOT],
            "at": AT,
        }
        given = self.registration if response is None else response
        return webauthn.verify_registration(given, **(settings | self.frames | changed))

    def log_in(self, credential: Any, response: Any = None, **changed: Any) -> webauthn.Authentication:
        settings: dict[str, Any] = {
            "challenge": self.login_challenge,
            "origins": ("https://example.org",),
            "rp_id": "example.org",
            "credential": credential,
        }
        given = self.login if response is None else response
        return webauthn.verify_authentication(given, **(settings | self.frames | changed))


VECTORS = {row["name"]: Vector(row) for row in PUBLISHED["vectors"]}
FIRST = VECTORS["none.ES256"]


def stored(vector: Vector = FIRST) -> StoredCredential:
    credential = vector.register().credential
    assert credential is not None
    return credential


def test_there_are_fifteen() -> None:
    assert len(VECTORS) == 15
    assert sum(v.known["fmt"] in IN_SCOPE for v in VECTORS.values()) == 12


@pytest.mark.parametrize("vector", VECTORS.values(), ids=lambda v: v.name)
def test_published(vector: Vector) -> None:
    done = vector.register()
    if vector.known["fmt"] not in IN_SCOPE:
        assert (done.status, done.refusal, done.step) == ("wrong", "attestation_format", 21)
        assert done.attestation_format == vector.known["fmt"]
        assert done.credential is None
        return
    flags = vector.known["registration_flags"]
    assert bool(done) is True
    assert (done.status, done.refusal, done.step, done.meaning) == ("accepted", None, None, None)
    assert (done.up, done.uv, done.be, done.bs) == tuple(flags[name] for name in ("UP", "UV", "BE", "BS"))
    assert (done.origin, done.expected_origin, done.rp_id) == ("https://example.org",) * 2 + ("example.org",)
    assert done.algorithm == vector.known["alg"]
    assert done.attestation_format == vector.known["fmt"]
    assert done.trust == {"none": "none", "self": "self"}.get(vector.known["attestation_type"], "anchored")
    credential = done.credential
    assert credential is not None
    assert (credential.id, credential.public_key, credential.aaguid) == (vector.id, vector.public_key, vector.aaguid)
    assert (credential.backup_eligible, credential.backup_state) == (flags["BE"], flags["BS"])
    assert credential.uv_initialized == flags["UV"]

    back = StoredCredential.from_json(credential.to_json())
    login = vector.log_in(back)
    assert bool(login) is True
    assert (login.refusal, login.sign_count_regressed, login.is_appid) == (None, False, False)
    assert login.credential is not None
    assert login.credential.id == vector.id
    assert webauthn.credential_id(vector.login) == vector.id


@pytest.mark.parametrize("vector", [VECTORS["packed.ES256"], VECTORS["fido-u2f.ES256"]], ids=lambda v: v.name)
def test_valid_is_not_trusted(vector: Vector) -> None:
    assert vector.register(anchors=None).trust == "none"
    pem = f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(ROOT).decode()}-----END CERTIFICATE-----\n"
    assert vector.register(anchors=f"# ours\n{pem}{pem}", attestation_required=True).trust == "anchored"
    begin, end = (f"-----{mark} CERTIFICATE-----\n" for mark in ("BEGIN", "END"))
    for cut in (f"{pem}{begin}MIIB", f"MIIB\n{end}{pem}", f"{begin}MIIB\n{pem}", "no PEM"):
        with pytest.raises(ConfigError, match="^anchors must hold PEM"):
            vector.register(anchors=cut)
    none = FIRST.register(attestation_required=True)
    assert (none.refusal, none.step) == ("attestation_missing", 24)
    with pytest.raises(ConfigError, match="^attestation_required needs anchors"):
        vector.register(anchors=(), attestation_required=True)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['op']}: {c['id']}")
def test_what_broke_other_verifiers(case: dict[str, Any]) -> None:
    expected = {**case["expected"], "challenge": octets(case["expected"]["challenge"])}
    for name in ("allow", "taken"):
        if name in expected:
            expected[name] = [octets(one) for one in expected[name]]
    if "user_handle" in expected:
        expected["user_handle"] = octets(expected["user_handle"])
    settings = dict(case["settings"])
    done: webauthn.Registration | webauthn.Authentication
    if case["op"] == "registration":
        settings.pop("appid", None)
        done = webauthn.verify_registration(case["response"], **settings, **expected)
    else:
        settings.pop("algorithms", None)
        credential = StoredCredential.from_json(json.dumps(case["record"]))
        done = webauthn.verify_authentication(case["response"], credential=credential, **settings, **expected)
    found: dict[str, Any] = {"status": done.status}
    if not done:
        found |= {"refusal": done.refusal, "step": done.step}
        assert done.credential is None
        assert done.meaning
    assert found == case["expect"]


def test_a_response_may_come_as_it_likes() -> None:
    text = json.dumps(FIRST.registration)
    for response in (text, text.encode(), FIRST.registration):
        assert FIRST.register(response)
        assert webauthn.credential_id(response) == FIRST.id
    odd: list[Any] = [None, 5, [], {}, "", b"\xff", "\ud800", text + "\0", {"id": b"bytes"}, {"id": {1}}, object()]
    for response in odd:
        if response is None:
            continue
        refused = FIRST.register(response)
        assert not refused
        assert (refused.status, refused.step) == ("malformed", 3)
        assert not FIRST.log_in(stored(), response)
        assert webauthn.credential_id(response) is None


def test_what_a_refusal_says() -> None:
    refused = FIRST.register(origins="https://example.com")
    assert (refused.origin, refused.expected_origin, refused.credential) == ("https://example.org", None, None)
    assert refused.meaning == "the origin is none of the expected ones"
    assert repr(refused) == "<counterseal.webauthn.Registration wrong refusal='origin' step=9>"
    assert repr(FIRST.register()) == "<counterseal.webauthn.Registration accepted>"
    unread = FIRST.register("")
    assert (unread.up, unread.origin, unread.rp_id, unread.algorithm, unread.trust) == (False, None, None, None, "none")
    assert dict(unread.extensions) == {}


def test_the_output_of_appid_exclude() -> None:
    answered = {**FIRST.registration, "clientExtensionResults": {"appidExclude": True}}
    assert dict(FIRST.register(answered, appid_exclude="https://example.org/u2f").extensions) == {"appidExclude": True}
    assert dict(FIRST.register(answered).extensions) == {}, "nobody asked"


def test_a_stored_credential() -> None:
    credential = stored()
    text = credential.to_json()
    same = StoredCredential.from_json(text)
    assert same == credential
    assert hash(same) == hash(credential)
    assert credential != text
    assert pickle.loads(pickle.dumps(credential)) == copy.deepcopy(credential) == credential
    assert repr(credential) == f"<counterseal.webauthn.StoredCredential {b64(FIRST.id)}>"
    assert len(text) <= 8192
    assert StoredCredential.from_json("\ufeff" + text).id == FIRST.id
    assert (credential.sign_count, credential.transports) == (0, ())
    least = StoredCredential.from_json(json.dumps({"version": 1, "id": "AQ", "public_key": b64(FIRST.public_key)}))
    assert (least.backup_eligible, least.sign_count, least.aaguid) == (None, 0, UUID(int=0))
    for wrong, rule in (
        ("", "credential must be JSON"),
        ("{}", "version is missing"),
        (text[:-1] + ',"id":"AQ"}', "credential must be good JSON: a name stands twice"),
        (text.replace('"public_key":"pQ', '"public_key":"MF'), "public_key must be a COSE key, not a Subject"),
        (text.replace('"public_key":"pQ', '"public_key":"pg'), "public_key must be a COSE key of ours"),
        (text.replace("}", ',"x":1}'), 'unknown member "x"'),
    ):
        with pytest.raises(ConfigError, match=f"^{rule}"):
            StoredCredential.from_json(wrong)
    with pytest.raises(TypeError, match="^text must be a str, not dict"):
        StoredCredential.from_json({})  # type: ignore[arg-type]


def test_registration_options() -> None:
    options = webauthn.registration_options(
        rp_id="example.org",
        rp_name="Maple",
        user_id=b"\0\1\2",
        user_name="ada",
        algorithms=[-7],
        user_verification="required",
        exclude=[stored(), b"\1", {"id": b"\2", "transports": ["usb"]}],
        extensions={"credProps": True, "prf": {"eval": {"first": b"\1"}}},
        timeout_s=60,
    )
    made = json.loads(options.json())
    assert len(options.challenge) == 32
    assert octets(made.pop("challenge")) == options.challenge
    assert made == {
        "rp": {"id": "example.org", "name": "Maple"},
        "user": {"id": "AAEC", "name": "ada", "displayName": "ada"},
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
        "timeout": 60000,
        "excludeCredentials": [
            {"type": "public-key", "id": b64(FIRST.id)},
            {"type": "public-key", "id": "AQ"},
            {"type": "public-key", "id": "Ag", "transports": ["usb"]},
        ],
        "attestation": "none",
        "authenticatorSelection": {
            "userVerification": "required",
            "residentKey": "preferred",
            "requireResidentKey": False,
        },
        "extensions": {"credProps": True, "prf": {"eval": {"first": "AQ"}}},
    }
    assert "challenge" not in repr(options)


def test_authentication_options() -> None:
    given = bytes(range(16))
    options = webauthn.authentication_options(rp_id="example.org", challenge=given, hints=["hybrid"])
    assert options.challenge == given
    assert json.loads(options.json()) == {
        "rpId": "example.org",
        "challenge": b64(given),
        "timeout": 300000,
        "allowCredentials": [],
        "userVerification": "preferred",
        "hints": ["hybrid"],
    }


def test_related_origins() -> None:
    origins = ["https://example.org", "https://example.de", "android:apk-key-hash:" + "A" * 43]
    document = webauthn.related_origins(rp_id="example.org", origins=origins)
    assert json.loads(document) == {"origins": origins[:2]}


def options_with(**changed: Any) -> Callable[[], object]:
    given: dict[str, Any] = {"rp_id": "example.org", "rp_name": "Maple", "user_id": b"\1", "user_name": "ada"}
    return lambda: webauthn.registration_options(**(given | changed))


class AnsweringNobody:
    """What a caller passes by mistake may have an == of its own, as arrays have."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise AssertionError("asked whether it is equal")


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (options_with(rp_id=5), TypeError, "rp_id must be a str, not int"),
        (options_with(rp_id="https://example.org"), ConfigError, "rp_id must be a domain"),
        (options_with(user_id="ada"), TypeError, "user_id must be bytes, not str"),
        (options_with(user_id=b""), ConfigError, "user_id must have 1 to 64 bytes"),
        (options_with(challenge=b"short"), ConfigError, "challenge must have 16 to 1024 bytes"),
        (options_with(algorithms=[-7, True]), TypeError, "an item of algorithms must be an int, not bool"),
        (options_with(algorithms=[-65535]), ConfigError, "algorithms must be numbers of COSE algorithms"),
        (options_with(timeout_s=0), ConfigError, "timeout_s must be a whole number from 1 to 86400"),
        (options_with(timeout_s="5"), TypeError, "timeout_s must be an int, not str"),
        (options_with(exclude="abc"), TypeError, "exclude must be an iterable of credentials, not str"),
        (options_with(exclude=["abc"]), TypeError, "an item of exclude must be bytes, not str"),
        (options_with(extensions=[]), TypeError, "extensions must be a mapping, not list"),
        (options_with(extensions={"credprops": True}), ConfigError, 'unknown member "extensions.credprops"'),
        (options_with(user_verification="yes"), ConfigError, 'user_verification must be "required" or "preferred"'),
        (lambda: FIRST.register(challenge=b64(FIRST.challenge)), TypeError, "challenge must be bytes, not str"),
        (lambda: FIRST.register(origins=[]), ConfigError, "origins must name at least one origin"),
        (lambda: FIRST.register(origins=["example.org"]), ConfigError, "origins must be written as browsers"),
        (lambda: FIRST.register(cross_origin=1), TypeError, "cross_origin must be True or False, not int"),
        (lambda: FIRST.register(anchors="no PEM"), ConfigError, "anchors must hold PEM certificates"),
        (lambda: FIRST.register(anchors=[b"no DER"]), ConfigError, "anchors must be certificates in DER"),
        (lambda: FIRST.register(anchors=[5]), TypeError, "an item of anchors must be DER bytes or PEM text"),
        (lambda: FIRST.register(at=float("nan")), TypeError, "at must be seconds"),
        (lambda: FIRST.register(origins=5), TypeError, "origins must be a tuple, a list or a set of str, not int"),
        (
            lambda: FIRST.register(at=True),
            TypeError,
            "at must be seconds (int or float) or an aware datetime, not bool",
        ),
        (lambda: FIRST.register(quirks=AnsweringNobody()), TypeError, "quirks must be a tuple, a list or a set of str"),
        (lambda: FIRST.log_in(stored(), allow=AnsweringNobody()), TypeError, "allow must be an iterable of bytes"),
        (lambda: FIRST.register(quirks=["all"]), ConfigError, "quirks must be names of quirks"),
        (lambda: FIRST.log_in(stored().to_json()), TypeError, "credential must be a StoredCredential, not str"),
        (lambda: FIRST.log_in(stored(), usernameless=True), ConfigError, "usernameless needs user_handle"),
    ],
)
def test_what_a_caller_gets_wrong(call: Callable[[], object], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match="^" + re.escape(text)):
        call()


def test_times_are_seconds_since_1970() -> None:
    for good in (0, 1, 1e11, datetime(1970, 1, 1, tzinfo=UTC)):
        assert FIRST.register(at=good)
    for far in (-1, 1.7e12, 1e11 + 1, 1e300, float("inf"), 10**30, datetime(1969, 1, 1, tzinfo=UTC)):
        with pytest.raises(ConfigError, match=r"^at must be .*seconds .*milliseconds\?") as caught:
            FIRST.register(at=far)
        assert caught.value.code == "CSEAL_E_TIME"


def test_origins_may_come_one_after_the_other() -> None:
    assert FIRST.register(origins=(one for one in ["https://example.org", "https://other.example"]))
    assert FIRST.register(cross_origin=True, top_origins=iter(["https://example.org"]))
    with pytest.raises(TypeError, match="^an item of origins must be a str"):
        FIRST.register(origins=iter([5]))


def test_extensions_that_hold_themselves_are_refused() -> None:
    loop: dict[str, object] = {}
    loop["a"] = loop
    with pytest.raises(ConfigError, match="^extensions must not be nested deeper than 32"):
        webauthn.authentication_options(rp_id="example.org", extensions=loop)
