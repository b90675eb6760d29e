# SPDX-License-Identifier: Apache-2.0
"""A real engine for sequences: in memory, in an SQLite file that crashes, or on a PostgreSQL server."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from counterseal import Engine, KeyRing
from counterseal.testing import FakeClock

START = 1_700_000_000.0


def _place() -> str | None:
    """Where files need no disk: nobody cuts the power here."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30 else None


class Stage:
    """An engine, and the clock of its host."""

    def __init__(self, store: str, url: str = "memory:") -> None:
        self.store = store
        self.clock = FakeClock(START)
        self._keys = KeyRing.from_keys({"test": os.urandom(32)}, active="test")
        self._folder = tempfile.mkdtemp(prefix="counterseal-model-", dir=_place()) if store == "sqlite" else ""
        self._numbers = itertools.count()
        self._file = self._next_file()
        self._url = f"sqlite:///{self._file}" if store == "sqlite" else url
        self.engine = self._open(create=True)

    def _next_file(self) -> Path:
        return Path(self._folder) / f"{next(self._numbers)}.db"

    def _open(self, create: bool = False) -> Engine:
        return Engine.open(self._url, keys=self._keys, create=create, clock=self.clock)

    def reopen(self, how: str) -> None:
        """As after a restart ("close"), a handle that was let go ("drop"), or a crash: the files as they are now."""
        if self.store == "memory":
            return
        if how == "crash" and self.store == "sqlite":
            old, self._file = self._file, self._next_file()
            for end in ("", "-wal"):
                with suppress(FileNotFoundError):
                    shutil.copy(f"{old}{end}", f"{self._file}{end}")
            self._url = f"sqlite:///{self._file}"
            crashed = self.engine
            self.engine = self._open()
            crashed.close()
            return
        if how == "close":
            self.engine.close()
        del self.engine
        self.engine = self._open()

    def close(self) -> None:
        self.engine.close()
        if self._folder:
            shutil.rmtree(self._folder)
