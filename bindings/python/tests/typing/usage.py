# SPDX-License-Identifier: Apache-2.0
"""What a type checker lets pass and what not; read by mypy, never run. An ignore that is not needed is an error."""

from array import array
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, assert_type

from counterseal import (
    HOTP,
    OCRA,
    TOTP,
    AsyncEngine,
    BatchVerdict,
    Change,
    CheckpointMark,
    ClockChange,
    ConfigError,
    CountersealError,
    Decision,
    Engine,
    Event,
    Factor,
    HOTPKeyTable,
    KeyRing,
    KeyTable,
    LogReport,
    Page,
    Policy,
    Pool,
    TotpEnrollment,
    Verdict,
    YubicoOtp,
    __version__,
    verify_batch,
    verify_hotp_batch,
    verify_log,
    webauthn,
)

assert_type(__version__, str)

totp = TOTP("GEZDGNBV", algorithm="SHA256", digits=8, period=60, t0=0, issuer="Maple", account=None)
assert_type(totp, TOTP)
assert_type(TOTP.from_raw(bytearray(20)), TOTP)
assert_type(TOTP.from_raw(memoryview(b"key"), allow_long_period=True), TOTP)
assert_type(TOTP.from_hex("3132", encoder="steam"), TOTP)
assert_type(TOTP("GEZDGNBV", repair=True).encoder, Literal["decimal", "steam"])
assert_type(HOTP("GEZDGNBV", counter=5, repair=True).counter, int)
assert_type(TOTP.generate(bits=256), TOTP)
assert_type(TOTP.from_uri(uri="otpauth://totp/a?secret=GEZDGNBV").qr(kind="png"), bytes)
assert_type(totp.now(), str)
assert_type(totp.at(datetime.now(UTC)), str)
assert_type(totp.algorithm, Literal["SHA1", "SHA256", "SHA512"])
assert_type(totp.warnings, tuple[str, ...])

verdict = totp.verify("287082", None, 59, 1, 1)
assert_type(verdict, Verdict)
assert_type(verdict.step, int | None)
assert_type(totp.verify(None, last_step=3, at=59.5, past=0, future=0), Verdict)
if verdict.status == "accepted":
    assert_type(bool(verdict), bool)

hotp = HOTP.generate(digits=7)
assert_type(hotp.at(3), str)
assert_type(hotp.verify(b"287082", 0, look_ahead=3).next_counter, int | None)
assert_type(hotp.resync("755224", "287082", 0), Verdict)

ocra = OCRA("OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-T1M", bytearray(20))
assert_type(ocra.suite, str)
assert_type(ocra.digits, int)
assert_type(ocra.generate(question="12345678", counter=1, pin_hash=b"", time=datetime.now(UTC)), str)
answer = ocra.verify(None, question="12345678", counter=1, pin_hash=memoryview(b""), last_step=None, look_ahead=3)
assert_type(answer, Verdict)

try:
    HOTP("1")
except ConfigError as error:
    wrong_value: ValueError = error
    trouble: CountersealError = error
    assert_type(error.code, str)
    assert_type(error.retryable, bool)

yubikey = YubicoOtp(b"", "", bytearray())
assert_type(yubikey.verify(None, None), Verdict)
assert_type(yubikey.verify("", (19, 17)).last, tuple[int, int] | None)
assert_type(YubicoOtp.public_id_of(b""), str | None)
assert_type(yubikey.public_id, str)
assert_type(HOTP.token_id_of("", digits=8), str | None)
assert_type(HOTP("GEZDGNBV", token_id="ubhe01234567").token_id, str | None)

table = KeyTable([b"", bytearray(20)], replay="this_process", last_steps=[None, 3])
assert_type(table, KeyTable)
batch = table.verify(["287082", None], datetime.now(UTC), past=2)
assert_type(batch, BatchVerdict)
assert_type(batch.ok, memoryview[bool])
assert_type(batch.ok[0], bool)
assert_type(batch.steps[0], int)
assert_type(batch.n_ok, int)
assert_type(len(table), int)
assert_type(table.replay, Literal["this_process", "report_only"])
assert_type(table.at(59, rows=range(2)), memoryview[int])
assert_type(table.add(b"", key_len=20), int)
table.verify(array("I", [287082]), array("q", [59]), rows=array("I", [0]), last_steps=array("q", [-1]))
if batch.status(0) == "CSEAL_E_RANGE":
    table.remove(0)
counters = HOTPKeyTable(b"", algorithm="SHA256", replay="report_only", next_counters=[1])
assert_type(counters.verify(("287082",), look_ahead=3).next_counters, memoryview[int])
assert_type(verify_batch([b""], memoryview(b""), 59, [None], ids=[1]), BatchVerdict)
assert_type(verify_hotp_batch(b"", ["287082"], [1], algorithm="SHA512", look_ahead=1), BatchVerdict)

ring = KeyRing.from_keys({"2026a": bytearray(32)}, active="2026a")
assert_type(KeyRing.from_file(Path("ring"), create=True), KeyRing)
with Engine.open("sqlite:///a.db", keys=ring, create=True, schema="migrate", clock=lambda: 1.7e9) as engine:
    assert_type(engine, Engine)
    m = engine.tenant("maple")
    assert_type(m.set_policy({"rules": [], "paths": {}}, actor="a", reason="r"), int)
    assert_type(m.policy(at=1_700_000_000), Policy)
    assert_type(m.set_clock(actor="a", reason="r"), ClockChange)
    rules: Mapping[str, Any] = m.policy()
    assert_type(m.enroll_totp("alice", session=bytearray(16)), TotpEnrollment)
    assert_type(m.enroll_totp("alice").qr("png"), bytes)
    assert_type(m.confirm("alice", "id", None), Verdict)
    assert_type(m.recovery_codes("alice"), list[str])
    assert_type(m.import_factor("alice", totp, last_step=None, provenance="old").factor_id, str | None)
    assert_type(m.list_factors(), Page[Factor])
    assert_type(m.list_factors().items, tuple[Factor, ...])
    assert_type(m.events(after=3).next, str | None)
    for event in m.events():
        assert_type(event, Event)
    decision = m.evaluate("alice", session=b"", groups={"staff"}, path="portal")
    assert_type(decision, Decision)
    assert_type(decision.outcome, Literal["allow", "challenge", "enroll", "deny"])
    assert_type(decision.grant, str | None)
    assert_type(m.grant_valid(decision.grant, subject="alice", session=b"", max_age=300), bool)
    assert_type(m.verify_factor("alice", "id", 123456, purpose="test").retry_after_s, int | None)
    assert_type(m.revoke("alice", "id", actor="a", reason="r"), Change)
    assert_type(bool(engine.health()), bool)
    page = engine.checkpoints("maple", limit=10)
    assert_type(page.next, CheckpointMark | None)
    assert_type([one.note for one in engine.checkpoints(after=page.next)], list[str])
    assert_type(verify_log(m.log.export().data, {"note"}, m.log.verifier()), LogReport)
    verify_log("text")  # type: ignore[arg-type]


async def use() -> None:
    async with AsyncEngine.open("memory:", keys=Path("ring"), pool=Pool(threads=2)) as engine:
        assert_type(engine, AsyncEngine)
        m = engine.tenant("maple")
        assert_type(await m.verify_factor("alice", "id", "1", purpose="test"), Verdict)
        assert_type(await m.grant_valid(None, subject="alice", session=b""), bool)
        assert_type(await m.list_factors(), Page[Factor])


