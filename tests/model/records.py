# SPDX-License-Identifier: Apache-2.0
"""What the model keeps of a tenant (specs/engine.md 5.1), and the events that it expects in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stored_clock import BACK, DAY, MINUTE, Time

PENDING_LIFE = DAY
REFUSAL_PERIOD = MINUTE  # refusals that nobody looked at are one event in it
A_DIGEST = "a digest"  # of a used recovery code: its key is the engine's alone

Policy = dict[str, Any]


class Event(NamedTuple):
    at: int
    type: str
    subject: str | None
    factor: str | None
    actor: str | None
    reason: str | None
    detail: Any


@dataclass(slots=True)
class Refusals:
    """How many were not told yet, and when the last ones were."""

    n: int = 0
    told: int = 0

    def count(self, time: Time) -> int:
        """How many an event has to tell now; 0: none is due."""
        self.n += 1
        # What a clock that ran ahead wrote holds nothing up.
        if -BACK <= time.latest - self.told < REFUSAL_PERIOD:
            return 0
        n, self.n, self.told = self.n, 0, time.latest
        return n


@dataclass(slots=True)
class Factor:
    id: str
    type: str  # "totp", "hotp", "recovery"
    state: str  # "pending", "active", "suspended", "revoked"
    created: int
    secret: bytes | None = None
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30
    drift: int = 0
    label: str = ""
    provenance: str = "self"
    replaces: str | None = None
    request: tuple[bytes, str] | None = None  # the session and the host's name of the call that made it
    last: int = -1  # TOTP: the last used step, -1: none; HOTP: the next counter
    confirmed: int | None = None
    ended: int | None = None
    codes: dict[str, bool] = field(default_factory=dict)  # of a recovery set: whether each was used
    n_unseen: int = 0  # codes of a set that nobody was shown
    attempts: int = 0
    streak: int = 0
    locked_until: int = 0
    refusals: Refusals = field(default_factory=Refusals)

    @property
    def is_live(self) -> bool:
        """It counts, even while it is suspended."""
        return self.state in ("active", "suspended")

    @property
    def expires(self) -> int | None:
        """One that its owner began, and did not confirm. An imported one waits for its owner."""
        return self.created + PENDING_LIFE if self.state == "pending" and self.provenance == "self" else None

    @property
    def settings(self) -> tuple[object, ...]:
        """What a call that is made once more has to say again."""
        return self.algorithm, self.digits, self.period, self.replaces

    @property
    def codes_left(self) -> int:
        return sum(not used for used in self.codes.values()) + self.n_unseen


@dataclass(slots=True)
class Challenge:
    session: bytes
    path: str
    action: str
    groups: tuple[str, ...]
    method: str | None  # of the first factor
    epoch: int
    expires: int
    attempts: int = 0
    is_open: bool = True


@dataclass(slots=True)
class Subject:
    name: str
    epoch: int = 1
    was_enrolled: bool = False
    grace_until: int = 0
    failures: int = 0
    failures_since: int = 0
    refusals: Refusals = field(default_factory=Refusals)
    factors: dict[str, Factor] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)

    @property
    def in_order(self) -> list[Factor]:
        """Those of one subject are gone through in the order of their ids."""
        return [self.factors[id] for id in sorted(self.factors)]

    @property
    def is_enrolled(self) -> bool:
        return any(f.is_live for f in self.factors.values())

    def close_challenges(self) -> None:
        for challenge in self.challenges.values():
            challenge.is_open = False

    def end_sessions(self) -> None:
        self.epoch += 1
        self.close_challenges()


class Grant(NamedTuple):
    tenant: str
    subject: str
    session: bytes
    assurance: int
    amr: tuple[str, ...]
    type: str | None  # of the factor that was shown
    at: int
    epoch: int


@dataclass(slots=True)
class Tenant:
    name: str
    policies: list[Policy] = field(default_factory=list)  # version 1, 2, ...
    subjects: dict[str, Subject] = field(default_factory=dict)  # from the first write about them
    log: list[Event] = field(default_factory=list)

    @property
    def policy(self) -> Policy | None:
        return self.policies[-1] if self.policies else None

    @property
    def version(self) -> int | None:
        return len(self.policies) or None

    def row(self, name: str) -> Subject:
        return self.subjects.setdefault(name, Subject(name))

    def tell(
        self,
        at: int,
        type: str,
        subject: str | None = None,
        factor: str | None = None,
        *,
        actor: str | None = None,
        reason: str | None = None,
        detail: Any = None,
    ) -> None:
        self.log.append(Event(at, type, subject, factor, actor, reason, detail))
