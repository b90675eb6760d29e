#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills one operation at every system call that it makes, and looks at what the store knows afterwards.

    crash.py TARGET               SQLite, at every system call
    crash.py [--all] TARGET URL   the PostgreSQL server of that URL; without --all at some of them

A verification, an enrollment and its confirmation. What was printed is acknowledged. After each kill: an acknowledged
acceptance is there, so that the same code is REPLAYED; a factor that was begun or confirmed is there; without an
acknowledgement the effect is there or is not, and the code is accepted at most once. On SQLite each system call that
strace counted must have been hit. On PostgreSQL kills of each action must have come before its commit was sent, which
leaves no effect, and after the server's acknowledgement of it, which leaves one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

KEY = b"12345678901234567890"  # RFC 6238 appendix B
NOW_S = 1_800_000_000
PATIENCE_S = 60
STRACE = ("strace", "-s", "160")  # as much of a message as tells a commit


def code(key: bytes = KEY) -> str:
    """RFC 6238 at NOW_S."""
    mac = hmac.new(key, struct.pack(">Q", NOW_S // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass(frozen=True)
class Call:
    """The n-th call of this name by a process that does the action."""

    action: str
    name: str
    n: int


@dataclass
class Place:
    target: str
    url: str  # with {folder}
    folder: Path
    n_subjects: int = 0

    def run(
        self, action: str, subject: str, *more: str, strace: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        argv = [*strace, self.target, action, self.url, str(self.folder / "ring"), subject, *more]
        return subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE_S, check=False)

    def answer(self, action: str, subject: str, *more: str) -> tuple[str, dict[str, object]]:
        done = self.run(action, subject, *more)
        if done.returncode != 0:
            sys.exit(f"crash: {action} after a kill: {done.stderr or done.stdout}")
        status, _, body = done.stdout.splitlines()[0].partition(" ")
        return status, json.loads(body)

    def new_subject(self) -> tuple[str, str]:
        """(subject, factor) with a code that nobody used yet."""
        self.n_subjects += 1
        subject = f"subject-{self.n_subjects}"
        _, made = self.answer("prepare", subject)
        return subject, str(made["factor_id"])

    def new_pending(self) -> tuple[str, str, str]:
        """(subject, factor, its code) of an enrollment that waits for its confirmation."""
        self.n_subjects += 1
        subject = f"pending-{self.n_subjects}"
        told, uri = self.run("enroll", subject).stdout.splitlines()
        (secret,) = parse_qs(urlsplit(uri).query)["secret"]
        return subject, json.loads(told[3:])["factor_id"], code(base64.b32decode(secret + "=" * (-len(secret) % 8)))

    def factors(self, subject: str) -> list[dict[str, object]]:
        listed = self.answer("list", subject)[1]["factors"]
        assert isinstance(listed, list)
        return listed


@dataclass
class Seen:
    counted: set[Call] = field(default_factory=set)
    hit: set[Call] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)  # acknowledged; kept or lost without being acknowledged
    moments: Counter[str] = field(default_factory=Counter)  # of kills, by action and its commit


def calls_of(action: str, trace: str) -> list[Call]:
    """What was called between the two marks, the second one included."""
    n_seen: Counter[str] = Counter()
    inside: list[Call] = []
    n_marks = 0
    for line in trace.splitlines():
        name = line.partition("(")[0]
        if not name.isidentifier():
            continue
        n_seen[name] += 1
        if n_marks == 1:
            inside.append(Call(action, name, n_seen[name]))
        n_marks += name == "getppid"
        if n_marks == 2:
            return inside
    sys.exit(f"crash: the trace has {n_marks} marks, not 2:\n{trace[-2000:]}")


def selection(calls: list[Call], takes_all: bool) -> list[Call]:
    """Else the first and the last call of each name, every eighth of the others, and whatever comes behind the last
    write, which acknowledges."""
    names = [call.name for call in calls]
    last = {name: i for i, name in enumerate(names)}
    ends = {names.index(name) for name in last} | {*last.values()}
    return [call for i, call in enumerate(calls) if takes_all or i in ends or i % 8 == 0 or i > last["write"]]


def killed(place: Place, at: Call, subject: str, *more: str) -> tuple[bool, str]:
    """(whether it was killed, what it had printed)."""
    inject = f"inject={at.name}:signal=SIGKILL:when={at.n}"
    done = place.run(at.action, subject, *more, strace=(*STRACE, "-o", str(place.folder / "trace"), "-e", inject))
    return done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), done.stdout


def moment(place: Place) -> str:
    """Where the process of the last trace ended: "before" its commit was sent to the server, "after" the server had
    acknowledged it, or "between"."""
    found = "before"
    is_writing = is_begun = False
    for line in (place.folder / "trace").read_text(errors="replace").splitlines():
        is_begun = is_begun or line.startswith("getppid(")
        if is_begun and line.startswith("sendto("):
            is_writing = is_writing or "READ WRITE" in line
            found = "between" if is_writing and "\\0COMMIT\\0" in line else found
        elif found == "between" and re.match(r"recvfrom\(.*COMMIT\\0.* = \d+$", line):
            return "after"
    return found


