# SPDX-License-Identifier: Apache-2.0
"""What the public headers hold besides functions: constants, handles, structs, and the comment of each file."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from abi_headers import UMBRELLA, Function, paragraphs, preprocessed, read_functions, syntax_tree
from pycparser import c_ast

COMMENT = r"/\*((?:(?!\*/).)*)\*/"
#: Says how a function is exported; no program names it.
EXPORT_MACRO = "CSEAL_API"


@dataclass
class Constant:
    name: str
    value: str
    text: str


@dataclass
class Constants:
    """Constants without a blank line between them, and the comment above the first."""

    text: str
    rows: list[Constant]


@dataclass
class Field:
    name: str
    type: str
    text: str


@dataclass
class Struct:
    name: str
    text: str
    fields: list[Field]


@dataclass
class Handle:
    name: str
    text: str


@dataclass
class Header:
    name: str
    introduction: list[str]
    source: str
    constants: list[Constants] = field(default_factory=list)
    handles: list[Handle] = field(default_factory=list)
    structs: list[Struct] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        constants = {row.name for group in self.constants for row in group.rows}
        named: list[Handle | Struct | Function] = [*self.handles, *self.structs, *self.functions]
        return constants | {one.name for one in named}

    @property
    def numbers(self) -> list[str]:
        """Names for plain integers, such as cseal_status."""
        return re.findall(r"^typedef \w+ (cseal_\w+);", self.source, re.MULTILINE)

    def faults(self) -> list[str]:
        found = [] if self.introduction else ["it does not say at its top what it is for"]
        for group in self.constants:
            found += [f"{row.name} has no comment" for row in group.rows if not (row.text or group.text)]
        found += [f"{handle.name} has no comment" for handle in self.handles if not handle.text]
        found += [f"{struct.name} has no comment" for struct in self.structs if not struct.text]
        for struct in self.structs:
            found += [f"{struct.name}.{row.name} has no comment" for row in struct.fields if not row.text]
        return [f"{self.name}: {fault}" for fault in found]


def read_headers(include: Path) -> list[Header]:
    """Every public header but the one that only gathers, in the order to read them."""
    functions = read_functions(include)
    structs, handles = _declared_types(include)
    headers: list[Header] = []
    for path in sorted(include.glob("*.h")):
        if path.name == UMBRELLA:
            continue
        text = path.read_text()
        header = Header(path.name, _introduction(text), text)
        header.constants = _constants(text)
        header.handles = _handles(text)
        header.structs = _structs(text)
        header.functions = [function for function in functions if function.header == path.name]
        headers.append(header)
    # The text was read with patterns: what the parser saw and they did not is an error, never left out.
    missed = {name for header in headers for name in _defined(header.source)} - {
        row.name for header in headers for group in header.constants for row in group.rows
    }
    missed |= handles - {one.name for header in headers for one in header.handles}
    missed |= structs - {f"{s.name}.{row.name}" for header in headers for s in header.structs for row in s.fields}
    if missed:
        sys.exit(f"not written as the other headers are: {', '.join(sorted(missed))}")
    return _in_order(headers)


def one_line(comment: str | None) -> str:
    return " ".join(" ".join(paragraphs(comment or "")).split())


def _introduction(text: str) -> list[str]:
    head = text.split("\n#ifndef COUNTERSEAL_", 1)[0]
    comments = [match[1] for match in re.finditer(COMMENT, head, re.DOTALL)]
    said = [c for c in comments if not re.match(r"\s*(SPDX-License-Identifier|Generated)", c)]
    return paragraphs(said[-1]) if said else []


def _constants(text: str) -> list[Constants]:
    groups: list[Constants] = []
    end = -1
    define = rf"^#define[ \t]+(CSEAL_\w+)[ \t]+((?:[^\n/]|/(?!\*))+?)[ \t]*(?:{COMMENT})?[ \t]*\n"
    for match in re.finditer(define, text, re.MULTILINE | re.DOTALL):
        if match[1] == EXPORT_MACRO:
            continue
        if match.start() != end:
            above = re.search(rf"{COMMENT}\n$", text[: match.start()], re.DOTALL)
            groups.append(Constants(one_line(above[1]) if above else "", []))
        groups[-1].rows.append(Constant(match[1], match[2], one_line(match[3])))
        end = match.end()
    return groups


def _defined(text: str) -> set[str]:
    return set(re.findall(r"^\s*#\s*define\s+(CSEAL_\w+)", text, re.MULTILINE)) - {EXPORT_MACRO}


def _handles(text: str) -> list[Handle]:
    pattern = rf"(?:{COMMENT}\n)?^typedef struct (\w+) \2;"
    return [Handle(m[2], one_line(m[1])) for m in re.finditer(pattern, text, re.MULTILINE | re.DOTALL)]


def _structs(text: str) -> list[Struct]:
    pattern = rf"(?:{COMMENT}\n)?^typedef struct (\w+) \{{\n(.*?)^\}} \2;"
    return [Struct(m[2], one_line(m[1]), _fields(m[3])) for m in re.finditer(pattern, text, re.MULTILINE | re.DOTALL)]


def _fields(body: str) -> list[Field]:
    rows: list[Field] = []
    pattern = rf"(?:{COMMENT}\s*)?([^;/]+);(?:[ \t]*{COMMENT})?"
    for above, declaration, after in re.findall(pattern, body, re.DOTALL):
        match = re.fullmatch(r"(.*?)\s*(\w+)((?:\[\w+\])*)", " ".join(declaration.split()))
        if match is None:
            sys.exit(f"a field is not written as the others are: {declaration.strip()}")
        rows.append(Field(match[2], re.sub(r"\s*\*", " *", match[1]) + match[3], one_line(after or above)))
    return rows


def _declared_types(include: Path) -> tuple[set[str], set[str]]:
    """The fields of all structs, as struct.field, and the handles, as a C parser sees them."""
    structs: set[str] = set()
    handles: set[str] = set()
    for node in syntax_tree(preprocessed(include)):
        if isinstance(node, c_ast.Typedef) and isinstance(node.type.type, c_ast.Struct):
            if node.type.type.decls is None:
                handles.add(node.name)
            else:
                structs |= {f"{node.name}.{row.name}" for row in node.type.type.decls}
    return structs, handles


def _in_order(headers: list[Header]) -> list[Header]:
    """A header comes after those that it includes or whose names it uses; the one that more need comes first."""
    includes: dict[str, set[str]] = {}
    uses: dict[str, set[str]] = {}
    for header in headers:
        others = [other for other in headers if other is not header]
        includes[header.name] = {o.name for o in others if f'"counterseal/{o.name}"' in header.source}
        uses[header.name] = {o.name for o in others if o.names & set(re.findall(r"\w+", header.source))}
    needed = {h.name: sum(h.name in uses[o.name] | includes[o.name] for o in headers) for h in headers}
    left = sorted(headers, key=lambda header: (-needed[header.name], header.name))
    ordered: list[Header] = []
    while left:
        done = {header.name for header in ordered}
        possible = [header for header in left if includes[header.name] <= done]
        # The comments of two headers may speak of each other; then the more needed one is first.
        following = next((header for header in possible if uses[header.name] <= done), possible[0])
        left.remove(following)
        ordered.append(following)
    return ordered
