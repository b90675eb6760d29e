# SPDX-License-Identifier: Apache-2.0
"""What the header's comment of a function says about the Python or JavaScript method that calls it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from abi_headers import Function
from abi_types import Header, Struct
from wording import C_ONLY, PYTHON, Language, c_only_words, plain_name, snake, translated

#: The time is an argument of C; the bindings call it by what it means to the method.
TIMES = ("at", "time")


@dataclass
class Text:
    """Everything in the words of one language."""

    prose: list[str]
    parameters: dict[str, str]  # by the method's own names; those that C does not know are absent
    answers: list[str]
    timing: str
    since: str


@dataclass
class Rules:
    """The part of tools/parity.json that is about texts."""

    found: dict[str, dict[str, str | None]]  # None: the language does not have it yet
    texts: dict[str, str] = field(default_factory=dict)
    own_words: dict[str, str] = field(default_factory=dict)

    def function_of(self, member: str, language: Language) -> str | None:
        """The C function whose comment describes this member: one that parity.json names and whose last words are the
        method's name, or the one that `texts` tells. Both are written as in Python."""
        python_name = ".".join(snake(part) if i else part for i, part in enumerate(member.split(".")))
        if python_name in self.own_words or "." not in member:
            return None
        if python_name in self.texts:
            return self.texts[python_name]
        method = snake(member.split(".")[1])
        agreeing = [
            name for name, row in self.found.items() if row[language.name] == member and name.endswith("_" + method)
        ]
        return agreeing[0] if len(agreeing) == 1 else None


class Writer:
    def __init__(self, headers: list[Header], rules: Rules) -> None:
        self.rules = rules
        self._functions = {f.name: f for header in headers for f in header.functions}
        self._structs = {s.name: s for header in headers for s in header.structs}

    def faults(self) -> list[str]:
        told = [*self.rules.texts.items()]
        return [
            f"tools/parity.json: texts: {member}: no function {name}"
            for member, name in told
            if name not in self._functions
        ]

    def text(self, name: str, parameters: Sequence[str], language: Language) -> Text:
        function = self._functions[name]
        rows = self.rules.found.items()
        members = {c_name: member for c_name, row in rows if (member := row[language.name]) is not None}
        own = {snake(parameter): parameter for parameter in parameters}
        names = {"now_s": next((time for time in TIMES if time in own), "the time")}

        def said(text: str) -> str:
            return translated(text, language, members, names)

        known = self._described(function, language)
        texts = {
            parameter: said(known[c_name])
            for plain, parameter in own.items()
            for c_name in known
            if names.get(c_name, plain_name(c_name)) == plain
        }
        return Text(
            [said(paragraph) for paragraph in function.prose],
            texts,
            [said(answer) for answer in self._answers(function)],
            said(function.sections["CT"]),
            function.sections["Since"],
        )

    def _described(self, function: Function, language: Language) -> dict[str, str]:
        """Arguments and, where there are options, their fields; a reference to another function is followed."""
        known: dict[str, str] = {}
        documented = dict(function.documented)
        for argument in function.arguments:
            struct = self._structs.get(argument.type.removeprefix("const ").removesuffix(" *"))
            if struct is not None and argument.name == "options":
                known |= self._options(struct, documented["options"], language)
        for argument in function.arguments:
            # What the call writes is the method's result, not an argument; of options, the fields are arguments.
            if argument.name != "options" and ("*" not in argument.type or argument.type.startswith("const ")):
                known[argument.name] = self._followed(argument.name, documented[argument.name])
        return known

    def _options(self, struct: Struct, said: str, language: Language) -> dict[str, str]:
        known: dict[str, str] = {}
        for row in struct.fields:
            text = row.text
            other_default = re.search(rf"defaults with an? {row.name} of (\w+)", said)
            if language is PYTHON:
                text = re.sub(r"; default [^;]+", "", text)  # the signature shows it
            elif other_default:
                text = re.sub(r"; default [^;]+", f"; default {other_default[1]}", text)
            known[row.name] = text
        return known

    def _followed(self, argument: str, text: str) -> str:
        match = re.fullmatch(r"as in (cseal_\w+)", text)
        if match is None or match[1] not in self._functions:
            return text
        other = dict(self._functions[match[1]].documented)
        return self._followed(argument, other[argument]) if argument in other else text

    def _answers(self, function: Function) -> list[str]:
        """What a refusal may be, with the header's remark on it; none where the call only succeeds or fails."""
        returns = function.sections["Returns"].rstrip(".")
        if match := re.match(r"as (cseal_\w+)", returns):
            return self._answers(self._functions[match[1]])
        answers = [part for part in returns.split("; ") if re.match(r"CSEAL_(?!E_)", part)]
        return answers if len(answers) > 1 else []


def wording_faults(where: str, text: str) -> list[str]:
    return [f"{where}: {word} is a word of C" for word in c_only_words(text)]


__all__ = ["C_ONLY", "Rules", "Text", "Writer", "wording_faults"]
