# SPDX-License-Identifier: Apache-2.0
"""README.md and docs/README.md lead to every page, and no link of a page leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"


def targets(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"\w+:", link)]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("index", ["README.md", "docs/README.md"])
def test_every_page_is_in_the_index(index: str) -> None:
    page = ROOT / index
    listed = {(page.parent / link.partition("#")[0]).resolve() for link in targets(page)}
    wanted = {one for one in DOCS.glob("*.md") if one.name != "README.md"} | {DOCS / "reference/README.md"}
    missing = wanted - {one / "README.md" if one.is_dir() else one for one in listed}
    assert sorted(one.name for one in missing) == []


@pytest.mark.parametrize("name", ["README.md", *(f"docs/{page.name}" for page in sorted(DOCS.glob("*.md")))])
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in targets(page):
        file, _, anchor = link.partition("#")
        to = (page.parent / file).resolve() if file else page
        assert to.exists(), link
        if anchor and to.suffix == ".md":
            assert anchor in anchors(to), link
