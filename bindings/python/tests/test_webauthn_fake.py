# SPDX-License-Identifier: Apache-2.0
"""FakePasskey: ceremonies that the verifier takes, and what it finds where a fake misbehaves."""

from typing import Any

import pytest
from counterseal import webauthn
from counterseal.testing import FakePasskey
from counterseal.webauthn import Options, StoredCredential

RP: dict[str, Any] = {"rp_id": "example.org", "origins": "https://example.org"}
ORIGIN = "https://example.org"
USER = b"a user's handle"


def asked(**more: Any) -> Options:
    settings: dict[str, Any] = {"rp_id": "example.org", "rp_name": "Maple", "user_id": USER, "user_name": "ada"}
    return webauthn.registration_options(**(settings | more))


def registered(passkey: FakePasskey, **how: Any) -> StoredCredential:
    options = asked()
    answered = passkey.register(options, origin=ORIGIN, **how)
    done = webauthn.verify_registration(answered, challenge=options.challenge, **RP)
    assert done, done
    assert done.credential is not None
    return done.credential


def log_in(
    passkey: FakePasskey, credential: StoredCredential, origin: str = ORIGIN, **settings: Any
) -> webauthn.Authentication:
    options = webauthn.authentication_options(rp_id="example.org", allow=[credential])
    answered = passkey.authenticate(options, origin=origin)
    return webauthn.verify_authentication(
        answered, challenge=options.challenge, credential=credential, **(RP | settings)
    )


@pytest.mark.parametrize("algorithm", [-7, -8, -19, -257])
@pytest.mark.parametrize("attestation", ["none", "self"])
def test_each_algorithm(algorithm: int, attestation: Any) -> None:
    passkey = FakePasskey()
    options = asked(algorithms=[algorithm], extensions={"credProps": True})
    answered = passkey.register(options, origin=ORIGIN, attestation=attestation)
    done = webauthn.verify_registration(
        answered, challenge=options.challenge, origins=ORIGIN, rp_id="example.org", algorithms=[algorithm]
    )
    assert done, done
    assert (done.algorithm, done.trust, dict(done.extensions)) == (algorithm, attestation, {"credProps": {"rk": True}})
    assert done.credential is not None
    assert done.credential.transports == ("internal",)
    login = log_in(passkey, done.credential, user_handle=USER, usernameless=True)
    assert login, login
    assert (login.up, login.uv, login.be, login.bs) == (True, True, False, False)


def test_the_first_algorithm_that_a_fake_has() -> None:
    options = asked(algorithms=[-35, -7])
    answered = FakePasskey().register(options, origin=ORIGIN)
    assert (
        webauthn.verify_registration(answered, challenge=options.challenge, algorithms=[-35, -7], **RP).algorithm == -7
    )
    unasked = FakePasskey().register(options, origin=ORIGIN, algorithm=-8)
    refused = webauthn.verify_registration(unasked, challenge=options.challenge, algorithms=[-35, -7], **RP)
    assert refused.refusal == "algorithm_not_listed"
    with pytest.raises(ValueError, match="^algorithm must be one that a fake has"):
        FakePasskey().register(asked(algorithms=[-35]), origin=ORIGIN)


def test_flags() -> None:
    passkey = FakePasskey()
    credential = registered(passkey)
    passkey.user_verified = False
    assert log_in(passkey, credential)
    assert log_in(passkey, credential, user_verification="required").refusal == "user_verification"
    passkey.user_present = False
    assert log_in(passkey, credential).refusal == "user_presence"
    passkey.user_present = True
    passkey.backed_up = True
    assert log_in(passkey, credential).refusal == "backup_state"
    passkey.backup_eligible = True
    assert log_in(passkey, credential).refusal == "backup_eligibility_changed"
    risen = log_in(passkey, credential, backup_eligibility_may_rise=True)
    assert risen
    assert risen.credential is not None
    assert (risen.credential.backup_eligible, risen.credential.backup_state) == (True, True)


def test_a_clone_is_found_by_its_counter() -> None:
    passkey = FakePasskey(counts=True)
    credential = registered(passkey)
    clone = passkey.clone()
    first = log_in(passkey, credential)
    assert first.credential is not None
    assert first.credential.sign_count == 1
    behind = log_in(clone, first.credential)
    assert (behind.refusal, behind.step, behind.sign_count_regressed) == ("sign_count", 22, True)
    tolerated = log_in(
        clone, log_in(passkey, first.credential).credential or first.credential, sign_count_may_stay=True
    )
    assert tolerated
    assert tolerated.sign_count_regressed
    assert tolerated.credential is not None
    assert tolerated.credential.sign_count == 2, "never below the stored one"


def test_another_origin_and_another_key() -> None:
    passkey = FakePasskey()
    credential = registered(passkey)
    assert log_in(passkey, credential, origin="https://evil.example").refusal == "origin"
    options = webauthn.authentication_options(rp_id="example.org")
    framed = passkey.authenticate(options, origin=ORIGIN, top_origin="https://top.example")
    settings: dict[str, Any] = {"challenge": options.challenge, "credential": credential, **RP}
    assert webauthn.verify_authentication(framed, **settings).refusal == "cross_origin"
    settings |= {"cross_origin": True, "top_origins": ["https://top.example"]}
    assert webauthn.verify_authentication(framed, **settings)
    unnamed = passkey.authenticate(options, origin=ORIGIN, name_user=False)
    nobody = webauthn.verify_authentication(unnamed, user_handle=USER, usernameless=True, **settings)
    assert nobody.refusal == "user_handle_missing"
    other = registered(FakePasskey())
    assert webauthn.verify_authentication(unnamed, **(settings | {"credential": other})).refusal == "user_credential"
    with pytest.raises(LookupError, match="^the passkey has no such credential"):
        FakePasskey().authenticate(options, origin=ORIGIN)
    assert repr(passkey) == "<counterseal.testing.FakePasskey>"
