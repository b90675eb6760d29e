# SPDX-License-Identifier: Apache-2.0
"""Reads the JSON that Google Benchmark writes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any


@dataclass
class Row:
    """One row with all its repetitions."""

    name: str
    error: str | None = None
    per_second: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(self.per_second)

    @property
    def spread(self) -> float:
        """How far the repetitions around the median lie apart, as a share of it; one outlier a side is forgiven."""
        inner = sorted(self.per_second)[1:-1] or self.per_second
        return (max(inner) - min(inner)) / self.rate


@dataclass
class Results:
    context: dict[str, Any]
    rows: dict[str, Row]

    def rate(self, name: str) -> float | None:
        row = self.rows.get(name)
        return row.rate if row is not None and row.per_second else None


def read(path: Path) -> Results:
    document = json.loads(path.read_text(encoding="utf-8"))
    rows: dict[str, Row] = {}
    for entry in document["benchmarks"]:
        if entry["run_type"] == "aggregate":
            continue
        name = entry["run_name"].removesuffix("/manual_time")  # of rows that are timed by the clock on the wall
        row = rows.setdefault(name, Row(name))
        if entry.get("error_occurred"):
            row.error = entry.get("error_message", "")
        else:
            row.per_second.append(entry["items_per_second"])
    return Results(document["context"], rows)
