# SPDX-License-Identifier: Apache-2.0
"""Every secret that an engine is given, gives or keeps is used, and looked for in all that auditors and operators see.

The identifier of a challenge is no secret: it answers for nobody without the session, and records of operators name it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from counterseal import HOTP, TOTP, Engine, KeyRing, StoreCorrupt
from counterseal.testing import FakeClock, FakePasskey, FakePhone

ORIGIN = "https://maple.example"
POLICY = {
    "paths": {"web": {"challenge": True}},
    "rules": [{"name": "all", "groups": "*", "paths": "*", "factors": ["totp", "hotp", "webauthn", "recovery"]}],
    "relying_party": {"rp_id": "maple.example", "origins": [ORIGIN]},
}
TENANT = ["--tenant", "maple"]
BY = {"actor": "root", "reason": "test"}
FORMATS = ["lines", "csv", "fhir", "ocsf", "cef"]
SESSION, ANOTHER_SESSION = secrets.token_bytes(32), secrets.token_bytes(32)
WRONG = "48151623"  # of eight digits, as all codes here: fewer are met by chance


class Canaries:
    """Secrets by kind, and each spelling in which one could stand in a text."""

    def __init__(self) -> None:
        self.planted: defaultdict[str, set[bytes]] = defaultdict(set)

    def plant(self, kind: str, *values: str | bytes) -> None:
        self.planted[kind] |= {value.encode() if isinstance(value, str) else value for value in values}

    def found_in(self, text: bytes) -> list[str]:
        folded = text.lower()
        return [
            f"{kind} as {spelling}"
            for kind, values in self.planted.items()
            for value in values
            for spelling, is_found in (
                ("what it is", stands_in(value.lower(), folded)),
                ("what Python shows of bytes", stands_in(repr(value)[2:-1].lower().encode(), folded)),
                ("hex", value.hex().encode() in folded),
                ("base32", any(within(base64.b32encode, value, n, 5).lower() in folded for n in range(5))),
                ("base64", any(within(base64.b64encode, value, n, 6) in text for n in range(3))),
                ("base64url", any(within(base64.urlsafe_b64encode, value, n, 6) in text for n in range(3))),
            )
            if is_found
        ]


def stands_in(value: bytes, text: bytes) -> bool:
    # What is short stands in a long number or a hash by chance.
    return value in text and (
        len(value) >= 16 or re.search(rb"(?<![\w+/-])" + re.escape(value) + rb"(?![\w+/-])", text) is not None
    )


def within(encode: Callable[[bytes], bytes], value: bytes, shift: int, n_bits: int) -> bytes:
    """The characters that the value alone decides where it stands behind `shift` bytes of something longer."""
    return encode(bytes(shift) + value)[-(-8 * shift // n_bits) : 8 * (shift + len(value)) // n_bits]


class Practice:
    """What hosts, users and attackers do, with whatever of it is secret planted."""

    def __init__(self, engine: Engine, clock: FakeClock, canaries: Canaries) -> None:
        self.m = engine.tenant("maple")
        self.clock = clock
        self.canaries = canaries
        self.plant = canaries.plant
        self.plant("session", SESSION, ANOTHER_SESSION)
        self.m.set_policy(POLICY, **BY)

    def key(self) -> str:
        made = secrets.token_urlsafe(24)
        self.plant("idempotency key", made)
        return made

    def ask(self, subject: str, **more: Any) -> str:
        asked = self.m.evaluate(subject, session=SESSION, path="web", **more)
        assert asked.challenge_id is not None, asked.reason
        return asked.challenge_id

    def phones(self) -> str:
        """A login by phone: the grant."""
        made = self.m.enroll_totp("alice", session=SESSION, idempotency_key=self.key(), digits=8)
        self.plant("TOTP secret", secret_of(made.uri))
        self.plant("otpauth URI", made.uri, made.uri.partition("?")[2])
        phone = FakePhone(made.uri, self.clock)
        self.plant("wrong code", WRONG)
        self.plant("typed code", code := phone.code())
        assert self.m.confirm("alice", made.factor_id, WRONG).status == "wrong"
        assert self.m.confirm("alice", made.factor_id, code)
        id = self.ask("alice")
        for response, reason in ((code, "REPLAY"), (WRONG, "WRONG_CODE")):
            assert self.m.verify_challenge("alice", id, None, response, session=SESSION).reason == reason
        self.clock.advance(30)
        self.plant("typed code", code := phone.code())
        refused = self.m.verify_challenge("alice", id, None, code, session=ANOTHER_SESSION)
        assert refused.reason == "WRONG_CHALLENGE"
        grant: str = self.m.verify_challenge("alice", id, None, code, session=SESSION).grant
        forged = secrets.token_urlsafe(90)
        self.plant_grants(grant, forged)
        assert self.m.grant_valid(grant, subject="alice", session=SESSION)
        assert not self.m.grant_valid(forged, subject="alice", session=SESSION)
        assert not self.m.grant_valid(grant, subject="alice", session=ANOTHER_SESSION)
        assert self.m.evaluate("alice", session=SESSION, path="web", grant=grant)
        return grant

    def paper(self, grant: str) -> None:
        codes = self.m.recovery_codes("alice", grant=grant, session=SESSION)
        plant_paper(self.canaries, codes)
        used = self.m.verify_challenge("alice", self.ask("alice"), None, codes[0], session=SESSION)
        self.plant_grants(used.grant)
        id = self.ask("alice")
        guess = "-".join(secrets.choice("ABCDEFGHJKMNPQRS") * 4 for _ in range(4))
        self.plant("wrong recovery code", guess)
        for response, reason in ((guess, "WRONG_CODE"), (codes[0], "REPLAY")):
            assert self.m.verify_challenge("alice", id, None, response, session=SESSION).reason == reason

    def tokens(self) -> None:
        """Imported secrets, a lock, and a batch."""
        token, card = HOTP.generate(digits=8), TOTP.generate(digits=8)
        self.plant("imported HOTP secret", base64.b32decode(token.reveal_base32()))
        self.plant("imported TOTP secret", base64.b32decode(card.reveal_base32()))
        box = self.m.import_factor("bob", token, next_counter=7, provenance="box 7").factor_id
        desk = self.m.import_factor("carol", card, last_step=None, provenance="old system").factor_id
        assert box is not None
        assert desk is not None
        self.plant("typed code", first := token.at(7), second := card.at(self.clock()))
        assert self.m.verify_factor("bob", box, first, purpose="sign")
        batch = self.m.verify_batch([("carol", desk, second), ("carol", desk, WRONG)], purpose="doors")
        assert [batch.status(0), batch.status(1)] == ["accepted", "wrong"]
        for _ in range(7):
            last = self.m.verify_factor("bob", box, WRONG, purpose="sign")
        assert last.status in {"locked", "throttled"}
        assert self.m.unlock("bob", box, **BY)
        assert self.m.revoke("bob", box, **BY)

    def passkeys(self) -> None:
        browser = FakePasskey(counts=True)
        for origin, is_good in (("https://evil.example", False), (ORIGIN, True)):
            begun = self.m.enroll_passkey("dave", session=SESSION, idempotency_key=self.key())
            answer = browser.register(begun.options, origin=origin, algorithm=-7, attestation="self")
            self.plant_answer("registration", begun.options.challenge, answer)
            assert bool(self.m.confirm("dave", begun.factor_id, answer)) == is_good
        for one in browser._credentials:
            self.plant("private key of a passkey", one.key._d.to_bytes(32, "big"))
        for origin, is_good in (("https://evil.example", False), (ORIGIN, True)):
            question = self.m.begin_passkey("dave", id := self.ask("dave"), session=SESSION)
            answer = browser.authenticate(question.options, origin=origin)
            self.plant_answer("assertion", question.options.challenge, answer)
            decision = self.m.verify_challenge("dave", id, None, answer, session=SESSION)
            assert bool(decision) == is_good, decision.reason
        self.plant_grants(decision.grant)
        question = self.m.begin_passkey(path="web", session=SESSION)
        answer = browser.authenticate(question.options, origin=ORIGIN)
        self.plant_answer("assertion", question.options.challenge, answer)
        decision = self.m.verify_passkey("dave", question.challenge_id, answer, session=SESSION)
        self.plant_grants(decision.grant)
        assert self.m.verify_passkey("dave", question.challenge_id, answer, session=SESSION).reason != "OK"

    def plant_grants(self, *grants: str) -> None:
        self.plant("grant", *grants, *(base64.urlsafe_b64decode(f"{one}==") for one in grants))

    def plant_answer(self, kind: str, challenge: bytes, answer: str) -> None:
        said = {name: base64.urlsafe_b64decode(f"{text}==") for name, text in json.loads(answer)["response"].items()
                if name not in {"transports", "userHandle"}}  # fmt: skip
        if "attestationObject" in said:
            _, _, rest = said["attestationObject"].partition(b"csig\x58")  # a text of three bytes, then bytes
            said["signature"] = rest[1 : 1 + rest[0]]
        self.plant(kind, challenge, answer, *said.values())


def plant_paper(canaries: Canaries, codes: list[str]) -> None:
    canaries.plant("recovery code", *codes, *(code.replace("-", "") for code in codes))


def secret_of(uri: str) -> bytes:
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    return base64.b32decode(secret + "=" * (-len(secret) % 8))


def ring_of(office: Any) -> dict[str, bytes]:
    """The keys of its file, by their ids."""
    _, _, *lines = (office.folder / "logins.keys").read_text().splitlines()
    return {id: base64.b64decode(key) for id, key in (line.split() for line in lines)}


def log_key(office: Any, ring: dict[str, bytes]) -> bytes:
    """The private key that signs the log, as the row of the installation has it sealed: XAES-256-GCM (C2SP)."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    ((store, public, sealed),) = office.sql("SELECT store, log_public, log_private FROM installation")
    head, rest = sealed[: 2 + sealed[1]], sealed[2 + sealed[1] :]
    nonce, text = rest[:24], rest[24 + 32 :]
    label = b"\0\0\0\1counterseal key\0\1\1\0"  # the key that seals, of 256 bits
    block = Cipher(algorithms.AES(hmac.digest(ring[head[2:].decode()], label, hashlib.sha256)), modes.ECB()).encryptor()
    doubled = int.from_bytes(block.update(bytes(16)), "big") << 1
    subkey = (doubled ^ (doubled >> 128) * ((1 << 128) | 0x87)).to_bytes(16, "big")
    counted = (bytes([0, n, ord("X"), 0]) + nonce[:12] for n in (1, 2))
    key = b"".join(block.update(bytes(a ^ b for a, b in zip(one, subkey, strict=True))) for one in counted)
    fields = ((0, head), (2, store.encode()), (2, b"log key"))
    where = b"".join(bytes([kind]) + len(data).to_bytes(8, "big") + data for kind, data in fields)
    opened = serialization.load_der_private_key(AESGCM(key).decrypt(nonce[12:], text, where), None)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    assert opened.public_key().public_bytes(serialization.Encoding.DER, spki) == public
    return opened.private_bytes_raw()


