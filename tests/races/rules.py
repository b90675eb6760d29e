# SPDX-License-Identifier: Apache-2.0
"""What may not be, by a history. Nothing of the engine is used here.

A rule speaks only where every order of the calls in their intervals would break it.

    rules.py FOLDER    checks the histories of a folder
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from history import RESPONSES, UNKNOWN, USED, Call, History, counts, read

SECOND = 1_000_000
LIMIT = 5  # failures before a lock, and answers of a challenge (DESIGN 8.2, 8.7)
SHORTEST_LOCK = 30 * SECOND
SKEW = 5 * SECOND  # the engine may reckon with a time that is so much later than the call's (DESIGN 8.6)

REFUSALS_OF_REQUESTS = {"enroll_totp"}  # whose arguments campaigns spoil
FAILURES = {"E_STORE_UNAVAILABLE", UNKNOWN, "E_TIME"}


def once(h: History) -> Iterator[str]:
    """A step, a recovery code and a challenge are accepted once."""
    seen: Counter[tuple[str, str, int | None]] = Counter()
    for c in h.calls:
        if c.is_accept:
            seen[("recovery code", c.meant, c.code) if c.code is not None else ("step", c.meant, c.accepted_step)] += 1
            if c.challenge_id:
                seen["challenge", c.challenge_id, None] += 1
    for (what, of, which), n in seen.items():
        if n > 1:
            yield f"{what} {which if which is not None else ''} of {of} was accepted {n} times"


def increasing(h: History) -> Iterator[str]:
    """Who began after another had ended has the later step."""
    for factor in h.by_factor:
        accepts = [c for c in h.accepts(factor) if c.accepted_step is not None]
        ended = sorted(accepts, key=lambda c: c.e)
        n_ended = 0
        highest = -1
        for c in accepts:
            while n_ended < len(ended) and ended[n_ended].e < c.b:
                highest = max(highest, ended[n_ended].accepted_step or 0)
                n_ended += 1
            if (c.accepted_step or 0) <= highest:
                yield f"{factor}: step {c.accepted_step} after step {highest}: {c}"


def used_by_somebody(h: History) -> Iterator[str]:
    """A code is replayed where somebody used it, or a later one, or may have."""
    for factor, calls in h.by_factor.items():
        uses = [c for c in calls if c.may_be_done and c.op in RESPONSES]
        begins = [u.b for u in uses]
        latest = list(accumulate((u.step if u.step is not None else -1 for u in uses), max))
        for c in calls:
            if c.status == "REPLAYED" or c.reason in USED:
                n = bisect_left(begins, c.e)  # so many had begun
                if c.code is not None:
                    is_used = any(u.code == c.code for u in uses[:n])
                else:
                    is_used = n > 0 and latest[n - 1] >= (c.step or 0)
                if not is_used:
                    yield f"{factor}: replayed, and nobody used it: {c}"


def as_typed(h: History) -> Iterator[str]:
    """What is accepted is the code that was typed."""
    for c in h.calls:
        if c.is_accept and (c.step == -1 or (c.value is not None and c.step is not None and c.value != c.step)):
            yield f"{c.meant}: step {c.step} was typed and {c.value} accepted: {c}"


def ends_of(h: History) -> Iterator[tuple[str, Call]]:
    """(factor, the call that ended it for good)."""
    for c in h.calls:
        if not c.is_done:
            continue
        if c.op == "revoke":
            yield c.factor_id, c
        elif c.op == "confirm" and c.meant in h.makers and h.makers[c.meant].replaces:
            yield h.makers[c.meant].replaces, c
        elif c.op in ("admin_reset", "recovery_codes"):
            for made, by in h.makers.items():
                ends = c.op == "admin_reset" or by.op == "recovery_codes"
                if by.subject == c.subject and by.op != "evaluate" and ends and by.e < c.b:
                    yield made, c


def not_ended(h: History) -> Iterator[str]:
    """Nothing is accepted of a factor that was revoked, replaced or reset before the call began."""
    first: dict[str, int] = {}
    for factor, by in ends_of(h):
        first[factor] = min(by.e, first.get(factor, by.e))
    for factor, end in first.items():
        for c in h.accepts(factor):
            if c.b > end:
                yield f"{factor}: accepted after its end at {end}: {c}"


def not_suspended(h: History) -> Iterator[str]:
    for factor, calls in h.by_factor.items():
        resumes = [c for c in calls if c.op == "resume" and c.may_be_done]
        for s in [c for c in calls if c.op == "suspend" and c.is_done]:
            for c in h.accepts(factor):
                if c.b > s.e and not any(r.e > s.b and r.b < c.e for r in resumes):
                    yield f"{factor}: accepted while suspended: {c}"


def forgets_failures(c: Call, factor: str) -> bool:
    """Whether it may have given the factor a budget back, its own or the subject's."""
    if not c.may_be_done:
        return False
    return c.op in ("unlock", "admin_reset") or (c.op in RESPONSES and c.meant == factor)


