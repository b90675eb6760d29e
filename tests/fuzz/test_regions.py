# SPDX-License-Identifier: Apache-2.0
"""The gate of the coverage closes: each way in which a parser could slip through is a fault."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import regions

SOURCE = "core/one/parser.cpp"
TEXT = "\n".join(f"line {number:02};" for number in range(1, 41)) + "\nline 01; again\n"


def counts(*reached: int, of: int = 40, source: str = SOURCE) -> regions.Counts:
    """`of` regions, one a line; those on the lines `reached` ran."""
    return {source: {(line, 1, line, 9): int(line in reached) for line in range(1, of + 1)}}


def faults(*of_targets: regions.Counts, excuses: Sequence[tuple[str, str]] = ()) -> list[str]:
    return regions.judge(
        SOURCE, TEXT, of_targets, [regions.Excuse(source, text, "a reason") for source, text in excuses]
    ).faults


def test_95_percent_are_enough_and_less_is_not() -> None:
    assert faults(counts(*range(3, 41))) == []
    assert faults(counts(*range(4, 41))) == [f"{SOURCE}: 92.5 % of its regions, 95 are wanted"]


def test_targets_of_one_file_work_together() -> None:
    assert faults(counts(*range(1, 21)), counts(*range(21, 41))) == []


def test_a_file_without_data_is_a_fault_even_if_another_target_has_it() -> None:
    missing = f"{SOURCE}: not in the coverage data of a target that lists it"
    assert faults(counts(*range(1, 41)), {}) == [missing]
    assert faults({}) == [missing, f"{SOURCE}: 0.0 % of its regions, 95 are wanted"]
    assert faults(counts(of=0)) == [f"{SOURCE}: 0.0 % of its regions, 95 are wanted"]


def test_an_excuse_takes_its_line_out_and_has_to_be_needed() -> None:
    reached = counts(*range(4, 41))
    assert faults(reached, excuses=[(SOURCE, "line 02;"), (SOURCE, "line 03;")]) == []
    assert "covered.txt excuses nothing" in faults(reached, excuses=[(SOURCE, "line 05;")])[0]
    assert "on 2 lines, not on one" in faults(reached, excuses=[(SOURCE, "line 01;")])[0]
    assert "on 0 lines, not on one" in faults(reached, excuses=[(SOURCE, "gone;")])[0]
    assert faults(reached, excuses=[("core/another.cpp", "line 02;")]) != []


def test_regions_of_templates_count_once_and_other_kinds_do_not() -> None:
    def function(name: str, *region: int) -> dict[str, object]:
        return {"filenames": ["/usr/include/vector", name], "regions": [list(region)]}

    export = {
        "data": [
            {
                "functions": [
                    function(f"../../{SOURCE}", 1, 1, 2, 2, 0, 1, 0, regions.CODE),
                    function(SOURCE, 1, 1, 2, 2, 7, 1, 0, regions.CODE),
                    function(SOURCE, 3, 1, 4, 2, 0, 1, 0, 3),
                    function(SOURCE, 5, 1, 6, 2, 1, 0, 0, regions.CODE),
                ]
            }
        ]
    }
    assert regions.counts_of(export) == {SOURCE: {(1, 1, 2, 2): 7}, "/usr/include/vector": {(5, 1, 6, 2): 1}}


def test_the_table_names_every_target_and_no_other() -> None:
    table = regions.read_table("# a comment\n\none  a.cpp\ntwo  a.cpp\nexcept a.cpp  `if (x) {`  cannot be\n")
    assert table.targets == {"a.cpp": ["one", "two"]}
    assert table.excuses == [regions.Excuse("a.cpp", "if (x) {", "cannot be")]
    assert regions.table_faults(table, ["one", "two"]) == []
    assert regions.table_faults(table, ["one"]) == ["covered.txt: there is no target two"]
    assert regions.table_faults(table, ["one", "two", "three"]) == ["covered.txt: target three has no line"]


@pytest.mark.parametrize(
    "text",
    ["one", "one a.cpp b.cpp", "except a.cpp `x`", "one a.cpp\nexcept b.cpp `x` why", "one a.cpp\nexcept a.cpp x why"],
)
def test_a_line_that_means_nothing_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"covered\.txt"):
        regions.read_table(text)
