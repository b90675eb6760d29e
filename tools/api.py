#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the C headers: checks the ABI's rules, and writes what follows from them (--check: fail if one is not current).

Written: capi/api.json (all of it as data, for other bindings), capi/counterseal.map (the export list),
capi/abi/layout.txt (sizes, offsets, values), docs/parity.md (where each function is found in each language),
docs/reference (the pages of C and Node), bindings/python/native/docs.hpp and the comments of
bindings/node/lib/index.d.cts (what the headers say, in the words of the language).
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

from abi_headers import Function
from abi_types import Header, read_headers
from binding_docs import Rules, Writer
from generated import Outputs
from layout import FILE as LAYOUT
from layout import confirm, layout_table
from node_docs import PAGE as NODE_PAGE
from node_docs import declarations_with_comments, node_page
from parity import parity_table
from python_docs import FILE as PYTHON_DOCS
from python_docs import docs_header
from python_stubs import read_package
from reference import c_pages

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


def as_data(headers: list[Header], functions: list[Function]) -> str:
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
    data: dict[str, object] = {"version": VERSION, "functions": rows}
    data["handles"] = [{"header": f"counterseal/{h.name}", **asdict(one)} for h in headers for one in h.handles]
    data["structs"] = [{"header": f"counterseal/{h.name}", **asdict(one)} for h in headers for one in h.structs]
    data["constants"] = [{"header": f"counterseal/{h.name}", **asdict(one)} for h in headers for one in h.constants]
    return json.dumps(data, indent=2) + "\n"


def main() -> None:
    check = "--check" in sys.argv[1:]
    include = ROOT / "capi/include/counterseal"
    headers = read_headers(include)
    functions = sorted((f for header in headers for f in header.functions), key=lambda f: f.header)
    stop_if([fault for header in headers for fault in header.faults()])
    stop_if([fault for function in functions for fault in faults(function)])
    models = confirm(include, headers)

    out = Outputs(ROOT, "tools/api.py")
    out.add("capi/api.json", as_data(headers, functions))
    out.add("capi/counterseal.map", export_list(functions))
    out.add(LAYOUT, layout_table(include, headers))
    out.add("docs/parity.md", parity_table(ROOT, functions))
    for path, text in c_pages(headers).items():
        out.add(path, text)
    rules = json.loads((ROOT / "tools/parity.json").read_text())
    writer = Writer(headers, Rules(rules["found"], rules["texts"], rules["own_words"]))
    stop_if(writer.faults())
    python, python_faults = docs_header(writer, read_package(ROOT))
    node, node_faults = declarations_with_comments(ROOT, writer)
    out.add(PYTHON_DOCS, python)
    for path, text in node.items():
        out.add(path, text)
    out.add(NODE_PAGE, node_page(node))
    stop_if(python_faults + node_faults)
    out.finish(check=check)
    print(f"api: {len(functions)} functions follow the rules of the C ABI; layout confirmed: {', '.join(models)}")


def stop_if(found: list[str]) -> None:
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
