#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every declassify() stands in declassified.txt with its reason, and every line there still has its call."""

from __future__ import annotations

import argparse
import collections
import pathlib
import re
import sys
from collections.abc import Iterator

DEFINITION = "core/ct/taint.hpp"


def calls_in(text: str) -> Iterator[str]:
    """The calls with their arguments, blanks made single."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
    for match in re.finditer(r"\bdeclassify\s*(<[^<>]*>)?\s*\(", text):
        depth = 0
        for end in range(match.end() - 1, len(text)):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if depth == 0:
                break
        yield re.sub(r"\s+", " ", text[match.start() : end + 1])


def check(source: pathlib.Path) -> tuple[list[str], str]:
    """(faults, the last line) for the sources and the list below `source`."""
    faults = []
    found: collections.Counter[tuple[str, str]] = collections.Counter()
    for path in sorted([*source.glob("core/**/*.[ch]pp"), *source.glob("capi/**/*.[ch]pp")]):
        name = str(path.relative_to(source))
        text = path.read_text()
        if name != DEFINITION:
            found.update((name, call) for call in calls_in(text))
            if re.search(r"VALGRIND_|memcheck\.h|__msan_unpoison", text):
                faults.append(f"{name} makes secrets public behind the checker's back: only {DEFINITION} may")
    listed: collections.Counter[tuple[str, str]] = collections.Counter()
    for line in (source / "tests/ct/declassified.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            fields = [field.strip() for field in line.split(" | ")]
            if len(fields) != 3 or not fields[2]:
                faults.append(f"no reason: {line}")
                continue
            listed[fields[0], fields[1]] += 1
    faults += [f"not in declassified.txt: {file}: {call}" for file, call in (found - listed).elements()]
    faults += [f"no such call any more: {file}: {call}" for file, call in (listed - found).elements()]
    if not found:
        faults.append("no call found: the search is blind")
    return sorted(faults), f"declassified {sum(found.values())}, listed {sum(listed.values())}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    args, _ = parser.parse_known_args()
    faults, summary = check(args.source)
    print("\n".join([*faults, summary]))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
