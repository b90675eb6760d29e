# SPDX-License-Identifier: Apache-2.0
"""Where each C function is found in each language; every function has a place in each, or is about lifetime."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

from abi_headers import Function

INTRO = """# Function by language

Generated from the C headers and `tools/parity.json` by `tools/api.py`; do not edit. A name in the Python column stands
in the package's type stub, one in the Node column in its type declarations: the generator looks them up.

| C | Python | Node |
| --- | --- | --- |
"""


def parity_table(root: Path, functions: list[Function]) -> str:
    rules = json.loads((root / "tools/parity.json").read_text())
    python = _python_names(root / "bindings/python/src/counterseal")
    node = _node_names(root / "bindings/node/lib/index.d.cts")
    rows: list[str] = []
    faults: list[str] = []
    names = [f.name for f in functions]
    for name in names:
        if name in rules["lifetime"]:
            continue
        row = rules["found"].get(name)
        if row is None:
            faults.append(f"{name} has no row in tools/parity.json")
            continue
        for language, known in (("python", python), ("node", node)):
            if row[language] is not None and row[language] not in known:
                faults.append(f"{name}: {language} has no {row[language]}")
        rows.append(f"| `{name}` | {_shown(row['python'])} | {_shown(row['node'])} |")
    for name in [*rules["found"], *rules["lifetime"]]:
        if name not in names:
            faults.append(f"tools/parity.json: {name} is not in the headers")
    for name in rules["lifetime"]:
        if re.search(r"_(new|free|open|close|init|wipe|selftest)$", name) is None:
            faults.append(f"tools/parity.json: {name} is not about lifetime, wiping or the self-test")
    if faults:
        sys.exit("\n".join(faults))
    lifetime = ", ".join(f"`{name}`" for name in rules["lifetime"])
    return (
        INTRO
        + "\n".join(rows)
        + f"\n\nLifetime, wiping and the self-test, which the languages do themselves: {lifetime}.\n"
    )


def _shown(name: str | None) -> str:
    """A cell of the table; null in tools/parity.json: the language does not have it yet."""
    return "not yet" if name is None else f"`{name}`"


def _python_names(package: Path) -> set[str]:
    names: set[str] = set()
    for file in [package / "_native.pyi", *sorted(package.glob("*.py"))]:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                names.add(node.name)
                for member in node.body:
                    if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                        names.add(f"{node.name}.{member.name}")
                    elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                        names.add(f"{node.name}.{member.target.id}")
            elif isinstance(node, ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names.add(node.target.id)
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _node_names(declarations: Path) -> set[str]:
    text = "\n".join(file.read_text() for file in sorted(declarations.parent.glob("*.d.cts")))
    names = set(re.findall(r"^export (?:declare )?(?:const|function|class|interface) (\w+)", text, re.MULTILINE))
    for match in re.finditer(
        r"^export (?:declare )?(?:class|interface) (\w+)[^{]*\{(.*?)^\}", text, re.MULTILINE | re.DOTALL
    ):
        members = re.findall(r"^\s+(?:static |readonly )*(\w+)\s*[(:?<]", match[2], re.MULTILINE)
        names |= {f"{match[1]}.{member}" for member in members}
    return names
