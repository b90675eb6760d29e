# SPDX-License-Identifier: Apache-2.0
"""docs/refusals.md has every reason and every status, by the names and numbers and sentences of the sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from counterseal._decision import _Reason
from counterseal.testing import memory_engine

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/refusals.md").read_text()


def rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_reasons() -> None:
    numbers = re.findall(r"^    (\w+) = (\d+),", (ROOT / "core/engine/reason.hpp").read_text(), re.MULTILINE)
    names = re.findall(r'^    "(\w+)",', (ROOT / "core/engine/reason.cpp").read_text(), re.MULTILINE)
    assert len(numbers) == len(names) > 20
    assert [(row[0], row[1]) for row in rows("Reasons of decisions")] == [
        (name.upper(), number) for name, number in numbers
    ]
    assert [name.upper() for name, _ in numbers] == names == list(get_args(_Reason))
    node = (ROOT / "bindings/node/lib/decision.d.cts").read_text()
    union = re.search(r"export type Reason =((?:\s+\| \"\w+\")+)", node)
    assert union is not None
    assert re.findall(r'"(\w+)"', union[1]) == names
    assert all(len(row) == 4 and all(row) for row in rows("Reasons of decisions"))


def test_reasons_that_are_not_given_yet_say_so() -> None:
    sources = [file for file in (ROOT / "core/engine").glob("*.cpp") if file.name != "reason.cpp"]
    given = "".join(file.read_text() for file in sources)
    for name, _, meaning, _ in rows("Reasons of decisions"):
        is_given = re.search(rf"reason::{name.lower()}\b", given) is not None
        says = "not yet" in meaning or "reserved" in meaning
        assert says is not is_given, name


def test_statuses() -> None:
    defined = re.findall(
        r"^CSEAL_STATUS\((\w+), (-?\d+), ([01]),", (ROOT / "capi/status.def").read_text(), re.MULTILINE
    )
    answers = [name for name, number, _ in defined if int(number) >= 0]
    assert [row[0] for row in rows("Statuses of responses")] == answers
    assert [(row[0], row[1]) for row in rows("Errors")] == [
        (name, "yes" if again == "1" else "") for name, number, again in defined if int(number) < 0
    ]


def test_sentences() -> None:
    source = (ROOT / "capi/src/engine_login.cpp").read_text()
    body = source.split("const char* message_of", 1)[1].split("\n}", 1)[0]
    said = re.findall(r'return "([^"]+)"', body)
    assert [row[1] for row in rows("What people are shown")] == said
    assert len(said) == 4
    with memory_engine() as engine:
        refused = engine.tenant("maple").evaluate("alice", session=bytes(16), path="web")
    assert (refused.outcome, refused.message) == ("deny", said[3])


def test_links_lead_to_headings() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    headings = {
        re.sub(r"[^\w -]", "", line[3:]).strip().lower().replace(" ", "-")
        for line in text.splitlines()
        if re.match(r"##+ ", line)
        for line in [line.replace("### ", "## ")]
    }
    wanted = set(re.findall(r"operations\.md#([\w-]+)", PAGE))
    assert wanted
    assert wanted <= headings