@dataclass(slots=True)
class Stretch:
    """Between two things that forget failures, or before the first or after the last one."""

    after: int  # when what came before had ended
    end: Call | None  # what comes then
    is_clear: bool  # whether nothing else came while that was done
    wrongs: list[Call]  # surely between the two


def stretches(h: History, factor: str, subject: str) -> Iterator[Stretch]:
    resets = [c for c in h.by_subject[subject] if forgets_failures(c, factor)]
    wrongs = [c for c in h.by_factor[factor] if c.is_wrong]
    after = -1
    at = 0
    for i, r in enumerate([*resets, None]):
        before = r.b if r else sys.maxsize
        while at < len(wrongs) and wrongs[at].b <= after:
            at += 1
        first = at
        while at < len(wrongs) and wrongs[at].b < before:
            at += 1
        is_clear = after < before and (r is None or i + 1 == len(resets) or resets[i + 1].b > r.e)
        yield Stretch(after, r, is_clear, [c for c in wrongs[first:at] if c.e < before])
        after = max(after, r.e if r else 0)


def subjects_of_factors(h: History) -> Iterator[tuple[str, str]]:
    for factor, calls in h.by_factor.items():
        yield factor, calls[0].subject


def within_budget(h: History) -> Iterator[str]:
    """No more failures than the limit are evaluated between two acceptances or locks."""
    for factor, subject in subjects_of_factors(h):
        for one in stretches(h, factor, subject):
            # Less than a lock apart by the clock: no lock can have passed between them.
            wrongs = sorted(one.wrongs, key=lambda c: c.now)
            for first, last in zip(wrongs, wrongs[LIMIT:], strict=False):
                if last.now - first.now < SHORTEST_LOCK - SKEW:
                    yield f"{factor}: more than {LIMIT} failures evaluated: {last}"
                    break


def not_while_locked(h: History) -> Iterator[str]:
    """Nothing is accepted while the failures before it, or the answer to another call, say that it is locked."""
    for factor, subject in subjects_of_factors(h):
        told = [c for c in h.by_factor[factor] if c.op in ("verify_factor", "confirm") and c.retry_after_s > 0]
        for one in stretches(h, factor, subject):
            c = one.end
            if c is None or not one.is_clear or not c.is_accept or c.meant != factor:
                continue
            near = [w for w in one.wrongs if c.now + SKEW < w.now + SHORTEST_LOCK]
            if len(near) >= LIMIT:
                yield f"{factor}: accepted {len(near)} failures later, while locked: {c}"
            for t in told:
                is_between = t.b > one.after and t.e < c.b
                if is_between and c.now + SKEW < t.now + (t.retry_after_s - 1) * SECOND:
                    yield f"{factor}: accepted although {t} said to wait {t.retry_after_s} s: {c}"


def dead_after_reset(h: History) -> Iterator[str]:
    """No challenge and no grant from before a reset opens anything after it."""
    for calls in h.by_subject.values():
        resets = [c for c in calls if c.op == "admin_reset" and c.is_done]
        if not resets:
            continue
        given: dict[str, int] = {}  # when its call had ended, the first that gave it
        for c in calls:
            if c.grant:
                given[c.grant] = min(c.e, given.get(c.grant, c.e))
        for c in calls:
            if not c.is_done:
                continue
            issued = h.makers[c.challenge_id].e if c.challenge_id in h.makers else None
            # An enrollment that shows one may need none.
            shown = given.get(c.shown) if c.op in ("evaluate", "grant_valid") and c.shown else None
            for what, since in (("challenge", issued), ("grant", shown)):
                if since is not None and any(since < r.b and r.e < c.b for r in resets):
                    yield f"a {what} from before a reset: {c}"


def challenges_die(h: History) -> Iterator[str]:
    """A challenge is answered five times at most, and none outlives a lock of a factor of its subject."""
    answers = Counter(
        c.challenge_id
        for c in h.calls
        if c.challenge_id and (c.is_done or c.reason in ("WRONG_CODE", *USED, "THROTTLED", "LOCKED"))
    )
    for challenge, n in answers.items():
        if n > LIMIT:
            yield f"challenge {challenge} was answered {n} times"
    used = defaultdict(list)
    for c in h.calls:
        if c.is_done and c.challenge_id in h.makers:
            used[c.subject].append((h.makers[c.challenge_id].e, c))
    for factor, subject in subjects_of_factors(h):
        if subject not in used:
            continue
        for one in stretches(h, factor, subject):
            for issued, c in used[subject]:
                if sum(issued < w.b and w.e < c.b for w in one.wrongs) >= LIMIT:
                    yield f"a challenge from before a lock was accepted: {c}"


