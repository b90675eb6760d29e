# SPDX-License-Identifier: Apache-2.0
"""Factors as objects: enrolled, imported, changed by administrators; and what shows their secrets."""

import copy
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from counterseal import HOTP, TOTP, ConfigError, Engine, Pending, Tenant
from counterseal.testing import FakePhone

SESSION = b"session of alice"
BY = {"actor": "dr. maple", "reason": "lost phone"}

IMPORTS = """
import asyncio, os, sys
from counterseal import TOTP, AsyncEngine, ConfigError, KeyRing

key, hidden = bytearray(20), bytes.fromhex(sys.argv[1])
for n in range(20):
    key[n] = hidden[n] ^ 255
otp = TOTP.from_raw(key)
key[:] = bytes(20)

async def main():
    ring = KeyRing.from_keys({"a": os.urandom(32)}, active="a")
    async with AsyncEngine.open("memory:", keys=ring, create=True) as engine:
        def imported(subject, provenance="old"):
            m = engine.tenant("maple")
            return m.import_factor(subject, otp, last_step=None, provenance=provenance)

        print("before", flush=True)
        sys.stdin.readline()
        await imported("alice")
        try:
            await imported("bob", "self")
            raise AssertionError("it was taken")
        except ConfigError:
            pass
        never_awaited, closed = imported("carol"), imported("dave")
        closed.close()
        cancelled = asyncio.ensure_future(imported("erin"))
        cancelled.cancel()
        await asyncio.sleep(0)
        print("after", flush=True)
        sys.stdin.readline()
        never_awaited.close()

asyncio.run(main())
"""


def test_an_enrollment(memory: Any) -> None:
    made = memory.m.enroll_totp("alice", label="phone", issuer="Maple", account="alice@example.org")
    totp = TOTP.from_uri(made.uri)
    assert (totp.issuer, totp.account, totp.digits, totp.period) == ("Maple", "alice@example.org", 6, 30)
    assert made.reveal_base32() == totp.reveal_base32()
    assert made.qr("svg") == totp.qr("svg")
    assert made.qr("png").startswith(b"\x89PNG")
    assert made.expires == datetime.fromtimestamp(memory.clock(), UTC) + timedelta(days=1)
    (factor,) = memory.m.list_factors("alice")
    assert (factor.factor_id, factor.state, factor.type, factor.label) == (made.factor_id, "pending", "totp", "phone")
    strong = memory.m.enroll_totp("bob", algorithm="SHA256", digits=8, period=60)
    assert [TOTP.from_uri(strong.uri).algorithm, TOTP.from_uri(strong.uri).digits] == ["SHA256", 8]
    for wrong in ({"digits": 5}, {"period": 0}, {"algorithm": "MD5"}, {"account": "a:b"}, {"label": "x" * 300}):
        with pytest.raises(ConfigError, match=f"^{next(iter(wrong))}"):
            memory.m.enroll_totp("carol", **wrong)
    assert len(memory.m.list_factors("carol")) == 0


def test_a_subject_with_a_colon_needs_another_account(site: Any) -> None:
    with pytest.raises(
        ConfigError, match="^account must be given as a text without a colon: the subject, which stands"
    ):
        site.m.enroll_totp("clinic:alice")
    assert len(site.m.list_factors("clinic:alice")) == 0
    assert site.m.enroll_totp("clinic:alice", account="alice").uri.startswith("otpauth://totp/alice?")


def test_a_call_that_was_repeated_finds_its_factor(memory: Any) -> None:
    def begin(key: str, session: bytes | None = b"0123456789abcdef", **more: Any) -> Any:
        return memory.m.enroll_totp("alice", idempotency_key=key, session=session, **more)

    first, again, other = begin("a"), begin("a"), begin("b")
    assert (again.factor_id, again.uri) == (first.factor_id, first.uri)
    assert other.factor_id != first.factor_id
    # Whoever else guesses the key is shown no secret, and shows nobody theirs.
    assert begin("a", b"another session!").factor_id != first.factor_id
    with pytest.raises(ConfigError, match="^session"):
        begin("a", None)
    with pytest.raises(ConfigError, match="^idempotency_key"):
        begin("a", digits=8)


