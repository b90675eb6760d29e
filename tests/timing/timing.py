#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make timing: measures every function that takes a secret, and whole calls in three languages; see README.md.

Usage: timing.py [--samples N] [--seed N] [--smoke] BUILD_FOLDER    a table on the screen, JSON in build/timing

A figure is a report and no test: the exit status is 0 whatever was measured, and 1 where it could not be. --smoke
takes few samples and checks that every row ran and that the report can be written.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import report
import welch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SMOKE_SAMPLES = 600
REPEATS = 2  # further runs of a row that seems to differ, or whose control was not quiet


def cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return os.uname().machine
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), os.uname().machine)


def load() -> str:
    return " ".join(f"{x:.1f}" for x in os.getloadavg())


def lines_of(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """The JSON objects that a program prints, one by one while it runs. Ends the program where that one fails."""
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode != 0:
        sys.exit(f"timing: {' '.join(str(part) for part in command[:2])} failed")


def summary(pair: welch.Comparison, ticks_per_ns: float) -> dict[str, Any]:
    return {
        "t": round(pair.t, 2),
        "cut": pair.cut,
        "t_all": round(pair.t_all, 2),
        "difference_ns": round(pair.difference / ticks_per_ns, 3),
        "n": list(pair.n),
    }


def run_of(measured: dict[str, Any], ticks_per_ns: float, seed: int) -> dict[str, Any]:
    """What one measurement of a row says: each class, and at last the first one again, against the first one."""
    first, *others = [[(int(value), int(count)) for value, count in times] for times in measured["times"]]
    *pairs, again = [summary(welch.compare(first, other), ticks_per_ns) for other in others]
    return {
        "seed": seed,
        "median_ns": [round(welch.median(times) / ticks_per_ns, 1) for times in [first, *others]],
        "pairs": [{"class": name, **pair} for name, pair in zip(measured["classes"][1:], pairs, strict=True)],
        "control": again,
    }


class Report:
    def __init__(self, binary: Path, samples: int, seed: int) -> None:
        self.binary = binary.resolve()
        self.samples = samples
        self.seed = seed
        self.rows: list[dict[str, Any]] = []
        self.about: dict[str, Any] = {}

    def add(self, measured: dict[str, Any], ticks_per_ns: float = 1.0) -> None:
        row = {key: measured[key] for key in ("kind", "function", "what", "classes")}
        row["name"] = measured.get("name", f"{row['function']}: {row['what']}")
        row["runs"] = [run_of(measured, ticks_per_ns, self.seed)]
        self.rows.append(row)
        self.show(row)

    def show(self, row: dict[str, Any]) -> None:
        run = row["runs"][-1]
        if row["kind"] == "call":
            ts = "  ".join(f"{p['class']} {abs(p['t']):.1f} ({p['difference_ns']:+.1f} ns)" for p in run["pairs"])
        else:
            ts = f"{report.largest(run):8.1f}  {run['pairs'][0]['difference_ns']:+7.2f} ns"
        print(f"{row['name'][:100]:100}  {ts}  control {report.control(run):.1f}", flush=True)

    def measure(self, seed: int, names: Sequence[str] = ()) -> Iterator[tuple[dict[str, Any], float]]:
        about, *_ = [None]
        for line in lines_of([self.binary, str(self.samples), str(seed), *names]):
            if about is None:
                about = line
                self.about.update(line)
            else:
                yield line, about["ticks_per_ns"]

    def rows_in_c(self) -> None:
        for measured, ticks_per_ns in self.measure(self.seed):
            self.add(measured, ticks_per_ns)

    def repeat(self) -> None:
        """A large t by chance does not come back with other inputs in another order; a leak does."""
        doubtful = {
            row["name"]: row
            for row in self.rows
            if row["kind"] == "secret"
            and (report.verdict(row) != "same" or report.largest(row["runs"][0]) >= report.LIMIT)
        }
        for again in range(REPEATS):
            if not doubtful:
                return
            seed = self.seed + 1 + again
            print(f"again, seed {seed}:")
            for measured, ticks_per_ns in self.measure(seed, list(doubtful)):
                row = doubtful[measured["name"]]
                row["runs"].append(run_of(measured, ticks_per_ns, seed))
                self.show(row)


def not_timed(build: Path, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Functions that the taint runner knows to take a secret, and that no row times."""
    listing = subprocess.run([build / "tests/ct/ct_test", "--list"], check=True, capture_output=True, text=True).stdout
    known = {line.split()[0] for line in listing.splitlines() if line.startswith("cseal_")}
    if len(known) < 20:
        sys.exit("timing: ct_test --list names hardly any function")
    return sorted(known - {row["function"] for row in rows})


def languages(build: Path) -> dict[str, tuple[list[str | Path], dict[str, str] | None]]:
    """How whole calls run in the languages whose binding is there."""
    found: dict[str, tuple[list[str | Path], dict[str, str] | None]] = {}
    python = ROOT / ".venv/bin/python"
    module = build / "bindings/python"
    if python.exists() and list(module.glob("counterseal/_native*.so")):
        found["Python"] = ([python, "-B", HERE / "calls.py"], {**os.environ, "PYTHONPATH": str(module)})
    if list((ROOT / "bindings/node/prebuilds").glob("*/counterseal.node")):
        found["Node"] = (["node", HERE / "calls.mjs"], None)
    return found


def smoke_faults(document: dict[str, Any], names: Sequence[str], needs: Sequence[str]) -> Iterator[str]:
    rows = document["rows"]
    ran = {row["name"] for row in rows}
    yield from (f"did not run: {name}" for name in names if name not in ran)
    yield from (f"needed and not run: {what}" for what in needs if what in document["not_run"])
    for kind in ("planted", "secret", "call"):
        if not any(row["kind"] == kind for row in rows):
            yield f"no row of kind {kind}"
    text = report.markdown(document)
    table = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    if len(table) != len(rows) + 3:
        yield f"the tables have {len(table)} lines for {len(rows)} rows and three heads"
    if "planted" not in report.conclusion(document)[0]:
        yield "the report does not say what was planted"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--samples", type=int, default=1_000_000, help="of each class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--needs", action="append", default=[], help="a language that must not be missing")
    args = parser.parse_args()
    samples = SMOKE_SAMPLES if args.smoke else args.samples
    build = args.build.resolve()
    binary = build / "tests/timing/timing_rows"
    if not binary.exists():
        sys.exit(f"timing: {binary} is not built")
    listed = subprocess.run([binary, "--list"], check=True, capture_output=True, text=True).stdout.splitlines()

    started = time.monotonic()
    about = {"date": time.strftime("%Y-%m-%d %H:%M %z"), "cpu": cpu_model(), "load average before": load()}
    made = Report(binary, samples, args.seed)
    made.rows_in_c()
    if not args.smoke:
        made.repeat()
    available = languages(build)
    for command, environment in available.values():
        for measured in lines_of([*command, str(samples), str(args.seed)], environment):
            made.add(measured)
    about |= made.about | {
        "samples of each class": samples,
        "load average after": load(),
        "seconds": round(time.monotonic() - started),
    }
    document = {
        "about": about,
        "rows": made.rows,
        "not_timed": not_timed(build, made.rows),
        "not_run": [name for name in ("Python", "Node") if name not in available],
    }
    folder = build if args.smoke else ROOT / "build"
    path = folder / "timing" / ("smoke.json" if args.smoke else "timing.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if not args.smoke:
        path.with_suffix(".md").write_text(report.markdown(document), encoding="utf-8")
    print("\n".join(["", *report.conclusion(document), f"{len(made.rows)} rows, figures in {path}"]))
    if args.smoke:
        faults = list(smoke_faults(document, listed, args.needs))
        print("\n".join(faults))
        sys.exit(bool(faults))


if __name__ == "__main__":
    main()