def granted(h: History) -> Iterator[str]:
    """Only the first factor of a subject is made without a grant."""
    for calls in h.by_subject.values():
        made = [c for c in calls if c.is_done and c.op == "recovery_codes" and not c.shown]
        for c in calls:
            maker = h.makers.get(c.meant)
            if c.is_done and c.op == "confirm" and maker and maker.op == "enroll_totp" and not maker.shown:
                made.append(c)
        made.sort(key=lambda c: c.e)
        ends = [c for c in calls if c.may_be_done and c.op in ("revoke", "admin_reset")]
        for one, other in pairwise(made):
            if not any(c.b < max(one.e, other.e) and c.e > min(one.b, other.b) for c in ends):
                yield f"a second factor without a grant: {other}"


def contended(h: History) -> Iterator[str]:
    """Of those who present one code at once, exactly one is accepted."""
    rounds: dict[int, list[Call]] = defaultdict(list)
    for c in h.calls:
        if c.contended is not None:
            rounds[c.contended].append(c)
    for number, calls in rounds.items():
        n = sum(c.is_accept for c in calls)
        is_excused = any(c.status == UNKNOWN for c in calls) or all(c.status in FAILURES for c in calls)
        if n > 1 or (n == 0 and not is_excused):
            yield f"round {number}: {n} of {len(calls)} accepted: {Counter(c.status for c in calls)}"


def regular(h: History) -> Iterator[str]:
    """No answer is an error of the engine, or another's refusal."""
    for c in h.calls:
        is_of_request = c.status == "E_ARGUMENT" and c.op in REFUSALS_OF_REQUESTS
        if c.status.startswith("E_") and c.status not in FAILURES and not is_of_request:
            yield f"{c}: {c.error}"


def durable(h: History) -> Iterator[str]:
    """What was answered is in the store when all is over, and nothing else is."""
    known = {one["factor_id"]: one for one in h.listed}
    n_unknown = sum(c.status == UNKNOWN for c in h.calls)
    for factor, one in known.items():
        if factor not in h.makers and n_unknown == 0:
            yield f"{factor} of {one['subject']}: nobody was told of it"
    if not h.listed:
        return
    for factor, by in ends_of(h):
        if factor in known and known[factor]["state"] != "revoked":
            yield f"{factor} is {known[factor]['state']} after {by}"
    accepted: Counter[tuple[str, int]] = Counter()
    wrong: Counter[str] = Counter()
    for event in h.events:
        if event["type"] == "factor.accepted":
            detail = event["detail"] if isinstance(event["detail"], dict) else json.loads(event["detail"])
            accepted[event["factor_id"], detail.get("value", -1)] += 1
        elif event["type"] == "factor.wrong":
            wrong[event["factor_id"]] += 1
    for (factor, step), n in accepted.items():
        if n > 1 and step >= 0:
            yield f"{factor}: {n} events say that step {step} was accepted"
    for factor, calls in h.by_factor.items():
        for c in calls:
            if c.is_accept and c.op != "confirm" and c.step is not None and not accepted[factor, c.accepted_step or 0]:
                yield f"{factor}: no event says that it was accepted: {c}"
            if c.is_accept and c.step is not None and (known[factor]["value"] or 0) < (c.accepted_step or 0):
                yield f"{factor}: the store knows no step as late as that: {c}"
        n_told = sum(c.is_wrong for c in calls)
        n_more = sum((c.op == "confirm" and c.status == "WRONG") or c.status == UNKNOWN for c in calls)
        if not n_told <= wrong[factor] <= n_told + n_more:
            yield f"{factor}: {n_told} failures were answered and {wrong[factor]} are in the log"


RULES = (
    once, increasing, used_by_somebody, as_typed, not_ended, not_suspended, within_budget, not_while_locked,
    dead_after_reset, challenges_die, granted, contended, regular, durable,
)  # fmt: skip


def violations(h: History) -> list[str]:
    return [f"{rule.__name__}: {what}" for rule in RULES for what in rule(h)]


def main() -> None:
    h = read(Path(sys.argv[1]))
    found = violations(h)
    for one in found[:20]:
        print(f"RED   {one}")
    print(f"rules: {dict(counts(h))}, violations {len(found)}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
