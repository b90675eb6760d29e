#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each function of the version script is declared in a public header and called by a C test; none is only declared."""

from __future__ import annotations

import argparse
import pathlib
import re
import sys


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"", " ", text, flags=re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--map", required=True, type=pathlib.Path)
    parser.add_argument("--include", required=True, type=pathlib.Path)
    parser.add_argument("--tests", required=True, type=pathlib.Path)
    args = parser.parse_args()

    exported = set(re.findall(r"^\s*(cseal_\w+);", args.map.read_text(), flags=re.MULTILINE))
    headers = " ".join(without_comments(p.read_text()) for p in args.include.glob("counterseal/*.h"))
    declared = set(re.findall(r"\bCSEAL_API\b[^;(]*?\b(cseal_\w+)\s*\(", headers))
    # A call or the address of the function handed to a table of calls; never just a word in a comment or a text.
    tests = " ".join(without_comments(p.read_text()) for p in args.tests.glob("*.c"))
    called = {name for name in exported | declared if re.search(rf"\b{name}\s*\(", tests)}

    faults = [f"{name} is declared and not exported" for name in declared - exported]
    faults += [f"{name} is exported and not declared" for name in exported - declared]
    faults += [f"{name} is called by no test in {args.tests}" for name in (exported | declared) - called]
    if not exported:
        faults.append(f"{args.map} names no function")
    print("\n".join(sorted(faults)))
    print(f"{len(exported)} functions exported, {len(declared)} declared, {len(called)} called, {len(faults)} faults")
    sys.exit(bool(faults))


main()
