# SPDX-License-Identifier: Apache-2.0
"""The comments of TypeScript declarations: finding them, and writing the header's sentences into them.

In the comment of a method that a C function describes, the sentences at the top, the line `Timing:` and the start of
each @param come from the header. Written by hand and kept are @remarks, @returns, @throws, @example, the text of a
parameter that C does not have, and in any other @param what follows `In JavaScript:`. In a comment without `Timing:`
all was written by hand so far: it is kept as @remarks and behind `In JavaScript:`.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field

from binding_docs import Text

WIDTH = 120
OWN = "In JavaScript:"


@dataclass
class Declaration:
    owner: str  # empty at the top level
    kind: str  # class, interface, type, const, function; member below them
    name: str
    signature: str
    comment: str
    start: int  # where the comment starts, or the declaration where there is none
    end: int  # where the declaration starts
    parameters: list[str] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


TOP = re.compile(r"^export (?:declare )?(class|interface|type|const|function) (\w+)", re.MULTILINE)
MEMBER = re.compile(r"^  ((?:static |readonly |get )*)(\w+|\[[^\]]+\])(?=\s*[(:?<])", re.MULTILINE)


def read_declarations(text: str) -> list[Declaration]:
    """In the order they stand in."""
    found: list[Declaration] = []
    for match in TOP.finditer(text):
        opens_body = match[1] in {"class", "interface"}
        end = _end(text, match.start(), "{" if opens_body else ";")
        signature = " ".join(text[match.start() : end].split()).removesuffix("{").strip()
        found.append(_declaration(text, "", match[1], match[2], match.start(), signature))
        if opens_body:
            body_end = _end(text, end - 1, "")
            found += _members(text, match[2], end, body_end)
    return found


def _members(text: str, owner: str, start: int, end: int) -> list[Declaration]:
    found: list[Declaration] = []
    for match in MEMBER.finditer(text, start, end):
        stop = _end(text, match.start(), ";")
        signature = " ".join(text[match.start() : stop].split())
        signature = re.sub(r",? ([)\]}])(?=[^\s}])", r"\1", signature).replace("( ", "(")
        found.append(_declaration(text, owner, "member", match[2], match.start(), signature))
    return found


def _declaration(text: str, owner: str, kind: str, name: str, start: int, signature: str) -> Declaration:
    comment = re.search(r"[ ]*/\*\*((?:(?!\*/).)*)\*/\s*$", text[:start], re.DOTALL)
    made = Declaration(owner, kind, name, signature, comment[1] if comment else "", start, start)
    if comment:
        made.start = comment.start()
    arguments = re.search(r"\((.*)\)", signature)
    if kind in {"member", "function"} and arguments:
        made.parameters = re.findall(r"(?:^|, )(\w+)\??:", _without_nested(arguments[1]))
    return made


def _without_nested(text: str) -> str:
    while (shorter := re.sub(r"\{[^{}]*\}|\([^()]*\)|<[^<>]*>", "", text)) != text:
        text = shorter
    return text


def _end(text: str, start: int, stop: str) -> int:
    """Behind `stop` outside of brackets and comments; without one, behind the bracket that opens at `start`."""
    depth = 0
    i = start
    while i < len(text):
        if text.startswith(("/*", "//"), i):
            i = text.index("*/", i) + 2 if text[i + 1] == "*" else text.index("\n", i)
            continue
        if depth == 0 and stop and text[i] == stop:
            return i + 1
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth == 0 and not stop:
                return i
        i += 1
    return len(text)


@dataclass
class Comment:
    prose: list[str]
    parameters: dict[str, str] = field(default_factory=dict)
    others: list[tuple[str, str]] = field(default_factory=list)  # (@tag, text)

    @property
    def is_managed(self) -> bool:
        return any(paragraph.startswith("Timing:") for paragraph in self.prose)


def read_comment(comment: str) -> Comment:
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() for line in comment.strip().splitlines()]
    head, *blocks = re.split(r"^(?=@\w)", "\n".join(lines).strip(), flags=re.MULTILINE)
    made = Comment([" ".join(p.split()) for p in re.split(r"\n\s*\n", head) if p.strip()])
    for block in blocks:
        tag, _, text = block.partition(" ")
        text = re.sub(r"\s*\n\s*\n\s*", "\n\n", text.strip())
        text = "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
        if tag == "@param":
            name, _, said = text.partition(" ")
            made.parameters[name] = said.removeprefix("- ")
        else:
            made.others.append((tag.strip(), text))
    return made


def merged(old: Comment, text: Text, parameters: list[str]) -> Comment:
    """The header's part new, the hand-written part as it was."""
    new = Comment([*text.prose, f"Timing: {text.timing}"], others=list(old.others))
    if not old.is_managed and old.prose:
        new.others.insert(0, ("@remarks", "\n\n".join(old.prose)))
    for name in parameters:
        before = old.parameters.get(name, "")
        said = _sentence(text.parameters.get(name, ""))
        if said and old.is_managed:
            before = before.partition(OWN)[2].strip()
        if said and before:
            said = f"{said} {OWN} {before[0].lower() + before[1:] if not old.is_managed else before}"
        if said or before:
            new.parameters[name] = said or before
    return new


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].rstrip(".") + "." if text else ""


def written(comment: Comment, indent: str) -> str:
    """As a /** */ comment with its last newline."""
    room = WIDTH - len(indent) - 3
    blocks = [textwrap.wrap(paragraph, room, break_on_hyphens=False) for paragraph in comment.prose]
    remarks = [one for one in comment.others if one[0] == "@remarks"]
    rest = [one for one in comment.others if one[0] != "@remarks"]
    blocks += [_block(f"{tag} {text}", room) for tag, text in remarks]
    tags = [_block(f"@param {name} {text}", room) for name, text in comment.parameters.items()]
    tags += [_block(f"{tag} {text}".strip(), room) for tag, text in rest]
    if tags:
        blocks.append([line for block in tags for line in block])
    if len(blocks) == 1 and len(blocks[0]) == 1 and len(blocks[0][0]) + len(indent) + 7 <= WIDTH:
        return f"{indent}/** {blocks[0][0]} */\n"
    lines = [line for block in blocks for line in ["", *block]][1:]
    body = "".join(f"{indent} *{' ' if line else ''}{line}\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


def _block(text: str, room: int) -> list[str]:
    first, *more = text.split("\n\n")
    lines = textwrap.wrap(first, room, subsequent_indent="  ", break_on_hyphens=False)
    for part in more:
        lines += ["", *textwrap.wrap(part, room, break_on_hyphens=False)]
    return lines
