# SPDX-License-Identifier: Apache-2.0
"""Runs fault_walk on a store of its own, and judges what it printed against what the store knows afterwards.

What was printed is acknowledged: its events are in the log, once. A call that failed has its effect or has not. A code
that was accepted is never accepted again. The log's tree and the rows agree (verify_state), and SQLite finds its file
whole.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests/store"))

from postgres_server import programs

PATIENCE_S = 60  # of a walk; it ends long before, or hangs

# What each step says where nothing is wrong, and its events.
STEPS = {
    "policy": ("OK", ["policy.set"]),
    "enroll": ("OK", ["factor.pending"]),
    "confirm": ("OK", ["factor.confirmed"]),
    "evaluate": ("CHALLENGE", []),
    "login": ("OK", ["factor.accepted", "login.allowed"]),
    "wrong": ("WRONG", ["factor.wrong"]),
    "wrong_again": ("WRONG", ["factor.wrong"]),
    "recovery": ("OK", ["factor.accepted"]),
    "revoke": ("OK", ["factor.revoked"]),
    "checkpoint": ("OK", []),
}
BEFORE = ["policy.set", "factor.enrolled", "factor.imported"]
ONCE = ("confirm", "login", "recovery", "revoke")  # what can happen once only, asked how often it may be
REFUSALS = ("factor.replayed", "factor.wrong", "login.refused", "factor.refused", "subject.refused")
FAILURES = ("E_STORE_UNAVAILABLE", "E_STORE_UNKNOWN", "E_STORE_CORRUPT", "E_NOMEM")


@dataclass
class Seen:
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Seen) -> None:
        self.faults += other.faults
        self.counts += other.counts


@dataclass(frozen=True)
class Store:
    target: str
    url: str
    folder: Path  # with the ring and the keepsakes, and what SQLite has

    def argv(self, action: str, kept: bool = True) -> list[str]:
        ring = str(self.folder / "ring")
        return [self.target, action, self.url, ring, str(self.folder / "kept") if kept else "-"]

    def run(self, action: str, *before: str, kept: bool = True) -> subprocess.CompletedProcess[str]:
        argv = [*before, *self.argv(action, kept)]
        return subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE_S, check=False)

    def look(self, kept: bool = True) -> dict[str, Any] | str:
        done = self.run("look", kept=kept)
        if done.returncode != 0:
            return f"afterwards: {done.returncode}: {done.stderr or done.stdout}"
        found: dict[str, Any] = json.loads(done.stdout)
        return found


class Sqlite:
    """Copies of a store that was prepared, in a folder each."""

    def __init__(self, target: str, folder: Path) -> None:
        self.target, self.folder, self.numbers = target, folder, count()
        self.template = folder / "prepared"
        self.template.mkdir()
        store = Store(target, f"sqlite:///{self.template}/store.db", self.template)
        done = store.run("prepare")
        if done.returncode != 0:
            sys.exit(f"fault: prepare: {done.stderr}")

    @contextmanager
    def store(self, *, empty: bool = False) -> Iterator[Store]:
        own = self.folder / str(next(self.numbers))
        if empty:
            own.mkdir()
        else:
            shutil.copytree(self.template, own)
        try:
            yield Store(self.target, f"sqlite:///{own}/store.db", own)
        finally:
            shutil.rmtree(own)


class Postgres:
    """Databases made of one that was prepared."""

    def __init__(self, target: str, folder: Path, url: str) -> None:
        self.target, self.folder, self.numbers = target, folder, count()
        self.server = url.rpartition("/")[0]
        self.url = url
        self.change("createdb", "prepared")
        done = Store(target, f"{self.server}/prepared", folder).run("prepare")
        if done.returncode != 0:
            sys.exit(f"fault: prepare: {done.stderr}")

    def change(self, program: str, *arguments: str) -> None:
        command = [str(programs() / program), f"--maintenance-db={self.url}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"fault: {program}: {done.stderr}")

    @contextmanager
    def store(self) -> Iterator[Store]:
        name = f"walk_{next(self.numbers)}"
        self.change("createdb", "--template=prepared", name)
        try:
            yield Store(self.target, f"{self.server}/{name}", self.folder)
        finally:
            self.change("dropdb", "--force", name)


def segments(step: str, first: str, again: str | None) -> list[list[str]]:
    """The events that a step may have left, by what was said of it."""
    _, whole = STEPS[step]
    said = [first, again] if again is not None else [first]
    n_done = sum(one == STEPS[step][0] for one in said)
    n_failed = sum(one.startswith("E_") for one in said)
    most = n_done + n_failed
    if step in ONCE:
        most = min(most, 1)
    if step == "enroll":
        most = 1  # the same request finds its factor
    whole_times = [whole * n for n in range(min(n_done, most), most + 1)]
    if n_done + n_failed == len(said):
        return whole_times
    # Something was refused, which leaves a word about it or none.
    refused = [[], *([one] for one in REFUSALS), *([one, "login.refused"] for one in REFUSALS)]
    return [left + right for left in whole_times for right in refused]


def is_possible(calls: list[tuple[str, str, str | None]], open_end: str | None, events: list[str]) -> bool:
    """Whether the events are those of the calls in their order; the call that never returned may be in or not."""
    if events[: len(BEFORE)] != BEFORE:
        return False
    places = {len(BEFORE)}
    choices = [segments(*call) for call in calls]
    if open_end is not None:
        choices.append([[], STEPS[open_end][1]])
    for allowed in choices:
        places = {at + len(one) for at in places for one in allowed if events[at : at + len(one)] == one}
    return len(events) in places


def parse(printed: str) -> tuple[str, list[tuple[str, str, str | None]]]:
    """(how opening went, the calls with what was said of them, and when asked again)."""
    opened = ""
    calls: list[tuple[str, str, str | None]] = []
    for line in printed.splitlines():
        name, _, status = line.partition(" ")
        if name == "reads":
            continue
        if name in ("open", "create") or (name == "again" and not calls):
            opened = status
        elif name == "again":
            calls[-1] = (calls[-1][0], calls[-1][1], status)
        else:
            calls.append((name, status, None))
    return opened, calls


def judge_reads(where: str, printed: str) -> Seen:
    """While nothing can be written, the log is read and compared with the rows."""
    said = [line for line in printed.splitlines() if line.startswith("reads ")]
    faults = [f"{where}: {line}" for line in said if line != "reads OK OK"]
    return Seen(faults, Counter({"read while the disk was full": len(said)}))


def judge(where: str, printed: str, was_killed: bool, found: dict[str, Any] | str) -> Seen:
    """What is wrong after a fault."""
    seen = Seen()
    opened, calls = parse(printed)
    if isinstance(found, str):
        seen.faults.append(f"{where}: {found}")
        return seen
    names = list(STEPS)
    open_end = names[len(calls)] if was_killed and opened == "OK" and len(calls) < len(names) else None
    if was_killed and calls and calls[-1][1].startswith("E_") and calls[-1][2] is None:
        calls[-1] = (calls[-1][0], calls[-1][1], "E_STORE_UNKNOWN")  # killed while it asked again
    had_failure = False
    accepted = {"login": False, "recovery": False}
    for name, first, again in calls:
        for said in (first, again):
            if said is None:
                continue
            seen.counts[said if said.startswith("E_") else "acknowledged"] += 1
            had_failure = had_failure or said.startswith("E_")
            if said.startswith("E_") and said not in FAILURES:
                seen.faults.append(f"{where}: {name} is {said}")
            if said != STEPS[name][0] and not said.startswith("E_") and not had_failure:
                seen.faults.append(f"{where}: {name} is {said} without any failure")
            if name in accepted and said == STEPS[name][0]:
                if accepted[name]:
                    seen.faults.append(f"{where}: {name} was accepted twice")
                accepted[name] = True
    events = found["events"].split()
    if not is_possible(calls, open_end, events):
        seen.faults.append(f"{where}: said {printed.split()}, and the log has {events}")
    for name, is_used in accepted.items():
        first, second = found[name]
        if first != "REPLAYED" if is_used else first not in ("OK", "REPLAYED"):
            seen.faults.append(f"{where}: {name} was {'' if is_used else 'not '}acknowledged, and then {first}")
        if second != "REPLAYED":
            seen.faults.append(f"{where}: a used code of {name} is {second}")
        seen.counts["unacknowledged and kept"] += not is_used and first == "REPLAYED"
    for name in ("listed", "state", "state_afterwards"):
        if found[name] != "OK":
            seen.faults.append(f"{where}: {name} is {found[name]}")
    return seen


def integrity(store: Store) -> list[str]:
    """What SQLite says about its file."""
    if not store.url.startswith("sqlite:"):
        return []
    connection = sqlite3.connect(store.folder / "store.db")
    try:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    finally:
        connection.close()
    return [] if answer == "ok" else [answer]