def by_library(office: Any, canaries: Canaries) -> None:
    # An hour ago, as its steps take time that the commands behind it do not wait for.
    clock = FakeClock(int(time.time()) - 3600)
    keys = KeyRing.from_keys(ring_of(office), active="first")
    with Engine.open(f"sqlite:///{office.folder}/logins.db", keys=keys, clock=clock) as engine:
        practice = Practice(engine, clock, canaries)
        practice.paper(grant := practice.phones())
        practice.tokens()
        practice.passkeys()
        office.sql("UPDATE subject SET epoch = epoch + 1 WHERE subject = 'carol'")
        with pytest.raises(StoreCorrupt):
            practice.m.evaluate("carol", session=SESSION, path="web", grant=grant)
        office.sql("UPDATE subject SET epoch = epoch - 1 WHERE subject = 'carol'")


def by_commands(office: Any, canaries: Canaries) -> None:
    made = office.ask("enroll", *TENANT, "--subject", "dr.lee", "--digits", 8)
    canaries.plant("TOTP secret", secret_of(made["uri"]))
    canaries.plant("otpauth URI", made["uri"], made["uri"].partition("?")[2])
    canaries.plant("typed code", code := office.run("totp", "code", stdin=made["uri"]).text.strip())
    which = [*TENANT, "--subject", "dr.lee", "--factor", made["factor_id"]]
    assert office.ask("factor", "confirm", code, *which)["status"] == "accepted"
    plant_paper(canaries, office.run("recovery-codes", *TENANT, "--subject", "nurse1").text.split())
    token = HOTP.generate()
    canaries.plant("imported HOTP secret", base64.b32decode(token.reveal_base32()))
    command = ["factor", "import", "hotp", *TENANT, "--subject", "nurse2", "--provenance", "box 8"]
    assert office.ask(*command, "--next-counter", 0, stdin=token.reveal_base32())["factor_id"]
    office.ask("keys", "add", "--id", "second")
    office.ask("keys", "promote", "--id", "second")
    office.ask("keys", "reseal")
    assert ring_of(office).keys() == {"first", "second"}
    canaries.plant("key of the ring", *ring_of(office).values())
    canaries.plant("key that signs the log", log_key(office, ring_of(office)))


