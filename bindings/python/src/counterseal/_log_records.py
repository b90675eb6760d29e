# SPDX-License-Identifier: Apache-2.0
"""What is read of a tenant's log: checkpoints, proofs, parts of it, and whether the store agrees with it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ._records import moment


def hash_of(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def hashes_of(texts: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(hash_of(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of a tenant's log at some size, signed."""

    #: Whose log it is.
    tenant: str
    #: How many events it is over.
    size: int
    #: When it was made.
    at: datetime
    #: The signed note (C2SP tlog-checkpoint) to keep elsewhere.
    note: str


def checkpoint_of(row: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(row["tenant"], row["size"], moment(row["at_us"]), row["note"])


class CheckpointMark(NamedTuple):
    """Where a page of checkpoints ends."""

    #: The tenant of the last one.
    tenant: str
    #: Its size.
    size: int


@dataclass(frozen=True, slots=True)
class CheckpointPage:
    """Some of the checkpoints that wait to be kept elsewhere, to iterate over."""

    #: By tenant, and the oldest first.
    items: tuple[Checkpoint, ...]
    #: What to give as ``after`` for the page behind it; None: this is the last one.
    next: CheckpointMark | None

    def __iter__(self) -> Iterator[Checkpoint]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class LogVerifier:
    """What checks the signature of a tenant's checkpoints."""

    #: The name of the log, as the first line of each note has it.
    origin: str
    #: The public key as text (C2SP signed-note).
    verifier: str


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an event is in the log of some size (RFC 9162, 2.1.3)."""

    #: The hash of the event.
    leaf: bytes
    #: The root of the log of that size.
    root: bytes
    #: The hashes that lead from the one to the other.
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of some size is the log of an earlier size, gone on (RFC 9162, 2.1.4)."""

    #: The root of the log of the earlier size.
    first_root: bytes
    #: The root of the log of the later one.
    root: bytes
    #: The hashes that show it.
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LogPart:
    """Some of the log in one format."""

    #: UTF-8; parts put one behind the other are the log.
    data: bytes
    #: How many events were read for it.
    n_events: int
    #: What to give as ``after`` for the part behind it; None: this is the last one.
    next: int | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """What left the log."""

    #: How many events it was about.
    n_events: int
    #: False: there is more, call again.
    is_complete: bool


@dataclass(frozen=True, slots=True)
class StateFault:
    """Something that the store says otherwise than the log."""

    #: About whom; None: about the tenant.
    subject: str | None
    #: About which factor.
    factor_id: str | None
    #: What differs.
    what: str
    #: What the row says.
    stored: str
    #: What follows from the log.
    log: str


@dataclass(frozen=True, slots=True)
class StateReport:
    """Whether the rows of a tenant are what follows from its log: true only if they are."""

    #: How many events were read.
    n_events: int
    #: How many factors were compared.
    n_factors: int
    #: How many subjects were compared.
    n_subjects: int
    #: The root of the log.
    root: bytes
    #: Up to 100 differences.
    faults: tuple[StateFault, ...]

    def __bool__(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class LogReport:
    """Whether an exported log is the one of the checkpoints that were kept: true only if it is."""

    #: Which line is wrong, and why; None: nothing is.
    problem: str | None = None
    #: How many events there are; where there is a problem, 0 here and below.
    n_events: int = 0
    #: Of how many it was erased who they were about.
    n_erased: int = 0
    #: Of how many only the hashes are left.
    n_purged: int = 0
    #: How many checkpoints it was compared with.
    n_checkpoints: int = 0
    #: The root of all of it; empty where there is a problem.
    root: bytes = b""
    #: How many events, from the first on, the newest checkpoint covers. Those behind it may have been made by whoever
    #: could write to the log.
    n_covered: int = 0

    def __bool__(self) -> bool:
        return self.problem is None
