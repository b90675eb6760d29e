# SPDX-License-Identifier: Apache-2.0
"""Each scenario has a test by name in C++, Python and Node, on SQLite and PostgreSQL, below its public report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIOS = [f"{n:02}" for n in (1, 2, 4, 6, 8, 9, 10, *range(12, 19), 20, 22, 23, 24, 28, 29, 36, 38, 40)]
LANGUAGES = {
    # Folder, files, and a test: the report above it, its fixture if it has one, its number.
    "c++": ("tests/engine", "*_test.cpp", r"^// (.+)\nTEST_P\((?P<fixture>\w+), m(?P<number>\d\d)_\w+\)"),
    "python": (
        "bindings/python/tests",
        "test_*.py",
        r"^# (.+)\ndef test_m(?P<number>\d\d)_\w+\((?P<fixture>\w+): Any\)",
    ),
    "node": ("bindings/node/test", "*.test.mjs", r"^ +// (.+)\n +test\(\"M(?P<number>\d\d): (?P<fixture>)"),
}


def reports() -> dict[str, str]:
    """By number, what tests/engine/README.md calls the public report of a scenario."""
    table = (ROOT / "tests/engine/README.md").read_text()
    return dict(re.findall(r"^\| M(\d\d) \| (.+?) \|", table, re.MULTILINE))


def is_on_each_store(language: str, fixture: str, text: str) -> bool:
    if language == "c++":
        return f"\nON_EACH_STORE({fixture});" in text
    if language == "python":
        return fixture == "site"  # of conftest.py: sqlite and postgres
    return "for (const kind of STORES)" in text


def test_the_table_has_each_scenario() -> None:
    assert sorted(reports()) == SCENARIOS


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_scenario_has_a_test(language: str) -> None:
    folder, files, pattern = LANGUAGES[language]
    told = reports()
    found = set()
    for file in sorted((ROOT / folder).glob(files)):
        text = file.read_text()
        for match in re.finditer(pattern, text, re.MULTILINE):
            number = match["number"]
            assert match[1].startswith(told[number]), f"{file.name}: M{number} is not of {match[1]}"
            assert is_on_each_store(language, match["fixture"], text), f"{file.name}: M{number} is not on each store"
            found.add(number)
    assert sorted(found) == SCENARIOS


def test_the_stores_are_those() -> None:
    assert '::testing::Values("memory", "sqlite", "postgres")' in (ROOT / "tests/engine/factor_fixture.hpp").read_text()
    assert (
        '@pytest.fixture(params=["sqlite", "postgres"])\ndef site('
        in (ROOT / "bindings/python/tests/conftest.py").read_text()
    )