@dataclass
class Seen:
    canaries: Canaries
    texts: dict[str, bytes]  # by what it is


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, office_in: Any) -> Seen:
    canaries, office = Canaries(), office_in(tmp_path_factory.mktemp("canaries")).begin()
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda one: records.append(f"{one.getMessage()} {vars(one)!r}\n")  # type: ignore[method-assign]
    logger = logging.getLogger("counterseal")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        by_library(office, canaries)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    by_commands(office, canaries)
    commands = {form: ["export", *TENANT, "--format", form] for form in FORMATS}
    done = {what: office.run("audit", *words) for what, words in commands.items()}
    done["events"] = office.run("events", *TENANT, "--limit", 1000, "--json")
    done["state"] = office.run("audit", "verify", "--state", *TENANT, "--json")
    assert {(one.status, one.err) for one in done.values()} == {(0, "")}
    return Seen(canaries, {what: one.out for what, one in done.items()} | {"records": "".join(records).encode()})


def test_every_secret_was_used(seen: Seen) -> None:
    assert {kind: len(values) for kind, values in seen.canaries.planted.items()} == {
        "session": 2,
        "idempotency key": 3,
        "TOTP secret": 2,
        "otpauth URI": 2 * 2,
        "imported HOTP secret": 2,
        "imported TOTP secret": 1,
        "typed code": 5,
        "wrong code": 1,
        "recovery code": 2 * 2 * 10,
        "wrong recovery code": 1,
        "grant": 2 * 5,
        "registration": 2 * 5,
        "assertion": 3 * 5,
        "private key of a passkey": 2,
        "key of the ring": 2,
        "key that signs the log": 1,
    }