def traced(place: Place, action: str, subject: str, *more: str) -> list[Call]:
    trace = place.folder / "trace"
    done = place.run(action, subject, *more, strace=(*STRACE, "-o", str(trace)))
    if done.returncode != 0:
        sys.exit(f"crash: {action} under strace: {done.stderr}")
    return calls_of(action, trace.read_text(errors="replace"))


@dataclass(frozen=True)
class Case:
    """What is killed, and for whom."""

    action: str
    subject: str
    factor: str = ""
    code: str = ""

    @property
    def more(self) -> tuple[str, ...]:
        return (self.factor, self.code) if self.factor else ()


def look(place: Place, seen: Seen, at: Call, printed: str, of: Case) -> bool:
    """Whether the effect is there."""
    is_told = printed.startswith("OK ")
    if of.action == "verify":
        first, _ = place.answer("verify", of.subject, *of.more)
        is_kept = first == "REPLAYED"
        if first not in ("OK", "REPLAYED"):
            seen.faults.append(f"{at}: {'' if is_told else 'not '}acknowledged, and then {first}")
    elif of.action == "confirm":
        ((state),) = [one["state"] for one in place.factors(of.subject)]
        is_kept = state == "active"
        if not is_kept and (state != "pending" or place.answer("confirm", of.subject, *of.more)[0] != "OK"):
            seen.faults.append(f"{at}: neither confirmed nor to be confirmed: {state}")
    else:
        known = [one["factor_id"] for one in place.factors(of.subject)]
        is_kept = known != []
        if is_told and json.loads(printed.splitlines()[0][3:])["factor_id"] not in known:
            seen.faults.append(f"{at}: acknowledged, and not there")
        if len(known) > 1:
            seen.faults.append(f"{at}: {len(known)} factors")
    if of.factor and (last := place.answer("verify", of.subject, *of.more)[0]) != "REPLAYED":
        seen.faults.append(f"{at}: a used code is {last}")
    if is_told and not is_kept:
        seen.faults.append(f"{at}: acknowledged, and lost")
    seen.kinds["acknowledged" if is_told else "kept" if is_kept else "lost"] += 1
    return is_kept


def on_sqlite(target: str, folder: Path) -> Seen:
    """Each kill finds the same file, so that it makes the same calls."""
    seen = Seen()
    fresh = folder / "fresh"
    fresh.mkdir()
    template = Place(target, f"sqlite:///{fresh}/store.db", folder)
    cases = (
        Case("verify", *template.new_subject(), code()),
        Case("enroll", "somebody-new"),
        Case("confirm", *template.new_pending()),
    )
    used = folder / "used"
    place = Place(target, f"sqlite:///{used}/store.db", folder)

    def reset() -> None:
        shutil.rmtree(used, ignore_errors=True)
        shutil.copytree(fresh, used)

    for of in cases:
        reset()
        for at in traced(place, of.action, of.subject, *of.more):
            reset()
            seen.counted.add(at)
            was_killed, printed = killed(place, at, of.subject, *of.more)
            if was_killed:
                seen.hit.add(at)
            look(place, seen, at, printed, of)
    if seen.hit != seen.counted:
        seen.faults.append(f"not hit: {sorted(map(str, seen.counted - seen.hit))}")
    return seen


def on_postgres(target: str, url: str, folder: Path, takes_all: bool) -> Seen:
    """How often a client polls depends on the moment: what counts is that kills came on both sides of the commit."""
    seen = Seen()
    place = Place(target, url, folder)

    def case(action: str) -> Case:
        if action == "confirm":
            return Case(action, *place.new_pending())
        subject, factor = place.new_subject()
        return Case(action, subject, factor, code()) if action == "verify" else Case(action, f"new-{subject}")

    for action in ("verify", "enroll", "confirm"):
        of = case(action)
        for at in selection(traced(place, action, of.subject, *of.more), takes_all):
            of = case(action)
            seen.counted.add(at)
            was_killed, printed = killed(place, at, of.subject, *of.more)
            when = moment(place)
            if was_killed:
                seen.hit.add(at)
                seen.moments[f"{action} {when}"] += 1
            is_kept = look(place, seen, at, printed, of)
            if when == ("before" if is_kept else "after"):
                seen.faults.append(f"{at}: ended {when} its commit, and the effect is {'' if is_kept else 'not '}there")
        for when in ("before", "after"):
            if seen.moments[f"{action} {when}"] == 0:
                seen.faults.append(f"no kill of {action} came {when} its commit")
    return seen


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--all"]
    if shutil.which("strace") is None:
        sys.exit("crash: strace is missing: run tools/setup")
    with tempfile.TemporaryDirectory(prefix="counterseal-crash-") as folder:
        if len(arguments) == 2:
            seen = on_postgres(arguments[0], arguments[1], Path(folder), "--all" in sys.argv)
        else:
            seen = on_sqlite(arguments[0], Path(folder))
    for fault in seen.faults:
        print(f"RED   {fault}")
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted((seen.kinds + seen.moments).items()))
    print(f"crash: {len(seen.counted)} system calls counted, {len(seen.hit)} hit; {kinds}; {len(seen.faults)} faults")
    sys.exit(bool(seen.faults))


if __name__ == "__main__":
    main()
