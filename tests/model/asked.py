# SPDX-License-Identifier: Apache-2.0
"""No sequence of calls reaches allow without what the strictest matching rule asks: by its history alone.

Nothing of the model's decisions is used here, only the calls, what the engine answered, and its log. Where the outcome
of a call was not told, only what is certain counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from oath import hotp
from steps import Step

SECOND = 1_000_000
DAY = 86_400 * SECOND
SKEW = 5 * SECOND  # the engine may reckon with a time that is so much later (DESIGN 8.6)
CHALLENGE_LIFE = 300 * SECOND

Who = tuple[str, str]  # tenant, subject


@dataclass(frozen=True)
class Seen:
    """A call with everything that it named, and its answer."""

    step: Step
    tenant: str
    now: int
    answer: dict[str, Any]
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def who(self) -> Who:
        return self.tenant, self.step.subject

    @property
    def is_told(self) -> bool:
        return "error" not in self.answer

    @property
    def may_be_done(self) -> bool:
        return self.is_told or self.answer["error"] == "CSEAL_E_STORE_UNKNOWN"


@dataclass
class Shown:
    """What a grant stands for."""

    who: Who
    session: bytes
    at: int
    types: set[str]  # the factor was of one of them
    n_resets: int


@dataclass
class Secret:
    """A factor whose codes are known."""

    id: str
    who: Who
    type: str
    secret: bytes = b""
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30
    drift: int = 0
    last: int = -1
    codes: set[str] = field(default_factory=set)  # of a recovery set: those that were not used
    is_enrolled: bool = False
    is_ended: bool = False

    def match(self, text: str, now: int) -> int | str | None:
        """The step, counter or recovery code that was typed, if it may be accepted now."""
        if self.type == "recovery":
            typed = "".join(c for c in text.upper() if c.isalnum())
            return typed if typed in self.codes else None
        digits = "".join(c for c in text if c.isdigit())
        due = (now // SECOND + self.drift * self.period) // self.period
        steps = range(due + 1, due - 2, -1) if self.type == "totp" else range(self.last + 10, self.last - 1, -1)
        right = [at for at in steps if at >= 0 and hotp(self.secret, at, self.digits, self.algorithm) == digits]
        if self.type == "hotp":
            return right[0] + 1 if right else None
        return right[0] if right and right[0] > self.last else None

    def use(self, what: int | str) -> None:
        if isinstance(what, str):
            self.codes.discard(what)
        else:
            self.last = what


def strictest(policy: dict[str, Any] | None, groups: Iterable[str], path: str) -> dict[str, Any] | None:
    """Nothing: nobody may log in so."""
    if policy is None or path not in policy["paths"]:
        return None
    asked: dict[str, Any] | None = None
    for rule in policy["rules"]:
        of_group = rule["groups"] == "*" or set(rule["groups"]) & set(groups)
        of_path = rule["paths"] == "*" or path in rule["paths"]
        if of_group and of_path:
            asked = asked or {"required": False, "factors": {"totp", "hotp", "recovery"}, "grace": 1 << 30}
            asked["required"] |= rule.get("mfa", "required") == "required"
            asked["factors"] &= set(rule.get("factors", asked["factors"]))
            asked["grace"] = min(asked["grace"], rule.get("grace_days", 0))
    return asked


class History:
    """Reads a history from its beginning, and says what should not have been."""

    def __init__(self, log: dict[str, list[Any]]) -> None:
        self._log = log
        self.policies: dict[str, dict[str, Any]] = {}
        self.secrets: dict[str, Secret] = {}
        self.challenges: dict[str, tuple[Seen, int]] = {}
        self.grants: dict[str, Shown] = {}
        self.n_resets: dict[Who, int] = defaultdict(int)
        self.n_allowed = 0
        self.has_unknown: set[Who] = set()  # of whom codes may have been used that nobody was told about

    def violations(self, all: Iterable[Seen]) -> Iterator[str]:
        for one in all:
            read = getattr(self, f"_{one.step.op}", None)
            if not one.is_told and one.may_be_done:
                self.has_unknown.add(one.who)
                self.has_unknown.update((one.tenant, subject) for subject, _, _ in one.said.get("items", ()))
            if read is not None and one.may_be_done:
                for what in read(one):
                    yield f"{what}: {one.step} answered {one.answer}"

    def _of(self, who: Who) -> list[Secret]:
        return [s for s in self.secrets.values() if s.who == who]

    def _set_policy(self, one: Seen) -> Iterator[str]:
        if one.is_told or one.step.fault == "commit_unknown":
            self.policies[one.tenant] = one.said["policy"]
        yield from ()

    def _enroll_totp(self, one: Seen) -> Iterator[str]:
        id = one.said["factor"]
        if one.is_told and id not in self.secrets:
            a = one.step
            self.secrets[id] = Secret(
                id, one.who, "totp", one.answer["secret"], a["algorithm"], a["digits"], a["period"]
            )
        yield from ()

    def _import_factor(self, one: Seen) -> Iterator[str]:
        id, made = one.said["factor"], one.said["made"]
        if id and id not in self.secrets:
            self.secrets[id] = Secret(id, one.who, made.type, made.secret, made.algorithm, made.digits, made.period,
                                      made.drift, made.last)  # fmt: skip
            self.secrets[id].is_enrolled = made.state == "active"
        yield from ()

    def _recovery_codes(self, one: Seen) -> Iterator[str]:
        for old in self._of(one.who):
            old.is_ended |= old.type == "recovery"
        id = one.said["factor"]
        if one.is_told:
            codes = {code.replace("-", "") for code in one.said["codes"]}
            self.secrets[id] = Secret(id, one.who, "recovery", codes=codes, is_enrolled=True)
        yield from ()

    def _accept(self, who: Who, id: str | None, text: str, now: int, types: set[str]) -> tuple[str | None, set[str]]:
        """Whose code it was is found by the code: a fault, and of which types it may have been."""
        right = [
            (s, what)
            for s in self._of(who)
            if id in (None, s.id) and s.type in types and (what := s.match(text, now)) is not None
        ]
        for s, what in right:
            s.use(what)
        if not right and who not in self.has_unknown:
            return "accepted what is no unused code of an allowed factor", set()
        return None, {s.type for s, _ in right} or types

    def _confirm(self, one: Seen) -> Iterator[str]:
        accepted = one.is_told and one.answer["status"] == "accepted"
        if accepted:
            fault, _ = self._accept(one.who, one.said["factor"], one.said["text"], one.now, {"totp", "hotp"})
            if fault:
                yield fault
        confirmed = self.secrets.get(one.said["factor"])
        if accepted and confirmed is not None:
            confirmed.is_enrolled = True
        if accepted or not one.is_told:  # it may have replaced any of them, and ended others
            for other in self._of(one.who):
                other.is_ended |= other is not confirmed

    def _verify_factor(self, one: Seen) -> Iterator[str]:
        if one.is_told and one.answer["status"] == "accepted":
            fault, _ = self._accept(
                one.who, one.said["factor"], one.said["text"], one.now, {"totp", "hotp", "recovery"}
            )
            if fault:
                yield fault

    def _verify_batch(self, one: Seen) -> Iterator[str]:
        for (subject, id, text), code in zip(one.said["items"], one.answer.get("codes", ()), strict=False):
            if code == 0:
                fault, _ = self._accept((one.tenant, subject), id, text, one.now, {"totp", "hotp"})
                if fault:
                    yield fault

    def _change(self, one: Seen) -> Iterator[str]:
        known = self.secrets.get(one.said["factor"])
        if one.said["how"] == "revoke" and known is not None:
            known.is_ended = True
        is_taken_away = one.said["how"] in ("suspend", "revoke") and known is not None and known.is_enrolled
        if is_taken_away and one.is_told and one.answer["status"] == "done":
            self.n_resets[one.who] += 1  # what it let in is as worthless as after a reset
        yield from ()

    def _admin_reset(self, one: Seen) -> Iterator[str]:
        if one.is_told or one.step.fault == "commit_unknown":
            self.n_resets[one.who] += 1
        for s in self._of(one.who):
            s.is_ended = True
        yield from ()

    def _evaluate(self, one: Seen) -> Iterator[str]:
        if not one.is_told:
            return
        if one.answer["outcome"] == "challenge":
            self.challenges[one.answer["challenge"]] = one, self.n_resets[one.who]
        if one.answer["outcome"] != "allow":
            return
        self.n_allowed += 1
        asked = strictest(self.policies.get(one.tenant), one.said["groups"], one.said["path"])
        if asked is None or one.said["status"] != "active":
            yield "let in where no rule or the host's own status lets nobody in"
        elif one.answer["assurance"] == 2:
            yield from self._by_grant(one, asked)
        elif one.answer["reason"] == "OK_GRACE":
            yield from self._in_grace(one, asked)
        elif asked["required"] or one.said["action"] != "login":
            yield "let in with one factor where two are asked for"
        elif any(s.is_enrolled and not s.is_ended for s in self._of(one.who)):
            yield "let in with one factor although there is a second one"

    def _by_grant(self, one: Seen, asked: dict[str, Any]) -> Iterator[str]:
        shown = self.grants.get(one.said["grant"] or "")
        actions = self.policies[one.tenant].get("actions", {})
        default = 43200 if one.said["action"] == "login" else 300
        age_s = actions.get(one.said["action"], {}).get("max_age_s", default)
        if shown is None or shown.who != one.who or shown.session != one.said["session"]:
            yield "let in by a grant that nobody was given here"
        elif shown.n_resets != self.n_resets[one.who]:
            yield "let in by a grant from before a reset"
        elif one.now - shown.at > age_s * SECOND + SKEW:
            yield "let in by a grant that is too old for the action"
        elif not shown.types & asked["factors"]:
            yield f"let in by {shown.types} where {asked['factors']} are asked for"

    def _in_grace(self, one: Seen, asked: dict[str, Any]) -> Iterator[str]:
        kinds = ("grace.started", "grace.shortened")
        records = [e for e in self._log[one.tenant] if e[1] in kinds and e[2] == one.step.subject]
        backing = [e for e in records if e[6]["until_us"] == one.answer["deadline"]]
        untils = [e[6]["until_us"] for e in records]
        deadline = one.answer["deadline"]
        if asked["grace"] == 0 or one.said["action"] != "login":
            yield "grace where none is given"
        elif any(s.is_enrolled for s in self._of(one.who)):
            yield "grace for somebody who was enrolled"
        elif len(backing) != 1 or [e[1] for e in records].count("grace.started") != 1:
            yield "grace that no record backs, or more than one"
        elif untils != sorted(untils, reverse=True):
            yield "grace that was renewed"
        elif deadline <= one.now or deadline - one.now > asked["grace"] * DAY + SKEW:
            yield "grace that is over, or longer than the strictest rule gives"

    def _verify_challenge(self, one: Seen) -> Iterator[str]:
        if not one.is_told or one.answer["outcome"] != "allow":
            return
        self.n_allowed += 1
        asking, n_resets = self.challenges.pop(one.said["challenge"], (None, 0))
        if asking is None or asking.who != one.who or asking.said["session"] != one.said["session"]:
            yield "let in by a challenge that is closed, or not of this session"
            return
        asked = strictest(self.policies.get(one.tenant), asking.said["groups"], asking.said["path"])
        if asked is None or not self.policies[one.tenant]["paths"][asking.said["path"]]["challenge"]:
            yield "let in where no rule lets anybody in, or nothing can be asked"
            return
        if n_resets != self.n_resets[one.who] or one.now - asking.now > CHALLENGE_LIFE + SKEW:
            yield "let in by a challenge from before a reset, or that expired"
        fault, types = self._accept(one.who, one.said["factor"], one.said["text"], one.now, asked["factors"])
        if fault:
            yield fault
        if one.answer["grant"]:
            session = one.said["session"]
            self.grants[one.answer["grant"]] = Shown(one.who, session, one.now, types, self.n_resets[one.who])
