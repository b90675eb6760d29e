# SPDX-License-Identifier: Apache-2.0
"""The header's sentences in the words of Python and JavaScript: a small table of rules, and what must not be left."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import gen_status

#: What only somebody who writes C can use. The code of an error is a C name on purpose, and stands in quotes; SQL has a
#: NULL of its own, and key_len is an argument in Python as well.
C_ONLY = re.compile(
    r"\bcseal_\w*|(?<![\"'\w])CSEAL_\w*|(?<!NOT )\bNULL?\b|\b(?!key_len\b)\w+_(?:len|cap)\b"
    r"|\bstruct_size\b|\bthis header\b|\w+->\w+"
)


@dataclass(frozen=True)
class Language:
    name: str  # its column in tools/parity.json
    nothing: str
    quote: str
    identifier: Callable[[str], str]
    member: Callable[[str], str]  # how a text names a function


def camel(name: str) -> str:
    """from_hex, fromHex; a name without underscores stays."""
    return re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda match: match[1].upper(), name)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), name)


PYTHON = Language("python", "None", "'", lambda name: name, lambda name: f"{name}()")
NODE = Language("node", "null", '"', camel, lambda name: f"{{@link {name}}}")


def plain_name(name: str) -> str:
    """Units are no part of a name outside C: period_s is period."""
    return re.sub(r"_s$", "", name)


def translated(text: str, language: Language, members: Mapping[str, str], names: Mapping[str, str]) -> str:
    """`members`: what a C function is called; `names`: what an argument is called where its name is another one."""

    def quoted(word: str) -> str:
        return language.quote + word + language.quote

    def constant(match: re.Match[str]) -> str:
        row = _statuses().get(match[0])
        if row is not None:
            return quoted(row.text) if row.number >= 0 else f'code "{match[0]}"'
        # Settings that are words in the bindings.
        if setting := re.fullmatch(r"CSEAL_(SHA\d+)", match[0]):
            return quoted(setting[1])
        if setting := re.fullmatch(r"CSEAL_ENCODER_(\w+)", match[0]):
            return quoted(setting[1].lower())
        return match[0]

    def function(match: re.Match[str]) -> str:
        name = members.get(match[0])
        return language.member(name) if name else match[0]

    def identifier(match: re.Match[str]) -> str:
        name = names.get(match[0], plain_name(match[0]))
        return language.identifier(name)

    text = re.sub(r"\bNULL with length 0\b|\bNULL\b", language.nothing, text)
    # C passes every argument; an argument that does not apply is left out elsewhere.
    text = re.sub(r"; -?\d+ where\b", "; left out where", text)
    text = re.sub(r", without a NUL( inside)?\b", "", text)
    text = re.sub(r"\boptions->", "", text)
    text = re.sub(r"\bwith CSEAL_OK\b", "on acceptance", text)
    text = re.sub(r"\bCSEAL_\w+", constant, text)
    text = re.sub(r"\bcseal_\w+", function, text)
    text = re.sub(r"\b([a-z]\w*)_len\b", lambda m: f"the length of {names.get(m[1], m[1])}", text)
    # Words with an underscore, and arguments that have another name here; never inside a name with a dot or a quote,
    # and never a C function that is left, which must stay recognisable.
    return re.sub(r"(?<![\w.\"'])(?!cseal_)[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w(])", identifier, text)


@cache
def _statuses() -> dict[str, gen_status.Status]:
    return {f"CSEAL_{row.name}": row for row in gen_status.read()}


def c_only_words(text: str) -> list[str]:
    return sorted({match[0] for match in C_ONLY.finditer(text)})
