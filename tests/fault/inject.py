#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Disturbs each system call of a journey (journey.hpp), one at a time, and judges what is left (walks.py).

    inject.py [--all] TARGET           SQLite: kills, EIO, ENOSPC, EDQUOT, short writes, EINTR, a limit of the file's
                                       size, signals; kills while the store is made
    inject.py [--all] TARGET URL       the PostgreSQL server of that URL: EINTR, lost connections, signals

Without --all: of each kind and name the first and the last call, and some between. A kind that hit nothing is red.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from walks import ROOT, Postgres, Seen, Sqlite, Store, integrity, judge, judge_reads

sys.path.append(str(ROOT / "tests/store"))

from postgres_server import memory

WRITES = ("pwrite64", "ftruncate")
SYNCS = ("fdatasync", "fsync")
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
UNSEEN = ("EINTR", "slow disk")  # of these the caller notices nothing
N_STORMS = 2


@dataclass(frozen=True)
class Kind:
    name: str
    action: str
    calls: tuple[str, ...]
    how: str
    lasts: bool = False  # up to the end, not once
    empty: bool = False  # the store is made meanwhile
    kept: bool = False  # only what outlives a connection: not the memory that SQLite shares by a file beside them
    every: int = 48  # of a selection


KINDS: tuple[Kind, ...] = (
    Kind("kill", "run", (*WRITES, *SYNCS, "unlink", "write"), "signal=SIGKILL", every=16),
    Kind("kill while it is made", "create", (*WRITES, *SYNCS, "unlink", "write"), "signal=SIGKILL", empty=True),
    Kind("EIO", "run", (*WRITES, *SYNCS, "unlink"), "error=EIO", every=30),
    Kind("EIO from then on", "run", (*WRITES, *SYNCS), "error=EIO", lasts=True),
    Kind("EIO of a read", "run", ("pread64",), "error=EIO"),
    Kind("ENOSPC", "full", (*WRITES, *SYNCS), "error=ENOSPC"),
    Kind("ENOSPC from then on", "run", (*WRITES, *SYNCS), "error=ENOSPC", lasts=True),
    Kind("ENOSPC of file and log from then on", "full", ("pwrite64", *SYNCS), "error=ENOSPC", lasts=True, kept=True),
    Kind("EDQUOT", "full", ("pwrite64", *SYNCS), "error=EDQUOT", every=48),
    Kind("write of nothing", "run", ("pwrite64",), "retval=0"),
    Kind("EINTR", "run", ("pwrite64", "pread64", "ftruncate", "openat", "write"), "error=EINTR"),
    Kind("EINTR of a sync", "run", SYNCS, "error=EINTR"),
    Kind("slow disk", "run", SYNCS, "delay_enter=200000", every=8),
)
ON_POSTGRES: tuple[Kind, ...] = (
    Kind("kill", "run", ("sendto", "recvfrom", "poll", "write"), "signal=SIGKILL", every=120),
    Kind("EINTR", "run", ("sendto", "recvfrom", "poll", "write"), "error=EINTR", every=120),
    Kind("ECONNRESET", "run", ("sendto", "recvfrom"), "error=ECONNRESET", every=120),
)


@dataclass(frozen=True)
class Place:
    kind: Kind
    call: str
    n: int

    def __str__(self) -> str:
        return f"{self.kind.name} at {self.call} {self.n}"


def strace(kind: Kind, store: Store, trace: Path) -> tuple[str, ...]:
    files = ("-P", f"{store.folder}/store.db", "-P", f"{store.folder}/store.db-wal") if kind.kept else ()
    return ("strace", "-f", "-o", str(trace), *files)


