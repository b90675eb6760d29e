# SPDX-License-Identifier: Apache-2.0
"""The tamper-evident log of a tenant."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, final

from ._arguments import Time
from ._log_calls import LogCalls, _LogFormat
from ._log_records import Checkpoint, ConsistencyProof, Erasure, InclusionProof, LogPart, LogVerifier, StateReport

if TYPE_CHECKING:
    from ._tenant import Run


@final
class Log:
    """The events of a tenant as a Merkle tree (RFC 6962), from Tenant.log.

    Each effect writes its event in its own transaction. Whoever keeps checkpoints elsewhere can show that nothing
    was changed, left out or cut off since.
    """

    __slots__ = ("_calls", "_run")

    def __init__(self, calls: LogCalls, run: Run) -> None:
        self._calls = calls
        self._run = run

    def checkpoint(self) -> Checkpoint | None:
        """Signs the log as it is now.

        None: nothing happened since a checkpoint that checkpoints_kept() released.
        """
        return self._run(self._calls.checkpoint())

    def checkpoints_kept(self, size: int) -> int:
        """Says that all checkpoints up to ``size`` are kept elsewhere; the store forgets them. Returns how many.

        Those that wait for it are Engine.checkpoints().
        """
        return self._run(self._calls.checkpoints_kept(size))

    def verifier(self) -> LogVerifier:
        """The public key that checks the signatures of this tenant's checkpoints."""
        return self._run(self._calls.verifier())

    def prove_inclusion(self, seq: int, *, size: int) -> InclusionProof:
        """That event ``seq`` is in the log of ``size`` events. A size that the log does not have is a ConfigError."""
        return self._run(self._calls.prove_inclusion(seq, size))

    def prove_consistency(self, first: int, *, size: int) -> ConsistencyProof:
        """That the log of ``size`` events begins with the log of ``first``."""
        return self._run(self._calls.prove_consistency(first, size))

    def export(self, after: int = 0, *, limit: int = 1000, format: _LogFormat = "lines") -> LogPart:
        """Up to ``limit`` events (1 to 10000) behind number ``after``.

        ``"lines"`` can be verified without the store. The others cannot; they are for systems that read ``"csv"``,
        ``"fhir"`` (R4 AuditEvent), ``"ocsf"`` (1.8) or ``"cef"`` (in messages of RFC 5424), and leave out what was
        purged.
        """
        return self._run(self._calls.export(after, limit, format))

    def erase_person(self, subject: str, *, actor: str, reason: str) -> Erasure:
        """Removes from the events of a subject who they were about, who did it and why. The tree stays valid."""
        return self._run(self._calls.erase_person(subject, actor, reason))

    def purge_events(self, before: Time, *, actor: str, reason: str) -> Erasure:
        """Leaves only the hashes of what is older. Events are kept six years: a younger ``before`` is a ConfigError."""
        return self._run(self._calls.purge_events(before, actor, reason))

    def verify_state(
        self, checkpoints: Sequence[str] | AbstractSet[str] = (), *, timeout_s: float = 600
    ) -> StateReport:
        """Reads the whole log, checks that it is the one of its tree, and compares what follows from it with the rows.

        Whatever is not as the log says is a fault in the report, and the report is false. ``checkpoints`` are notes
        that were kept: StoreRolledBack where the log does not begin with one of them.
        """
        return self._run(self._calls.verify_state(checkpoints, timeout_s))
