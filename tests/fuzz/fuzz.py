#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds and runs the fuzz targets two at a time, replays what they collected, and judges the coverage by covered.txt.

Red: a crash, leak, timeout or too much memory in a target, the canary's bug not found, a parser below 95 % of its
regions, and anything that kept one of these from being looked at.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import regions

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build/asan"  # of the preset, which the tests are built in, too
FOLDER = ROOT / "build/fuzz"
CANARY = "canary"
AT_ONCE = 2
CANARY_SECONDS = 60  # at least; it ends when its bug is found
PATIENCE = 120  # seconds after its time until a target is given up
DEFAULTS = ["-max_len=4096", "-timeout=10", "-rss_limit_mb=1024"]


@dataclass
class Outcome:
    name: str
    n_inputs: int = 0
    seconds: float = 0.0
    crashed: bool = False
    faults: list[str] = field(default_factory=list)
    counts: regions.Counts = field(default_factory=dict)


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        sys.exit(f"fuzz: {name} is missing: run tools/setup")
    return path


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def environment(profile: str) -> dict[str, str]:
    return os.environ | {
        "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "ASAN_SYMBOLIZER_PATH": tool("llvm-symbolizer-19"),
        "LLVM_PROFILE_FILE": profile,
    }


def build() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for command in (["cmake", "--preset", "asan"], ["cmake", "--build", "--preset", "fuzz"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{done.stdout}{done.stderr}fuzz: the build failed")


def flags_of(name: str) -> list[str]:
    """The defaults, then what the target's own line says: the last one counts."""
    match = re.search(r"^// libFuzzer: (.+)$", (HERE / f"{name}.cpp").read_text(), re.MULTILINE)
    dictionary = HERE / f"{name}.dict"
    return [
        *DEFAULTS,
        *(match[1].split() if match else []),
        *([f"-dict={dictionary}"] if dictionary.exists() else []),
    ]


class Target:
    def __init__(self, name: str) -> None:
        self.name = name
        self.program = BUILD / "tests/fuzz" / f"fuzz_{name}"
        self.corpus = FOLDER / "corpus" / name
        self.findings = FOLDER / "findings" / name
        self.log = FOLDER / "logs" / f"{name}.log"
        # A finding stays red until it is mended: it is tried first. The canary starts from nothing but its seeds.
        given = [HERE / "seeds" / name]
        if name == CANARY:
            shutil.rmtree(self.corpus, ignore_errors=True)
            shutil.rmtree(self.findings, ignore_errors=True)
        else:
            given += [HERE / "regressions" / name, self.findings]
        for folder in (self.corpus, self.findings, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        self.inputs = [self.corpus, *(folder for folder in given if folder.is_dir())]

    def start(self, flags: list[str], profile: str, limit: float) -> tuple[int, str]:
        command = [str(self.program), *flags_of(self.name), *flags, f"-artifact_prefix={self.findings}/"]
        command += ["-print_final_stats=1", *map(str, self.inputs)]
        with self.log.open("w") as log:
            log.write(" ".join(command) + "\n")
            log.flush()
            try:
                status = subprocess.run(
                    command, cwd=FOLDER, env=environment(profile), stdout=log, stderr=log, timeout=limit, check=False
                ).returncode
            except subprocess.TimeoutExpired:
                log.write(f"\ngiven up after {limit:.0f} s\n")
                status = -1
        return status, self.log.read_text(errors="replace")


def executed(log: str) -> int:
    match = re.search(r"^stat::number_of_executed_units: (\d+)$", log, re.MULTILINE)
    return int(match[1]) if match else 0


def report(target: Target, log: str) -> str:
    """Everything somebody needs to see the finding again."""
    lines = ["", f"== {target.name}: red"]
    lines += [line[:200] for line in log.splitlines() if not line.startswith("#")][-60:]
    match = re.search(r"Test unit written to (\S+)", log)
    if match is not None:
        path = Path(match[1])
        data = path.read_bytes()
        lines += [
            f"input ({len(data)} bytes), base64: {base64.b64encode(data).decode()}",
            f"input, hex: {data.hex()}",
            f"again: LLVM_PROFILE_FILE=/dev/null {' '.join(map(shown, [target.program, path]))} "
            + " ".join(flags_of(target.name)),
            f"keep:  install -D -m 644 {shown(path)} tests/fuzz/regressions/{target.name}/NAME",
        ]
    return "\n".join([*lines, f"log:   {shown(target.log)}"])


def fuzz(target: Target, seconds: int) -> Outcome:
    """A run of `seconds`; what makes it red is printed at once."""
    outcome = Outcome(target.name)
    started = time.monotonic()
    flags = [f"-max_total_time={seconds}"]
    if target.name == CANARY:
        # Found within a second or two on a quiet machine; a busy one and a short run must not change the answer.
        seconds = max(seconds, CANARY_SECONDS)
        flags = [f"-max_total_time={seconds}", "-seed=1"]
    status, log = target.start(flags, os.devnull, seconds + PATIENCE)
    outcome.seconds = time.monotonic() - started
    outcome.n_inputs = executed(log)
    if warning := re.search(r"^WARNING: .*flag.*$", log, re.MULTILINE):
        outcome.faults.append(f"{target.name}: {warning[0]}")
    if target.name == CANARY:
        if status == 0 or "heap-buffer-overflow" not in log or "canary.cpp" not in log:
            outcome.faults.append(f"canary: its bug was not found, see {shown(target.log)}")
    elif status != 0:
        outcome.crashed = True
        outcome.faults.append(f"{target.name}: exit status {status}")
        print(report(target, log), flush=True)
    if outcome.n_inputs == 0:
        outcome.faults.append(f"{target.name}: does not say how many inputs it ran, see {shown(target.log)}")
    return outcome


def replay(target: Target, outcome: Outcome) -> None:
    """The coverage of the corpus, the seeds and the regressions."""
    raw = FOLDER / "coverage" / f"{target.name}.profraw"
    profile = raw.with_suffix(".profdata")
    raw.parent.mkdir(exist_ok=True)
    raw.unlink(missing_ok=True)
    profile.unlink(missing_ok=True)
    target.log = target.log.with_name(f"{target.name}-replay.log")
    status, log = target.start(["-runs=0"], str(raw), PATIENCE)
    if status != 0 or executed(log) == 0:
        outcome.faults.append(f"{target.name}: the replay failed, see {shown(target.log)}")
        return
    export = [tool("llvm-cov-19"), "export", str(target.program), f"-instr-profile={profile}"]
    for command in ([tool("llvm-profdata-19"), "merge", "-sparse", str(raw), "-o", str(profile)], export):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            outcome.faults.append(f"{target.name}: {done.stderr.strip()}")
            return
    outcome.counts = regions.counts_of(json.loads(done.stdout))


def run(name: str, seconds: int) -> Outcome:
    target = Target(name)
    outcome = fuzz(target, seconds)
    if name != CANARY and not outcome.faults:
        replay(target, outcome)
    said = "red" if outcome.faults else "bug found" if name == CANARY else f"{len(list(target.corpus.iterdir()))} kept"
    print(f"fuzz: {name:<12} {outcome.n_inputs:>10} inputs in {outcome.seconds:.0f} s, {said}", flush=True)
    return outcome


def coverage(table: regions.Table, outcomes: dict[str, Outcome]) -> tuple[list[str], bool]:
    """Faults of the files all of whose targets ran well, and whether there were files left out."""
    faults = []
    n_left_out = 0
    for source, names in sorted(table.targets.items()):
        if not all(name in outcomes and not outcomes[name].faults for name in names):
            n_left_out += 1
            continue
        text = (ROOT / source).read_text() if (ROOT / source).is_file() else ""
        verdict = regions.judge(source, text, [outcomes[name].counts for name in names], table.excuses)
        print(f"fuzz: {source:<32} {verdict.covered}/{verdict.regions} regions, {verdict.percent:.1f} %")
        for line, column, *_ in verdict.open:
            print(f"      {source}:{line}:{column} is not reached: {text.splitlines()[line - 1].strip()[:80]}")
        faults += verdict.faults
    return faults, n_left_out != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument(
        "--filter", default=".", help="regular expression: targets to run; a file is judged if all its own ran"
    )
    options = parser.parse_args()
    if options.seconds < 1:
        parser.error("--seconds: at least 1")

    names = sorted(path.stem for path in HERE.glob("*.cpp"))
    table = regions.read_table((HERE / "covered.txt").read_text())
    faults = regions.table_faults(table, (name for name in names if name != CANARY))
    faults += [f"{name}: no seeds" for name in names if not any((HERE / "seeds" / name).glob("*"))]
    # The canary first: it ends when its bug is found.
    chosen = sorted((name for name in names if re.search(options.filter, name)), key=lambda name: name != CANARY)
    if not chosen:
        sys.exit(f"fuzz: no target matches {options.filter}")
    build()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = {outcome.name: outcome for outcome in pool.map(lambda name: run(name, options.seconds), chosen)}

    canary = outcomes.pop(CANARY, None)
    region_faults, partly = coverage(table, outcomes)
    for outcome in [*outcomes.values(), *([canary] if canary else [])]:
        faults += outcome.faults
    faults += region_faults
    for fault in faults:
        print(f"fuzz: FAILED {fault}")
    print(
        f"fuzz: {len(outcomes)} targets, {sum(outcome.n_inputs for outcome in outcomes.values())} inputs, "
        f"{sum(outcome.crashed for outcome in outcomes.values())} crashes, "
        f"canary {'not run' if canary is None else 'not found' if canary.faults else 'found'}, "
        f"coverage {'low' if region_faults else 'in part' if partly else 'ok'}" + (", FAILED" if faults else "")
    )
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
