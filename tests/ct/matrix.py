#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the taint runner under memcheck as built by each compiler at each level, and as the release is built.

Prints a line for each build and last "builds m/m". A build that could not be made, or that did not run every entry that
valgrind can run, is red. --table writes what the last whole run found into docs/constant-time.md.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import commands
import declassified
import divisions
from taint_build import ADDED, TaintBuild, Way, levels, memcheck, passed

COMPILERS = ("g++-12", "clang++-14", "clang++-16", "clang++-19")
NO_VECTORS = {"g++": ("-fno-tree-vectorize",), "clang++": ("-fno-vectorize", "-fno-slp-vectorize")}
LEVELS = ("-O1", "-Os", "-Oz", "-O2", "-O2 without vectors", "-O3")
SHIPPED = "as the release is built"
PAGE = "docs/constant-time.md"
# No entry that valgrind 3.19 can run reaches these, and they take long to compile: MemorySanitizer's (msan.py).
NEVER_RUN = ("core/hmac/bulk_avx512.cpp", "core/hmac/shani.cpp")


@dataclasses.dataclass(frozen=True)
class Result:
    """What one build of the runner showed; `fault` is empty where it is good."""

    entries: int
    levels: tuple[str, ...]
    fault: str
    note: str = ""


def way_of(compiler: str, level: str) -> Way:
    words = level.split()
    return Way(compiler, (words[0], *(NO_VECTORS[compiler.partition("-")[0]] if len(words) > 1 else ())))


def ways() -> dict[str, Way]:
    return {f"{compiler} {level}": way_of(compiler, level) for compiler in COMPILERS for level in LEVELS}


def judged(listing: str, status: int, output: str, note: str = "") -> Result:
    """What a run of memcheck shows."""
    good = passed(output)
    proven, _ = levels(listing, good)
    left_out = set(re.findall(r"^not run: (\S+) ", output, flags=re.MULTILINE))
    missing = {line.split()[0] for line in listing.splitlines()} - good - left_out
    fault = ""
    if status != 0 or missing or not good or not proven or any(name.startswith("cseal_") for name in left_out):
        lines = re.findall(r"^(?:LEAK|WRONG) .*", output, flags=re.MULTILINE)
        fault = "\n".join([*lines, f"exit status {status}, not good: {' '.join(sorted(missing))}", output])
    return Result(len(good), tuple(proven), fault, note)


def built(build: TaintBuild, listing: str, way: Way, folder: Path) -> Result:
    """One compiler at one level."""
    folder.mkdir(parents=True)
    objects = {}
    for command in build.claimed():
        if command.source in NEVER_RUN:
            continue
        objects[command.source] = folder / (command.source.replace("/", "_") + ".o")
        argv = way.argv(command, build.root, build.root, objects[command.source])
        status, output = commands.run([*build.launcher, *argv])
        if status != 0:
            return Result(0, (), f"{command.source} does not compile:\n{output}")
    return run_linked(build, listing, objects, folder)


def run_linked(build: TaintBuild, listing: str, objects: Mapping[str, Path], folder: Path, note: str = "") -> Result:
    status, output = build.link(objects, folder / "ct_test")
    if status != 0:
        return Result(0, (), f"does not link:\n{output}")
    result = judged(listing, *memcheck(folder / "ct_test"), note)
    if not result.fault:
        shutil.rmtree(folder)
    return result


def code_of(obj: Path) -> str:
    """The instructions of an object with what they refer to, without its name."""
    status, listing = commands.run(["objdump", "--disassemble", "--reloc", obj])
    if status != 0 or "<" not in listing:
        raise SystemExit(f"cannot disassemble {obj}:\n{listing[:500]}")
    return listing.partition("\nDisassembly")[2]


