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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
sys.path.append(str(ROOT / "tests/store"))

from postgres_server import server


def run(command: list[str]) -> str:
    """What it printed, which is shown meanwhile."""
    said = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            said += line
    return said if running.returncode == 0 else f"{said}\nended with {running.returncode}\n"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--images", type=int, default=1_000_000)
    options.add_argument("--attacks", type=int, default=1_000_000)
    options.add_argument("folder")
    given = options.parse_args()
    programs = Path(given.folder).resolve() / "tests/fault"
    walk, crash = str(programs / "fault_walk"), str(programs / "crash_target")
    python = [sys.executable, "-B"]
    engine = str(Path(given.folder).resolve() / "tests/engine/engine_tests")
    with server() as url:
        campaigns = {
            # The word before the count that has to be there, and the command.
            r"^images: (\d+) images": [str(programs / "fault_images"), str(given.images), str(os.cpu_count())],
            r"^attacks: (\d+) changes": [
                *("env", f"COUNTERSEAL_LOG_ATTACKS={given.attacks}"),
                *(engine, "--gtest_filter=*/log_attacks.*"),
            ],
            r"^flips: (\d+) bytes": [str(programs / "fault_flips"), "7"],
            r"^nomem: (\d+) requests": [str(programs / "fault_nomem")],
            r"^norandom: (\d+) requests": [str(programs / "fault_norandom")],
            r"^crash: (\d+) system calls": [*python, str(HERE / "crash.py"), crash],
            r"^rotation: kills: (\d+) of add": [*python, str(HERE / "rotation.py"), "--all", crash],
            r"^inject: (\d+) places": [*python, str(HERE / "inject.py"), "--all", walk],
            r"^inject: (\d+) places.*ECONNRESET": [*python, str(HERE / "inject.py"), "--all", walk, url],
            r"^cut: (\d+) places": [*python, str(HERE / "cut.py"), "--all", walk, url],
        }
        counts, n_red = [], 0
        for pattern, command in campaigns.items():
            said = run(command)
            found = re.search(pattern, said, re.MULTILINE)
            n = int(found[1]) if found else 0
            counts.append(f"{pattern[1:].partition(':')[0]} {n}")
            n_red += n == 0 or "\nended with" in said
    print(f"faults: {', '.join(counts)}; violations {n_red}")
    sys.exit(n_red != 0)


if __name__ == "__main__":
    main()
