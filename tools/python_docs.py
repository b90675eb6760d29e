# SPDX-License-Identifier: Apache-2.0
"""bindings/python/native/docs.hpp: what the headers say about each Python method, as literals for docstrings."""

from __future__ import annotations

import textwrap

from binding_docs import Text, Writer, wording_faults
from python_stubs import Package
from wording import PYTHON

FILE = "bindings/python/native/docs.hpp"
HEAD = """// SPDX-License-Identifier: Apache-2.0
// Generated from the C headers by tools/api.py; do not edit.
//
// What the headers say about a method: DOC_ in sentences, FACTS_ about its arguments, its answers and its timing. A
// docstring is one literal: the signature, DOC_, what Python adds in its own words, FACTS_. Hence macros.
#pragma once
"""
WIDTH = 96


def docs_header(writer: Writer, package: Package) -> tuple[str, list[str]]:
    """The file, and what is wrong with its words."""
    parts = [HEAD]
    faults: list[str] = []
    for class_name, of in package.classes.items():
        for name, member in of.members.items():
            function = writer.rules.function_of(f"{class_name}.{name}", PYTHON)
            if function is None or member.is_attribute:
                continue
            text = writer.text(function, member.parameters, PYTHON)
            macro = f"{class_name}_{name}".upper()
            if not all(signature.endswith("-> Verdict") for signature in member.signatures):
                text.answers.clear()  # the others raise what is no success
            prose, facts = _prose(text), _facts(text)
            parts.append(f"// {class_name}.{name}: {function}\n{_define(f'DOC_{macro}', prose)}\n")
            parts.append(_define(f"FACTS_{macro}", facts) + "\n")
            faults += wording_faults(f"{class_name}.{name}, from {function}", prose + facts)
    for member_name in writer.rules.texts:
        if package.member(member_name) is None:
            faults.append(f"tools/parity.json: texts: Python has no {member_name}")
    return "\n".join(parts), faults


def _prose(text: Text) -> str:
    return "\n\n".join(textwrap.fill(paragraph, WIDTH, break_on_hyphens=False) for paragraph in text.prose)


def _facts(text: Text) -> str:
    width = max((len(name) for name in text.parameters), default=0)
    rows = [
        textwrap.fill(f"  {name:<{width}}  {said}", WIDTH, subsequent_indent=" " * (width + 4), break_on_hyphens=False)
        for name, said in text.parameters.items()
    ]
    ends = [f"Timing: {text.timing}"]
    if text.answers:
        ends.insert(0, f"The verdict's status is {', '.join(text.answers[:-1])} or {text.answers[-1]}.")
    facts = [textwrap.fill(end, WIDTH, break_on_hyphens=False) for end in ends]
    return "\n\n".join(part for part in ["\n".join(rows), "\n".join(facts)] if part)


def _define(name: str, text: str) -> str:
    """As clang-format lays it out: one literal a line, the backslashes in a column."""
    lines = [f"{line}\n" for line in text.split("\n")[:-1]] + [text.split("\n")[-1]]
    literals = ["    " + _literal(line) for line in _joined(lines)]
    head = f"#define {name}"
    if len(literals) == 1 and len(head) + 1 + len(literals[0].strip()) <= 120:
        return f"{head} {literals[0].strip()}"
    width = max(len(head), *(len(line) for line in literals[:-1])) if len(literals) > 1 else len(head)
    return "\n".join(f"{line:<{width}} \\" for line in [head, *literals[:-1]]) + "\n" + literals[-1]


def _joined(lines: list[str]) -> list[str]:
    """An empty line goes to the end of the one before it."""
    joined: list[str] = []
    for line in lines:
        if line == "\n" and joined:
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
