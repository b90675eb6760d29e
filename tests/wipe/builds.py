#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds wipe_test with other compilers and at other levels, as the build compiles otherwise, and runs each.

Every object of the library is compiled anew: GCC and the newest clang here, at -O0, -O2 and -O3. Last line: "wipe:
builds 6/6, secrets found 0, control found".
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/ct"))

import commands

LEVELS = ("-O0", "-O2", "-O3")
TARGETS = ("counterseal_core", "counterseal_bulk", "counterseal_enroll", "counterseal_capi")
LIBRARIES = ("OPENSSL_CRYPTO_LIBRARY", "EXPAT_LIBRARY", "QRCODEGEN_LIBRARY")  # of the build's cache
# Levels and what belongs to them; warnings are the ordinary build's business.
DROPPED = r"-O\w|-g\d?|-W(?!p,|l,|a,).*|-U_FORTIFY_SOURCE|-D_FORTIFY_SOURCE=\d|ccache|-fno-schedule-insns2"


def compilers() -> list[str]:
    clangs = [f"clang++-{version}" for version in range(40, 13, -1)]
    newest = next((name for name in [*clangs, "clang++"] if shutil.which(name)), None)
    if shutil.which("g++") is None or newest is None:
        sys.exit("wipe: g++ and clang++ are needed: run tools/setup")
    return ["g++", newest]


def of_build(build: Path) -> list[commands.Command]:
    """The library's commands without cpu.cpp, which tests/wipe has in another form, and those of the test."""
    found = [c for target in TARGETS for c in commands.of_target(build, ROOT, target)]
    return [c for c in found if c.source != "core/base/cpu.cpp"] + commands.of_target(build, ROOT, "wipe_test")


def compiled(command: commands.Command, compiler: str, level: str, folder: Path) -> tuple[Path, str]:
    """(object, fault)"""
    output = folder / (command.source.replace("/", "_") + ".o")
    argv = command.rebuilt(ROOT, ROOT, output, ("-w",), DROPPED)
    # The compiler's own name stands first, behind ccache where that is used.
    first = next(i for i, word in enumerate(argv) if word.startswith("-"))
    # The test itself is no part of what is tested; without a level its frames would be the largest.
    own_level = "-O1" if command.source.startswith("tests/") else level
    status, text = commands.run([compiler, own_level, *argv[first:]])
    return output, text if status != 0 else ""


def built_and_run(build: Path, compiler: str, level: str, pool: concurrent.futures.Executor) -> tuple[int, str]:
    """(secrets found, or -1 where something else went wrong; what was said)"""
    with tempfile.TemporaryDirectory(prefix="counterseal-wipe-") as folder:
        made = list(pool.map(lambda c: compiled(c, compiler, level, Path(folder)), of_build(build)))
        if faults := [text for _, text in made if text]:
            return -1, faults[0]
        program = Path(folder) / "wipe_test"
        libraries = [commands.cache(build, name) for name in LIBRARIES]
        # As the library is linked: a symbol that is bound at its first use saves all registers far down the stack.
        now = "-Wl,-z,relro,-z,now"
        status, text = commands.run([compiler, *(o for o, _ in made), *libraries, now, "-o", program])
        if status != 0:
            return -1, text
        status, text = commands.run([program])
        last = re.search(r"^wipe: (\d+) calls, found (\d+), controls found (\d+)/(\d+)$", text, flags=re.MULTILINE)
        if last is None or last[1] == "0" or last[3] != last[4] or (status == 0) != (last[2] == "0"):
            return -1, text
        return int(last[2]), text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / "build/dev")
    parser.add_argument("--only", help="one build, such as g++-O3")
    args = parser.parse_args()
    builds = [(c, level) for c in compilers() for level in LEVELS]
    if args.only:
        builds = [one for one in builds if "".join(one) == args.only]
    good = found = 0
    control = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for compiler, level in builds:
            n, text = built_and_run(args.build, compiler, level, pool)
            good += n == 0
            found += max(n, 0)
            control = control and n >= 0
            said = [line for line in text.splitlines() if not line.startswith("depth")]
            print(f"{compiler} {level}: {'ok' if n == 0 else 'FAILED'}  {said[-1] if said else ''}", flush=True)
            if n != 0:
                print("\n".join(said[:40]))
    verdict = "control found" if control else "CONTROL NOT FOUND"
    print(f"wipe: builds {good}/{len(builds)}, secrets found {found}, {verdict}")
    sys.exit(good != len(builds) or not builds)


if __name__ == "__main__":
    main()
