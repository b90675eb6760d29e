#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints a compilation database with one command for each file: that of the library in the first build that has it."""

import json
import sys
from pathlib import Path

LIBRARY = ("core/CMakeFiles/counterseal_", "capi/CMakeFiles/", "tests/abi/CMakeFiles/counterseal_without_engine.dir/")

kept: dict[str, dict[str, str]] = {}
for database in sys.argv[1:]:
    commands = [
        one for one in json.loads(Path(database).read_text()) if any(f" {x}" in one["command"] for x in LIBRARY)
    ]
    if not commands:
        sys.exit(f"no command of the library is in {database}")
    for one in commands:
        one["command"] = one["command"].replace(" -fno-schedule-insns2", "")  # clang does not know it
        kept.setdefault(one["file"], one)
json.dump([*kept.values()], sys.stdout)
