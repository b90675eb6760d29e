#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`make soak`: what takes hours, one part after another; the last line has every count.

    soak.py [--images N] [--factors N] [--sequences N] [--codes N] [--seconds N] [--parts NAME,...] BUILD
    soak.py --sum BUILD     adds up what the parts left in BUILD/soak, whenever each of them ran

    faults    every fault at every place, N power cuts, a million attacks on the log (tests/fault)
    rotation  a key rotation of N factors while codes are checked, and of a tenth of them on PostgreSQL (tests/races)
    model     N random sequences of calls on engine and model, on all three stores (tests/model)
    threads   stores, engine and races compiled for ThreadSanitizer (the preset tsan)
    races     random campaigns of many workers for so many seconds, over N contended codes at least (tests/races)
    planted   every planted fault that these have to find (tests/planted), in four parts: planted-engine, -log, -model,
              -store

Each part runs until its count is reached, whatever the time; the seconds are those of races. A part that fails does not
keep the others from running. What is random, sequences and races, may run in pieces that are added up; of the other
parts the last run counts. Red are a violation, a planted fault that was missed, a count of zero or below what is owed,
and a part without an end; in a sum so is a part that is missing, and one whose files are others now than when it ran.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from functools import reduce
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
# How the names of planted faults begin that these parts have to find.
PLANTED = {
    "planted-engine": ("engine-", "passkey-"),
    "planted-log": ("audit-", "log-", "node-channel-", "node-engine-", "python-log-"),
    "planted-model": ("model-", "race-"),
    "planted-store": ("fault-", "random-", "rotation-", "seed-", "store-"),
}

# What any of it is about.
PRODUCT = (
    *("CMakeLists.txt", "CMakePresets.json", "VERSION", "tools/cmake", "tests/CMakeLists.txt"),
    *("core", "capi", "cli", "bindings/python/native", "bindings/python/src"),
)

Command = list[object]


@dataclass(frozen=True)
class Part:
    name: str
    commands: list[Command]
    last: str  # the line that each of them ends with; `violations` is how many it saw
    counts: str  # what is told of that line
    files: tuple[str, ...]  # beside the product: where these have changed it has shown nothing of what there is now
    least: dict[str, int] = field(default_factory=dict)  # how much of it is owed, by the word before the number
    is_random: bool = False  # no run of it is like another: pieces are added up


def parts(given: argparse.Namespace) -> list[Part]:
    build: Path = given.build.resolve()
    python: Command = [sys.executable, "-B"]
    rotation = build / "tests/races/rotation_load"
    server: Command = [*python, TESTS / "store/postgres_server.py", "sh", "-c"]
    module = f"PYTHONPATH={build / 'bindings/python'}"
    patches = sorted(one.stem for one in (TESTS / "planted").glob("*.patch"))
    return [
        Part(
            "faults",
            [[*python, TESTS / "fault/campaigns.py", "--images", given.images, build]],
            r"^faults: (.+); violations (?P<violations>\d+)$",
            r"\1",
            ("tests/fault", "tests/engine", "tests/store"),
            {"power cuts": given.images},
        ),
        Part(
            "rotation",
            [
                [rotation, given.factors],
                [*server, f'exec "{rotation}" {max(given.factors // 10, 100)} "$COUNTERSEAL_TEST_POSTGRES"'],
            ],
            r"^rotation: (\d+) factors, .*; (\d+) codes checked .*; violations (?P<violations>\d+);",
            r"factors rotated \1, codes meanwhile \2",
            ("tests/races", "tests/store"),
            {"factors rotated": given.factors},
        ),
        Part(
            "model",
            [
                [
                    *("env", module, *python, TESTS / "model/run.py"),
                    *("--store", "all", "--sequences", given.sequences, "--seed", secrets.randbelow(10**12)),
                ]
            ],
            r"^model: (sequences \d+, calls \d+), .*; violations (?P<violations>\d+)$",
            r"\1",
            ("tests/model", "tests/store"),
            {"sequences": given.sequences},
            True,
        ),
        Part(
            "threads",
            [["cmake", "--workflow", "--preset", "tsan"]],
            r"^\d+% tests passed, (?P<violations>\d+) tests failed out of (\d+)$",
            r"tests under ThreadSanitizer \2",
            ("tests",),
        ),
        Part(
            "races",
            [[*python, TESTS / "races/races.py", "--seconds", given.seconds, build / "tests/races/races"]],
            r"^races: (.+); violations (?P<violations>\d+)$",
            r"\1",
            ("tests/races", "tests/store"),
            {"codes": given.codes},
            True,
        ),
        *(
            Part(
                name,
                [[*python, TESTS / "planted/run.py", *(one for one in patches if one.startswith(begins))]],
                r"^(planted \d+ caught \d+)(?P<violations>)$",
                r"\1",
                ("tests", "bindings"),
            )
            for name, begins in PLANTED.items()
        ),
    ]


