#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ABI of the shared library against capi/abi/counterseal.abi. Usage: tools/abi.py store|check [FOLDER]

FOLDER is that of a build, whose library is described if the fixed compiler made it; else one is built.

The baseline is what abidw says about the library as one fixed compiler builds it, limited to the public headers. A new
function is told and passes; anything else that differs fails: a removed function, other arguments, another struct.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "capi/abi/counterseal.abi"
BUILD = ROOT / "build/abi"
COMPILER = "12"  # of Debian 12; another one writes the same ABI down in other words
MACHINE = "x86_64"
# abidw knows a public header by its name without folders, and capi/src has an otp.hpp as counterseal/cpp has.
HEADERS = BUILD / "headers"
ABIDW = [
    *("abidw", "--headers-dir", str(HEADERS), "--drop-private-types", "--exported-interfaces-only"),
    *("--no-comp-dir-path", "--no-corpus-path", "--no-show-locs", "--no-elf-needed", "--type-id-style", "hash"),
]
# Bits of abidiff's exit status.
FAILED, USAGE, CHANGED, INCOMPATIBLE = 1, 2, 4, 8


def run(command: list[str], *good: int) -> tuple[int, str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in {0, *good}:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.returncode, done.stdout


def why_not() -> str:
    """Why the baseline says nothing about a library that this machine builds."""
    if platform.machine() != MACHINE:
        return f"the baseline is of {MACHINE}, this machine is {platform.machine()}"
    for tool, package in (("abidw", "abigail-tools"), ("abidiff", "abigail-tools")):
        if shutil.which(tool) is None:
            return f"{tool} is not installed (Debian: {package})"
    for compiler in (f"gcc-{COMPILER}", f"g++-{COMPILER}"):
        if shutil.which(compiler) is None:
            return f"the baseline is of GCC {COMPILER}, and there is no {compiler}"
    return ""


def is_fit(folder: Path) -> bool:
    """Whether the build in the folder is by the fixed compiler and says what its types are."""
    known = (folder / "CMakeCache.txt").read_text()
    compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.+)$", known, re.MULTILINE)
    return (
        compiler is not None
        and "CMAKE_BUILD_TYPE:STRING=RelWithDebInfo\n" in known
        and run([compiler[1], "-dumpversion"])[1].strip() == COMPILER
        and "Free Software Foundation" in run([compiler[1], "--version"])[1]
    )


def built() -> Path:
    """The folder of a library that was built for this."""
    options = [
        f"-DCMAKE_C_COMPILER=gcc-{COMPILER}",
        f"-DCMAKE_CXX_COMPILER=g++-{COMPILER}",
        "-DCMAKE_BUILD_TYPE=Debug",
        "-DCMAKE_C_FLAGS_DEBUG=-g -O1",
        "-DCMAKE_CXX_FLAGS_DEBUG=-g -O1",
        "-DBUILD_SHARED_LIBS=ON",
        "-DCOUNTERSEAL_INSTALL=OFF",
    ]
    run(["cmake", "-G", "Ninja", "-S", str(ROOT), "-B", str(BUILD), *options])
    run(["cmake", "--build", str(BUILD), "--target", "counterseal"])
    return BUILD


def described(folder: Path | None) -> str:
    """The library of this tree as XML, without a path of this machine."""
    found = folder if folder is not None and is_fit(folder) else built()
    shutil.rmtree(HEADERS, ignore_errors=True)
    HEADERS.mkdir(parents=True)
    for header in (ROOT / "capi/include/counterseal").glob("*.h"):
        shutil.copy(header, HEADERS)
    _, xml = run([*ABIDW, str(found / "capi/libcounterseal.so")])
    xml = re.sub(r"(?<= path=')(?:\.\./)+", "", xml)
    if str(ROOT) in xml or os.path.expanduser("~") in xml:
        sys.exit("abi: the description holds a path of this machine")
    if "<namespace-decl" in xml or "counterseal::" in xml:
        sys.exit("abi: the description holds what is behind the C ABI")
    return xml


def store(folder: Path | None) -> None:
    xml = described(folder)
    BASELINE.parent.mkdir(parents=True, exist_ok=True)
    BASELINE.write_text(xml)
    print(f"abi: stored {BASELINE.relative_to(ROOT)}")


def check(folder: Path | None) -> None:
    if not BASELINE.exists():
        sys.exit("abi: there is no baseline: make abi-store")
    new = BUILD / "counterseal.abi"
    xml = described(folder)
    new.write_text(xml)
    n_functions = xml.count("type='func-type'")
    if xml == BASELINE.read_text():
        print(f"abi: {n_functions} functions as in the baseline")
        return
    diff = ["abidiff", "--no-show-locs", "--harmless", str(BASELINE), str(new)]
    status, report = run(diff, CHANGED, CHANGED | INCOMPATIBLE)
    if status == 0:
        print(f"abi: {n_functions} functions, the same ABI as the baseline")
        return
    print(report)
    if status & INCOMPATIBLE:
        sys.exit(
            "abi: INCOMPATIBLE: programs that were built against the baseline break. Undo it, or, for a new major "
            "version (0.x: minor), raise VERSION and run: make abi-store"
        )
    without_additions, _ = run([*diff[:1], "--no-added-syms", *diff[1:]], CHANGED, CHANGED | INCOMPATIBLE)
    if without_additions:
        sys.exit(
            "abi: CHANGED, and not by additions alone: what is above changes a function or a struct that programs were "
            "built against. Undo it; if it is meant and old programs stay right (read the report), run: make abi-store"
        )
    print("abi: additions only, which old programs do not notice; for the release that has them run: make abi-store")


def main() -> None:
    doors = {"store": store, "check": check}
    if not 2 <= len(sys.argv) <= 3 or sys.argv[1] not in doors:
        sys.exit("usage: tools/abi.py store|check [FOLDER]")
    if reason := why_not():
        print(f"abi: not run: {reason}")
        sys.exit(sys.argv[1] == "store")
    doors[sys.argv[1]](Path(sys.argv[2]).resolve() if sys.argv[2:] else None)


if __name__ == "__main__":
    main()
