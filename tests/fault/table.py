#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the table of README.md: each row that is owed has a test and a planted fault, and what it names exists.

A planted fault of a row is noticed by a runner (tests/planted/run.py) that runs one of the row's tests, and each test
of this folder has a fault that it has to notice.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OWED = {*range(1, 15), *range(18, 25)}
sys.path.append(str(ROOT / "tests/planted"))

from run import RUNNERS


def tests_by_runner() -> dict[str, set[str]]:
    """By the name of what runs them: a test of ctest by its own, others by that of their folder."""
    runs: dict[str, set[str]] = {}
    for file in (ROOT / "tests").rglob("CMakeLists.txt"):
        runs |= {name: {name} for name in re.findall(r"add_test\(NAME (\S+)", file.read_text())}
    for file in (ROOT / "tests").rglob("*_test.cpp"):
        pairs = re.findall(r"^TEST(?:_P|_F)?\((\w+),\s*(\w+)\)", file.read_text(), re.MULTILINE)
        runs.setdefault(file.parent.name, set()).update(f"{suite}.{name}" for suite, name in pairs)
    for file in (ROOT / "bindings/python/tests").glob("test_*.py"):
        names = re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
        runs.setdefault("pytest", set()).update(f"{file.stem}.{name}" for name in names)
    return runs


def is_run(name: str, by: str, runs: dict[str, set[str]]) -> bool:
    """Whether the runner of a planted fault runs a test."""
    pattern = RUNNERS[by].command[-1]
    with_ctest = RUNNERS[by].command[0] == "ctest" and re.search(pattern, name) is not None
    return with_ctest or name in runs.get(by.partition(".")[0], ()) or name.partition(".")[0] == by == "races"


def faults(text: str, runs: dict[str, set[str]], planted: dict[str, str]) -> list[str]:
    found = []
    tests = set().union(*runs.values())
    rows = re.findall(r"^\| (\d+) \|(.*)\|(.*)\|(.*)\|(.*)\|$", text, re.MULTILINE)
    for number, what, sqlite, postgres, patches in rows:
        named = re.findall(r"`([^`]+)`", sqlite + postgres)
        caught = re.findall(r"`([^`]+)`", patches)
        found += [f"row {number}: there is no test {name}" for name in named if name not in tests]
        found += [f"row {number}: there is no planted fault {name}" for name in caught if name not in planted]
        for patch in caught:
            if patch in planted and not any(is_run(name, planted[patch], runs) for name in named):
                found.append(f"row {number}: {planted[patch]}, which notices {patch}, runs none of its tests")
        if int(number) in OWED and not named:
            found.append(f"row {number}:{what}has no test")
        if int(number) in OWED and not caught:
            found.append(f"row {number}:{what}has no planted fault")
    for name in sorted(runs):
        is_owed = name.startswith("fault.") and name != "fault.table"
        if is_owed and not any(is_run(name, by, runs) for by in planted.values()):
            found.append(f"no planted fault has to be noticed by {name}")
    missing = OWED - {int(number) for number, *_ in rows}
    return found + [f"row {number} is missing" for number in sorted(missing)]


def main() -> None:
    text = (Path(__file__).parent / "README.md").read_text()
    patches = sorted((ROOT / "tests/planted").glob("*.patch"))
    planted = {file.stem: file.read_text().splitlines()[1].removeprefix("Red: ") for file in patches}
    runs = tests_by_runner()
    found = faults(text, runs, planted)
    # A table that could say anything would be no table.
    if not faults(text.replace("`fault.images`", "`fault.nothing`"), runs, planted):
        found.append("a test that does not exist is not noticed")
    if not faults(text, runs, {}):
        found.append("planted faults that do not exist are not noticed")
    if not faults(text, runs, planted | {"fault-random-unread": "fault.images"}):
        found.append("a planted fault of another row's test is not noticed")
    for fault in found:
        print(f"RED   {fault}")
    print(f"table: {len(OWED)} rows; {len(found)} faults")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
