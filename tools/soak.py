#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`make soak`: what takes hours, one part after another; the last line has every count.

    soak.py [--images N] [--factors N] [--sequences N] [--seconds N] [--parts NAME,...] BUILD

    faults    every fault at every place, N power cuts, a million attacks on the log (tests/fault)
    rotation  a key rotation of N factors while codes are checked, and of a tenth of them on PostgreSQL (tests/races)
    model     N random sequences of calls on engine and model, on all three stores (tests/model)
    threads   stores, engine and races compiled for ThreadSanitizer (the preset tsan)
    races     random campaigns of many workers for so many seconds (tests/races)
    planted   every planted fault that these have to find (tests/planted)

A part that fails does not keep the others from running. A violation, a planted fault that was missed, a count of zero
and a part without an end are red.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
# How the names of planted faults begin that these parts have to find.
PLANTED = ("audit", "engine", "fault", "log", "model", "race", "rotation", "store")

Command = list[object]


@dataclass(frozen=True)
class Part:
    name: str
    commands: list[Command]
    last: str  # the line that each of them ends with; `violations` is how many it saw
    counts: str  # what is told of that line


def parts(given: argparse.Namespace) -> list[Part]:
    build: Path = given.build.resolve()
    python: Command = [sys.executable, "-B"]
    rotation = build / "tests/races/rotation_load"
    server: Command = [*python, TESTS / "store/postgres_server.py", "sh", "-c"]
    patches = (TESTS / "planted").glob("*.patch")
    module = f"PYTHONPATH={build / 'bindings/python'}"
    names = sorted(one.stem for one in patches if one.stem.partition("-")[0] in PLANTED)
    return [
        Part(
            "faults",
            [[*python, TESTS / "fault/campaigns.py", "--images", given.images, build]],
            r"^faults: (.+); violations (?P<violations>\d+)$",
            r"\1",
        ),
        Part(
            "rotation",
            [
                [rotation, given.factors],
                [*server, f'exec "{rotation}" {max(given.factors // 10, 100)} "$COUNTERSEAL_TEST_POSTGRES"'],
            ],
            r"^rotation: (\d+) factors, .*; (\d+) codes checked .*; violations (?P<violations>\d+);",
            r"factors rotated \1, codes meanwhile \2",
        ),
        Part(
            "model",
            [
                [
                    *("env", module, *python, TESTS / "model/run.py"),
                    *("--store", "all", "--sequences", given.sequences, "--seed", given.seed),
                ]
            ],
            r"^model: (sequences \d+, calls \d+), .*; violations (?P<violations>\d+)$",
            r"\1",
        ),
        Part(
            "threads",
            [["cmake", "--workflow", "--preset", "tsan"]],
            r"^\d+% tests passed, (?P<violations>\d+) tests failed out of (\d+)$",
            r"tests under ThreadSanitizer \2",
        ),
        Part(
            "races",
            [[*python, TESTS / "races/races.py", "--seconds", given.seconds, build / "tests/races/races"]],
            r"^races: (.+); violations (?P<violations>\d+)$",
            r"\1",
        ),
        Part(
            "planted",
            [[*python, TESTS / "planted/run.py", *names]],
            r"^(planted \d+ caught \d+)(?P<violations>)$",
            r"\1",
        ),
    ]


@dataclass
class Seen:
    counts: list[str] = field(default_factory=list)
    planted: str = "planted 0 caught 0"
    n_violations: int = 0
    faults: list[str] = field(default_factory=list)

    def judge(self, part: Part, status: int, said: str) -> None:
        """Adds what one command of a part has shown."""
        lines = list(re.finditer(part.last, said, re.MULTILINE))
        if not lines:
            self.faults.append(f"{part.name}: it did not come to its end")
            return
        counted = lines[-1].expand(part.counts)
        numbers = re.findall(r"\d+", counted)
        if part.name == "planted":
            self.planted = counted
            self.faults += [f"{part.name}: one was missed"] if len(set(numbers)) != 1 else []
        else:
            self.counts.append(counted)
            self.n_violations += int(lines[-1]["violations"])
        self.faults += [f"{part.name}: a count of zero"] if "0" in numbers else []
        self.faults += [f"{part.name}: ended with {status}"] if status != 0 else []


def run(command: Command) -> tuple[int, str]:
    """(exit status, output), with the output printed as it comes."""
    said = []
    argv = [str(word) for word in command]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace") as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            said.append(line)
    return running.returncode, "".join(said)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("images", 10**6), ("factors", 10**6), ("sequences", 10**6), ("seconds", 600)):
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--seed", type=int, default=int(time.time()), help="of the sequences")
    options.add_argument("--parts", default="faults,rotation,model,threads,races,planted")
    options.add_argument("build", type=Path)
    given = options.parse_args()
    wanted = given.parts.split(",")
    known = parts(given)
    if unknown := set(wanted) - {part.name for part in known}:
        options.error(f"--parts: there is no {', '.join(sorted(unknown))}")
    seen = Seen()
    for part in known:
        for command in part.commands if part.name in wanted else ():
            started = time.monotonic()
            seen.judge(part, *run(command))
            print(f"soak: {part.name}: {time.monotonic() - started:.0f} s", flush=True)
    for fault in seen.faults:
        print(f"RED   {fault}")
    print(f"soak: {', '.join(seen.counts)}; violations {seen.n_violations}; {seen.planted}")
    sys.exit(bool(seen.faults or seen.n_violations))


if __name__ == "__main__":
    main()
