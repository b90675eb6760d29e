#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`make ct`: the constant-time tests of ctest, then the matrix of compilers and levels.

The last line is "ct: planted N caught N; functions n/n; levels a,b,c; builds m/m", of what this run has seen. Red where
a test or a build is, where a number is missing, and where the kernels of a level did not run: on a CPU without SHA-NI
or AVX-512 the proof of those is missing, and this is red.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import commands
from taint_build import levels, passed


def shown(argv: Iterable[object]) -> tuple[int, str]:
    """(exit status, output), with the output printed as it comes."""
    lines = []
    with subprocess.Popen(
        [str(a) for a in argv], text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


def summary(tests: str, matrix: str, listing: str) -> tuple[str, list[str]]:
    """(the last line, what is missing) of the outputs of ctest and of the matrix, and of ct_test --list."""
    # ctest -V puts the number of the test before each line.
    tests = re.sub(r"^\d+: ", "", tests, flags=re.MULTILINE)
    missing = []

    def last(pattern: str, text: str, what: str, nothing: str) -> str:
        found = re.findall(pattern, text, flags=re.MULTILINE)
        if not found:
            missing.append(f"{what} did not run")
        return found[-1] if found else nothing

    planted = last(r"^planted \d+ caught \d+$", tests, "planted leaks", "planted 0 caught 0")
    functions = last(r"^functions \d+/\d+$", tests, "the list of functions", "functions 0/0")
    builds = last(r"^builds \d+/\d+$", matrix, "the matrix", "builds 0/0")
    for counted in (planted, functions, builds):
        n, m = re.findall(r"\d+", counted)
        if n != m or n == "0":
            missing.append(counted)
    proven, without = levels(listing, passed(tests))
    missing += [f"level {level} is not proven: a kernel of it did not run, or leaks" for level in without]
    return f"ct: {planted}; {functions}; levels {','.join(proven)}; {builds}", missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=Path)
    args = parser.parse_args()
    build = args.build.resolve()
    status, listing = commands.run([build / "tests/ct/ct_test", "--list"])
    if status != 0:
        sys.exit(f"ct_test --list failed:\n{listing}")
    ctest_status, tests = shown(["ctest", "--test-dir", build, "-L", "^ct$", "-V", "--no-tests=error"])
    matrix = Path(__file__).resolve().parent / "matrix.py"
    matrix_status, builds = shown([sys.executable, "-B", matrix, "--build", build])
    line, missing = summary(tests, builds, listing)
    if ctest_status != 0:
        missing.append(f"ctest: exit status {ctest_status}")
    if matrix_status != 0:
        missing.append(f"the matrix: exit status {matrix_status}")
    for what in missing:
        print(f"RED   {what}")
    print(line)
    sys.exit(bool(missing))


if __name__ == "__main__":
    main()
