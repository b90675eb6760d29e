#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills one operation at every system call that it makes, and looks at what the store knows afterwards.

    crash.py TARGET           SQLite
    crash.py TARGET URL       the PostgreSQL server of that URL

What was printed is acknowledged. After each kill: an acknowledged acceptance is there, so that the same code is
REPLAYED; an enrollment that was acknowledged is there; without an acknowledgement the effect is there or is not, and
the code is accepted at most once. On SQLite each system call that strace counted must have been hit; on PostgreSQL
kills must have come before the commit and between it and its acknowledgement.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

KEY = b"12345678901234567890"  # RFC 6238 appendix B
NOW_S = 1_800_000_000
PATIENCE_S = 60


def code() -> str:
    """RFC 6238 at NOW_S."""
    mac = hmac.new(KEY, struct.pack(">Q", NOW_S // 30), hashlib.sha1).digest()
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
        status, _, body = done.stdout.partition(" ")
        return status, json.loads(body)

    def new_subject(self) -> tuple[str, str]:
        """(subject, factor) with a code that nobody used yet."""
        self.n_subjects += 1
        subject = f"subject-{self.n_subjects}"
        _, made = self.answer("prepare", subject)
        return subject, str(made["factor_id"])


@dataclass
class Seen:
    counted: set[Call] = field(default_factory=set)
    hit: set[Call] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)  # acknowledged; kept or lost without being acknowledged


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


def killed(place: Place, at: Call, subject: str, *more: str) -> tuple[bool, str]:
    """(whether it was killed, what it had printed)."""
    trace = str(place.folder / "trace")
    done = place.run(
        at.action, subject, *more, strace=("strace", "-o", trace, "-e", f"inject={at.name}:signal=SIGKILL:when={at.n}")
    )
    return done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), done.stdout


def traced(place: Place, action: str, subject: str, *more: str) -> list[Call]:
    trace = place.folder / "trace"
    done = place.run(action, subject, *more, strace=("strace", "-o", str(trace)))
    if done.returncode != 0:
        sys.exit(f"crash: {action} under strace: {done.stderr}")
    return calls_of(action, trace.read_text(errors="replace"))


def look_at_verify(place: Place, seen: Seen, at: Call, printed: str, subject: str, factor: str) -> None:
    first, _ = place.answer("verify", subject, factor, code())
    second, _ = place.answer("verify", subject, factor, code())
    if printed.startswith("OK "):
        seen.kinds["acknowledged"] += 1
        if first != "REPLAYED":
            seen.faults.append(f"{at}: acknowledged, and then {first}")
    else:
        seen.kinds["kept" if first == "REPLAYED" else "lost"] += 1
        if first not in ("OK", "REPLAYED"):
            seen.faults.append(f"{at}: not acknowledged, and then {first}")
    if second != "REPLAYED":
        seen.faults.append(f"{at}: a used code is {second}")


def look_at_enroll(place: Place, seen: Seen, at: Call, printed: str, subject: str) -> None:
    _, listed = place.answer("list", subject)
    factors = listed["factors"]
    assert isinstance(factors, list)
    known = [one["factor_id"] for one in factors]
    if printed.startswith("OK "):
        seen.kinds["acknowledged"] += 1
        if json.loads(printed[3:])["factor_id"] not in known:
            seen.faults.append(f"{at}: acknowledged, and not there")
    else:
        seen.kinds["kept" if known else "lost"] += 1
    if len(known) > 1:
        seen.faults.append(f"{at}: {len(known)} factors")


def on_sqlite(target: str, folder: Path) -> Seen:
    """Each kill finds the same file, so that it makes the same calls."""
    seen = Seen()
    fresh = folder / "fresh"
    fresh.mkdir()
    template = Place(target, f"sqlite:///{fresh}/store.db", folder)
    subject, factor = template.new_subject()
    used = folder / "used"
    place = Place(target, f"sqlite:///{used}/store.db", folder)

    def reset() -> None:
        shutil.rmtree(used, ignore_errors=True)
        shutil.copytree(fresh, used)

    for action, who, more in (("verify", subject, (factor, code())), ("enroll", "somebody-new", ())):
        reset()
        for at in traced(place, action, who, *more):
            reset()
            seen.counted.add(at)
            was_killed, printed = killed(place, at, who, *more)
            if was_killed:
                seen.hit.add(at)
            if action == "verify":
                look_at_verify(place, seen, at, printed, subject, factor)
            else:
                look_at_enroll(place, seen, at, printed, who)
    if seen.hit != seen.counted:
        seen.faults.append(f"not hit: {sorted(map(str, seen.counted - seen.hit))}")
    return seen


def on_postgres(target: str, url: str, folder: Path) -> Seen:
    """How often a client polls depends on the moment: what counts is that kills came on both sides of the commit."""
    seen = Seen()
    place = Place(target, url, folder)
    subject, factor = place.new_subject()
    for at in traced(place, "verify", subject, factor, code()):
        subject, factor = place.new_subject()
        seen.counted.add(at)
        was_killed, printed = killed(place, at, subject, factor, code())
        if was_killed:
            seen.hit.add(at)
        look_at_verify(place, seen, at, printed, subject, factor)
    seen.faults += [f"no kill left an effect {kind}" for kind in ("kept", "lost") if seen.kinds[kind] == 0]
    return seen


def main() -> None:
    if shutil.which("strace") is None:
        sys.exit("crash: strace is missing: run tools/setup")
    with tempfile.TemporaryDirectory(prefix="counterseal-crash-") as folder:
        if len(sys.argv) == 3:
            seen = on_postgres(sys.argv[1], sys.argv[2], Path(folder))
        else:
            seen = on_sqlite(sys.argv[1], Path(folder))
    for fault in seen.faults:
        print(f"RED   {fault}")
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(seen.kinds.items()))
    print(f"crash: {len(seen.counted)} system calls counted, {len(seen.hit)} hit; {kinds}; {len(seen.faults)} faults")
    sys.exit(bool(seen.faults))


if __name__ == "__main__":
    main()
