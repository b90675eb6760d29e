# SPDX-License-Identifier: Apache-2.0
"""What the timing report concludes from figures."""

from __future__ import annotations

from typing import Any

import pytest
import report
import timing


def run(t: float, control: float = 1.0) -> dict[str, Any]:
    def pair(value: float) -> dict[str, Any]:
        return {"t": value, "cut": 1.0, "t_all": value, "difference_ns": -value / 10, "n": [1000, 1000]}

    return {"seed": 1, "median_ns": [100.0] * 3, "pairs": [{"class": "b", **pair(t)}], "control": pair(control)}


def row(kind: str, *runs: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "function": "f", "what": "w", "name": f"f: {kind}", "classes": ["a", "b"], "runs": list(runs)}


@pytest.mark.parametrize(
    ("runs", "verdict"),
    [
        ([run(1.0)], "same"),
        ([run(-4.4)], "same"),
        ([run(-9.0)], "DIFFERS"),
        ([run(9.0), run(8.0), run(12.0)], "DIFFERS"),
        ([run(9.0), run(1.0), run(2.0)], "same"),  # it did not come again
        ([run(9.0), run(-9.0), run(9.0)], "same"),  # nor in the same direction
        ([run(9.0, 5.0), run(9.0), run(8.0)], "DIFFERS"),  # a noisy run does not acquit
        ([run(1.0, -7.0)], "too noisy"),
        ([run(90.0, 7.0), run(80.0, 6.0)], "too noisy"),
    ],
)
def test_secret_rows(runs: list[dict[str, Any]], verdict: str) -> None:
    assert report.verdict(row("secret", *runs)) == verdict


def document(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"about": {"cpu": "x"}, "rows": list(rows), "not_timed": ["cseal_new"], "not_run": ["Node"]}


def test_a_planted_leak_that_is_missed_is_said_plainly() -> None:
    lines = report.conclusion(document(row("planted", run(9.9)), row("planted", run(-500.0)), row("secret", run(1.0))))
    assert lines[0] == "planted 2 found 1"
    assert "PROVES NOTHING" in lines[1]


def test_no_planted_leak_proves_nothing() -> None:
    assert "PROVES NOTHING" in report.conclusion(document(row("secret", run(1.0))))[1]


def test_conclusion_names_what_is_wrong() -> None:
    rows = [row("planted", run(50.0)), row("secret", run(1.0)), row("secret", run(7.0)), row("call", run(30.0, 9.0))]
    assert report.conclusion(document(*rows)) == [
        "planted 1 found 1",
        "secret rows 2, not told apart 1",
        "too noisy to say: f: call",
        "DIFFERS: f: secret",
        "not timed: cseal_new",
        "not run: Node",
    ]


def test_every_row_has_its_line() -> None:
    rows = [row("planted", run(50.0)), row("secret", run(1.0), run(2.0)), row("call", run(30.0))]
    text = report.markdown(document(*rows))
    assert "| `f` | w | a | b | 100 | 1.0, 2.0 | 1.0, 1.0 | -0.10, -0.20 | same |" in text
    assert "| `f`, w | 30.0 (-3.0 ns) | 1.0 (-0.1 ns) | 100 |" in text


def test_a_row_that_is_missing_is_a_fault_of_the_smoke() -> None:
    ran = document(row("planted", run(50.0)), row("secret", run(1.0)), row("call", run(1.0)))
    assert list(timing.smoke_faults(ran, ["f: secret"], [])) == []
    assert list(timing.smoke_faults(ran, ["f: secret", "g: secret"], [])) == ["did not run: g: secret"]
    assert list(timing.smoke_faults(ran, [], ["Python", "Node"])) == ["needed and not run: Node"]
