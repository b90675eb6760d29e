# SPDX-License-Identifier: Apache-2.0
"""The classes and functions of the Python package as its stub and its sources declare them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path("bindings/python/src/counterseal")


@dataclass
class Member:
    name: str
    signatures: list[str]
    parameters: list[str]
    is_attribute: bool = False
    comment: str = ""  # after #:, for what cannot have a docstring


@dataclass
class Class:
    name: str
    bases: list[str]
    members: dict[str, Member] = field(default_factory=dict)


@dataclass
class Package:
    public: list[str]
    classes: dict[str, Class] = field(default_factory=dict)
    functions: dict[str, Member] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def member(self, name: str) -> Member | None:
        owner, _, rest = name.partition(".")
        return self.classes[owner].members.get(rest) if owner in self.classes else self.functions.get(owner)


def read_package(root: Path) -> Package:
    folder = root / PACKAGE
    public = _public(folder / "__init__.py")
    # A module is the names in it.
    modules = [name for name in public if (folder / f"{name}.py").exists()]
    inside = [name for module in modules for name in _public(folder / f"{module}.py")]
    package = Package([name for name in public if name not in modules] + inside)
    for path in [*sorted(folder.glob("*.pyi")), *sorted(folder.glob("*.py"))]:
        lines = path.read_text().splitlines()
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                package.classes.setdefault(node.name, _class(node, lines))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                _add(package.functions, node)
            elif isinstance(node, ast.Assign) and re.match(r"_[A-Z][a-z]\w* = ", ast.unparse(node)):
                package.aliases.setdefault(ast.unparse(node.targets[0]), ast.unparse(node.value))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                kind = ast.unparse(node.annotation)
                if kind == "TypeAlias" and node.value is not None:
                    package.aliases.setdefault(node.target.id, ast.unparse(node.value))
                else:
                    package.values.setdefault(node.target.id, kind.removeprefix("Final[").removesuffix("]"))
    return package


def _public(file: Path) -> list[str]:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def _class(node: ast.ClassDef, lines: list[str]) -> Class:
    made = Class(node.name, [ast.unparse(base) for base in node.bases])
    for member in node.body:
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            _add(made.members, member)
        elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            text = f"{member.target.id}: {ast.unparse(member.annotation)}"
            above = lines[member.lineno - 2].strip()
            comment = above.removeprefix("#:").strip() if above.startswith("#:") else ""
            made.members[member.target.id] = Member(member.target.id, [text], [], is_attribute=True, comment=comment)
    return made


def _add(members: dict[str, Member], node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    decorators = {ast.unparse(d) for d in node.decorator_list}
    returns = ast.unparse(node.returns) if node.returns else "None"
    if "property" in decorators:
        members[node.name] = Member(node.name, [f"{node.name}: {returns}"], [], is_attribute=True)
        return
    arguments = node.args
    all_arguments = [*arguments.posonlyargs, *arguments.args]
    first = all_arguments[0].arg if all_arguments else ""
    parameters = [a.arg for a in [*all_arguments, *arguments.kwonlyargs] if a.arg not in {"self", "cls"}]
    shown = re.sub(r"(?<=[\w\]'\"])=(?!=)", " = ", ast.unparse(_without_first(arguments, first)))
    signature = f"{node.name}({shown}) -> {returns}"
    member = members.setdefault(node.name, Member(node.name, [], parameters))
    member.signatures.append(signature)
    member.parameters += [name for name in parameters if name not in member.parameters]


def _without_first(arguments: ast.arguments, first: str) -> ast.arguments:
    if first in {"self", "cls"}:
        (arguments.posonlyargs or arguments.args).pop(0)
    return arguments
