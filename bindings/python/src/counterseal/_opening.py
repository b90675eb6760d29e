# SPDX-License-Identifier: Apache-2.0
"""How an engine is opened: arguments checked before anything is touched."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from os import PathLike
from typing import Any

from . import _arguments as arguments
from . import _operator_log as operator_log
from ._clock import _Clock, checked
from ._errors import ConfigError, CountersealError
from ._native import KeyRing, _Engine


@dataclass(frozen=True, slots=True)
class Pool:
    """What an engine may use. Numbers out of their bounds are a ConfigError."""

    #: Connections to the store that write, and as many that read, 1 to 256.
    sessions: int = 4
    #: How long a call may wait for the store, in seconds: 0.01 to 600.
    patience_s: float = 5.0
    #: Threads of an AsyncEngine, 1 to 64; started when they are needed.
    threads: int = 8

    def __post_init__(self) -> None:
        for name, value, high in (("sessions", self.sessions, 256), ("threads", self.threads, 64)):
            if not 1 <= arguments.integer(value, name) <= high:
                raise ConfigError(f"{name} must be 1 to {high}", "CSEAL_E_RANGE")
        patience: object = self.patience_s
        if isinstance(patience, bool) or not isinstance(patience, int | float):
            raise arguments.refuse_type("patience_s", "seconds (int or float)", patience)
        if not 0.01 <= patience <= 600:  # NaN is in no range
            raise ConfigError("patience_s must be 0.01 to 600", "CSEAL_E_RANGE")


class Opening:
    def __init__(
        self,
        url: str,
        keys: str | PathLike[str] | KeyRing,
        create: bool,
        schema: str,
        clock: _Clock | None,
        pool: Pool | None,
        on_fork: str,
        expected_checkpoints: Sequence[str] | AbstractSet[str],
        log_signature: str,
    ) -> None:
        self._url = arguments.text(url, "url")
        self.store = self._url.partition(":")[0]  # the rest may hold a password
        self._keys = keys
        self._create = arguments.flag(create, "create")
        self._migrates = _choice(schema, "schema", "check", "migrate")
        self._refuses_fork = _choice(on_fork, "on_fork", "reopen", "refuse")
        self._log_p256 = _choice(log_signature, "log_signature", "ed25519", "p256")
        self._expected = arguments.texts(expected_checkpoints, "expected_checkpoints")
        self.clock = checked(clock)
        if pool is not None and not isinstance(pool, Pool):
            raise arguments.refuse_type("pool", "a Pool", pool)
        self._pool = Pool() if pool is None else pool
        _check_keys(keys)

    def handle(self) -> _Engine:
        """Reads the ring and opens the store."""
        try:
            made = self._opened(ring_of(self._keys, self._create))
        except CountersealError as error:
            operator_log.trouble("open", error)
            raise
        operator_log.opened(self.store)
        return made

    def _opened(self, ring: KeyRing) -> _Engine:
        try:
            return _Engine.open(
                self._url,
                ring,
                self._create,
                self._migrates,
                self._refuses_fork,
                self._log_p256,
                self._pool.sessions,
                round(self._pool.patience_s * 1000),
                self._pool.threads,
                json.dumps(self._expected),
            )
        except ConfigError as error:
            if error.code != "CSEAL_E_TIME":
                raise
            raise CountersealError(str(error), error.code) from None  # the machine's clock is no setting


def ring_of(keys: str | PathLike[str] | KeyRing, create: bool = False) -> KeyRing:
    """The ring itself, or that of a file."""
    _check_keys(keys)
    return keys if isinstance(keys, KeyRing) else KeyRing.from_file(os.fspath(keys), create=create)


def reload(handle: _Engine, keys: str | PathLike[str] | KeyRing) -> None:
    """Reads the ring and gives it to the engine."""
    try:
        handle.reload_keys(ring_of(keys))
    except CountersealError as error:
        operator_log.trouble("reload_keys", error)
        raise
    operator_log.keys_reloaded()


def _check_keys(keys: object) -> None:
    if not isinstance(keys, str | PathLike | KeyRing):
        raise arguments.refuse_type("keys", "a KeyRing or the path of its file", keys)


def _choice(value: Any, name: str, first: str, second: str) -> bool:
    """Whether it is the second one."""
    if arguments.text(value, name) not in (first, second):
        raise ConfigError(f"{name} must be {first!r} or {second!r}", "CSEAL_E_UNSUPPORTED")
    return bool(value == second)
