#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts each fault of planted/ into a copy of the sources and expects the constant-time checks to turn red.

A patch starts with What, Check (taint, msan, divisions, disassembly, functions or declassified) and Expect (a regular
expression over the check's output). For taint, "Build: COMPILER LEVEL..." has what the patch reaches compiled so, and
"Green: COMPILER LEVEL..." names a build in which the same fault must not show: a leak that only some compilers make. A
patch that does not apply without fuzz, does not build, or is not caught counts as missed. First the copy as it is goes
the same way and must be green. Last line: "planted N caught N".
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
import disassembly
import divisions
import functions
import msan
from taint_build import TaintBuild, Way, memcheck

HERE = Path(__file__).resolve().parent
NEEDED = ("core", "capi", "tests/ct")
CHECKS = {"taint", "msan", "divisions", "disassembly", "functions", "declassified"}


class Build(TaintBuild):
    """What is the same for all patches."""

    def __init__(self, root: Path, build: Path, ct_test: str) -> None:
        super().__init__(root, build)
        self.core = commands.of_target(build, root, "counterseal_core")
        self.listing = commands.run([ct_test, "--list"])[1]


def taint(build: Build, tree: Path, touched: set[str], only: Iterable[str], way: Way | None) -> tuple[bool | None, str]:
    """Builds ct_test of the copy, what the patch does not reach taken from the build, and runs it under memcheck."""
    objects = {}
    for command in build.including(touched):
        obj = objects[command.source] = tree / (command.source.replace("/", "_") + ".o")
        argv = (
            way.argv(command, build.root, tree, obj)
            if way is not None and command in build.claimed()
            else command.rebuilt(build.root, tree, obj, drop="-Werror")
        )
        status, output = commands.run(argv)
        if status != 0:
            return None, output
    status, output = build.link(objects, tree / "ct_test")
    if status != 0:
        return None, output
    status, output = memcheck(tree / "ct_test", only)
    return status != 0, output


def disassemble(build: Build, tree: Path, touched: set[str]) -> tuple[bool | None, str]:
    """Compiles what the patch reaches as the build does, and looks at the machine code."""
    faults: list[str] = []
    listed = disassembly.entries(tree / disassembly.LIST, faults)
    name = disassembly.as_built(build.path, build.core[0])
    known = [entry for entry in listed if entry.is_for(name)]
    for command in (c for c in build.core if build.files[c.source] & touched):
        obj = tree / (command.source.replace("/", "_") + ".o")
        status, output = commands.run(command.rebuilt(build.root, tree, obj, drop="-Werror|-g.*"))
        if status != 0:
            return None, output
        found, _, _ = disassembly.faults_of(obj, command.source, known)
        faults += [f"{command.source}: {fault}" for fault in found]
    return bool(faults), "\n".join(faults)


def under_msan(build: Build, tree: Path, only: Iterable[str]) -> tuple[bool | None, str]:
    if fault := msan.make(build, tree, tree / "ct_test_msan"):
        return None, fault
    status, output = msan.run(tree / "ct_test_msan", only)
    return status != 0, output


def look(
    build: Build, tree: Path, check: str, touched: set[str], only: Iterable[str] = (), way: Way | None = None
) -> tuple[bool | None, str]:
    """(red, output) of one check of the copy; red is None where it could not be built."""
    if check == "taint":
        return taint(build, tree, touched, only, way)
    if check == "msan":
        return under_msan(build, tree, only)
    if check == "disassembly":
        return disassemble(build, tree, touched)
    if check == "divisions":
        # One level that is fast and one that is small tell the two planted kinds apart; divisions.py does all levels.
        affected = [c for c in build.core if build.files[c.source] & touched]
        faults = divisions.scan_levels(affected, build.root, tree, ("-O2", "-Os"))
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
    head = dict(re.findall(r"^(What|Check|Expect|Build|Green): (.*)$", patch.read_text(), flags=re.MULTILINE))
    if not {"What", "Check", "Expect"} <= head.keys():
        return "What, Check or Expect is missing"
    if head["Check"] != "taint" and head.keys() & {"Build", "Green"}:
        return "Build and Green are for taint"
    tree = copy_of(build.root, folder, patch.stem)
    status, output = commands.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-d", tree, "-i", patch])
    if status != 0:
        return f"does not apply:\n{output}"
    touched = set(re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), flags=re.MULTILINE))
    # Only the entry that must be red: the others cost time and prove nothing here.
    only = re.findall(r"LEAK  ([\w:]*\w)", head["Expect"])
    if "Green" in head:
        red, output = look(build, tree, head["Check"], touched, only, Way.of(head["Green"]))
        if red is not False:
            return f"is not green with {head['Green']}:\n{output}"
    red, output = look(build, tree, head["Check"], touched, only, Way.of(head["Build"]) if "Build" in head else None)
    if red is None:
        return f"does not build:\n{output}"
    if not red:
        return f"is green:\n{output}"
    return None if re.search(head["Expect"], output) else f"is red for another reason:\n{output}"


def kind_of(patch: Path) -> str:
    """The check that a patch is for; empty where it does not say."""
    match = re.search(r"^Check: (\w+)$", patch.read_text(), re.MULTILINE)
    return match[1] if match else ""


def control(build: Build, folder: str, checks: Iterable[str]) -> str | None:
    """Why one of the checks of an unpatched copy is not green, or None."""
    tree = copy_of(build.root, folder, "as-it-is")
    for check in checks:
        red, output = look(build, tree, check, {"core/otp/typed_code.cpp"}, ["cseal_"])
        if red is not False:
            return f"{check} of an unpatched copy is not green:\n{output}"
    return None


def one_of_each(patches: Iterable[Path]) -> list[Path]:
    """The first patch of each kind of check, MemorySanitizer's excepted: it compiles everything."""
    first: dict[str, Path] = {}
    for patch in patches:
        first.setdefault(kind_of(patch), patch)
    first.pop("msan", None)
    return list(first.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=Path)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("patches", nargs="*", type=Path, help="only these")
    parser.add_argument("--ct-test", required=True)
    parser.add_argument("--one-of-each", action="store_true", help="one for each kind of check, but MemorySanitizer's")
    args = parser.parse_args()
    build = Build(args.source, args.build, args.ct_test)
    patches = args.patches or sorted(HERE.glob("planted/*.patch"))
    if args.one_of_each:
        patches = one_of_each(patches)
    caught = 0
    with tempfile.TemporaryDirectory(prefix="counterseal-planted-") as folder:
        if fault := control(build, folder, sorted({kind_of(patch) for patch in patches} & CHECKS)):
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
