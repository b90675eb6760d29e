# SPDX-License-Identifier: Apache-2.0
"""Passkeys of an engine: registered, asked for, answered once, taken over from elsewhere."""

from __future__ import annotations

import json
import re
from types import MappingProxyType, SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from counterseal import ConfigError, StepUpRequired, Tenant, webauthn
from counterseal.testing import FakePasskey, memory_engine

ORIGIN = "https://maple.example"
SESSION = b"a session of sixteen bytes"
POLICY: dict[str, Any] = {
    "paths": {"web": {"challenge": True}},
    "rules": [{"name": "all", "groups": "*", "paths": "*"}],
    "relying_party": {"rp_id": "maple.example", "origins": [ORIGIN]},
}


@pytest.fixture
def m() -> Tenant:
    tenant = memory_engine().tenant("maple")
    tenant.set_policy(POLICY, actor="root", reason="test")
    return tenant


def enrolled(m: Tenant, browser: FakePasskey, subject: str = "alice") -> str:
    begun = m.enroll_passkey(subject, label="laptop")
    assert m.confirm(subject, begun.factor_id, browser.register(begun.options, origin=ORIGIN))
    return begun.factor_id


def challenge_of(m: Tenant, session: bytes = SESSION) -> str:
    asked = m.evaluate("alice", session=session, path="web", first_factor={"method": "password"})
    assert asked.outcome == "challenge"
    assert asked.challenge_id is not None
    return asked.challenge_id


def test_a_response_may_be_text_bytes_or_a_mapping(m: Tenant) -> None:
    browser = FakePasskey()
    factor_id = enrolled(m, browser)
    for shape in (str, str.encode, json.loads, lambda text: MappingProxyType(json.loads(text))):
        id = challenge_of(m)
        question = m.begin_passkey("alice", id, session=SESSION)
        assert question
        assert question.options is not None
        response = shape(browser.authenticate(question.options, origin=ORIGIN))  # type: ignore[operator]
        assert m.verify_challenge("alice", id, factor_id, response, session=SESSION)


@pytest.mark.parametrize(
    "response", [None, 7, "", "{", "{}", b"\xff", [], {"id": float}, {"id": {"a": {}}}, "[" * 100_000]
)
def test_what_is_no_response_is_malformed_and_costs_no_answer(m: Tenant, response: object) -> None:
    enrolled(m, FakePasskey())
    id = challenge_of(m)
    for _ in range(6):
        refused = m.verify_challenge("alice", id, None, response, session=SESSION)
        assert (refused.reason, refused.challenge_id) == ("MALFORMED", id)
    assert m.passkey_owner(response) is None
    assert m.verify_passkey("alice", id, response, session=SESSION).reason == "MALFORMED"


def test_a_second_passkey_wants_a_grant(m: Tenant) -> None:
    browser = FakePasskey()
    enrolled(m, browser)
    with pytest.raises(StepUpRequired):
        m.enroll_passkey("alice")
    id = challenge_of(m)
    question = m.begin_passkey("alice", id, session=SESSION)
    assert question.options is not None
    response = browser.authenticate(question.options, origin=ORIGIN)
    grant = m.verify_challenge("alice", id, None, response, session=SESSION).grant
    assert m.enroll_passkey("alice", grant=grant, session=SESSION).options.json()


def test_a_question_that_cannot_be_asked_is_false_and_says_why(m: Tenant) -> None:
    question = m.begin_passkey(path="imap", session=SESSION)
    assert not question
    assert question.reason == "UNKNOWN_PATH"
    assert question.options is None
    assert m.begin_passkey("alice", "none", session=SESSION).reason == "WRONG_CHALLENGE"
    for wrong in ({}, {"subject": "alice"}, {"subject": "alice", "challenge_id": "x", "path": "web"}):
        with pytest.raises(TypeError):
            m.begin_passkey(session=SESSION, **wrong)


def test_a_cloned_passkey_is_found_out(m: Tenant) -> None:
    browser = FakePasskey(counts=True)
    enrolled(m, browser)
    thief = browser.clone()
    for who, wanted in ((browser, "OK"), (browser, "OK"), (thief, "PASSKEY_REFUSED")):
        id = challenge_of(m)
        question = m.begin_passkey("alice", id, session=SESSION)
        assert question.options is not None
        response = who.authenticate(question.options, origin=ORIGIN)
        assert m.verify_challenge("alice", id, None, response, session=SESSION).reason == wanted
    (told,) = [e for e in m.events("alice", limit=1000) if e.reason == "PASSKEY_REFUSED"]
    assert told.detail is not None
    assert told.detail["refusal"] == "sign_count"
    assert told.detail["step"] == 22


