# SPDX-License-Identifier: Apache-2.0
"""capi/abi/layout.txt: where each field of each public struct lies, and the value of each constant, by data model.

Public structs hold integers of a fixed width, size_t, pointers and arrays of them, so that the width of a pointer and
the alignment of eight bytes decide all. The numbers are computed here, and every compiler at hand is asked to confirm
them (confirm()).
"""

from __future__ import annotations

import ast
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from abi_headers import preprocessed, syntax_tree
from abi_types import Header
from pycparser import c_ast, c_generator

FILE = "capi/abi/layout.txt"


@dataclass(frozen=True)
class Model:
    name: str
    pointer: int
    long_long_alignment: int
    compiler_flags: tuple[str, ...]


# No field is a long, the only difference between LP64 (Linux, macOS) and LLP64 (Windows).
MODELS = (
    Model("64-bit", 8, 8, ()),
    Model("32-bit", 4, 8, ("-m32", "-malign-double")),
    Model("i386", 4, 4, ("-m32",)),
)
HEAD = f"""# Generated from the public headers by tools/api.py; do not edit.
# Bytes: each struct's size and alignment, each field's offset and size. A number that differs is a broken ABI.
#   {MODELS[0].name}   LP64 (Linux, macOS) and LLP64 (Windows)
#   {MODELS[1].name}   ILP32 with 8-byte integers at multiples of 8 (Arm, Windows on x86)
#   {MODELS[2].name}     ILP32 with 8-byte integers at multiples of 4 (System V on x86)
"""
WIDTHS = {"int8_t": 1, "uint8_t": 1, "char": 1, "int16_t": 2, "uint16_t": 2, "int32_t": 4, "uint32_t": 4}
WIDE = {"int64_t", "uint64_t"}


@dataclass
class Place:
    name: str
    type: str
    size: int
    alignment: int
    offset: int = 0


class Layout:
    """All structs in one model."""

    def __init__(self, model: Model, tree: c_ast.FileAST) -> None:
        self._model = model
        self._scalars = {name: (width, width) for name, width in WIDTHS.items()}
        self._scalars |= dict.fromkeys(WIDE, (8, model.long_long_alignment))
        self._scalars["size_t"] = (model.pointer, model.pointer)
        self.structs: dict[str, tuple[Place, list[Place]]] = {}
        for node in tree:
            if isinstance(node, c_ast.Typedef) and node.name.startswith("cseal_"):
                self._add(node)

    def _add(self, node: c_ast.Typedef) -> None:
        named = node.type.type if isinstance(node.type, c_ast.TypeDecl) else None
        if isinstance(named, c_ast.IdentifierType):
            self._scalars[node.name] = self._scalars[named.names[0]]
        elif isinstance(named, c_ast.Struct) and named.decls is not None:
            rows: list[Place] = []
            end = 0
            for declaration in named.decls:
                if declaration.bitsize is not None:
                    sys.exit(f"{node.name}.{declaration.name}: a bit field lies where the compiler likes")
                row = self._place(node.name, declaration.name, declaration.type)
                row.offset = _rounded(end, row.alignment)
                end = row.offset + row.size
                rows.append(row)
            alignment = max(row.alignment for row in rows)
            self.structs[node.name] = (Place(node.name, "", _rounded(end, alignment), alignment), rows)

    def _place(self, struct: str, name: str, kind: c_ast.Node) -> Place:
        if isinstance(kind, c_ast.PtrDecl):
            return Place(name, "pointer", self._model.pointer, self._model.pointer)
        if isinstance(kind, c_ast.ArrayDecl):
            item = self._place(struct, name, kind.type)
            count = _number(c_generator.CGenerator().visit(kind.dim))
            base, bracket, inner_counts = item.type.partition("[")
            return Place(name, f"{base}[{count}]{bracket}{inner_counts}", item.size * count, item.alignment)
        written = " ".join(getattr(kind.type, "names", ["struct"]))
        if written in self.structs:
            inner, _ = self.structs[written]
            return Place(name, written, inner.size, inner.alignment)
        if written not in self._scalars:
            sys.exit(f"{struct}.{name} has type {written}, whose width is not the same everywhere")
        return Place(name, written, *self._scalars[written])


