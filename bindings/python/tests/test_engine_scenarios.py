# SPDX-License-Identifier: Apache-2.0
"""What went wrong elsewhere, by the number of its public report (tests/engine/README.md), on each store."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from counterseal import TOTP, StepUpRequired
from counterseal.testing import FakePhone

SESSION = b"session of alice"


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    start = Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(begin, calls))


def fail(site: Any, factor_id: str, phone: FakePhone, n: int, subject: str = "alice") -> list[str]:
    wrong = phone.wrong_code()
    return [site.m.verify_factor(subject, factor_id, wrong, purpose="test").status for _ in range(n)]


def used_step(site: Any, factor_id: str, subject: str = "alice") -> int | None:
    (step,) = [f.last_used_step for f in site.m.list_factors(subject) if f.factor_id == factor_id]
    return step


# zitadel#6452
def test_m01_a_code_is_accepted_once(site: Any) -> None:
    _, phone = site.enrolled()
    first = site.answer(phone.code())
    assert first
    assert (first.reason, first.assurance, first.amr) == ("OK", 2, ("otp",))
    again = site.answer(phone.code())
    assert not again
    assert (again.outcome, again.reason, again.grant) == ("deny", "REPLAY", None)


# keycloak PR 13867
def test_m02_of_two_nodes_one_accepts(site: Any) -> None:
    _, phone = site.enrolled()
    nodes = [site.m, site.another().tenant(site.tenant)]
    asked = [site.ask() for _ in nodes]
    code = phone.code()
    got = at_once(
        [
            lambda m=m, d=d: m.verify_challenge("alice", d.challenge_id, None, code, session=SESSION)
            for m, d in zip(nodes, asked, strict=True)
        ]
    )
    assert sorted(d.reason for d in got) == ["OK", "REPLAY"]
    assert sum(map(bool, got)) == 1


# openbao PR 1629, CVE-2025-6015
def test_m04_a_used_code_in_other_clothes(site: Any) -> None:
    _, phone = site.enrolled()
    code = phone.code()
    assert site.answer(code)
    for same in (f" {code}", f"{code[:3]} {code[3:]}", code.encode()):
        assert site.answer(same).reason == "REPLAY"
    full_width = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    assert site.answer(full_width).reason == "MALFORMED"


# CVE-2023-47111
def test_m06_of_fifty_wrong_codes_at_once_five_are_looked_at(site: Any) -> None:
    factor_id, phone = site.enrolled()
    wrong = phone.wrong_code()
    calls = [lambda: site.m.verify_factor("alice", factor_id, wrong, purpose="test").status] * 50
    assert Counter(at_once(calls)) == {"wrong": 5, "throttled": 45}


# privacyidea#265
def test_m08_the_right_code_of_a_locked_factor(site: Any) -> None:
    factor_id, phone = site.enrolled()
    before = used_step(site, factor_id)
    assert fail(site, factor_id, phone, 5) == ["wrong"] * 5
    refused = site.m.verify_factor("alice", factor_id, phone.code(), purpose="test")
    assert not refused
    assert (refused.status, refused.retry_after_s) == ("throttled", 30)
    decision = site.ask()
    assert (decision.outcome, decision.reason, decision.retry_after_s) == ("deny", "THROTTLED", 30)
    assert used_step(site, factor_id) == before
    (factor,) = site.m.list_factors("alice")
    assert factor.is_locked


# privacyidea#1578
def test_m09_after_a_lock_the_count_starts_again_and_the_next_lock_is_longer(site: Any) -> None:
    factor_id, phone = site.enrolled()
    assert fail(site, factor_id, phone, 6) == ["wrong"] * 5 + ["throttled"]
    site.clock.advance(30)
    assert fail(site, factor_id, phone, 6) == ["wrong"] * 5 + ["throttled"]
    assert site.m.verify_factor("alice", factor_id, phone.code(), purpose="test").retry_after_s == 60


# keycloak#26177, keycloak#26180
def test_m10_a_challenge_does_not_survive_a_lock(site: Any) -> None:
    factor_id, phone = site.enrolled()
    asked = site.ask()
    fail(site, factor_id, phone, 5)
    site.clock.advance(31)
    late = site.answer(phone.code(), asked)
    assert (late.outcome, late.reason) == ("deny", "CHALLENGE_DEAD")
    assert site.answer(phone.code())  # a new challenge: first factor again


# allauth 65.8.1
def test_m12_ones_own_success_does_not_help_against_another(site: Any) -> None:
    victim, phone = site.enrolled("victim")
    own, mine = site.enrolled("mallory")
    assert fail(site, victim, phone, 4, "victim") == ["wrong"] * 4
    assert site.m.verify_factor("mallory", own, mine.code(), purpose="test")
    assert fail(site, victim, phone, 2, "victim") == ["wrong", "throttled"]


# django-two-factor-auth#473
def test_m13_good_codes_of_one_factor_leave_the_others_alone(site: Any) -> None:
    _, phone = site.enrolled()
    grant = site.answer(phone.code()).grant
    codes = site.m.recovery_codes("alice", grant=grant, session=SESSION)
    for _ in range(30):
        site.clock.advance(30)
        assert site.answer(phone.code())
    backup = site.answer(codes[3])
    assert (backup.outcome, backup.reason) == ("allow", "OK")
    (left,) = [f.codes_left for f in site.m.list_factors("alice") if f.type == "recovery"]
    assert left == len(codes) - 1


# keycloak#26106
def test_m14_one_recovery_code_opens_once(site: Any) -> None:
    _, phone = site.enrolled()
    codes = site.m.recovery_codes("alice", grant=site.answer(phone.code()).grant, session=SESSION)
    asked = [site.ask(), site.ask()]
    got = at_once(
        [lambda d=d: site.m.verify_challenge("alice", d.challenge_id, None, codes[0], session=SESSION) for d in asked]
    )
    assert sum(map(bool, got)) == 1


# authentik#2330
def test_m15_a_factor_that_was_never_confirmed_is_none(site: Any) -> None:
    enrollment = site.m.enroll_totp("alice")
    phone = FakePhone(enrollment.uri, site.clock)
    assert site.m.confirm("alice", enrollment.factor_id, phone.wrong_code()).status == "wrong"
    decision = site.ask()
    assert (decision.outcome, decision.reason, decision.grant) == ("enroll", "ENROLL_REQUIRED", None)


# keycloak#38593
def test_m16_until_the_new_phone_is_confirmed_the_old_one_counts(site: Any) -> None:
    old, phone = site.enrolled()
    grant = site.answer(phone.code()).grant
    replacing = site.m.enroll_totp("alice", replaces=old, grant=grant, session=SESSION)
    asked = site.ask()
    assert [factor.factor_id for factor in asked.factors] == [old]
    new = FakePhone(replacing.uri, site.clock)
    assert site.answer(new.code(), asked).reason == "WRONG_CODE"
    site.clock.advance(30)
    assert site.answer(phone.code())
    assert site.m.confirm("alice", replacing.factor_id, new.code())
    assert [factor.factor_id for factor in site.ask().factors] == [replacing.factor_id]


# keeperhub PR 1523
def test_m17_another_factor_wants_a_second_factor(site: Any) -> None:
    _, phone = site.enrolled()
    grant = site.answer(phone.code()).grant
    for wrong in ({}, {"session": SESSION}, {"grant": grant, "session": bytes(16)}, {"grant": "x", "session": SESSION}):
        for call in (site.m.enroll_totp, site.m.recovery_codes):
            with pytest.raises(StepUpRequired, match="^grant must be") as caught:
                call("alice", **wrong)
            assert (caught.value.code, caught.value.retryable) == ("CSEAL_DENY", False)
    assert len(site.m.list_factors("alice")) == 1
    assert site.m.enroll_totp("alice", grant=grant, session=SESSION)


# hanko PR 2723
def test_m18_the_code_of_the_enrollment_is_used_up(site: Any) -> None:
    enrollment = site.m.enroll_totp("alice")
    phone = FakePhone(enrollment.uri, site.clock)
    assert site.m.confirm("alice", enrollment.factor_id, phone.code())
    assert site.answer(phone.code()).reason == "REPLAY"


# openemr PR 14110
def test_m20_no_code_is_no_success(site: Any) -> None:
    site.enrolled()
    assert site.ask(first_factor={"method": "password"}).outcome == "challenge"
    for nothing in (None, "", b""):
        refused = site.answer(nothing)
        assert (refused.outcome, refused.reason) == ("deny", "MALFORMED")


# openemr#12033
def test_m22_who_never_enrolled_gets_enrollment_and_nothing_else(site: Any) -> None:
    decision = site.ask("newcomer")
    assert (decision.outcome, bool(decision), decision.reason) == ("enroll", False, "ENROLL_REQUIRED")
    assert (decision.grant, decision.challenge_id, decision.assurance) == (None, None, None)
    assert "totp" in decision.types


# CVE-2025-64103
def test_m23_who_enrolled_is_asked_even_where_it_is_optional(site: Any) -> None:
    assert site.ask("bob", groups=["patients"])
    site.enrolled("bob")
    assert site.ask("bob", groups=["patients"]).outcome == "challenge"


# authentik PR 2828
def test_m28_a_grant_is_worth_nothing_in_another_browser(site: Any) -> None:
    _, phone = site.enrolled()
    grant = site.answer(phone.code()).grant
    assert site.ask(grant=grant)
    other = site.ask(grant=grant, session=b"of another browser")
    assert (other.outcome, other.reason) == ("challenge", "NEED_MFA")
    assert not site.m.grant_valid(grant, subject="alice", session=b"of another browser")


# keycloak#12759
def test_m29_a_reset_link_is_one_factor(site: Any) -> None:
    site.enrolled()
    decision = site.ask(first_factor={"method": "reset_link", "time": site.clock(), "channel": "email"})
    assert (decision.outcome, decision.grant) == ("challenge", None)


# GHSA-wc43-73w7-x2f5
def test_m24_what_was_shown_first_is_no_second_factor(site: Any) -> None:
    site.enrolled()
    decision = site.ask(first_factor={"method": "totp"})
    assert (decision.outcome, decision.reason) == ("deny", "SAME_CHANNEL")


# Its finder may have used it before it was missed.
def test_a_lost_phone_takes_along_what_it_let_in(site: Any) -> None:
    factor_id, phone = site.enrolled()
    grant = site.answer(phone.code()).grant
    begun = site.m.enroll_totp("alice", grant=grant, session=SESSION)
    site.m.suspend("alice", factor_id, actor="admin", reason="lost")
    assert not site.m.grant_valid(grant, subject="alice", session=SESSION)
    with pytest.raises(StepUpRequired):
        site.m.enroll_totp("alice", grant=grant, session=SESSION)
    assert site.m.confirm("alice", begun.factor_id, FakePhone(begun.uri, site.clock).code()).status == "revoked"
    assert site.m.log.verify_state()


# LinOTP docs 12.1
def test_m36_a_disabled_account_does_not_log_in(site: Any) -> None:
    _, phone = site.enrolled()
    grant = site.answer(phone.code()).grant
    decision = site.ask(status="disabled", grant=grant)
    assert (decision.outcome, decision.reason, decision.grant) == ("deny", "SUBJECT_DISABLED", None)
    assert site.m.grant_valid(grant, subject="alice", session=SESSION)
    assert not site.m.grant_valid(grant, subject="alice", session=SESSION, status="disabled")


def test_m36_nor_does_one_that_is_disabled_while_it_is_asked(site: Any) -> None:
    _, phone = site.enrolled()
    for how in ("answer", "ask"):
        asked = site.ask()
        if how == "answer":
            decision = site.m.verify_challenge(
                "alice", asked.challenge_id, None, phone.code(), session=SESSION, status="left"
            )
            assert (decision.outcome, decision.reason) == ("deny", "SUBJECT_DISABLED")
        else:
            assert site.ask(status="left").reason == "SUBJECT_DISABLED"
        decision = site.m.verify_challenge("alice", asked.challenge_id, None, phone.code(), session=SESSION)
        assert (decision.outcome, decision.reason) == ("deny", "CHALLENGE_DEAD")


# django-otp
def test_m38_leading_zeros_are_part_of_a_code(site: Any) -> None:
    enrollment = site.m.enroll_totp("alice")
    phone, factor_id = FakePhone(enrollment.uri, site.clock), enrollment.factor_id
    assert site.m.confirm("alice", factor_id, phone.code())
    totp = TOTP.from_uri(enrollment.uri)
    step = 1 + int(site.clock()) // 30
    step = next(n for n in range(step, step + 100_000) if totp.at(n * 30).startswith("00"))
    site.clock.set(step * 30.0)
    code = phone.code()
    assert site.m.verify_factor("alice", factor_id, code.lstrip("0"), purpose="test").status == "malformed"
    assert site.m.verify_factor("alice", factor_id, int(code), purpose="test").status == "malformed"
    assert site.m.verify_factor("alice", factor_id, code, purpose="test")


# autentico#360
def test_m40_more_challenges_are_not_more_guesses(site: Any) -> None:
    _, phone = site.enrolled()
    wrong = phone.wrong_code()
    asked = [site.ask() for _ in range(20)]
    got = Counter(site.answer(wrong, one).reason for one in asked for _ in range(5))
    assert got["WRONG_CODE"] == 5
    assert set(got) <= {"WRONG_CODE", "THROTTLED", "CHALLENGE_DEAD"}
