#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The timing report for people: report.py build/timing/timing.json writes Markdown to the screen.

A |t| is named only where the control of the same run was quiet: a control above the limit means that this machine could
not measure that row, and no |t| of it says anything.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LIMIT = 4.5  # |t| below it: not told apart
CONTROL_LIMIT = 4.5  # |t| of a class against itself; above it the row is not measured
PLANTED_LIMIT = 10.0  # |t| that a planted leak must reach

Run = dict[str, Any]
Row = dict[str, Any]


def control(run: Run) -> float:
    return abs(float(run["control"]["t"]))


def largest(run: Run) -> float:
    return max(abs(float(pair["t"])) for pair in run["pairs"])


def verdict(row: Row) -> str:
    """What the runs of one row say together."""
    quiet = [run for run in row["runs"] if control(run) < CONTROL_LIMIT]
    if not quiet:
        return "too noisy"
    if row["kind"] == "call":
        return "measured"
    if row["kind"] == "planted":
        return "found" if all(largest(run) > PLANTED_LIMIT for run in quiet) else "MISSED"
    ts = [run["pairs"][0]["t"] for run in quiet]
    if all(abs(t) >= LIMIT for t in ts) and (min(ts) > 0 or max(ts) < 0):
        return "DIFFERS"
    return "same"


def numbers(values: list[float], form: str = ".1f") -> str:
    return ", ".join(format(value, form) for value in values)


def secret_lines(rows: list[Row]) -> list[str]:
    lines = [
        "| function | what | first class | second class | median ns | abs t | control | difference ns | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        runs = row["runs"]
        lines.append(
            f"| `{row['function']}` | {row['what']} | {row['classes'][0]} | {row['classes'][1]} "
            f"| {runs[0]['median_ns'][0]:.0f} | {numbers([largest(run) for run in runs])} "
            f"| {numbers([control(run) for run in runs])} "
            f"| {numbers([run['pairs'][0]['difference_ns'] for run in runs], '+.2f')} | {verdict(row)} |"
        )
    return lines


def call_lines(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    names = rows[0]["classes"][1:]
    lines = [
        "| call | " + " | ".join(f"{name} - {rows[0]['classes'][0]}" for name in names) + " | control | median ns |",
        "|---|" + "---|" * (len(names) + 2),
    ]
    for row in rows:
        (run,) = row["runs"]
        cells = [f"{abs(pair['t']):.1f} ({pair['difference_ns']:+.1f} ns)" for pair in run["pairs"]]
        lines.append(
            f"| `{row['function']}`, {row['what']} | {' | '.join(cells)} | {control(run):.1f} "
            f"({run['control']['difference_ns']:+.1f} ns) | {run['median_ns'][0]:.0f} |"
        )
    return lines


def conclusion(document: dict[str, Any]) -> list[str]:
    """A sentence each: what was planted, what was not measured, what differs, what is not timed."""
    rows = document["rows"]
    planted = [row for row in rows if row["kind"] == "planted"]
    n_found = sum(verdict(row) == "found" for row in planted)
    secret = [row for row in rows if row["kind"] == "secret"]
    noisy = [row["name"] for row in rows if verdict(row) == "too noisy"]
    differing = [row["name"] for row in secret if verdict(row) == "DIFFERS"]
    lines = [f"planted {len(planted)} found {n_found}"]
    if n_found < len(planted) or not planted:
        lines.append("THIS RUN PROVES NOTHING on this machine: a planted leak was not found")
    lines.append(f"secret rows {len(secret)}, not told apart {sum(verdict(row) == 'same' for row in secret)}")
    lines += [f"too noisy to say: {name}" for name in noisy]
    lines += [f"DIFFERS: {name}" for name in differing]
    lines += [f"not timed: {function}" for function in document["not_timed"]]
    lines += [f"not run: {what}" for what in document["not_run"]]
    return lines


def markdown(document: dict[str, Any]) -> str:
    about = document["about"]
    rows: list[Row] = document["rows"]

    def of(kind: str) -> list[Row]:
        return [row for row in rows if row["kind"] == kind]

    parts = [
        [f"{key}: {value}" + "  " for key, value in about.items()],
        ["What must be found:", "", *secret_lines(of("planted"))],
        ["What must not be told apart:", "", *secret_lines(of("secret"))],
        ["Whole calls, whose verdict is public: abs t and mean difference:", "", *call_lines(of("call"))],
        [f"* {line}" for line in conclusion(document)],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: report.py TIMING.json")
    print(markdown(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), end="")


if __name__ == "__main__":
    main()
