#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the C headers: checks the ABI's rules, and writes what follows from them (--check: fail if one is not current).

Written: capi/api.json (the functions as data, for other bindings), capi/counterseal.map (the export list) and
docs/parity.md (where each function is found in each language).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from abi_headers import Function, read_functions
from generated import Outputs
from parity import parity_table

ROOT = Path(__file__).resolve().parent.parent
VERSION = (ROOT / "VERSION").read_text().strip()

SECTIONS = ("Returns", "Threads", "CT", "Since")
NAME = re.compile(r"cseal_[a-z0-9]+(_[a-z0-9]+)*")
# Fixed width, no bool, no long, nothing by value that is larger than a register.
SCALARS = {"int8_t", "uint8_t", "int32_t", "uint32_t", "int64_t", "uint64_t", "size_t", "cseal_status"}
POINTEES = SCALARS | {"char", "void"}
STATIC_TEXT_OUTPUT = "const char **"


def faults(function: Function) -> list[str]:
    found: list[str] = []
    if NAME.fullmatch(function.name) is None:
        found.append("the name is not cseal_<noun>_<verb>")
    if function.returns not in {"cseal_status", "void", "const char *"}:
        found.append(f"it returns {function.returns}")
    if not function.summary.endswith("."):
        found.append("its comment has no first sentence")
    for section in SECTIONS:
        if not function.sections.get(section):
            found.append(f"its comment has no {section}: line")
    documented = [name for name, _ in function.documented]
    if documented != [a.name for a in function.arguments]:
        found.append(f"its comment documents {documented}")
    for i, argument in enumerate(function.arguments):
        base = argument.type.removeprefix("const ").removesuffix("*").strip()
        if "*" not in argument.type:
            if argument.type not in SCALARS:
                found.append(f"{argument.name} has type {argument.type}")
        elif base not in POINTEES and not base.startswith("cseal_") and argument.type != STATIC_TEXT_OUTPUT:
            found.append(f"{argument.name} points to {base}")
        # A pointer to bytes or text is followed by its length or capacity.
        if base in {"char", "void"} or argument.type == "const uint8_t *":
            following = function.arguments[i + 1].name if i + 1 < len(function.arguments) else ""
            if following not in {f"{argument.name}_len", f"{argument.name}_cap"}:
                found.append(f"{argument.name} is not followed by its length")
    return [f"{function.header}: {function.name}: {fault}" for fault in found]


def export_list(functions: list[Function]) -> str:
    major, minor, _ = VERSION.split(".")
    names = "".join(f"        {f.name};\n" for f in sorted(functions, key=lambda f: f.name))
    return (
        "# SPDX-License-Identifier: Apache-2.0\n"
        "# Generated from the headers by tools/api.py; do not edit.\n"
        f"CSEAL_{major}.{minor} {{\n    global:\n{names}    local:\n        *;\n}};\n"
    )


def as_data(functions: list[Function]) -> str:
    rows = [
        {
            "name": f.name,
            "header": f"counterseal/{f.header}",
            "returns": f.returns,
            "arguments": [
                {"name": a.name, "type": a.type, "text": text}
                for a, (_, text) in zip(f.arguments, f.documented, strict=True)
            ],
            "summary": f.summary,
            "details": f.details,
            **{section.lower(): f.sections[section] for section in SECTIONS},
        }
        for f in functions
    ]
    return json.dumps({"version": VERSION, "functions": rows}, indent=2) + "\n"


def main() -> None:
    functions = read_functions(ROOT / "capi/include/counterseal")
    found = [fault for function in functions for fault in faults(function)]
    if found:
        sys.exit("\n".join(found))
    out = Outputs(ROOT, "tools/api.py")
    out.add("capi/api.json", as_data(functions))
    out.add("capi/counterseal.map", export_list(functions))
    out.add("docs/parity.md", parity_table(ROOT, functions))
    out.finish(check="--check" in sys.argv[1:])
    print(f"api: {len(functions)} functions follow the rules of the C ABI")


if __name__ == "__main__":
    main()
