# SPDX-License-Identifier: Apache-2.0
"""The same calls as Log's, to be awaited."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, final

from ._arguments import Time
from ._log_calls import LogCalls, _LogFormat
from ._log_records import Checkpoint, ConsistencyProof, Erasure, InclusionProof, LogPart, LogVerifier, StateReport
from ._pending import Pending

if TYPE_CHECKING:
    from ._async_tenant import Submit


@final
class AsyncLog:
    """As Log, from AsyncTenant.log: each call is awaited."""

    __slots__ = ("_calls", "_run")

    def __init__(self, calls: LogCalls, run: Submit) -> None:
        self._calls = calls
        self._run = run

    def checkpoint(self) -> Pending[Checkpoint | None]:
        """As Log.checkpoint()."""
        return self._run(self._calls.checkpoint())

    def checkpoints_kept(self, size: int) -> Pending[int]:
        """As Log.checkpoints_kept()."""
        return self._run(self._calls.checkpoints_kept(size))

    def verifier(self) -> Pending[LogVerifier]:
        """As Log.verifier()."""
        return self._run(self._calls.verifier())

    def prove_inclusion(self, seq: int, *, size: int) -> Pending[InclusionProof]:
        """As Log.prove_inclusion()."""
        return self._run(self._calls.prove_inclusion(seq, size))

    def prove_consistency(self, first: int, *, size: int) -> Pending[ConsistencyProof]:
        """As Log.prove_consistency()."""
        return self._run(self._calls.prove_consistency(first, size))

    def export(self, after: int = 0, *, limit: int = 1000, format: _LogFormat = "lines") -> Pending[LogPart]:
        """As Log.export()."""
        return self._run(self._calls.export(after, limit, format))

    def erase_person(self, subject: str, *, actor: str, reason: str) -> Pending[Erasure]:
        """As Log.erase_person()."""
        return self._run(self._calls.erase_person(subject, actor, reason))

    def purge_events(self, before: Time, *, actor: str, reason: str) -> Pending[Erasure]:
        """As Log.purge_events()."""
        return self._run(self._calls.purge_events(before, actor, reason))

    def verify_state(
        self, checkpoints: Sequence[str] | AbstractSet[str] = (), *, timeout_s: float = 600
    ) -> Pending[StateReport]:
        """As Log.verify_state()."""
        return self._run(self._calls.verify_state(checkpoints, timeout_s))