@dataclass
class Seen:
    """What one part has shown."""

    part: str
    commit: str
    counts: list[str] = field(default_factory=list)
    n_violations: int = 0
    faults: list[str] = field(default_factory=list)

    def judge(self, part: Part, status: int, said: str) -> None:
        """Adds what one of its commands has shown."""
        lines = list(re.finditer(part.last, said, re.MULTILINE))
        if not lines:
            self.faults.append("it did not come to its end")
            return
        counted = lines[-1].expand(part.counts)
        numbers = re.findall(r"\d+", counted)
        self.counts.append(counted)
        if part.name in PLANTED:
            self.faults += ["one was missed"] if len(set(numbers)) != 1 else []
        else:
            self.n_violations += int(lines[-1]["violations"])
        self.faults += ["a count of zero"] if "0" in numbers else []
        self.faults += [f"ended with {status}"] if status != 0 else []


def owing(part: Part, seen: Seen) -> Seen:
    """Whether it is as much as is owed now: a piece may have been asked for less when it ran."""
    for name, least in part.least.items():
        n = sum(int(found) for count in seen.counts for found in re.findall(rf"\b{name} (\d+)", count))
        seen.faults += [f"fewer {name} than {least}"] if n < least else []
    return seen


def commit_of_now() -> str:
    """With a word behind it where the tree differs from it."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    if head.returncode != 0:
        return "unknown"
    is_clean = subprocess.run([*git, "diff", "--quiet", "HEAD"], check=False).returncode == 0
    return head.stdout.strip() + ("" if is_clean else " and changes")


def is_built(build: Path) -> bool:
    """Has what is to run made of what is there; else says why not."""
    done = subprocess.run(["cmake", "--build", str(build)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout + done.stderr)
    return done.returncode == 0


def is_as_on(commit: str, files: tuple[str, ...]) -> bool:
    """Whether these files are now what they were on a commit."""
    git = ["git", "-C", str(ROOT), "diff", "--quiet", commit, "--", *files]
    return subprocess.run(git, stderr=subprocess.DEVNULL, check=False).returncode == 0


def pieces(build: Path, part: Part) -> list[Seen]:
    """What its runs left."""
    files = sorted((build / "soak").glob(f"{part.name}.*json"))
    return [Seen(**json.loads(file.read_text())) for file in files]


def kept(build: Path, part: Part) -> Seen:
    """What is known of a part as it is now."""
    all_of_it = pieces(build, part)
    of_now = [one for one in all_of_it if is_as_on(one.commit, (*PRODUCT, *part.files))]
    seen = Seen(part.name, commit_of_now())
    for one in of_now:
        if seen.counts and one.counts:
            seen.counts = [added(*both) for both in zip(seen.counts, one.counts, strict=True)]
        else:
            seen.counts = seen.counts or one.counts
        seen.n_violations += one.n_violations
        seen.faults += one.faults
    if not of_now:
        last = f"it ran on {all_of_it[-1].commit}, and files have changed" if all_of_it else "it did not run"
        seen.faults.append(last)
    return seen


def added(one: str, other: str) -> str:
    """Two counts of one form."""
    numbers = iter(re.findall(r"\d+", other))
    return re.sub(r"\d+", lambda number: str(int(number[0]) + int(next(numbers))), one)


def tell(all_parts: list[Seen]) -> int:
    """Prints the last line; the exit status."""
    for one in all_parts:
        for fault in one.faults:
            print(f"RED   {one.part}: {fault}")
    counts = [count for one in all_parts if one.part not in PLANTED for count in one.counts]
    said = [", ".join(counts)] if counts else []
    said.append(f"violations {sum(one.n_violations for one in all_parts)}")
    planted = [count for one in all_parts if one.part in PLANTED for count in one.counts or ["planted 0 caught 0"]]
    said += [reduce(added, planted)] if planted else []
    print(f"soak of {', '.join(one.part for one in all_parts)}: {'; '.join(said)}")
    return int(any(one.faults or one.n_violations for one in all_parts))


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


def run_part(part: Part, build: Path, commit: str) -> Seen:
    piece = f".{secrets.token_hex(4)}" if part.is_random else ""
    place = build / "soak" / f"{part.name}{piece}.json"
    place.parent.mkdir(parents=True, exist_ok=True)

    def leave(seen: Seen) -> None:
        place.write_text(json.dumps(asdict(seen), indent=1) + "\n")

    leave(Seen(part.name, commit, faults=[f"it was ended, and {place} says so until it is removed"]))
    seen = Seen(part.name, commit)
    for command in part.commands:
        started = time.monotonic()
        seen.judge(part, *run(command))
        print(f"soak: {part.name}: {time.monotonic() - started:.0f} s", flush=True)
    leave(seen)
    return seen


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = (("images", 10**6), ("factors", 10**6), ("sequences", 10**6), ("codes", 10**6), ("seconds", 600))
    for name, default in numbers:
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--parts", help="those that run; else all of them")
    options.add_argument("--sum", action="store_true", help="runs nothing")
    options.add_argument("build", type=Path)
    given = options.parse_args()
    known = parts(given)
    wanted = given.parts.split(",") if given.parts else [part.name for part in known]
    if unknown := set(wanted) - {part.name for part in known}:
        options.error(f"--parts: there is no {', '.join(sorted(unknown))}")
    commit = commit_of_now()
    if given.sum:
        sys.exit(tell([owing(part, kept(given.build, part)) for part in known]))
    if not is_built(given.build):
        sys.exit(f"soak: {given.build} cannot be built")
    ran = [(part, run_part(part, given.build, commit)) for part in known if part.name in wanted]
    sys.exit(tell([owing(part, seen) for part, seen in ran]))


if __name__ == "__main__":
    main()
