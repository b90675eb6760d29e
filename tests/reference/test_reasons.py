# SPDX-License-Identifier: Apache-2.0
"""Python and TypeScript name each reason that the engine has, and no other one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def names(path: str, start: str, end: str) -> list[str]:
    """The quoted words of a file between two marks."""
    text = (ROOT / path).read_text()
    begin = text.index(start) + len(start)
    return re.findall(r'"([A-Z_]+)"', text[begin : text.index(end, begin)])


@pytest.mark.parametrize(
    ("path", "start", "end"),
    [
        ("bindings/python/src/counterseal/_decision.py", "_Reason = Literal[", "]"),
        ("bindings/node/lib/decision.d.cts", "export type Reason =", ";"),
    ],
)
def test_reasons_are_those_of_the_engine(path: str, start: str, end: str) -> None:
    engine = names("core/engine/reason.cpp", "names[] = {", "};")
    assert len(engine) > 20
    assert names(path, start, end) == engine