def traced(stores: Sqlite | Postgres, kind: Kind) -> Counter[tuple[str, int]]:
    """Which calls lie between the marks: name and number."""
    with stores.store(**({"empty": True} if kind.empty else {})) as store:
        trace = store.folder / "trace"
        names = ",".join((*kind.calls, "getppid"))
        command = (*strace(kind, store, trace), "-e", f"trace={names}")
        done = store.run(kind.action, *command, kept=not kind.empty)
        if done.returncode != 0:
            sys.exit(f"inject: {kind.action} under strace: {done.stderr}")
        n_seen: Counter[str] = Counter()
        inside: Counter[tuple[str, int]] = Counter()
        n_marks = 0
        for line in trace.read_text(errors="replace").splitlines():
            name = line.split(" ", 1)[1].lstrip().partition("(")[0]
            n_seen[name] += 1
            n_marks += name == "getppid"
            if name in kind.calls and (n_marks == 1 or kind.kept):
                inside[name, n_seen[name]] += 1
        # The marks name no file. Outside of them nothing is written to one of the store.
        if n_marks != (0 if kind.kept else 2):
            sys.exit(f"inject: the trace has {n_marks} marks")
        return inside


def places(stores: Sqlite | Postgres, kind: Kind, takes_all: bool) -> Iterator[Place]:
    inside = traced(stores, kind)
    for call in kind.calls:
        numbers = sorted(n for name, n in inside if name == call)
        for i, n in enumerate(numbers):
            if takes_all or i in (0, len(numbers) - 1) or i % kind.every == kind.every // 2:
                yield Place(kind, call, n)


def strike(stores: Sqlite | Postgres, at: Place) -> Seen:
    kind = at.kind
    with stores.store(**({"empty": True} if kind.empty else {})) as store:
        trace = store.folder / f"trace-{store.url.rpartition('/')[2]}"
        when = f"{at.n}{'+' if kind.lasts else ''}"
        inject = f"inject={at.call}:{kind.how}:when={when}"
        command = (*strace(kind, store, trace), "-e", f"trace={at.call}", "-e", inject)
        done = store.run(kind.action, *command, kept=not kind.empty)
        was_killed = done.returncode in KILLED
        seen = Seen()
        if "SIGKILL" in kind.how:
            is_hit = was_killed
        else:
            is_hit = "INJECTED" in trace.read_text(errors="replace") or "DELAYED" in trace.read_text(errors="replace")
            if done.returncode != 0:
                seen.faults.append(f"{at}: ended with {done.returncode}: {done.stderr}")
        seen.counts[f"hit by {kind.name}" if is_hit else "missed"] += 1
        trace.unlink(missing_ok=True)
        if kind.empty:
            # Whatever there is, somebody else makes the rest of it and works with it.
            again = store.run("prepare")
            if again.returncode != 0:
                seen.faults.append(f"{at}: and then: {again.stderr}")
            else:
                seen.add(judge(str(at), "open OK\n", False, store.look()))
        else:
            seen.add(judge(str(at), done.stdout, was_killed, store.look()))
            seen.add(judge_reads(str(at), done.stdout))
            if kind.action == "full" and not kind.lasts:
                # There is room again.
                seen.faults += [f"{at}: {line}" for line in done.stdout.splitlines() if line.startswith("again E_")]
            if kind.name in UNSEEN:
                seen.faults += [f"{at}: {line}" for line in done.stdout.splitlines() if " E_" in line]
        seen.faults += [f"{at}: {fault}" for fault in integrity(store)]
        return seen


def limited(stores: Sqlite, bytes_: int) -> Seen:
    """A file that may not grow further: the system writes a part, then says EFBIG. The host ignores SIGXFSZ."""
    with stores.store() as store:
        done = store.run("run", "sh", "-c", f'trap \'\' XFSZ; ulimit -f {bytes_ // 512}; exec "$0" "$@"')
        seen = judge(f"files of {bytes_} bytes", done.stdout, False, store.look())
        if done.returncode != 0:
            seen.faults.append(f"files of {bytes_} bytes: ended with {done.returncode}")
        seen.counts["hit by a limit of the file's size"] += " E_" in done.stdout
        seen.faults += integrity(store)
        return seen


