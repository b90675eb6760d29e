#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every place of every fault (README.md), and attacks on the log.

    campaigns.py [--images N] [--attacks N] FOLDER

FOLDER is that of the build. The last line has every count, and how many campaigns saw a violation or counted nothing;
one that did ends it with 1.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "tests/store"))

from postgres_server import server


@dataclass(frozen=True)
class Campaign:
    counted: str  # what is told of it
    last: str  # the line that it ends with, and the count in it
    command: list[str]  # URL stands for a PostgreSQL server of its own


URL = "URL"


def campaigns(build: Path, n_images: int, n_attacks: int) -> list[Campaign]:
    programs = build / "tests/fault"
    walk, crash = str(programs / "fault_walk"), str(programs / "crash_target")
    attacks = ["env", f"COUNTERSEAL_LOG_ATTACKS={n_attacks}", str(build / "tests/engine/engine_tests")]

    def script(name: str, *arguments: str) -> list[str]:
        return [sys.executable, "-B", str(HERE / name), *arguments]

    return [
        Campaign(
            "power cuts", r"^images: (\d+) images", [str(programs / "fault_images"), str(n_images), str(os.cpu_count())]
        ),
        Campaign("attacks on the log", r"^attacks: (\d+) changes", [*attacks, "--gtest_filter=*/log_attacks.*"]),
        Campaign("bytes changed", r"^flips: (\d+) bytes", [str(programs / "fault_flips"), "7"]),
        Campaign("requests without memory", r"^nomem: (\d+) requests", [str(programs / "fault_nomem")]),
        Campaign("requests without random numbers", r"^norandom: (\d+) requests", [str(programs / "fault_norandom")]),
        Campaign("calls killed on SQLite", r"^crash: .* (\d+) hit", script("crash.py", crash)),
        Campaign("calls killed on PostgreSQL", r"^crash: .* (\d+) hit", script("crash.py", "--all", crash, URL)),
        Campaign("rotations killed on SQLite", r"^rotation: (\d+) kills", script("rotation.py", "--all", crash)),
        Campaign(
            "rotations killed on PostgreSQL", r"^rotation: (\d+) kills", script("rotation.py", "--all", crash, URL)
        ),
        Campaign("calls disturbed on SQLite", r"^inject: (\d+) places", script("inject.py", "--all", walk)),
        Campaign("calls disturbed on PostgreSQL", r"^inject: (\d+) places", script("inject.py", "--all", walk, URL)),
        Campaign("messages cut", r"^cut: (\d+) places", script("cut.py", "--all", walk, URL)),
    ]


def run(command: list[str]) -> str:
    """What it printed, which is shown meanwhile."""
    said = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            said += line
    return said if running.returncode == 0 else f"{said}\nended with {running.returncode}\n"


def run_with_server(command: list[str]) -> str:
    if URL not in command:
        return run(command)
    with server() as url:
        return run([url if word == URL else word for word in command])


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--images", type=int, default=1_000_000)
    options.add_argument("--attacks", type=int, default=1_000_000)
    options.add_argument("folder", type=Path)
    given = options.parse_args()
    counts, n_red = [], 0
    for one in campaigns(given.folder.resolve(), given.images, given.attacks):
        said = run_with_server(one.command)
        found = re.search(one.last, said, re.MULTILINE)
        n = int(found[1]) if found else 0
        counts.append(f"{one.counted} {n}")
        n_red += n == 0 or "\nended with" in said
    print(f"faults: {', '.join(counts)}; violations {n_red}")
    sys.exit(n_red != 0)


if __name__ == "__main__":
    main()
