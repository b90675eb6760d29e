#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts each fault of planted/ into a copy of the sources and expects the constant-time checks to turn red.

A patch starts with What, Check (taint, divisions, functions or declassified) and Expect (a regular expression over the
check's output). One that does not apply without fuzz, does not build, or is not caught counts as missed. First the
copy as it is goes the same way and must be green. Last line: "planted N caught N".
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import commands
import declassified
import divisions
import functions

HERE = Path(__file__).resolve().parent
NEEDED = ("core", "capi", "tests/ct")
TAINT_TARGETS = ("counterseal_core_taint", "counterseal_capi_taint", "ct_test")


class Build:
    """What is the same for all patches."""

    def __init__(self, root: Path, build: Path, ct_test: str) -> None:
        self.root = root
        self.path = build
        self.core = commands.of_target(build, root, "counterseal_core")
        self.taint = [c for target in TAINT_TARGETS for c in commands.of_target(build, root, target)]
        self.linker = commands.cache(build, "CMAKE_CXX_COMPILER")
        self.files = {c.source: included_by(root, c.source, set()) for c in self.core + self.taint}
        self.listing = commands.run([ct_test, "--list"])[1]

    def affected(self, compiled: Iterable[commands.Command], touched: set[str]) -> list[commands.Command]:
        return [c for c in compiled if self.files[c.source] & touched]


def included_by(root: Path, source: str, seen: set[str]) -> set[str]:
    """The repository's files that a source consists of, itself among them."""
    seen.add(source)
    for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', (root / source).read_text(), flags=re.MULTILINE):
        for base in (root / source).parent, root, root / "capi/include":
            if (base / name).exists():
                path = os.path.relpath(base / name, root)
                if path not in seen:
                    included_by(root, path, seen)
                break
    return seen


def taint(build: Build, tree: Path, touched: set[str], only: Iterable[str]) -> tuple[bool | None, str]:
    """Builds ct_test of the copy, what the patch does not reach taken from the build, and runs it under memcheck."""
    objects = []
    rebuilt = build.affected(build.taint, touched)
    for command in build.taint:
        objects.append(command.object)
        if command in rebuilt:
            objects[-1] = tree / (command.source.replace("/", "_") + ".o")
            status, output = commands.run(command.rebuilt(build.root, tree, objects[-1], drop="-Werror"))
            if status != 0:
                return None, output
    status, output = commands.run([build.linker, *objects, "-o", tree / "ct_test"])
    if status != 0:
        return None, output
    status, output = commands.run(["valgrind", "-q", "--error-exitcode=99", "--leak-check=no", tree / "ct_test", *only])
    return status != 0, output


def look(build: Build, tree: Path, check: str, touched: set[str], only: Iterable[str] = ()) -> tuple[bool | None, str]:
    """(red, output) of one check of the copy; red is None where it could not be built."""
    if check == "taint":
        return taint(build, tree, touched, only)
    if check == "divisions":
        # One level that is fast and one that is small tell the two planted kinds apart; divisions.py does all levels.
        faults = divisions.scan_levels(build.affected(build.core, touched), build.root, tree, ("-O2", "-Os"))
    elif check == "functions":
        faults, _ = functions.check(tree, build.path, build.listing)
    elif check == "declassified":
        faults, _ = declassified.check(tree)
    else:
        return None, f"there is no check '{check}'"
    return bool(faults), "\n".join(faults)


def copy_of(root: Path, folder: str, name: str) -> Path:
    tree = Path(folder) / name
    for part in NEEDED:
        shutil.copytree(root / part, tree / part)
    return tree


def verdict_on(build: Build, folder: str, patch: Path) -> str | None:
    """None where the patch is caught, else why it is missed."""
    head = dict(re.findall(r"^(What|Check|Expect): (.*)$", patch.read_text(), flags=re.MULTILINE))
    if len(head) != 3:
        return "What, Check or Expect is missing"
    tree = copy_of(build.root, folder, patch.stem)
    status, output = commands.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-d", tree, "-i", patch])
    if status != 0:
        return f"does not apply:\n{output}"
    touched = set(re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), flags=re.MULTILINE))
    # Only the entry that must be red: the others cost time and prove nothing here.
    only = re.findall(r"LEAK  ([\w:]*\w)", head["Expect"])
    red, output = look(build, tree, head["Check"], touched, only)
    if red is None:
        return f"does not build:\n{output}"
    if not red:
        return f"is green:\n{output}"
    return None if re.search(head["Expect"], output) else f"is red for another reason:\n{output}"


def control(build: Build, folder: str) -> str | None:
    """Why an unpatched copy is not green, or None."""
    tree = copy_of(build.root, folder, "as-it-is")
    for check in ("taint", "divisions", "functions", "declassified"):
        red, output = look(build, tree, check, {"core/otp/typed_code.cpp"}, ["cseal_"])
        if red is not False:
            return f"{check} of an unpatched copy is not green:\n{output}"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=Path)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("patches", nargs="*", type=Path, help="only these")
    parser.add_argument("--ct-test", required=True)
    args = parser.parse_args()
    build = Build(args.source, args.build, args.ct_test)
    patches = args.patches or sorted(HERE.glob("planted/*.patch"))
    caught = 0
    with tempfile.TemporaryDirectory(prefix="counterseal-planted-") as folder:
        if fault := control(build, folder):
            sys.exit(fault)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for patch, fault in zip(
                patches, pool.map(lambda p: verdict_on(build, folder, p.resolve()), patches), strict=True
            ):
                caught += fault is None
                print(
                    f"{'caught' if fault is None else 'MISSED'} {patch.stem}{': ' + fault if fault else ''}", flush=True
                )
    print(f"planted {len(patches)} caught {caught}")
    sys.exit(caught != len(patches) or len(patches) < 3)


if __name__ == "__main__":
    main()