def storm(stores: Sqlite | Postgres, n: int) -> Seen:
    """A signal every 200 us, whose handler has nothing restarted: nothing of it is seen."""
    with stores.store() as store:
        done = store.run("storm")
        seen = judge(f"storm {n}", done.stdout, False, store.look())
        seen.faults += [f"storm {n}: {line}" for line in done.stdout.splitlines() if " E_" in line]
        if done.returncode != 0:
            seen.faults.append(f"storm {n}: ended with {done.returncode}: {done.stderr}")
        seen.counts["hit by signals"] += 1
        return seen


def limited_process(stores: Sqlite | Postgres) -> Seen:
    """No descriptor left, or no memory: an error each, and the same call goes well when there is more."""
    with stores.store() as store:
        done = store.run("limited")
        seen = judge("a limited process", done.stdout, False, store.look())
        lines = done.stdout.splitlines()
        seen.faults += [f"a limited process: again: {line}" for line in lines if line.startswith("again E_")]
        if done.returncode != 0:
            seen.faults.append(f"a limited process: ended with {done.returncode}: {done.stderr}")
        seen.counts["hit by limits of the process"] += sum(" E_" in line for line in lines)
        return seen


def locked(stores: Sqlite) -> Seen:
    """Another process holds the lock of the file for as long as the walk lasts: each call ends by its deadline."""
    with stores.store() as store:
        other = sqlite3.connect(store.folder / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        done = store.run("run", "env", "FAULT_PATIENCE_MS=100")
        other.close()
        seen = judge("a lock", done.stdout, False, store.look())
        for line in done.stdout.splitlines():
            if " E_" in line and not line.endswith("E_STORE_UNAVAILABLE"):
                seen.faults.append(f"a lock: {line}")
            seen.counts["hit by a lock"] += " E_" in line
        return seen


def limits(takes_all: bool) -> range:
    """Around the size of the file and of its log."""
    return range(4096, 400_000, 512 if takes_all else 65_536 + 512)


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--all"]
    takes_all = "--all" in sys.argv
    if shutil.which("strace") is None:
        sys.exit("inject: strace is missing: run tools/setup")
    total = Seen()
    with (
        tempfile.TemporaryDirectory(prefix="counterseal-inject-", dir=memory()) as folder,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        stores: Sqlite | Postgres
        kinds: tuple[Kind, ...]
        if len(arguments) == 2:
            stores, kinds = Postgres(arguments[0], Path(folder), arguments[1]), ON_POSTGRES
        else:
            stores, kinds = Sqlite(arguments[0], Path(folder)), KINDS
        running = []
        for kind in kinds:
            running += [pool.submit(strike, stores, at) for at in places(stores, kind, takes_all)]
        running.append(pool.submit(limited_process, stores))
        running += [pool.submit(storm, stores, n) for n in range(N_STORMS * (20 if takes_all else 1))]
        if isinstance(stores, Sqlite):
            running.append(pool.submit(locked, stores))
            running += [pool.submit(limited, stores, n) for n in limits(takes_all)]
        for one in running:
            total.add(one.result())
    names = [f"hit by {kind.name}" for kind in kinds] + ["hit by signals", "hit by limits of the process"]
    if kinds is KINDS:
        names += ["hit by a limit of the file's size", "hit by a lock", "read while the disk was full"]
        if total.counts["missed"]:
            total.faults.append(f"{total.counts['missed']} system calls were not hit")
    total.faults += [f"nothing was {name}" for name in names if total.counts[name] == 0]
    for fault in total.faults[:40]:
        print(f"RED   {fault}")
    n_hit = sum(total.counts[name] for name in names if name.startswith("hit "))
    shown = ", ".join(f"{n} {name}" for name, n in sorted(total.counts.items()))
    print(f"inject: {n_hit} places; {shown}; violations {len(total.faults)}")
    sys.exit(bool(total.faults))


if __name__ == "__main__":
    main()
