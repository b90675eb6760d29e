# SPDX-License-Identifier: Apache-2.0
"""The committed pages as somebody reads them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import counterseal
import pytest
from copied_tree import ROOT
from markup import anchor, code_lines, escape, linked, table

PAGES = sorted((ROOT / "docs").rglob("*.md"))


def headings(text: str) -> set[str]:
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return {anchor(re.sub(r"[`*]", "", heading)) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, fragment = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.exists(), target
        if fragment:
            assert f"#{fragment}" in headings(path.read_text()), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_tables_are_whole(page: Path) -> None:
    width = 0
    for line in page.read_text().splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert width in {0, cells}, line
        width = cells


def test_each_function_is_described() -> None:
    names = re.findall(r"^        (cseal_\w+);$", (ROOT / "capi/counterseal.map").read_text(), re.MULTILINE)
    pages = "".join(page.read_text() for page in (ROOT / "docs/reference").glob("*.md"))
    assert names
    assert [name for name in names if f"\n### {name}\n" not in pages] == []


def test_help_says_what_the_header_says() -> None:
    said = " ".join((inspect.getdoc(counterseal.TOTP.verify) or "").split())
    assert said.startswith("Checks a TOTP code (RFC 6238 section 4.2 and 5.2). All of the window is computed")
    assert "last_step the highest step accepted for this key so far; -1: never used" in said
    assert "The verdict's status is 'accepted', 'wrong', 'replayed' or 'malformed'." in said
    assert "Timing: the length of code, which characters are no digits" in said
    assert str(inspect.signature(counterseal.TOTP.verify)) == "(self, /, code, last_step, at=None, past=1, future=1)"


def test_markup_in_a_text_is_shown() -> None:
    assert escape("a <b> [c] *d* `*e*` 2 * 3") == r"a \<b> \[c\] \*d\* `*e*` 2 * 3"
    assert table(("x",), [(r"`a | b`",)])[2] == r"| `a \| b` |"
    assert linked("cseal_a, CSEAL_B_ and x.h", {"cseal_a": "#a"}) == "[`cseal_a`](#a), `CSEAL_B_` and `x.h`"


def test_long_signatures_are_broken_between_arguments() -> None:
    call = "verify(a: Map<string, number>, b: (x: number, y: number) => void, " + "c" * 60 + "?: number): void"
    assert code_lines(call)[1:4] == [
        "    a: Map<string, number>,",
        "    b: (x: number, y: number) => void,",
        f"    {'c' * 60}?: number",
    ]
