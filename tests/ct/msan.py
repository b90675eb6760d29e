#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the taint runner under MemorySanitizer: every kernel of this CPU, also those that valgrind cannot run.

Library and harness are compiled once more by clang; objects are kept in the build folder by what went into them.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import commands
from taint_build import TaintBuild, Way, levels, passed

COMPILER = "clang++-19"
SHIMS = "tests/ct/msan_shims.hpp"
SANITIZE = (
    "-O3",
    "-fsanitize=memory",
    "-fno-sanitize-memory-param-retval",  # a secret may be an argument: only branches and addresses count
    *("-mllvm", "-msan-poison-stack=0"),  # only what was tainted is secret
    "-U_FORTIFY_SOURCE",
    "-DCOUNTERSEAL_MSAN",
)


def way(tree: Path) -> Way:
    return Way(COMPILER, (*SANITIZE, "-include", str(tree / SHIMS)))


def compiled(build: TaintBuild, tree: Path, command: commands.Command, kept: Path) -> tuple[Path, str]:
    """(object, "") of a source below `tree`, or what the compiler said. What is kept from before is not made again."""
    content = hashlib.sha256()
    for name in sorted(commands.included_by(tree, command.source) | {SHIMS}):
        content.update((tree / name).read_bytes())
    content.update(repr((SANITIZE, command.argv[1:])).encode())
    obj = kept / f"{command.source.replace('/', '_')}.{content.hexdigest()[:16]}.o"
    if not obj.exists():
        # What a copy of the sources has changed stays with the copy.
        obj = obj if tree == build.root else tree / obj.name
        making = obj.with_suffix(f".{os.getpid()}")
        argv = way(tree).argv(command, build.root, tree, making)
        status, output = commands.run([*build.launcher, *argv])
        if status != 0:
            return obj, f"{command.source}:\n{output}"
        making.rename(obj)
    return obj, ""


def make(build: TaintBuild, tree: Path, output: Path) -> str:
    """Makes the runner of the sources below `tree`; "", or why it could not be made."""
    if shutil.which(COMPILER) is None:
        return f"{COMPILER} is not installed: run tools/setup"
    kept = build.path / "tests/ct/msan"
    kept.mkdir(parents=True, exist_ok=True)
    own = [c for c in build.commands if c.source.startswith("tests/")]
    jobs = sorted(own + build.claimed(), key=lambda c: "/hmac/" not in c.source)  # the long ones first
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda c: compiled(build, tree, c, kept), jobs))
    if faults := [fault for _, fault in results if fault]:
        return "\n".join(faults)
    objects = {c.source: obj for c, (obj, _) in zip(jobs, results, strict=True)}
    status, said = build.link(objects, output, [COMPILER, "-fsanitize=memory"])
    if tree == build.root and status == 0:
        for old in set(kept.glob("*.o")) - set(objects.values()):
            old.unlink(missing_ok=True)
    return said if status != 0 else ""


def run(ct_test: Path, only: Iterable[str] = ()) -> tuple[int, str]:
    symbolizer = shutil.which("llvm-symbolizer-19")
    return commands.run(["env", *([f"MSAN_SYMBOLIZER_PATH={symbolizer}"] if symbolizer else []), ct_test, *only])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=Path)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--ct-test", required=True, type=Path)
    parser.add_argument("only", nargs="*", help="names of entries")
    args = parser.parse_args()
    ct_test = args.build / "tests/ct/ct_test_msan"
    if fault := make(TaintBuild(args.source, args.build), args.source, ct_test):
        sys.exit(f"not built: {fault}")
    status, output = run(ct_test, args.only)
    print(output)
    proven, missing = levels(commands.run([args.ct_test, "--list"])[1], passed(output))
    # A CPU without AVX-512 or SHA-NI shows nothing about them; `make ct`, which wants every level, is red there.
    without = re.findall(r"^not run: .*", output, flags=re.MULTILINE)
    print(f"MemorySanitizer: levels {','.join(proven)}; not proven: {','.join(missing) or 'none'}")
    sys.exit(status != 0 or not proven or (bool(missing) and not without and not args.only))


if __name__ == "__main__":
    main()
