# SPDX-License-Identifier: Apache-2.0
"""The comments of the declarations in bindings/node/lib, and docs/reference/node.md made of them."""

from __future__ import annotations

import re
from pathlib import Path

from binding_docs import Writer, wording_faults
from markup import anchor, code_lines, escape, page, table
from tsdoc import Comment, Declaration, merged, read_comment, read_declarations, written
from wording import NODE, camel

FOLDER = "bindings/node/lib"
INDEX = f"{FOLDER}/index.d.cts"
PAGE = "docs/reference/node.md"
NOTE = (
    f"Generated from the comments of `{INDEX}` and what it exports by `tools/api.py`; do not edit. `import` and "
    "`require` give the same names. `Status` and `ErrorCode` are the words of [the status numbers](status.md)."
)


def declarations_with_comments(root: Path, writer: Writer) -> tuple[dict[str, str], list[str]]:
    """The files with what the headers say in them, the index first, and what is wrong with their words."""
    index = (root / INDEX).read_text()
    exported = re.findall(r'^export \* (?:as \w+ )?from "\./(\w+)\.cjs";', index, re.MULTILINE)
    seen: set[str] = set()
    files: dict[str, str] = {}
    faults: list[str] = []
    for file in (INDEX, *(f"{FOLDER}/{name}.d.cts" for name in exported)):
        files[file] = _with_comments((root / file).read_text(), writer, seen)
        for one in read_declarations(files[file]):
            faults += wording_faults(f"{file}: {one.full_name}", one.comment)
    for name in writer.rules.texts:
        node_name = ".".join(camel(part) if i else part for i, part in enumerate(name.split(".")))
        if node_name not in seen:
            faults.append(f"tools/parity.json: texts: Node has no {node_name}")
    return files, faults


def _with_comments(text: str, writer: Writer, seen: set[str]) -> str:
    new, end = "", 0
    for one in read_declarations(text):
        function = writer.rules.function_of(one.full_name, NODE)
        if function is None or one.full_name in seen or _is_plain(one):
            continue
        seen.add(one.full_name)
        comment = merged(read_comment(one.comment), writer.text(function, one.parameters, NODE), one.parameters)
        new += text[end : one.start] + written(comment, "  " if one.owner else "")
        end = one.end
    return new + text[end:]


def node_page(files: dict[str, str]) -> str:
    found = [one for text in files.values() for one in read_declarations(text)]
    headings = {one.full_name: one.full_name for one in found}
    blocks: list[str | list[str]] = [
        "# Node",
        NOTE,
        table(("name", "what it is"), [_row(one, headings) for one in found if not one.owner]),
    ]
    for one in found:
        comment = read_comment(one.comment)
        if one.kind == "member" and _is_plain(one):
            continue
        level = "###" if one.owner else "##"
        blocks += [f"{level} {one.full_name}", ["```ts", *_signature(one.signature), "```"]]
        blocks += _comment(comment, headings)
        plain = [m for m in found if m.owner == one.name and not one.owner and _is_plain(m)]
        if plain:
            rows = [(f"`{_short(m)}`", _shown(" ".join(read_comment(m.comment).prose), headings)) for m in plain]
            blocks.append(table(("property", "meaning"), rows))
    return page(*blocks)


def _is_plain(member: Declaration) -> bool:
    """A property: a row of a table is enough for it."""
    return "(" not in member.signature.split(":", 1)[0] and member.kind == "member"


def _short(member: Declaration) -> str:
    return member.signature.removesuffix(";").replace(" | undefined", "").removeprefix("readonly ")


def _signature(text: str) -> list[str]:
    return code_lines(re.sub(r"^export (declare )?", "", text).removesuffix(";"))


def _row(one: Declaration, headings: dict[str, str]) -> tuple[str, str]:
    prose = read_comment(one.comment).prose
    first = re.match(r".+?[.](?= |$)", prose[0]) if prose else None
    shown = _shown(first[0] if first else "".join(prose[:1]), headings)
    return f"[`{one.name}`]({anchor(one.name)})", shown


def _comment(comment: Comment, headings: dict[str, str]) -> list[str | list[str]]:
    blocks: list[str | list[str]] = [_shown(paragraph, headings) for paragraph in comment.prose]
    blocks += [
        _shown(part, headings) for tag, text in comment.others if tag == "@remarks" for part in text.split("\n\n")
    ]
    if comment.parameters:
        rows = [(f"`{name}`", _shown(text, headings)) for name, text in comment.parameters.items()]
        blocks.append(table(("parameter", "meaning"), rows))
    titles = {"@returns": "Returns", "@throws": "Throws"}
    ends = [f"* **{titles[tag]}:** {_shown(text, headings)}" for tag, text in comment.others if tag in titles]
    return [*blocks, ends]


def _shown(text: str, headings: dict[str, str]) -> str:
    def link(name: str) -> str:
        return f"[`{name}`]({anchor(headings[name])})" if name in headings else f"`{name}`"

    text = re.sub(r"^\{(\w+)\}", r"`\1`", text)  # @throws {CountersealError}
    parts = re.split(r"\{@link ([\w.]+)\}", text)
    return "".join(link(part) if i % 2 else escape(part) for i, part in enumerate(parts))
