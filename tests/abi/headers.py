#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles each public header alone, as a person's first include: as C11 and as C++20, warnings are errors.

Two controls come first: a unit that needs an include it lacks, and one that converts silently, must be refused, else
the compiler or its flags check nothing.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys

STRICT = [
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Wundef",
    "-Werror",
    "-fsyntax-only",
]
C11 = ["-x", "c", "-std=c11", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wc++-compat"]
CXX20 = ["-x", "c++", "-std=c++20", "-Wnon-virtual-dtor", "-Woverloaded-virtual"]


def compiles(compiler: str, language: list[str], include: pathlib.Path, text: str) -> tuple[bool, str]:
    """(whether the unit compiles, what the compiler says)."""
    run = subprocess.run(
        [compiler, *language, *STRICT, "-I", str(include), "-"],
        check=False,
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return run.returncode == 0, run.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", required=True)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--include", required=True, type=pathlib.Path)
    args = parser.parse_args()

    languages = {"C11": (args.cc, C11), "C++20": (args.cxx, CXX20)}
    for name, (compiler, flags) in languages.items():
        for control in ("uint32_t needs_stdint(void);\n", "int cut(long x);\nint cut(long x) { return x; }\n"):
            if compiles(compiler, flags, args.include, control)[0]:
                sys.exit(f"control: {compiler} as {name} takes what it must refuse: {control}")

    headers = sorted((args.include / "counterseal").rglob("*.h*"))
    checked = failed = 0
    for header in headers:
        for name, (compiler, flags) in languages.items():
            if header.suffix == ".hpp" and name == "C11":
                continue
            # Twice, since a person's sources do; the declaration keeps a unit of macros from being empty.
            text = f'#include "{header.relative_to(args.include)}"\n' * 2 + "extern int not_empty;\n"
            good, output = compiles(compiler, flags, args.include, text)
            checked += 1
            failed += not good
            print(f"{'ok    ' if good else 'FAILED'} {header.name} as {name}\n{output}", end="")
    print(f"{checked} units, {failed} failed")
    sys.exit(failed != 0 or checked < 11)


main()
