#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every source of the library and the command line with other compilers than the one of the build.

    compilers.py FOLDER COMPILER...

FOLDER is that of a build, whose commands are taken. The last line is "compilers: read N of N". Red where a compiler
refuses a file, or there is none to read.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("core", "capi/src", "cli")
# Of a command, what says how a file is to be read.
KEPT = ("-I", "-D", "-U", "-std=", "-m")


def command(compiler: str, given: list[str], file: Path) -> list[str]:
    kept = [word for word in given if word.startswith(KEPT) and not word.startswith(("-MD", "-MF", "-MT"))]
    system = [f"-isystem{given[i + 1]}" for i, word in enumerate(given) if word == "-isystem"]
    return [compiler, *kept, *system, "-fsyntax-only", "-w", "-ferror-limit=3", str(file)]


def is_read(argv: list[str], folder: str) -> bool:
    done = subprocess.run(argv, cwd=folder, text=True, errors="replace", capture_output=True, check=False)
    if done.returncode != 0:
        faults = [line for line in done.stderr.splitlines() if "error:" in line] or done.stderr.splitlines()[:3]
        print(f"RED   {argv[0]} {argv[-1]}", *(line[:300] for line in faults), sep="\n      ")
    return done.returncode == 0


def main() -> None:
    folder, *compilers = sys.argv[1:]
    folders = tuple(ROOT / source for source in SOURCES)
    # A file that several targets have is read once: they agree on what is kept.
    commands = {Path(one["file"]): one for one in json.loads((Path(folder) / "compile_commands.json").read_text())}
    asked = [
        (command(compiler, shlex.split(one["command"]), file), one["directory"])
        for file, one in commands.items()
        if file.is_relative_to(ROOT) and any(parent in folders for parent in file.parents)
        for compiler in compilers
    ]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        n = sum(pool.map(lambda one: is_read(*one), asked))
    print(f"compilers: read {n} of {len(asked)}")
    sys.exit(n != len(asked) or not asked)


if __name__ == "__main__":
    main()