def test_an_enrollment_shows_no_secret(memory: Any) -> None:
    made = memory.m.enroll_totp("alice")
    secret = made.reveal_base32()
    for text in (repr(made), str(made), f"{made}", repr([made]), ascii(made)):
        assert secret not in text
        assert "secret" not in text
    for call in (copy.copy, copy.deepcopy, pickle.dumps, lambda item: item.__reduce__(), vars):
        with pytest.raises(TypeError):
            call(made)


def test_a_decision_hides_its_grant(memory: Any) -> None:
    _, phone = memory.enrolled()
    decision = memory.answer(phone.code())
    assert decision.grant not in repr(decision)
    assert "grant" not in repr(decision)


def test_importing(memory: Any) -> None:
    totp = TOTP.generate()
    step = int(memory.clock()) // 30
    dry = memory.m.import_factor("alice", totp, last_step=step, provenance="old system", dry_run=True)
    assert (dry.factor_id, len(memory.m.list_factors())) == (None, 0)
    made = memory.m.import_factor("alice", totp, last_step=step, provenance="old system", label="phone", actor="root")
    assert made.warnings == ()
    (factor,) = memory.m.list_factors("alice")
    assert (factor.state, factor.provenance, factor.last_used_step) == ("active", "old system", step)
    assert memory.m.verify_factor("alice", made.factor_id, totp.at(memory.clock()), purpose="t").status == "replayed"
    memory.clock.advance(30)
    verdict = memory.m.verify_factor("alice", made.factor_id, totp.at(memory.clock()), purpose="t")
    assert (verdict.status, verdict.step, verdict.next_counter, verdict.delta) == ("accepted", step + 1, None, None)
    hotp = HOTP.generate(digits=8, algorithm="SHA512")
    token = memory.m.import_factor("bob", hotp, next_counter=7, provenance="token box").factor_id
    assert memory.m.verify_factor("bob", token, hotp.at(6), purpose="t").status in {"wrong", "replayed"}
    verdict = memory.m.verify_factor("bob", token, hotp.at(7), purpose="t")
    assert (verdict.status, verdict.step, verdict.next_counter) == ("accepted", None, 8)
    waiting = memory.m.import_factor("carol", totp, last_step=None, provenance="old", active=False)
    assert waiting.warnings
    assert memory.m.confirm("carol", waiting.factor_id, totp.at(memory.clock()))


def test_a_token_whose_clock_is_off(site: Any) -> None:
    totp, step = TOTP.generate(), int(site.clock()) // 30
    for drift in (-10, -3, 3, 10):
        m, owner, told = site.m, f"owner {drift}", {"provenance": "box 7", "drift": drift}
        with pytest.raises(ConfigError, match="^last_step must not lie in the future"):
            m.import_factor(owner, totp, last_step=step + drift + 2, **told)
        made = m.import_factor(owner, totp, last_step=step + drift - 1, **told)
        assert made.warnings[-1].startswith("drift stays what it is")
        (factor,) = m.list_factors(owner)
        assert (factor.drift, factor.last_used_step) == (drift, step + drift - 1)

        def shown(steps: int, owner: str = owner, factor_id: str = factor.factor_id) -> Any:
            code = totp.at(site.clock() + 30 * steps)
            return site.m.verify_factor(owner, factor_id, code, purpose="t")

        assert shown(drift - 1).status == "replayed"
        assert [shown(steps).status for steps in (0, drift - 2, drift + 2)] == ["wrong"] * 3
        verdict = shown(drift)
        assert (verdict.status, verdict.step) == ("accepted", step + drift)
        assert shown(drift).status == "replayed"
    for far in (-11, 11, 2**62):
        with pytest.raises(ConfigError, match="^drift must be -10 to 10"):
            site.m.import_factor("alice", totp, last_step=None, provenance="box 7", drift=far)
    with pytest.raises(ConfigError, match="^drift must be 0 for HOTP"):
        site.m.import_factor("alice", HOTP.generate(), next_counter=0, provenance="box 7", drift=1)
    for mistyped in (True, 1.0, "1", None):
        with pytest.raises(TypeError, match="^drift must be an int"):
            site.m.import_factor("alice", totp, last_step=None, provenance="box 7", drift=mistyped)
    assert len(site.m.list_factors("alice")) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="looks through the memory of a process")
