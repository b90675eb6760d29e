# SPDX-License-Identifier: Apache-2.0
"""What is read of a tenant's log: checkpoints, proofs, parts of it, and whether the store agrees with it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
