#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the table of README.md: each row that is owed has a test and a planted fault, and what it names exists."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OWED = {*range(1, 15), *range(18, 25)}


def test_names() -> set[str]:
    names: set[str] = set()
    for file in (ROOT / "tests").rglob("CMakeLists.txt"):
        names |= set(re.findall(r"add_test\(NAME (\S+)", file.read_text()))
    for file in (ROOT / "tests").rglob("*_test.cpp"):
        pairs = re.findall(r"^TEST(?:_P|_F)?\((\w+),\s*(\w+)\)", file.read_text(), re.MULTILINE)
        names |= {f"{suite}.{name}" for suite, name in pairs}
    for file in (ROOT / "bindings/python/tests").glob("test_*.py"):
        names |= {f"{file.stem}.{name}" for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)}
    return names


def faults(text: str, tests: set[str], planted: set[str]) -> list[str]:
    found = []
    rows = re.findall(r"^\| (\d+) \|(.*)\|(.*)\|(.*)\|(.*)\|$", text, re.MULTILINE)
    for number, what, sqlite, postgres, patches in rows:
        named = re.findall(r"`([^`]+)`", sqlite + postgres)
        caught = re.findall(r"`([^`]+)`", patches)
        found += [f"row {number}: there is no test {name}" for name in named if name not in tests]
        found += [f"row {number}: there is no planted fault {name}" for name in caught if name not in planted]
        if int(number) in OWED and not named:
            found.append(f"row {number}:{what}has no test")
        if int(number) in OWED and not caught:
            found.append(f"row {number}:{what}has no planted fault")
    missing = OWED - {int(number) for number, *_ in rows}
    return found + [f"row {number} is missing" for number in sorted(missing)]


def main() -> None:
    text = (Path(__file__).parent / "README.md").read_text()
    planted = {file.stem for file in (ROOT / "tests/planted").glob("*.patch")}
    found = faults(text, test_names(), planted)
    # A table that could say anything would be no table.
    if not faults(text.replace("`fault.images`", "`fault.nothing`"), test_names(), planted):
        found.append("a test that does not exist is not noticed")
    if not faults(text, test_names(), set()):
        found.append("planted faults that do not exist are not noticed")
    for fault in found:
        print(f"RED   {fault}")
    print(f"table: {len(OWED)} rows; {len(found)} faults")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