def test_a_policy_whose_relying_party_breaks_a_rule_is_refused(m: Tenant) -> None:
    for party, rule in (
        ({"rp_id": "maple.example"}, "origins"),
        ({"origins": [ORIGIN]}, "rp_id"),
        ({"rp_id": "maple.example", "origins": [ORIGIN], "rpid": "x"}, "rpid"),
        ("maple.example", "object"),
    ):
        with pytest.raises(ConfigError, match=rule):
            m.set_policy(POLICY | {"relying_party": party}, actor="root", reason="test")


def kept_elsewhere(browser: FakePasskey) -> tuple[webauthn.StoredCredential, bytes]:
    """A credential that was registered without an engine, and the user id that it has."""
    user = b"a user id"
    options = webauthn.registration_options(rp_id="maple.example", rp_name="Maple", user_id=user, user_name="alice")
    body = browser.register(options, origin=ORIGIN)
    done = webauthn.verify_registration(body, challenge=options.challenge, origins=ORIGIN, rp_id="maple.example")
    assert done.credential is not None
    return done.credential, user


@pytest.mark.parametrize("source", ["counterseal", "simplewebauthn", "simplewebauthn old", "py_webauthn", "row"])
def test_a_credential_from_elsewhere_logs_in(m: Tenant, source: str) -> None:
    browser = FakePasskey(counts=True)
    kept, user = kept_elsewhere(browser)
    id, public_key = kept.id, kept.public_key
    flags = {"credentialDeviceType": "singleDevice", "credentialBackedUp": False}
    credential = {
        "counterseal": lambda: kept,
        "simplewebauthn": lambda: webauthn.StoredCredential.from_simplewebauthn(
            {**flags, "credential": {"id": json.loads(kept.to_json())["id"], "publicKey": public_key, "counter": 0}}
        ),
        "simplewebauthn old": lambda: webauthn.StoredCredential.from_simplewebauthn(
            {"credentialID": id, "credentialPublicKey": public_key, "counter": 0, "transports": ["internal"], **flags}
        ),
        "py_webauthn": lambda: webauthn.StoredCredential.from_py_webauthn(
            SimpleNamespace(
                credential_id=id,
                credential_public_key=public_key,
                sign_count=0,
                aaguid="00000000-0000-0000-0000-000000000000",
                fmt=SimpleNamespace(value="none"),
                credential_device_type=SimpleNamespace(value="single_device"),
                credential_backed_up=False,
            )
        ),
        "row": lambda: webauthn.StoredCredential.from_py_webauthn(
            {"credential_id": id, "credential_public_key": public_key, "aaguid": UUID(int=0), "sign_count": 0}
        ),
    }[source]()
    dry = m.import_credential("alice", credential, user_handle=user, provenance="old portal", dry_run=True)
    assert dry.factor_id is None
    made = m.import_credential("alice", credential, user_handle=user, provenance="old portal", label="key")
    assert made.factor_id is not None
    assert (made.warnings == ()) == (source != "row")
    question = m.begin_passkey(path="web", session=SESSION)
    assert question.options is not None
    assert question.challenge_id is not None
    response = browser.authenticate(question.options, origin=ORIGIN)
    owner = m.passkey_owner(response)
    assert owner is not None
    assert owner.factor_id == made.factor_id
    assert m.verify_passkey("alice", question.challenge_id, response, session=SESSION)
    with pytest.raises(ConfigError, match="registered already"):
        m.import_credential("bob", credential, user_handle=user, provenance="old portal")


def test_without_its_user_handle_a_credential_is_a_second_factor_only(m: Tenant) -> None:
    browser = FakePasskey()
    kept, _ = kept_elsewhere(browser)
    made = m.import_credential("alice", kept, user_handle=None, provenance="old portal")
    assert made.warnings == ("user_handle is not known: no login without a user name",)
    question = m.begin_passkey(path="web", session=SESSION)
    assert question.options is not None
    assert question.challenge_id is not None
    response = browser.authenticate(question.options, origin=ORIGIN)
    assert m.verify_passkey("alice", question.challenge_id, response, session=SESSION).reason == "PASSKEY_REFUSED"
    id = challenge_of(m)
    question = m.begin_passkey("alice", id, session=SESSION)
    assert question.options is not None
    response = browser.authenticate(question.options, origin=ORIGIN)
    assert m.verify_challenge("alice", id, None, response, session=SESSION)


