#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every place of every fault (README.md), attacks on the log, then every planted fault.

    campaigns.py [--images N] [--attacks N] [--no-planted] FOLDER

FOLDER is that of the build. The last line has every count; violations, a planted fault that was missed, or a count of
zero end with 1.
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


def planted() -> list[str]:
    names = [path.stem for path in sorted((ROOT / "tests/planted").glob("fault-*.patch"))]
    return [sys.executable, str(ROOT / "tests/planted/run.py"), *names]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--images", type=int, default=1_000_000)
    options.add_argument("--attacks", type=int, default=1_000_000)
    options.add_argument("--no-planted", action="store_true")
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
        counts, is_good = [], True
        for pattern, command in campaigns.items():
            said = run(command)
            found = re.search(pattern, said, re.MULTILINE)
            n = int(found[1]) if found else 0
            counts.append(f"{pattern[1:].partition(':')[0]} {n}")
            is_good = is_good and n > 0 and "\nended with" not in said
    line = "faults: " + ", ".join(counts)
    if not given.no_planted:
        said = run(planted())
        found = re.search(r"^planted (\d+) caught (\d+)$", said, re.MULTILINE)
        line += f"; {found[0] if found else 'planted faults did not run'}"
        is_good = is_good and found is not None and found[1] == found[2] != "0"
    print(f"{line}; violations {'0' if is_good else 'or zero counts above'}")
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
