# SPDX-License-Identifier: Apache-2.0
"""AsyncEngine: an opened store with its keys, for event loops."""

from __future__ import annotations

import sys
from collections.abc import Coroutine, Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from os import PathLike
from types import TracebackType
from typing import Any, Generic, Literal, NoReturn, Self, SupportsIndex, TypeVar, final

from . import _operations as operations
from . import _operator_log as operator_log
from ._async_tenant import AsyncTenant
from ._call import Call
from ._calls import TenantCalls
from ._clock import _Clock
from ._completions import Completions
from ._log_records import CheckpointMark, CheckpointPage
from ._native import KeyRing, _Engine
from ._opening import Opening, Pool, reload
from ._own_thread import in_own_thread
from ._pending import Pending, named
from ._records import Health, KeyCounts, Resealed

_Result = TypeVar("_Result")


class AsyncEngine:
    """As Engine, for asyncio: what the methods return is awaited, and is neither true nor false before.

    Calls run on threads of the engine, and a descriptor tells the event loop that something is done: no call takes a
    thread of the loop's pool, and the loop goes on while the store hangs. A cancelled await still counts: the call runs
    to its end.
    """

    _handle: _Engine
    _clock: _Clock | None
    _store: str
    _is_open: bool
    _keys: str | PathLike[str] | KeyRing
    _completions: Completions

    def __init__(self) -> None:
        raise TypeError("an AsyncEngine comes from AsyncEngine.open()")

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
    ) -> OpeningEngine[Self]:
        """As Engine.open(): ``async with AsyncEngine.open(...) as engine:``, or ``await AsyncEngine.open(...)``."""
        opening = Opening(url, keys, create, schema, clock, pool, on_fork, expected_checkpoints, log_signature)

        async def opened() -> Self:
            handle = await in_own_thread(opening.handle)
            return cls._of(handle, opening, keys)

        return OpeningEngine(named(opened(), f"{cls.__name__}.open"))

    @classmethod
    def _of(cls, handle: _Engine, opening: Opening, keys: str | PathLike[str] | KeyRing) -> Self:
        made = cls.__new__(cls)
        made._handle = handle
        made._clock = opening.clock
        made._store = opening.store
        made._is_open = True
        made._keys = keys
        made._completions = Completions(handle, opening.clock)
        return made

    @property
    def clock(self) -> _Clock | None:
        """The host's own clock, if it gave one."""
        return self._clock

    def tenant(self, name: str) -> AsyncTenant:
        """What is asked about one tenant. Nothing is written: a tenant exists from its first write."""
        return AsyncTenant(TenantCalls(name), self._run)

    def stats(self) -> Pending[Mapping[str, Any]]:
        """Counters since the engine was opened, and what it does now, in this process.

        ``calls``: how often each operation had which status. ``reasons``: how often each reason of a decision was
        given. ``open``: the calls of now, ``direct`` on threads of their callers (this one among them), ``waiting`` for
        a thread of the engine, ``running`` on one, ``done`` and not taken. ``store``: ``commits`` that became durable,
        the ``calls`` in them, ``retries`` because another transaction was in the way, calls ``waiting`` for their turn,
        sessions that are ``busy``. ``keys``: the ``active`` one, and how many secrets were ``sealed`` since the ring
        was loaded.
        """
        return self._run(operations.stats())

    def health(self, timeout_s: float = 1) -> Pending[Health]:
        """Whether the store answers in time; a store that is down is an answer, too. Never writes."""
        return self._run(operations.health(timeout_s))

    def reseal(self, after: str | None = None, *, limit: int = 100) -> Pending[Resealed]:
        """A step of putting everything under the key that seals: up to ``limit`` rows (1 to 1000) in one short
        transaction. Begins at the beginning, or where the step before ended (``next``). Nothing is lost by stopping
        anywhere; a walk that has nothing to do is the proof that all is done.
        """
        return self._run(operations.reseal(after, limit))

    def key_counts(self, after: str | None = None, *, limit: int = 1000) -> Pending[KeyCounts]:
        """What up to ``limit`` rows of the store hold under which key; a key with no count in any part is needed no
        more.
        """
        return self._run(operations.key_counts(after, limit))

    def checkpoints(
        self, tenant: str | None = None, after: CheckpointMark | None = None, *, limit: int = 100
    ) -> Pending[CheckpointPage]:
        """Signed checkpoints that wait to be kept elsewhere, of one tenant or of all: by tenant, the oldest first, up
        to ``limit`` (1 to 1000) behind ``after``, what ``next`` was in the page before. They are made after 256 events
        or a second, and by Log.checkpoint(); Log.checkpoints_kept() says that they are kept.
        """
        return self._run(operations.checkpoints(tenant, after, limit))

    def reload_keys(self, keys: str | PathLike[str] | KeyRing | None = None) -> Pending[None]:
        """Takes another ring while calls go on: those that were begun finish with the keys that they began with.

        Without one, the file that the engine was opened with is read again. A ring that cannot open the store, or lacks
        the key that seals now, raises KeyRingError, and nothing changes.
        """
        ring = partial(reload, self._handle, self._keys if keys is None else keys)
        return Pending(in_own_thread(ring), "AsyncEngine.reload_keys")

    def close(self) -> Pending[None]:
        """Closes the store when the calls that run are done. Closing again does nothing."""
        return Pending(self._close(), "AsyncEngine.close")

    def aclose(self) -> Pending[None]:
        """As close(), by the name that contextlib.aclosing() calls."""
        return Pending(self._close(), "AsyncEngine.aclose")

    async def _close(self) -> None:
        await self._completions.close()
        await in_own_thread(self._handle.close)
        if self._is_open:
            self._is_open = False
            operator_log.closed(self._store)

    def _run(self, call: Call[_Result], /) -> Pending[_Result]:
        return Pending(self._completions.run(call), sys._getframe(1).f_code.co_qualname)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __copy__(self) -> NoReturn:
        raise TypeError("an engine is neither pickled nor copied")

    def __deepcopy__(self, memo: object, /) -> NoReturn:
        self.__copy__()

    def __reduce__(self) -> NoReturn:
        self.__copy__()

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        self.__copy__()


_Opened = TypeVar("_Opened", bound=AsyncEngine)


@final
class OpeningEngine(Generic[_Opened]):
    """An engine that is being opened: awaited, or entered with ``async with``."""

    __slots__ = ("_coroutine", "_engine")

    def __init__(self, coroutine: Coroutine[Any, Any, _Opened]) -> None:
        self._coroutine = coroutine
        self._engine: _Opened | None = None

    def __await__(self) -> Generator[Any, Any, _Opened]:
        return self._coroutine.__await__()

    def __bool__(self) -> NoReturn:
        self._coroutine.close()
        raise TypeError("an engine that is being opened is neither true nor false: await it")

    async def __aenter__(self) -> _Opened:
        self._engine = await self._coroutine
        return self._engine

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            await self._engine.close()