def test_a_row_of_another_library_that_is_none_is_refused() -> None:
    for row in ({}, {"id": "AQID"}, {"id": "AQID", "publicKey": b"\x30\x59"}):
        with pytest.raises(ConfigError):
            webauthn.StoredCredential.from_simplewebauthn(row)


@pytest.mark.parametrize(
    "handle", [7, True, 10**18, "7", [7], memoryview(bytes(8))[::2]], ids=["int", "bool", "huge", "str", "list", "view"]
)
def test_a_user_handle_is_bytes_and_nothing_else(m: Tenant, handle: Any) -> None:
    kept, _ = kept_elsewhere(FakePasskey())
    with pytest.raises(TypeError, match="^user_handle must be bytes, not "):
        m.import_credential("alice", kept, user_handle=handle, provenance="old portal")
    assert len(m.list_factors()) == 0


@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        ({"transports": "internal"}, TypeError, "transports must be a tuple, a list or a set of str, not str"),
        ({"transports": [5]}, TypeError, "an item of transports must be a str, not int"),
        ({"counter": "7"}, TypeError, "counter must be an int, not str"),
        ({"counter": True}, TypeError, "counter must be an int, not bool"),
        ({"id": 5}, TypeError, "id must be bytes, not int"),
        ({"publicKey": [5]}, TypeError, "publicKey must be bytes, not list"),
        ({"backedUp": 1}, TypeError, "backedUp must be True or False, not int"),
        ({"deviceType": "tablet"}, ConfigError, "deviceType must be 'singleDevice' or 'multiDevice'"),
        ({"aaguid": "z" * 36}, ConfigError, "aaguid must be a UUID"),
        ({"fmt": 5}, TypeError, "fmt must be a str, not int"),
    ],
)
def test_a_row_of_another_library_is_not_coerced(wrong: dict[str, Any], kind: type[Exception], text: str) -> None:
    kept, _ = kept_elsewhere(FakePasskey())
    row = {"id": kept.id, "publicKey": kept.public_key, "counter": 0}
    assert webauthn.StoredCredential.from_simplewebauthn(row).id == kept.id
    with pytest.raises(kind, match="^" + re.escape(text)):
        webauthn.StoredCredential.from_simplewebauthn(row | wrong)
    names = {"id": "credential_id", "publicKey": "credential_public_key", "counter": "sign_count"}
    names |= {"backedUp": "credential_backed_up", "deviceType": "credential_device_type"}
    (name,) = wrong
    with pytest.raises(kind, match=rf"\b{names.get(name, name)} must be "):
        webauthn.StoredCredential.from_py_webauthn({names.get(one, one): value for one, value in (row | wrong).items()})


def test_a_row_that_lacks_something_says_what() -> None:
    for row, name in (({}, "id"), ({"id": b"1"}, "publicKey")):
        with pytest.raises(ConfigError, match=f"^{name} is missing"):
            webauthn.StoredCredential.from_simplewebauthn(row)
    for row, name in (({}, "credential_id"), ({"credential_id": b"1"}, "credential_public_key")):
        with pytest.raises(ConfigError, match=f"^{name} is missing"):
            webauthn.StoredCredential.from_py_webauthn(row)
    for wrong in (None, "row", 5):
        with pytest.raises(TypeError, match="^row must be a VerifiedRegistration of py_webauthn or a mapping"):
            webauthn.StoredCredential.from_py_webauthn(wrong)


def test_a_row_is_a_mapping() -> None:
    for wrong in (None, "row", [("id", b"1")]):
        with pytest.raises(TypeError, match="^row must be a mapping"):
            webauthn.StoredCredential.from_simplewebauthn(wrong)  # type: ignore[arg-type]


def test_what_a_fake_says_is_not_coerced() -> None:
    options = webauthn.registration_options(rp_id="maple.example", rp_name="Maple", user_id=b"1", user_name="alice")
    with pytest.raises(TypeError, match="^transports must be a tuple, a list or a set of str, not str"):
        FakePasskey(transports="internal").register(options, origin=ORIGIN)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="^attestation must be 'none' or 'self'"):
        FakePasskey().register(options, origin=ORIGIN, attestation="packed")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^options must be Options or their JSON as a str, not int"):
        FakePasskey().register(5, origin=ORIGIN)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="^user_verified must be True or False, not str"):
        FakePasskey(user_verified="no").register(options, origin=ORIGIN)  # type: ignore[arg-type]
