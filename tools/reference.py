# SPDX-License-Identifier: Apache-2.0
"""The pages of docs/reference about C: one for each public header, and the table of contents."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import gen_status
from abi_headers import Function
from abi_types import Header, Struct
from markup import anchor, code_lines, linked, page, table

FOLDER = "docs/reference"
NOTE = "Generated from `capi/include/counterseal/{}` by `tools/api.py`; do not edit."
SECTIONS = ("Returns", "Threads", "CT", "Since")
STATUSES = (
    "An answer is a word in Python and Node; an error is raised there, with the C name as its `code`. *Again* says "
    "whether the same call may succeed later."
)
Links = Mapping[str, str]


def c_pages(headers: list[Header]) -> dict[str, str]:
    where: dict[str, str] = {}
    for header in headers:
        where[header.name] = _file(header)
        where |= dict.fromkeys(header.numbers, _file(header))
        for name in header.names:
            where[name] = _file(header) + (anchor("Constants") if name.startswith("CSEAL_") else anchor(name))
    pages = {f"{FOLDER}/{_file(header)}": _page(header, where) for header in headers}
    pages[f"{FOLDER}/README.md"] = _contents(headers, where)
    return pages


def _file(header: Header) -> str:
    return header.name.removesuffix(".h") + ".md"


def _contents(headers: list[Header], links: Links) -> str:
    rows = []
    for number, header in enumerate(headers, 1):
        topic = linked(" ".join(header.introduction[0].split()), links)
        rows.append((str(number), f"[`{header.name}`]({_file(header)})", topic, str(len(header.functions) or "")))
    functions = sorted((f for header in headers for f in header.functions), key=lambda f: f.name)
    index = [(linked(f.name, links), linked(f.summary, links)) for f in functions]
    return page(
        "# Reference",
        "Generated from the comments of the headers by `tools/api.py`; do not edit. What a function does in another "
        "language is said in that language's words on [its page](python.md).",
        "## C, in the order to read",
        table(("", "header", "what it is for", "functions"), rows),
        "The rules of all functions are at the top of [`base.h`](base.md). `CT:` says what the time that a call takes "
        "may tell; [the leak model](../leak-model.md) says what that claim covers.",
        "## Other languages",
        [
            "* [Python](python.md) and [Node](node.md): their classes, in the words of the headers.",
            "* [Each function in each language](../parity.md).",
            "* `capi/api.json` is all of it as data, for other bindings; `capi/abi/layout.txt` has each struct's size.",
        ],
        "## Every function",
        table(("function", "what it does"), index),
    )


def _page(header: Header, links: Links) -> str:
    own = {name: target.removeprefix(_file(header)) for name, target in links.items() if target != _file(header)}
    blocks: list[str | list[str]] = [f"# {header.name}", NOTE.format(header.name)]
    blocks += [_paragraph(text, own) for text in header.introduction]
    if header.functions:
        rows = [(linked(f.name, own), linked(f.summary, own)) for f in header.functions]
        blocks.append(table(("function", "what it does"), rows))
    if header.name == "status.h":
        blocks += _statuses(header)
    elif header.constants:
        blocks.append("## Constants")
        for group in header.constants:
            has_text = any(row.text for row in group.rows)
            head = ("name", "value", "meaning")[: 3 if has_text else 2]
            constants = [(f"`{r.name}`", f"`{r.value}`", linked(r.text, own))[: len(head)] for r in group.rows]
            blocks += [linked(group.text, own), table(head, constants)]
    if header.handles:
        blocks.append("## Handles")
        for handle in header.handles:
            blocks += [f"### {handle.name}", linked(handle.text, own)]
    if header.structs:
        blocks.append("## Structs")
        for struct in header.structs:
            blocks += _struct(struct, own)
    if header.functions:
        blocks.append("## Functions")
        for function in header.functions:
            blocks += _function(function, own)
    return page(*blocks)


def _paragraph(text: str, links: Links) -> str:
    """A list and an example keep their lines; an indented example is code in Markdown as well."""
    if text.startswith("    "):
        return text
    head, *items = textwrap.dedent(text).split("\n  - ")
    shown = linked(" ".join(head.split()), links)
    if items:
        shown += "\n\n" + "\n".join(f"* {linked(' '.join(item.split()), links)}" for item in items)
    return shown


def _statuses(header: Header) -> list[str | list[str]]:
    """The one header whose numbers the other languages have words for."""
    rows = []
    for status in gen_status.read():
        word = f'`"{status.text}"`' if status.number >= 0 else f'`code == "CSEAL_{status.name}"`'
        cells = (f"`CSEAL_{status.name}`", str(status.number), word, "yes" if status.retryable else "", status.meaning)
        rows.append(cells)
    return [
        "## Constants",
        STATUSES,
        table(("name", "value", "in Python and Node", "again", "meaning"), rows),
    ]


def _struct(struct: Struct, links: Links) -> list[str | list[str]]:
    rows = [(f"`{row.name}`", f"`{row.type}`", linked(row.text, links)) for row in struct.fields]
    return [f"### {struct.name}", linked(struct.text, links), table(("field", "type", "meaning"), rows)]


def _function(function: Function, links: Links) -> list[str | list[str]]:
    blocks: list[str | list[str]] = [f"### {function.name}", ["```c", *_signature(function), "```"]]
    blocks += [linked(text, links) for text in function.prose]
    if function.arguments:
        rows = [
            (f"`{a.name}`", f"`{a.type}`", linked(text, links))
            for a, (_, text) in zip(function.arguments, function.documented, strict=True)
        ]
        blocks.append(table(("parameter", "type", "meaning"), rows))
    blocks.append([f"* **{name}:** {linked(function.sections[name], links)}" for name in SECTIONS])
    return blocks


def _signature(function: Function) -> list[str]:
    def joined(kind: str, name: str) -> str:
        return kind + name if kind.endswith("*") else f"{kind} {name}"

    arguments = ", ".join(joined(a.type, a.name) for a in function.arguments) or "void"
    return code_lines(f"{joined(function.returns, function.name)}({arguments});")