@pytest.mark.parametrize("what", [*FORMATS, "events"])
def test_each_text_is_of_all_that_happened(seen: Seen, what: str) -> None:
    subjects = [b"alice", b"bob", b"carol", b"dave", b"dr.lee", b"nurse1", b"nurse2"]
    assert [one for one in subjects if one not in seen.texts[what]] == []


def test_the_records_are_of_decisions_and_of_trouble(seen: Seen) -> None:
    for told in (b"'verify_challenge'", b"'verify_passkey'", b"'PASSKEY_REFUSED'", b"'CSEAL_E_STORE_CORRUPT'"):
        assert told in seen.texts["records"]


@pytest.mark.parametrize("what", [*FORMATS, "events", "state", "records"])
def test_no_text_has_a_secret(seen: Seen, what: str) -> None:
    assert seen.canaries.found_in(seen.texts[what]) == []


@pytest.mark.parametrize(
    "value", [secrets.token_bytes(20), WRONG.encode(), b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ"]
)
def test_the_search_finds_each_spelling(value: bytes) -> None:
    canaries = Canaries()
    canaries.plant("leak", value)
    texts = [value, value.hex().encode(), value.hex().upper().encode(), repr(value).encode()]
    for encode in (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode):
        texts += [encode(front + value + back) for front in (b"", b"a", b"abc") for back in (b"", b"xyz")]
    for text in texts:
        assert canaries.found_in(b'{"detail":"' + text + b'"}'), text
    assert canaries.found_in(b'{"at_us":1700000048151623001,"note":"' + bytes(40) + b'"}') == []
