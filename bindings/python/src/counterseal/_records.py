# SPDX-License-Identifier: Apache-2.0
"""What is read from an engine: factors, events, policies, health. None of it holds a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Literal, NamedTuple, TypeVar

_Type = Literal["totp", "hotp", "recovery", "webauthn"]
_State = Literal["pending", "active", "suspended", "revoked"]
_Item = TypeVar("_Item")


def moment(us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


def moment_if(us: int | None) -> datetime | None:
    return None if us is None else moment(us)


@dataclass(frozen=True, slots=True)
class Factor:
    """An authenticator that belongs to one subject of one tenant."""

    #: Its id, made by the engine.
    factor_id: str
    #: Whom it belongs to.
    subject: str
    #: What kind of factor it is.
    type: _Type
    #: Only an active one is accepted.
    state: _State
    #: What its owner calls it; may be empty.
    label: str
    #: Who brought the secret: ``"self"``, or the source of an import.
    provenance: str
    #: When it was made.
    created: datetime
    #: When its first code proved that it works.
    confirmed: datetime | None
    #: When it was revoked.
    ended: datetime | None
    #: TOTP: the step of the code that was used last, by the token's clock.
    last_used_step: int | None
    #: TOTP: by how many steps the token's clock is ahead (below 0: behind), as it was imported.
    drift: int | None
    #: HOTP: the counter expected next.
    next_counter: int | None
    #: Recovery codes: how many were not used.
    codes_left: int | None
    #: Until when no code is looked at.
    locked_until: datetime | None
    #: Whether a lock stands now, timed or for good.
    is_locked: bool


def factor_of(row: Mapping[str, Any]) -> Factor:
    return Factor(
        factor_id=row["factor_id"],
        subject=row["subject"],
        type=row["type"],
        state=row["state"],
        label=row["label"],
        provenance=row["provenance"],
        created=moment(row["created_us"]),
        confirmed=moment_if(row["confirmed_us"]),
        ended=moment_if(row["ended_us"]),
        last_used_step=row["last_used_step"],
        drift=row.get("drift"),
        next_counter=row.get("next_counter"),
        codes_left=row.get("codes_left"),
        locked_until=moment_if(row["locked_until_us"]),
        is_locked=row["is_locked"],
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a tenant."""

    #: Its number in the tenant: 1, 2, 3, ...
    seq: int
    #: When it happened.
    at: datetime
    #: What happened, for example ``"factor.accepted"``.
    type: str
    #: To whom.
    subject: str | None
    #: To which factor.
    factor_id: str | None
    #: Which administrator did it.
    actor: str | None
    #: Why.
    reason: str | None
    #: What else is known.
    detail: Any


def event_of(row: Mapping[str, Any]) -> Event:
    return Event(
        seq=row["seq"],
        at=moment(row["at_us"]),
        type=row["type"],
        subject=row["subject"],
        factor_id=row["factor_id"],
        actor=row["actor"],
        reason=row["reason"],
        detail=row["detail"],
    )


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """Part of a list, to iterate over."""

    #: What is on it.
    items: tuple[_Item, ...]
    #: What to give as ``after`` for the page behind it; None: this is the last one.
    next: str | None

    def __iter__(self) -> Iterator[_Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Policy(Mapping[str, Any]):
    """The document of a policy, with what is known about it; empty where there was none."""

    #: 1, 2, ... within the tenant; None: there was no policy.
    version: int | None
    #: Since when it is in force.
    effective: datetime | None
    #: Who set it.
    actor: str | None
    #: Why.
    reason: str | None

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self._document: dict[str, Any] = answer["policy"] or {}
        self.version = answer["version"]
        self.effective = moment_if(answer["effective_us"])
        self.actor = answer["actor"]
        self.reason = answer["reason"]

    def __getitem__(self, name: str) -> Any:
        return self._document[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)

    def __repr__(self) -> str:
        return f"<counterseal.Policy version={self.version}>"


@dataclass(frozen=True, slots=True)
class Change:
    """What an administrator's call did: true only if it was done."""

    #: ``"wrong"``: there is no such factor; ``"deny"``: not from the state that it is in.
    status: Literal["done", "wrong", "deny"]
    #: The state that the factor is in now.
    state: _State | None

    def __bool__(self) -> bool:
        return self.status == "done"


@dataclass(frozen=True, slots=True)
class Reset:
    """What a reset did: true only if it was done."""

    #: ``"wrong"``: nothing was ever written about the subject.
    status: Literal["done", "wrong"]
    #: The subject's epoch: grants of earlier ones are worth nothing.
    epoch: int
    #: How many factors it ended.
    n_revoked: int

    def __bool__(self) -> bool:
        return self.status == "done"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What Tenant.set_clock() did to the time of a store."""

    #: What the store took for the latest time.
    before: datetime
    #: What it takes for it from now on.
    after: datetime


class ImportedFactor(NamedTuple):
    """What became of a factor from elsewhere."""

    #: Its id; None after a dry run.
    factor_id: str | None
    #: What is unusual about it.
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a step of Engine.reseal() did."""

    #: The key that everything goes under.
    active: str
    #: How many rows went under it.
    n_resealed: int
    #: How many rows were left because they are not as the engine wrote them, or under a key that is not in the ring.
    n_damaged: int
    #: What stays under other keys, of what this step looked at: counts by kind and by key.
    left: Mapping[str, Mapping[str, int]]
    #: Where the next step begins; None: this was the last one.
    next: str | None


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """What a part of the store holds under which key."""

    #: The key that seals.
    active: str
    #: All keys of the ring.
    keys: tuple[str, ...]
    #: Counts by kind and by key.
    counts: Mapping[str, Mapping[str, int]]
    #: Where the next part begins; None: this was the last one.
    next: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the store answers: true if it does."""

    #: ``"up"`` or ``"down"``.
    store: Literal["up", "down"]
    #: The version of its tables.
    schema: int | None
    #: How long it took to know, in seconds.
    latency_s: float

    def __bool__(self) -> bool:
        return self.store == "up"
