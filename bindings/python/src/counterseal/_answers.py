# SPDX-License-Identifier: Apache-2.0
"""Answers of the engine as what the methods return."""

from __future__ import annotations

from typing import Literal

from ._call import DENY, OK, WRONG, Answer
from ._decision import Decision, decision_of
from ._enrollment import TotpEnrollment
from ._errors import StepUpRequired
from ._native import TOTP, BatchVerdict, Verdict, _batch_verdict, _verdict
from ._records import Change, ClockChange, Event, Factor, ImportedFactor, Page, Reset, event_of, factor_of, moment


def enrollment(answer: Answer) -> TotpEnrollment:
    refuse_step_up(answer)
    return TotpEnrollment(answer.body["factor_id"], TOTP.from_uri(answer.text()), moment(answer.body["expires_us"]))


def codes(answer: Answer) -> list[str]:
    refuse_step_up(answer)
    return answer.text().splitlines()


def refuse_step_up(answer: Answer) -> None:
    if answer.status == DENY:
        raise StepUpRequired(
            "grant must be of this session and of a second factor shown a moment ago, of a passkey or a recovery code "
            'where the subject has a passkey: evaluate(action="enroll") asks for it',
            "CSEAL_DENY",
        )


def verdict_of(answer: Answer) -> Verdict:
    body = answer.body
    return _verdict(answer.status, body["step"], body["next_counter"], body["retry_after_s"])


def decision(answer: Answer) -> Decision:
    return decision_of(answer.body, answer.secret)


def imported(answer: Answer) -> ImportedFactor:
    return ImportedFactor(answer.body["factor_id"], tuple(answer.body["warnings"]))


def factors(answer: Answer) -> Page[Factor]:
    return Page(tuple(factor_of(row) for row in answer.body["factors"]), answer.body["next"])


def events(answer: Answer) -> Page[Event]:
    following = answer.body["next"]
    return Page(tuple(event_of(row) for row in answer.body["events"]), None if following is None else str(following))


def done_or(answer: Answer) -> Literal["done", "wrong", "deny"]:
    return "done" if answer.status == OK else "wrong" if answer.status == WRONG else "deny"


def change(answer: Answer) -> Change:
    return Change(done_or(answer), answer.body["state"])


def reset(answer: Answer) -> Reset:
    return Reset("done" if answer.status == OK else "wrong", answer.body["epoch"], answer.body["revoked"])


def clock_change(answer: Answer) -> ClockChange:
    return ClockChange(moment(answer.body["from_us"]), moment(answer.body["to_us"]))


def batch(answer: Answer) -> BatchVerdict:
    return _batch_verdict(answer.body["statuses"], answer.body["values"])