def layout_table(include: Path, headers: list[Header]) -> str:
    layouts = _layouts(include)
    columns = [model.name for model in MODELS]
    lines = [HEAD + f"{'':<52}{columns[0]:>12}{columns[1]:>12}{columns[2]:>12}"]
    for name, (_, rows) in layouts[0].structs.items():
        totals = [layout.structs[name][0] for layout in layouts]
        lines += ["", _row(name, [f"{total.size}/{total.alignment}" for total in totals])]
        for i, row in enumerate(rows):
            places = [layout.structs[name][1][i] for layout in layouts]
            lines.append(_row(f"  {row.name} {row.type}", [f"{p.offset}+{p.size}" for p in places]))
    lines += ["", "# Constants."]
    lines += [f"{name:<52}{value:>12}" for name, value in constants(include, headers).items()]
    return "\n".join(lines) + "\n"


def _row(name: str, cells: list[str]) -> str:
    return f"{name:<52}" + "".join(f"{cell:>12}" for cell in cells)


def _layouts(include: Path) -> list[Layout]:
    tree = syntax_tree(preprocessed(include))
    return [Layout(model, tree) for model in MODELS]


def constants(include: Path, headers: list[Header]) -> dict[str, str]:
    """Each constant's value, as the preprocessor and arithmetic find it; a text as it is written."""
    names = [row.name for header in headers for group in header.constants for row in group.rows]
    source = preprocessed(include, "".join(f'\nvalue_of "{name}" {name}' for name in names))
    found = re.findall(r'^value_of "(\w+)" (.*)$', source, re.MULTILINE)
    return {name: text if text.startswith('"') else str(_number(text)) for name, text in found}


def _number(text: str) -> int:
    """An integer constant expression without casts."""
    plain = re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", text)
    try:
        tree = ast.parse(plain.strip(), mode="eval")
    except SyntaxError:
        sys.exit(f"{text}: a constant is an integer or a text")
    if not all(isinstance(node, NUMERIC) for node in ast.walk(tree)):
        sys.exit(f"{text}: a constant is an integer or a text")
    return int(eval(compile(tree, "constant", "eval"), {"__builtins__": {}}))


NUMERIC = (ast.Expression, ast.Constant, ast.UnaryOp, ast.BinOp, ast.unaryop, ast.operator)


def confirm(include: Path, headers: list[Header]) -> list[str]:
    """What the compiler of this machine says to the numbers; the names of the models that it knows."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        models: tuple[Model, ...] = MODELS[:1]  # the flags of the others are x86's
    else:
        models = MODELS
    confirmed: list[str] = []
    for model, layout in zip(MODELS, _layouts(include), strict=True):
        if model not in models:
            continue
        claims = [
            (f"{name} == {value}", name) for name, value in constants(include, headers).items() if value[0] != '"'
        ]
        for name, (total, rows) in layout.structs.items():
            claims += [(f"sizeof({name}) == {total.size}", name), (f"_Alignof({name}) == {total.alignment}", name)]
            for row in rows:
                claims.append((f"offsetof({name}, {row.name}) == {row.offset}", f"{name}.{row.name}"))
                claims.append((f"sizeof((({name}*)0)->{row.name}) == {row.size}", f"{name}.{row.name}"))
        source = "#include <stddef.h>\n#include <counterseal/counterseal.h>\n" + "".join(
            f'_Static_assert({claim}, "{what}");\n' for claim, what in claims
        )
        command = [
            "cc",
            "-std=c11",
            "-ffreestanding",
            "-fsyntax-only",
            *model.compiler_flags,
            "-I",
            str(include.parent),
        ]
        done = subprocess.run([*command, "-x", "c", "-"], input=source, text=True, capture_output=True, check=False)
        if done.returncode == 0:
            confirmed.append(model.name)
        elif "static assertion failed" in done.stderr or not model.compiler_flags:
            sys.exit(f"{FILE}: {model.name}: the compiler says otherwise\n{done.stderr}")
    return confirmed


def _rounded(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment
