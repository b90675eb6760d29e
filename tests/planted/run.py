#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants each fault of this folder in a copy of the tree, builds, runs what should notice, and expects it to turn red.

A patch starts with a `Why:` line and a `Red:` line that names the runner (see RUNNERS) and a filter for that runner.
A patch that does not apply, does not build or leaves its runner green counts as missed; so does a runner that is red
without any fault. The last line is `planted N caught N`. Arguments: names of patches; none means all.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COPY = ROOT / "build/planted/tree"
BUILD = COPY / "build/dev"
LOG = ROOT / "build/planted/log"


@dataclass(frozen=True)
class Runner:
    command: list[str]
    filter_flag: list[str]
    red: str  # what its output must hold when a test failed, so that a runner that cannot start is not "caught"


RUNNERS = {
    "ctest": Runner(
        ["ctest", "--test-dir", str(BUILD), "--no-tests=error", "--output-on-failure"],
        ["-R"],
        r"[1-9]\d* tests failed out of",
    ),
    "pytest": Runner(["tools/pytest", str(BUILD), "bindings/python/tests"], ["-k"], r"[1-9]\d* failed"),
    "node": Runner(["npm", "test", "--"], ["--test-name-pattern"], r"^(# |ℹ )fail [1-9]"),
    "check": Runner([".venv/bin/python"], [], r"."),
}


@dataclass(frozen=True)
class Fault:
    patch: Path
    runner: str
    filter: list[str]

    @classmethod
    def read(cls, patch: Path) -> Fault:
        text = patch.read_text()
        match = re.match(r"Why: .+\nRed: (\w+)(?: (.+))?\n", text)
        if match is None or match[1] not in RUNNERS:
            sys.exit(f"{patch.name}: no Why: and Red: lines at its start")
        return cls(patch, match[1], (match[2] or "").split())

    def command(self) -> list[str]:
        runner = RUNNERS[self.runner]
        return [*runner.command, *(runner.filter_flag if self.filter else []), *self.filter]


def run(command: list[str]) -> tuple[int, str]:
    done = subprocess.run(command, cwd=COPY, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def copy_tree() -> None:
    """Brings the copy up to date; files that did not change keep their time, so that little is built again."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    wanted = {name for name in names if (ROOT / name).is_file()}
    for name in wanted:
        source, target = ROOT / name, COPY / name
        if not target.exists() or source.read_bytes() != target.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    for path in COPY.rglob("*"):
        inside = path.relative_to(COPY)
        kept = inside.parts[0] in {"build", ".venv", "node_modules"} or "prebuilds" in inside.parts
        if path.is_file() and not kept and str(inside) not in wanted:
            path.unlink()
    for name in (".venv", "node_modules"):
        if not (COPY / name).exists():
            (COPY / name).symlink_to(ROOT / name)


def patch(fault: Fault, *options: str) -> bool:
    return run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-s", *options, "-i", str(fault.patch)])[0] == 0


def miss(fault: Fault, why: str, output: str) -> bool:
    print(f"  MISSED {fault.patch.stem}: {why}")
    (LOG / f"{fault.patch.stem}.log").write_text(output)
    return False


def is_caught(fault: Fault) -> bool:
    if not patch(fault):
        return miss(fault, "the patch does not apply", "")
    try:
        status, output = run(["tools/build", str(BUILD)])
        if status != 0:
            return miss(fault, "the tree with the fault does not build", output)
        status, output = run(fault.command())
        if status == 0 or re.search(RUNNERS[fault.runner].red, output, re.MULTILINE) is None:
            return miss(fault, f"{fault.runner} did not turn red", output)
    finally:
        patch(fault, "-R")
    print(f"  caught {fault.patch.stem} ({fault.runner})")
    return True


def main() -> None:
    patches = sorted(Path(__file__).parent.glob("*.patch"))
    faults = [Fault.read(p) for p in patches if len(sys.argv) == 1 or p.stem in sys.argv[1:]]
    if not faults:
        sys.exit("no planted fault of that name")
    LOG.mkdir(parents=True, exist_ok=True)
    copy_tree()
    status, output = run(["tools/build", str(BUILD)])
    if status != 0:
        sys.exit(f"the tree does not build without a fault\n{output}")
    for command in dict.fromkeys(tuple(f.command()) for f in faults):
        status, output = run(list(command))
        if status != 0:
            sys.exit(f"red without any fault: {' '.join(command)}\n{output[-3000:]}")
    caught = sum(is_caught(fault) for fault in faults)
    print(f"planted {len(faults)} caught {caught}")
    sys.exit(caught != len(faults))


if __name__ == "__main__":
    main()
