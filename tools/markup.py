# SPDX-License-Identifier: Apache-2.0
"""Text of the headers as Markdown: what would be markup is escaped, and names become links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: The names of the C ABI's things and headers.
NAME = re.compile(r"(\b(?:cseal|CSEAL)_\w+|\b\w+\.h\b)")


def escape(text: str) -> str:
    """Plain text that shows as it is; `code` stays code."""
    parts = re.split(r"(`[^`\n]*`)", text)
    return "".join(part if i % 2 else _escape_prose(part) for i, part in enumerate(parts))


def _escape_prose(text: str) -> str:
    text = re.sub(r"([\\<\[\]])", r"\\\1", text)
    # A star or an underscore between blanks is no markup, and one inside a word only where it is a star.
    return re.sub(r"(?<=\S)\*|\*(?=\S)", r"\*", text)


def linked(text: str, links: Mapping[str, str]) -> str:
    """The text escaped, each C name in it as code, with a link where there is one."""

    def shown(piece: str) -> str:
        if NAME.fullmatch(piece) is None:
            return _escape_prose(piece)
        return f"[`{piece}`]({links[piece]})" if piece in links else f"`{piece}`"

    parts = re.split(r"(`[^`\n]*`)", text)
    return "".join(part if i % 2 else "".join(map(shown, NAME.split(part))) for i, part in enumerate(parts))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A pipe inside a cell, even in code, would end it."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\|", cell) for cell in cells) + " |"

    return [line(head), line(["---"] * len(head)), *map(line, rows)]


def page(*blocks: str | Sequence[str]) -> str:
    """Blocks with one blank line between them."""
    texts = [block if isinstance(block, str) else "\n".join(block) for block in blocks]
    return "\n\n".join(text for text in texts if text) + "\n"


def anchor(heading: str) -> str:
    """As GitHub makes it: small letters, blanks to hyphens, nothing but word characters."""
    return "#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def code_lines(call: str) -> list[str]:
    """A signature on one line where that is short, else one argument a line."""
    match = re.match(r"(.*?\()(.*)(\).*)$", call)
    if len(call) <= 100 or match is None:
        return [call]
    arguments = match[2].strip()
    depth, start, parts = 0, 0, []
    for i, char in enumerate(arguments):
        depth += (char in "([{<") - (char in ")]}" or (char == ">" and arguments[i - 1] not in "=-"))
        if char == "," and depth == 0:
            parts.append(arguments[start : i + 1])
            start = i + 1
    parts.append(arguments[start:])
    return [match[1], *(f"    {part.strip()}" for part in parts if part.strip()), match[3]]
