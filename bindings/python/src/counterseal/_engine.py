# SPDX-License-Identifier: Apache-2.0
"""Engine: an opened store with its keys, for threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from os import PathLike
from types import TracebackType
from typing import Any, Literal, NoReturn, Self, SupportsIndex, TypeVar

from . import _operations as operations
from . import _operator_log as operator_log
from ._call import Call
from ._calls import TenantCalls
from ._clock import _Clock
from ._log_records import CheckpointMark, CheckpointPage
from ._native import KeyRing, _Engine
from ._opening import Opening, Pool, reload
from ._records import Health, KeyCounts, Resealed
from ._tenant import Tenant

_Result = TypeVar("_Result")


class Engine:
    """Decisions about logins on durable state: an opened store with the keys that belong to it.

    Any number of threads may use one. ``with Engine.open(...) as engine:`` closes it at the end; a call after that
    raises EngineClosed. Refusals are values; trouble raises: StoreUnavailable, OutcomeUnknown, StoreCorrupt,
    KeyRingError, SchemaMismatch. Whoever cannot be checked is not let in.
    """

    _handle: _Engine
    _clock: _Clock | None
    _store: str
    _is_open: bool
    _keys: str | PathLike[str] | KeyRing

    def __init__(self) -> None:
        raise TypeError("an Engine comes from Engine.open()")

    @classmethod
    def open(
        cls,
        url: str,
        *,
        keys: str | PathLike[str] | KeyRing,
        create: bool = False,
        schema: Literal["check", "migrate"] = "check",
        clock: _Clock | None = None,
        pool: Pool | None = None,
        on_fork: Literal["reopen", "refuse"] = "reopen",
        expected_checkpoints: Sequence[str] | AbstractSet[str] = (),
        log_signature: Literal["ed25519", "p256"] = "ed25519",
    ) -> Self:
        """Opens a store: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, ``postgresql://...``, or ``memory:``.

        ``keys`` is a KeyRing, or the path of its file. ``create`` makes the SQLite file, the tables in an empty store,
        and the file of the key ring (readable by its owner alone) where they are not there yet. ``clock`` returns
        seconds since 1970 and is asked once for each call; without one, the machine's clock counts. In a child of the
        process that opened it, an engine opens the store again, or refuses (``on_fork``). ``expected_checkpoints`` are
        notes of Checkpoint that the host kept elsewhere: a store that does not go on from each of them is
        StoreRolledBack, and is not opened. A store that is made signs its logs with Ed25519 or with ECDSA P-256
        (``log_signature``), for good.
        """
        opening = Opening(url, keys, create, schema, clock, pool, on_fork, expected_checkpoints, log_signature)
        return cls._of(opening.handle(), opening, keys)

    @classmethod
    def _of(cls, handle: _Engine, opening: Opening, keys: str | PathLike[str] | KeyRing) -> Self:
        made = cls.__new__(cls)
        made._handle = handle
        made._clock = opening.clock
        made._store = opening.store
        made._is_open = True
        made._keys = keys
        return made

    @property
    def clock(self) -> _Clock | None:
        """The host's own clock, if it gave one."""
        return self._clock

    def tenant(self, name: str) -> Tenant:
        """What is asked about one tenant. Nothing is written: a tenant exists from its first write."""
        return Tenant(TenantCalls(name), self._run)

    def stats(self) -> Mapping[str, Any]:
        """Counters since the engine was opened, and what it does now, in this process.

        ``calls``: how often each operation had which status. ``reasons``: how often each reason of a decision was
        given. ``open``: the calls of now, ``direct`` on threads of their callers (this one among them), ``waiting`` for
        a thread of the engine, ``running`` on one, ``done`` and not taken. ``store``: ``commits`` that became durable,
        the ``calls`` in them, ``retries`` because another transaction was in the way, calls ``waiting`` for their turn,
        sessions that are ``busy``. ``keys``: the ``active`` one, and how many secrets were ``sealed`` since the ring
        was loaded.
        """
        return self._run(operations.stats())

    def health(self, timeout_s: float = 1) -> Health:
        """Whether the store answers in time; a store that is down is an answer, too. Never writes."""
        return self._run(operations.health(timeout_s))

    def reseal(self, after: str | None = None, *, limit: int = 100) -> Resealed:
        """A step of putting everything under the key that seals: up to ``limit`` rows (1 to 1000) in one short
        transaction. Begins at the beginning, or where the step before ended (``next``). Nothing is lost by stopping
        anywhere; a walk that has nothing to do is the proof that all is done.
        """
        return self._run(operations.reseal(after, limit))

    def key_counts(self, after: str | None = None, *, limit: int = 1000) -> KeyCounts:
        """What up to ``limit`` rows of the store hold under which key; a key with no count in any part is needed no
        more.
        """
        return self._run(operations.key_counts(after, limit))

    def checkpoints(
        self, tenant: str | None = None, after: CheckpointMark | None = None, *, limit: int = 100
    ) -> CheckpointPage:
        """Signed checkpoints that wait to be kept elsewhere, of one tenant or of all: by tenant, the oldest first, up
        to ``limit`` (1 to 1000) behind ``after``, what ``next`` was in the page before. They are made after 256 events
        or a second, and by Log.checkpoint(); Log.checkpoints_kept() says that they are kept.
        """
        return self._run(operations.checkpoints(tenant, after, limit))

    def reload_keys(self, keys: str | PathLike[str] | KeyRing | None = None) -> None:
        """Takes another ring while calls go on: those that were begun finish with the keys that they began with.

        Without one, the file that the engine was opened with is read again. A ring that cannot open the store, or lacks
        the key that seals now, raises KeyRingError, and nothing changes.
        """
        reload(self._handle, self._keys if keys is None else keys)

    def close(self) -> None:
        """Closes the store when the calls that run are done. Closing again does nothing."""
        self._handle.close()
        if self._is_open:
            self._is_open = False
            operator_log.closed(self._store)

    def _run(self, call: Call[_Result], /) -> _Result:
        return call.result(*self._handle.call(call.op, call.asked(self._clock), call.secret))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __copy__(self) -> NoReturn:
        raise TypeError("an engine is neither pickled nor copied")

    def __deepcopy__(self, memo: object, /) -> NoReturn:
        self.__copy__()

    def __reduce__(self) -> NoReturn:
        self.__copy__()

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        self.__copy__()
