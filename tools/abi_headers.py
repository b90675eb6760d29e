# SPDX-License-Identifier: Apache-2.0
"""The functions of the public headers: their types from a C parser, their documentation from the comment above each."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from pycparser import c_ast, c_generator, c_parser

#: counterseal.h only gathers; what it leaves out is not found.
UMBRELLA = "counterseal.h"

FIXED_WIDTH = {
    "stdint.h": "#pragma once\n"
    + "".join(
        f"typedef {base} {name};\n"
        for name, base in {
            "int8_t": "signed char",
            "uint8_t": "unsigned char",
            "int16_t": "short",
            "uint16_t": "unsigned short",
            "int32_t": "int",
            "uint32_t": "unsigned",
            "int64_t": "long long",
            "uint64_t": "unsigned long long",
        }.items()
    ),
    "stddef.h": "#pragma once\ntypedef unsigned long size_t;\n",
}


@dataclass
class Argument:
    name: str
    type: str


@dataclass
class Function:
    name: str
    header: str
    returns: str
    arguments: list[Argument]
    prose: list[str] = field(default_factory=list)
    summary: str = ""
    details: str = ""
    documented: list[tuple[str, str]] = field(default_factory=list)
    sections: dict[str, str] = field(default_factory=dict)


def read_functions(include: Path) -> list[Function]:
    """All functions, header by header in the order they stand there. Exits when a header cannot be parsed."""
    prototypes = _prototypes(preprocessed(include))
    functions: list[Function] = []
    for header in sorted(include.glob("*.h")):
        for comment, name in _declarations(header.read_text()):
            if name not in prototypes:
                sys.exit(f"{header.name}: {name} is not declared as the parser sees it")
            function = prototypes.pop(name)
            function.header = header.name
            _document(function, comment)
            functions.append(function)
    if prototypes:
        sys.exit(f"functions without a comment directly above CSEAL_API: {', '.join(prototypes)}")
    return functions


def preprocessed(include: Path, more: str = "") -> str:
    """The headers after the preprocessor, with nothing but our own two standard headers, and `more` after them."""
    with tempfile.TemporaryDirectory() as fake:
        for name, text in FIXED_WIDTH.items():
            (Path(fake) / name).write_text(text)
        source = f'#include "counterseal/{UMBRELLA}"\n{more}'
        search = ["-nostdinc", "-I", fake, "-I", str(include.parent)]
        command = ["cc", "-E", "-P", "-undef", "-x", "c", *search, "-"]
        return subprocess.run(command, check=True, capture_output=True, text=True, input=source).stdout


def syntax_tree(source: str) -> c_ast.FileAST:
    return c_parser.CParser().parse(source)


def _prototypes(source: str) -> dict[str, Function]:
    render = c_generator.CGenerator()
    found: dict[str, Function] = {}
    for node in syntax_tree(source):
        if not isinstance(node, c_ast.Decl) or not isinstance(node.type, c_ast.FuncDecl):
            continue
        arguments: list[Argument] = []
        for parameter in node.type.args.params if node.type.args else []:
            if isinstance(parameter, c_ast.EllipsisParam):
                sys.exit(f"{node.name}: varargs cannot be called from other languages")
            if parameter.name is None:
                sys.exit(f"{node.name}: a parameter has no name")
            name, parameter.name = parameter.name, None
            _drop_name(parameter.type)
            arguments.append(Argument(name, _spaced(render.visit(parameter))))
        _drop_name(node.type.type)
        found[node.name] = Function(node.name, "", _spaced(render.visit(node.type.type)), arguments)
    return found


def _drop_name(node: c_ast.Node) -> None:
    while not isinstance(node, c_ast.TypeDecl):
        node = node.type
    node.declname = None


def _spaced(text: str) -> str:
    return re.sub(r"\s*\*", " *", re.sub(r"\s+", " ", text)).replace("* *", "**").strip()


def _declarations(text: str) -> list[tuple[str, str]]:
    return [
        (match[1], match[2])
        for match in re.finditer(r"/\*((?:(?!\*/).)*)\*/\nCSEAL_API\s[^;]*?\b(cseal_\w+)\s*\(", text, re.DOTALL)
    ]


def paragraphs(comment: str) -> list[str]:
    """The paragraphs between /* and */, without the column of stars; lines stay lines."""
    lines = [re.sub(r"^ *\* ?", "", line.rstrip()) for line in comment.splitlines()]
    return [p for p in re.split(r"\n(?:\s*\n)+", "\n".join(lines).strip("\n ")) if p.strip()]


def _document(function: Function, comment: str) -> None:
    for paragraph in paragraphs(comment):
        if re.match(r" {2}\w", paragraph):
            function.documented += _arguments(paragraph)
        elif re.match(r"(Returns|Threads|CT|Since):", paragraph):
            function.sections |= _sections(paragraph)
        else:
            function.prose.append(" ".join(paragraph.split()))
    first = re.match(r"(.+?[.:])(?: |$)", function.prose[0]) if function.prose else None
    function.summary = re.sub(r":$", ".", first[1]) if first else ""
    rest = function.prose[0][len(first[1]) :].strip() if first else ""
    function.details = "\n\n".join(part for part in [rest, *function.prose[1:]] if part)


def _arguments(paragraph: str) -> list[tuple[str, str]]:
    rows: list[tuple[list[str], str]] = []
    for line in paragraph.splitlines():
        match = re.match(r" {2}(\w+(?:, \w+)*)\s{2,}(\S.*)$", line) or re.match(r" {2}(\w+) (\S.*)$", line)
        if match and not line.startswith("   "):
            rows.append((match[1].split(", "), match[2]))
        elif rows:
            names, text = rows[-1]
            rows[-1] = (names, f"{text} {line.strip()}")
    return [(name, text) for names, text in rows for name in names]


def _sections(paragraph: str) -> dict[str, str]:
    parts = re.split(r"(?m)^(Returns|Threads|CT|Since):", paragraph)[1:]
    return {name: " ".join(text.split()) for name, text in zip(parts[::2], parts[1::2], strict=True)}