def test_an_import_leaves_no_copy_of_the_key() -> None:
    key = os.urandom(20)
    hidden = bytes(byte ^ 255 for byte in key).hex()  # as the child gets it: the only key in there is the otp's
    command = [sys.executable, "-c", IMPORTS, hidden]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        copies = []
        for moment in ("before", "after"):
            assert child.stdout.readline() == f"{moment}\n"
            copies.append(n_copies(child.pid, key[8:]))  # the allocator uses the first bytes of what is free
            child.stdin.write("\n")
    assert child.returncode == 0
    assert copies[0] > 0
    assert copies[1] == copies[0]


def n_copies(pid: int, needle: bytes) -> int:
    found = 0
    with open(f"/proc/{pid}/maps") as areas, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for area in areas:
            place, access, *_ = area.split()
            if access.startswith("rw"):
                first, end = (int(one, 16) for one in place.split("-"))
                memory.seek(first)
                found += memory.read(end - first).count(needle)
    return found


def test_imports_that_are_refused(site: Any) -> None:
    totp, hotp = TOTP.generate(), HOTP.generate()

    def refuse(kind: type[Exception], text: str, otp: Any, **more: Any) -> None:
        with pytest.raises(kind, match=text):
            site.m.import_factor("alice", otp, **({"provenance": "old"} | more))

    refuse(TypeError, "^last_step must be given", totp)
    refuse(TypeError, "^next_counter must be given", hotp)
    refuse(TypeError, "^next_counter is for a HOTP", totp, last_step=None, next_counter=1)
    refuse(TypeError, "^last_step is for a TOTP", hotp, last_step=None, next_counter=1)
    refuse(TypeError, "^last_step must be an int", totp, last_step="3")
    refuse(TypeError, "^next_counter must be an int", hotp, next_counter=None)
    refuse(TypeError, "^otp must be", b"12345678901234567890", last_step=None)
    refuse(TypeError, "^provenance must be a str", totp, last_step=None, provenance=None)
    refuse(TypeError, "^dry_run must be", totp, last_step=None, dry_run=1)
    refuse(ConfigError, "^provenance ", totp, last_step=None, provenance="self")
    refuse(ConfigError, "^last_step ", totp, last_step=-1)
    refuse(ConfigError, "^otp must show decimal digits", TOTP.generate(encoder="steam"), last_step=None)
    short = TOTP.from_raw(bytes(range(11)))
    refuse(ConfigError, "128 bits|allow_legacy", short, last_step=None)
    refuse(ConfigError, "80", TOTP.from_raw(bytes(range(9))), last_step=None, allow_legacy=True)
    assert len(site.m.list_factors()) == 0
    assert site.m.import_factor("alice", short, last_step=None, provenance="old", allow_legacy=True).factor_id


def test_what_administrators_do(memory: Any) -> None:
    m = memory.m
    factor_id, phone = memory.enrolled()
    assert (m.suspend("alice", factor_id, **BY).status, m.list_factors("alice").items[0].state) == ("done", "suspended")
    assert not m.verify_factor("alice", factor_id, phone.code(), purpose="t")
    again = m.suspend("alice", factor_id, **BY)
    assert (bool(again), again.status, again.state) == (False, "deny", "suspended")
    assert m.resume("alice", factor_id, **BY)
    for _ in range(5):
        m.verify_factor("alice", factor_id, phone.wrong_code(), purpose="t")
    assert m.list_factors("alice").items[0].is_locked
    assert m.unlock("alice", factor_id, **BY)
    assert m.verify_factor("alice", factor_id, phone.code(), purpose="t")
    unknown = m.revoke("alice", "no such factor", **BY)
    assert (bool(unknown), unknown.status, unknown.state) == (False, "wrong", None)
    assert m.revoke("alice", factor_id, **BY).state == "revoked"
    assert not m.revoke("alice", factor_id, **BY)
    told = [(e.type, e.actor, e.reason) for e in m.events("alice") if e.actor]
    assert told == [(f"factor.{what}", *BY.values()) for what in ("suspended", "resumed", "unlocked", "revoked")]
    with pytest.raises(ConfigError, match="^reason "):
        m.revoke("alice", factor_id, actor="a", reason="")


def test_a_reset(memory: Any) -> None:
    factor_id, phone = memory.enrolled()
    grant = memory.answer(phone.code()).grant
    done = memory.m.admin_reset("alice", **BY)
    assert (bool(done), done.n_revoked) == (True, 1)
    assert not memory.m.grant_valid(grant, subject="alice", session=SESSION)
    assert memory.m.verify_factor("alice", factor_id, phone.code(), purpose="t").status in {"revoked", "wrong"}
    assert memory.ask().outcome == "enroll"
    nobody = memory.m.admin_reset("nobody", **BY)
    assert (bool(nobody), nobody.status) == (False, "wrong")
    assert memory.m.enroll_totp("alice")  # the first one again: no grant is needed


def test_a_token_is_handed_out_and_not_enrolled(memory: Any) -> None:
    """`types` has it all the same, since it is what the person lacks."""
    rule = {"name": "tokens", "groups": "*", "paths": "*", "factors": ["hotp"]}
    memory.m.set_policy({"paths": {"portal": {"challenge": True}}, "rules": [rule]}, **BY)
    decision = memory.ask()
    assert (decision.outcome, decision.types) == ("enroll", ("hotp",))
    assert {name for name in dir(memory.m) if name.startswith("enroll")} == {"enroll_passkey", "enroll_totp"}
    token = HOTP.generate(account="alice")
    assert memory.m.import_factor("alice", token, next_counter=0, provenance="box 7")
    assert memory.answer(token.at(0))


def test_batches(site: Any) -> None:
    factor_id, phone = site.enrolled()
    other, second = site.enrolled("bob")
    code = phone.code()
    rows = [("alice", factor_id, code), ("bob", other, second.wrong_code()), ("alice", factor_id, code),
            ("nobody", "none", "123456"), ("bob", other, None)]  # fmt: skip
    batch = site.m.verify_batch(rows, purpose="bulk")
    assert [batch.status(n) for n in range(5)] == ["accepted", "wrong", "replayed", "wrong", "malformed"]
    assert (batch.n_ok, list(batch.ok)) == (1, [True, False, False, False, False])
    assert batch.steps[0] == int(site.clock()) // 30
    with pytest.raises(TypeError):
        bool(batch)
    for wrong in ([], rows * 2001):
        with pytest.raises(ConfigError, match="^items "):
            site.m.verify_batch(wrong, purpose="bulk")
    with pytest.raises(ConfigError, match="^purpose "):
        site.m.verify_factor("alice", factor_id, code, purpose="login")


def test_unknown_is_as_wrong(site: Any) -> None:
    factor_id, phone = site.enrolled()
    wrong = phone.wrong_code()
    for subject, factor in (("alice", factor_id), ("alice", "no such"), ("nobody", factor_id)):
        assert site.m.verify_factor(subject, factor, wrong, purpose="t").status == "wrong"
    assert site.m.confirm("nobody", "no such", wrong).status == "wrong"


def test_handles_are_not_copied(memory: Any) -> None:
    for item in (memory.engine, memory.engine._handle):
        for call in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                call(item)
    assert (repr(memory.m), memory.m.name) == (f"<counterseal.Tenant {memory.tenant}>", memory.tenant)
    assert all(kind.__doc__ for kind in (Engine, Tenant, Pending))
    assert FakePhone(HOTP.generate(account="a").uri()).code()
