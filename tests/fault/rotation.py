#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills each step of a key rotation at its system calls, and looks at ring and store afterwards.

    rotation.py [--all] TARGET           SQLite
    rotation.py [--all] TARGET URL       the PostgreSQL server of that URL

The ring's file is whole after each kill: as it was or as it was to be, readable by its owner alone. Every secret opens
with both keys, whichever of them seals, and the step goes through when it is done again; then the new key alone opens
everything. Without --all: the first and the last call of each name, and every eighth of the others.
"""

from __future__ import annotations

import base64
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from crash import Call, Place, code, killed, selection, traced

SUBJECTS = ("alice", "bob", "carol")
STEPS = ("add", "promote", "remove", "reseal")
KEYS = {name: base64.b64encode(bytes(range(n, n + 32))).decode() for n, name in enumerate(("first", "second"), 1)}


def ring_text(keys: dict[str, str], active: str) -> str:
    lines = [f"{name} {key}" for name, key in sorted(keys.items())]
    return "\n".join(["counterseal keys 1", f"active {active}", *lines, ""])


def write_ring(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    file.touch(0o600)
    file.write_text(text)


def read_ring(file: Path) -> tuple[str, dict[str, str]]:
    """(the active one, the keys); exits where the file is no whole ring."""
    lines = file.read_text().splitlines() if file.exists() else []
    if len(lines) < 3:
        sys.exit(f"rotation: no ring any more: {lines}")
    head, active, *keys = lines
    found = dict(line.split(" ") for line in keys)
    if head != "counterseal keys 1" or active.removeprefix("active ") not in found:
        sys.exit(f"rotation: no ring any more: {head}")
    return active.removeprefix("active "), found


class Rotation:
    def __init__(self, target: str, url: str, folder: Path, takes_all: bool) -> None:
        self.place = Place(target, url, folder)
        self.ring = folder / "ring"
        self.takes_all = takes_all
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        write_ring(self.ring, ring_text({"first": KEYS["first"]}, "first"))
        self.factors = {subject: str(self.place.answer("prepare", subject)[1]["factor_id"]) for subject in SUBJECTS}

    def opens(self, keys: dict[str, str], active: str, where: str) -> None:
        """With a ring of its own: a code is right the first time and known the second, so that its secret opened."""
        kept = self.ring.read_text()
        write_ring(self.ring, ring_text(keys, active))
        for subject, factor in self.factors.items():
            done = self.place.run("verify", subject, factor, code())
            if done.returncode != 0 or done.stdout.split(" ")[0] not in ("OK", "REPLAYED"):
                self.faults.append(f"{where}: {subject} with {active} active: {done.stderr or done.stdout}")
        write_ring(self.ring, kept)

    def change(self, action: str, key: str, start: tuple[dict[str, str], str]) -> None:
        """Each kill of a change of the file begins with the same file."""
        before = (start[1], start[0])
        write_ring(self.ring, ring_text(*start))
        calls = traced(self.place, action, key)
        after = read_ring(self.ring)

        def strike(at: Call) -> bool:
            write_ring(self.ring, ring_text(*start))
            was_killed, printed = killed(self.place, at, key)
            found = read_ring(self.ring)
            is_after = found[0] == after[0] and found[1].keys() == after[1].keys()
            if not is_after and found != before:
                self.faults.append(f"{at}: neither the old ring nor the new one: {found[0]}, {sorted(found[1])}")
            if printed and not is_after:
                self.faults.append(f"{at}: acknowledged, and the file is the old one")
            lost = {name for name, made in start[0].items() if found[1].get(name, made) != made}
            if lost or (action != "remove" and not start[0].keys() <= found[1].keys()):
                self.faults.append(f"{at}: a key changed or is gone")
            if stat.S_IMODE(self.ring.stat().st_mode) != 0o600:
                self.faults.append(f"{at}: mode {self.ring.stat().st_mode:o}")
            if not is_after:
                self.place.answer(action, key)
            if [file.name for file in self.ring.parent.iterdir() if file.name.startswith("ring.")]:
                self.faults.append(f"{at}: a file is left behind")
            return was_killed

        self.strike_all(action, calls, strike)

    def reseal(self) -> None:
        """From one key to the other and back again, so that each kill finds rows to move."""
        old, new = "first", "second"
        write_ring(self.ring, ring_text(KEYS, old))
        self.place.answer("reseal", "-")

        def trace() -> list[Call]:
            nonlocal old, new
            write_ring(self.ring, ring_text(KEYS, new))
            old, new = new, old
            return traced(self.place, "reseal", "-")

        # Who reads looks at the files of the store once a millisecond: a slow walk makes more calls than others do.
        one, *others = [trace() for _ in range(3)]
        calls = [call for call in one if all(call in other for other in others)]

        def strike(at: Call) -> bool:
            nonlocal old, new
            write_ring(self.ring, ring_text(KEYS, new))
            was_killed, _ = killed(self.place, at, "-")
            self.opens(KEYS, old, str(at))
            self.opens(KEYS, new, str(at))
            self.place.answer("reseal", "-")
            self.opens({new: KEYS[new]}, new, f"{at}, and then to the end")
            old, new = new, old
            return was_killed

        self.strike_all("reseal", calls, strike)

    def strike_all(self, action: str, calls: list[Call], strike: Callable[[Call], bool]) -> None:
        """A call that is made only at times, as when a checkpoint is due, is missed at times."""
        for at in selection(calls, self.takes_all):
            is_hit = any(strike(at) for _ in range(5))
            if not is_hit and self.place.url.startswith("sqlite:"):
                self.faults.append(f"{at} was not hit")
            self.counts["hit" if is_hit else "missed"] += 1
            self.counts[action] += 1


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--all"]
    if shutil.which("strace") is None:
        sys.exit("rotation: strace is missing: run tools/setup")
    with tempfile.TemporaryDirectory(prefix="counterseal-rotation-") as name:
        folder = Path(name)
        url = arguments[1] if len(arguments) == 2 else f"sqlite:///{folder}/store.db"
        run = Rotation(arguments[0], url, folder, "--all" in sys.argv)
        run.change("add", "third", (dict(KEYS), "first"))
        run.change("promote", "second", (dict(KEYS), "first"))
        run.change("remove", "first", (dict(KEYS), "second"))
        run.reseal()
    run.faults += [f"no kill of {step}" for step in STEPS if run.counts[step] == 0]
    for fault in run.faults:
        print(f"RED   {fault}")
    shown = ", ".join(f"{run.counts[step]} of {step}" for step in STEPS)
    print(f"rotation: {run.counts['hit']} kills; {shown}; {run.counts['missed']} missed; {len(run.faults)} faults")
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
