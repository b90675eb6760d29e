#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs campaigns of many workers and has rules.py judge what they saw.

    races.py PROGRAM                    every campaign once, 10^4 contended codes over all shapes
    races.py --quick PROGRAM            few rounds of each: what finds planted races; ends at the first red one
    races.py --seconds N PROGRAM        random campaigns for N seconds

PROGRAM is the built `races`. PostgreSQL is a private server of its own. The last line has every count; violations or a
count of zero end with 1.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests/store"), str(ROOT / "tests/races")]

import history
import rules
from postgres_server import memory, programs, server

PATIENCE_S = 500  # of one campaign; it ends long before, or hangs


@dataclass(frozen=True)
class Plan:
    campaign: str
    store: str  # "sqlite", "postgres" or "memory"
    n_processes: int
    n_threads: int
    n_rounds: int

    def __str__(self) -> str:
        return f"{self.campaign} on {self.store}, {self.n_processes} x {self.n_threads}, {self.n_rounds} rounds"


# Where codes are contended, and how many of the 10^4 of a short run: in about the same time each.
SHAPES = {
    ("sqlite", 1, 2): 4000,
    ("sqlite", 1, 8): 2500,
    ("sqlite", 1, 64): 1000,
    ("sqlite", 8, 1): 2000,
    ("postgres", 4, 4): 500,
}

# Of each campaign: rounds of a short run, of a quick one, and where it runs.
OTHERS = (
    ("counters", 100, 20, (("sqlite", 1, 8), ("sqlite", 8, 1), ("postgres", 4, 4))),
    ("batches", 100, 30, (("sqlite", 1, 8), ("sqlite", 8, 1), ("postgres", 4, 4))),
    ("logins", 100, 30, (("sqlite", 1, 8), ("sqlite", 8, 1), ("postgres", 4, 4))),
    ("faults", 400, 2000, (("memory", 1, 8),)),
    ("guesses", 20, 10, (("sqlite", 1, 64), ("sqlite", 8, 1), ("postgres", 4, 4))),
    ("ends", 30, 9, (("sqlite", 1, 8), ("sqlite", 8, 1), ("postgres", 4, 4))),
    ("firsts", 9, 9, (("sqlite", 8, 1), ("postgres", 4, 4))),
    ("recovery", 3, 2, (("sqlite", 1, 4), ("postgres", 4, 1))),
    ("anything", 300, 80, (("sqlite", 1, 8), ("sqlite", 8, 1), ("postgres", 4, 4))),
)


def short_plans() -> Iterator[Plan]:
    for shape, n_rounds in SHAPES.items():
        yield Plan("codes", *shape, n_rounds)
    for name, n_rounds, _, shapes in OTHERS:
        for shape in shapes:
            yield Plan(name, *shape, n_rounds)


def quick_plans() -> Iterator[Plan]:
    """One run each, where a race is likeliest: many connections of a server."""
    yield Plan("codes", "postgres", 4, 4, 50)
    for name, _, n_rounds, shapes in OTHERS:
        yield Plan(name, *shapes[-1], n_rounds)
    yield Plan("anything", "sqlite", 1, 8, 150)


def random_plans(dice: random.Random, until: float) -> Iterator[Plan]:
    """Each of the others once, for the counts; then half of them contended codes, over all shapes."""
    first = [Plan(name, *shapes[0], n_rounds) for name, _, n_rounds, shapes in OTHERS]
    while time.monotonic() < until:
        if first:
            yield first.pop()
        elif dice.random() < 0.5:
            shape, n_rounds = dice.choice(list(SHAPES.items()))
            yield Plan("codes", *shape, n_rounds)
        else:
            name, n_rounds, _, shapes = dice.choice(OTHERS)
            yield Plan(name, *dice.choice(shapes), n_rounds)


def database(url: str, name: str, program: str) -> str:
    """Makes or drops a database of the server; its URL."""
    command = [str(programs() / program), f"--maintenance-db={url}", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"races: {program}: {done.stderr}")
    return url.rpartition("/")[0] + f"/{name}"


def run(program: str, plan: Plan, seed: int, postgres: str) -> history.History:
    with tempfile.TemporaryDirectory(prefix="counterseal-races-", dir=memory()) as folder:
        url = {"memory": "memory:", "sqlite": f"sqlite:///{folder}/store.db"}.get(plan.store)
        name = f"races_{seed}"
        if url is None:
            url = database(postgres, name, "createdb")
        (Path(folder) / "history").mkdir()
        numbers = [str(n) for n in (plan.n_processes, plan.n_threads, plan.n_rounds, seed)]
        command = [program, plan.campaign, url, f"{folder}/ring", f"{folder}/history", *numbers]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            sys.exit(f"races: {plan}: no end after {PATIENCE_S} s")
        if done.returncode != 0:
            sys.exit(f"races: {plan}, seed {seed}: {done.returncode}: {done.stderr}")
        if plan.store == "postgres":
            database(postgres, name, "dropdb")
        return history.read(Path(folder) / "history")


def run_all(program: str, plans: Iterable[Plan], dice: random.Random, ends_at_red: bool) -> tuple[Counter[str], int]:
    total: Counter[str] = Counter()
    n_red = 0
    with server() as postgres:
        for plan in plans:
            seed = dice.randrange(1 << 40)
            started = time.monotonic()
            seen = run(program, plan, seed, postgres)
            ran = time.monotonic()
            found = rules.violations(seen)
            total += history.counts(seen)
            total["campaigns"] += 1
            for one in found[:10]:
                print(f"RED   {plan}, seed {seed}: {one}")
            print(f"  {plan}: {len(seen.calls)} calls in {ran - started:.1f} s, {len(found)} violations", flush=True)
            n_red += len(found)
            if found and ends_at_red:
                break
    return total, n_red


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true")
    options.add_argument("--seconds", type=int)
    options.add_argument("--seed", type=int, default=time.time_ns() % (1 << 32))
    options.add_argument("program")
    given = options.parse_args()
    dice = random.Random(given.seed)
    print(f"races: seed {given.seed}")
    if given.quick:
        plans = quick_plans()
    elif given.seconds:
        plans = random_plans(dice, time.monotonic() + given.seconds)
    else:
        plans = short_plans()
    total, n_red = run_all(given.program, plans, dice, given.quick)
    line = "races: " + ", ".join(f"{name} {total[name]}" for name in ("campaigns", *history.COUNTED))
    line += f"; violations {n_red}"
    is_good = n_red == 0 and all(total[name] > 0 for name in history.COUNTED)
    print(line)
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