m.verify_challenge("alice", decision.challenge_id, None, "1", session=b"")  # type: ignore[arg-type]  # may be None
m.verify_factor("alice", "id", "1")  # type: ignore[call-arg]
m.evaluate("alice", session="text", path="portal")  # type: ignore[arg-type]
m.import_factor("alice", totp, provenance="old")  # type: ignore[call-overload]  # "never used" is said
m.import_factor("alice", hotp, last_step=1, provenance="old")  # type: ignore[call-overload]
m.revoke("alice", "id")  # type: ignore[call-arg]
decision.outcome = "allow"  # type: ignore[misc]
Engine.open("memory:")  # type: ignore[call-arg]
Engine.open("memory:", keys=ring, schema="upgrade")  # type: ignore[arg-type]
KeyTable(b"")  # type: ignore[call-arg]  # who keeps the states is said, not forgotten
KeyTable(b"", replay="database")  # type: ignore[arg-type]
KeyTable(["GEZDGNBV"], replay="report_only")  # type: ignore[list-item]
table.verify("287082", 59)  # type: ignore[arg-type]  # one code is no batch
table.verify(["287082"])  # type: ignore[call-arg]
table.replace(0, b"")  # type: ignore[call-arg]
counters.replace(0, b"", None)  # type: ignore[arg-type]
verify_batch(b"", ["287082"], 59)  # type: ignore[call-arg]
options = webauthn.registration_options(rp_id="a", rp_name="b", user_id=b"c", user_name="d", exclude=[b"e"])
assert_type(options.challenge, bytes)
registration = webauthn.verify_registration("", challenge=options.challenge, origins="https://a", rp_id="a")
assert_type(registration.credential, webauthn.StoredCredential | None)
assert_type(registration.trust, Literal["none", "self", "anchored"])
if registration.credential is not None:
    login = webauthn.verify_authentication(
        {}, challenge=b"", origins=["https://a"], rp_id="a", credential=registration.credential
    )
    assert_type(login.sign_count_regressed, bool)
webauthn.verify_registration("", challenge="text", origins="", rp_id="")  # type: ignore[arg-type]
webauthn.verify_registration("", origins="", rp_id="")  # type: ignore[call-arg]  # the server's own challenge
webauthn.authentication_options(rp_id="a", user_verification="yes")  # type: ignore[arg-type]
webauthn.StoredCredential.from_json({})  # type: ignore[arg-type]
yubikey.verify("")  # type: ignore[call-arg]  # "never used" is said, not forgotten
yubikey.verify("", 19)  # type: ignore[arg-type]
YubicoOtp("00", "", b"")  # type: ignore[arg-type]
totp.verify("287082")  # type: ignore[call-arg]  # "never used" is said, not forgotten
totp.verify("287082", "3")  # type: ignore[arg-type]
totp.verify("287082", None, "59")  # type: ignore[arg-type]
totp.verify("287082", None, window=1)  # type: ignore[call-arg]
totp.digits = 8  # type: ignore[misc]
verdict.status = "accepted"  # type: ignore[misc]
verdict.status == "ok"  # type: ignore[comparison-overlap]  # noqa: B015
TOTP(b"12345678901234567890")  # type: ignore[arg-type]
TOTP("GEZDGNBV", "SHA1")  # type: ignore[call-arg]
TOTP("GEZDGNBV", algorithm="MD5")  # type: ignore[arg-type]
TOTP("GEZDGNBV", encoder="base26")  # type: ignore[arg-type]
TOTP.from_raw("GEZDGNBV")  # type: ignore[arg-type]
HOTP("GEZDGNBV", period=30)  # type: ignore[call-arg]
OCRA("OCRA-1:HOTP-SHA1-6:QN08", "12345678")  # type: ignore[arg-type]
OCRA("OCRA-1:HOTP-SHA1-6:QN08")  # type: ignore[call-arg]
ocra.generate(question=12345678)  # type: ignore[arg-type]
ocra.verify("123456", "12345678")  # type: ignore[call-arg]
ocra.verify("123456", question="12345678", session="text")  # type: ignore[arg-type]
hotp.verify("287082", None)  # type: ignore[arg-type]


class Mine(TOTP):  # type: ignore[misc]
    pass