def shipped(build: TaintBuild, listing: str, folder: Path) -> Result:
    """The release's own commands: the objects that ship, and beside them the same with declassify() switched on.

    Only objects in which declassify() is called may differ; all others are proven as they ship. What ships is scanned
    for divisions too.
    """
    folder.mkdir(parents=True)
    configure = ["cmake", "-S", build.root, "--preset", "release", "-B", folder / "release", "-DCOUNTERSEAL_TESTS=OFF"]
    status, output = commands.run(configure)
    if status != 0:
        return Result(0, (), f"the release does not configure:\n{output}")
    release = folder / "release"
    calling = {str(p.relative_to(build.root)) for p in build.root.glob("core/**/*.[ch]pp")}
    calling = {name for name in calling if any(declassified.calls_in((build.root / name).read_text()))}
    calling.discard(declassified.DEFINITION)
    objects: dict[str, Path] = {}
    same = 0
    faults = []
    wanted = {c.source for c in build.claimed()}
    undivided = {c.source for part in divisions.subject(release, build.root) for c in part}
    for command in commands.of_folder(release, build.root, "core") + commands.of_folder(release, build.root, "capi"):
        if command.source not in wanted or command.source in objects:
            continue
        plain = folder / (command.source.replace("/", "_") + ".plain.o")
        objects[command.source] = plain.with_suffix(".taint.o")
        for obj, extra in (plain, ()), (objects[command.source], (*ADDED, "-DCOUNTERSEAL_TAINT")):
            argv = command.rebuilt(build.root, build.root, obj, extra)
            status, output = commands.run([*build.launcher, *argv])
            if status != 0:
                return Result(0, (), f"{command.source} does not compile:\n{output}")
        if code_of(plain) == code_of(objects[command.source]):
            same += 1
        elif not build.files[command.source] & calling:
            faults.append(f"{command.source} calls no declassify() and differs from what ships")
        if command.source in undivided and (fault := divisions.fault_of(command.source, "as shipped", plain)):
            faults.append(fault)
    if missing := wanted - objects.keys():
        faults.append(f"the release does not compile {' '.join(sorted(missing))}")
    if faults:
        return Result(0, (), "\n".join(faults))
    return run_linked(build, listing, objects, folder, f"{same} of {len(objects)} objects are what ships, to the byte")


def run_all(build: TaintBuild, listing: str, names: Iterable[str]) -> dict[str, Result]:
    """Two builds at once on two cores."""
    root = build.path / "tests/ct/matrix"
    shutil.rmtree(root, ignore_errors=True)
    all_ways = ways()

    def one(name: str) -> Result:
        folder = root / re.sub(r"\W+", "_", name)
        if name == SHIPPED:
            return shipped(build, listing, folder)
        if shutil.which(all_ways[name].compiler) is None:
            return Result(0, (), f"{all_ways[name].compiler} is not installed: tools/setup ct")
        return built(build, listing, all_ways[name], folder)

    results = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(one, name): name for name in names}
        for future in concurrent.futures.as_completed(running):
            name, result = running[future], future.result()
            results[name] = result
            if result.fault:
                print(f"RED   {name}: {result.fault}", flush=True)
            else:
                note = f"; {result.note}" if result.note else ""
                print(f"ok    {name}: {result.entries} entries, {', '.join(result.levels)}{note}", flush=True)
    return results


def table(results: Mapping[str, Result]) -> str:
    """Rows of levels, columns of compilers; in each field how many entries ran and were clean."""

    def field(name: str) -> str:
        return "**red**" if results[name].fault else str(results[name].entries)

    lines = [f"| | {' | '.join(COMPILERS)} |", f"|---|{'---|' * len(COMPILERS)}"]
    for level in LEVELS:
        lines.append(f"| `{level}` | {' | '.join(field(f'{compiler} {level}') for compiler in COMPILERS)} |")
    last = results[SHIPPED]
    lines.append("")
    lines.append(f"{SHIPPED[0].upper()}{SHIPPED[1:]}: {field(SHIPPED)} entries; {last.note}.")
    lines.append(f"Kernels that ran in every build: {', '.join(levels_of_all(results))}.")
    return "\n".join(lines)


def levels_of_all(results: Mapping[str, Result]) -> list[str]:
    return [level for level in results[SHIPPED].levels if all(level in r.levels for r in results.values())]


def write_table(page: Path, results: Mapping[str, Result]) -> None:
    begin, end = "<!-- tests/ct/matrix.py --table -->\n", "<!-- end of the table -->"
    head, _, rest = page.read_text().partition(begin)
    _, found, tail = rest.partition(end)
    if not found:
        raise SystemExit(f"{page} has no place for the table")
    page.write_text(head + begin + table(results) + "\n" + end + tail)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--table", action="store_true", help=f"write the last whole run into {PAGE}")
    parser.add_argument("only", nargs="*", help="names of builds, as printed")
    args = parser.parse_args()
    source, folder = args.source.resolve(), args.build.resolve()
    kept = folder / "tests/ct/matrix.json"
    names = [SHIPPED, *ways()]
    if args.table:
        write_table(source / PAGE, {k: Result(**v) for k, v in json.loads(kept.read_text()).items()})
        return
    if unknown := set(args.only) - set(names):
        sys.exit(f"no such build: {', '.join(unknown)}; there are: {', '.join(names)}")
    build = TaintBuild(source, folder)
    status, listing = commands.run([folder / "tests/ct/ct_test", "--list"])
    if status != 0:
        sys.exit(f"ct_test --list failed:\n{listing}")
    results = run_all(build, listing, args.only or names)
    if not args.only:
        kept.write_text(json.dumps({k: dataclasses.asdict(v) for k, v in results.items()}, indent=1))
    good = sum(not r.fault for r in results.values())
    print(f"builds {good}/{len(results)}")
    sys.exit(good != len(args.only or names))


if __name__ == "__main__":
    main()
