#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the rows that ran with the committed list: none missing, none new, none broken.

Usage: bench/check_rows.py rows.txt smoke.json
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from results import Results, read

NOT_RUN = "not run:"
#: Rows of a kernel that is named, which another CPU may lack.
NAMED = ("totp_verify_single", "totp_verify_target", "bulk_kernel")


def faults(wanted: list[str], results: Results) -> Iterator[str]:
    for name in wanted:
        row = results.rows.get(name)
        if row is None:
            yield f"{name}: in the list, but no such row"
        elif row.error is not None and not (name.startswith(NAMED) and row.error.startswith(NOT_RUN)):
            yield f"{name}: {row.error}"
        elif row.error is None and not all(rate > 0 for rate in row.per_second):
            yield f"{name}: no verifications counted"
    for name in results.rows.keys() - set(wanted):
        yield f"{name}: not in the list"


def main() -> None:
    wanted = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    results = read(Path(sys.argv[2]))
    found = list(faults(wanted, results))
    if found:
        sys.exit("\n".join(found))
    # A kernel that this CPU cannot run is no failure, but nobody may think that it ran.
    idle = [row for row in results.rows.values() if row.error is not None]
    for row in idle:
        print(f"{row.name}: {row.error}")
    print(f"bench: {len(wanted) - len(idle)} rows ran, {len(idle)} did not")


if __name__ == "__main__":
    main()
