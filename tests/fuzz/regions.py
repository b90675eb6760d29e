# SPDX-License-Identifier: Apache-2.0
"""Which regions of the parsers the corpora reach, by covered.txt. Whatever is missing is a fault, never a pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

LEAST = 95.0
CODE = 0  # the kind of region in llvm-cov's export; the others are macros, skipped text, gaps and branches

Region = tuple[int, int, int, int]  # first line and column, last line and column
Counts = dict[str, dict[Region, int]]  # by source file


@dataclass(frozen=True)
class Excuse:
    source: str
    text: str
    reason: str


@dataclass
class Table:
    targets: dict[str, list[str]] = field(default_factory=dict)  # of a source file
    excuses: list[Excuse] = field(default_factory=list)


@dataclass
class Verdict:
    source: str
    covered: int = 0
    regions: int = 0
    faults: list[str] = field(default_factory=list)
    open: list[Region] = field(default_factory=list)

    @property
    def percent(self) -> float:
        return 100.0 * self.covered / self.regions if self.regions else 0.0


def read_table(text: str) -> Table:
    table = Table()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if match := re.fullmatch(r"except\s+(\S+)\s+`([^`]+)`\s+(\S.*)", line):
            table.excuses.append(Excuse(*match.groups()))
        elif match := re.fullmatch(r"(\w+)\s+(\S+)\s*", line):
            target, source = match.groups()
            table.targets.setdefault(source, []).append(target)
        else:
            raise ValueError(f"covered.txt:{number}: neither `target file` nor `except file `text` reason`")
    for excuse in table.excuses:
        if excuse.source not in table.targets:
            raise ValueError(f"covered.txt: except {excuse.source}, which no target covers")
    return table


def table_faults(table: Table, targets: Iterable[str]) -> list[str]:
    """What covered.txt and the folder disagree about."""
    listed = {target for names in table.targets.values() for target in names}
    there = set(targets)
    faults = [f"covered.txt: there is no target {name}" for name in sorted(listed - there)]
    return faults + [f"covered.txt: target {name} has no line" for name in sorted(there - listed)]


def counts_of(export: Mapping[str, Any]) -> Counts:
    """The code regions of an export of llvm-cov. A template counts once, however often it is instantiated."""
    counts: Counts = {}
    for function in export["data"][0]["functions"]:
        for *place, count, file, _, kind in function["regions"]:
            if kind == CODE:
                # As the compiler named it: from the root of the tree, or from a build folder two below.
                name = re.sub(r"^(\.\./)+", "", str(PurePosixPath(function["filenames"][file])))
                line, column, last_line, last_column = place
                regions = counts.setdefault(name, {})
                region = (line, column, last_line, last_column)
                regions[region] = max(count, regions.get(region, 0))
    return counts


def judge(source: str, text: str, counts: Iterable[Counts], excuses: Iterable[Excuse]) -> Verdict:
    """The verdict about one source file, whose targets' corpora reached `counts`."""
    verdict = Verdict(source)
    merged: dict[Region, int] = {}
    for each in counts:
        if source not in each:
            verdict.faults.append(f"{source}: not in the coverage data of a target that lists it")
        for region, count in each.get(source, {}).items():
            merged[region] = max(count, merged.get(region, 0))
    lines = text.splitlines()
    for excuse in excuses:
        if excuse.source != source:
            continue
        places = [number for number, line in enumerate(lines, 1) if excuse.text in line]
        excused = [region for region, count in merged.items() if region[0] in places and count == 0]
        if len(places) != 1:
            verdict.faults.append(f"{source}: `{excuse.text}` of covered.txt is on {len(places)} lines, not on one")
        elif not excused:
            verdict.faults.append(
                f"{source}: `{excuse.text}` of covered.txt excuses nothing: everything there is reached"
            )
        for region in excused:
            del merged[region]
    verdict.regions = len(merged)
    verdict.open = sorted(region for region, count in merged.items() if count == 0)
    verdict.covered = verdict.regions - len(verdict.open)
    if verdict.percent < LEAST:
        verdict.faults.append(f"{source}: {verdict.percent:.1f} % of its regions, {LEAST:.0f} are wanted")
    return verdict
