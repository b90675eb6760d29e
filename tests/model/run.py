#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random sequences of calls on real engines and on the model, and compares them call by call.

    run.py                                   the fast selection: each kind of sequence, in memory and on SQLite
    run.py --sequences N [--seed S]          N sequences, from seed S on
    run.py --seconds T                       as many as there is time for, from a random seed on
    run.py --store sqlite|postgres|all ...   elsewhere than in memory (PostgreSQL: a private server); all: as MIX says

The build's module has to be on PYTHONPATH. The last line has the counts; a difference prints its seed and the shortest
sequence that still shows it, and ends with 1, as a count of zero does.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "store")]

from postgres_server import programs, server
from sequence import MANY, Result, ground, run_seed, shrink

LENGTH = 30
# Of each store, first seed and number: every kind stands in it.
FAST = (("memory", 0, 250), ("sqlite", 1000, 40), ("postgres", 2000, 10))
# Of so many parts one after another, where they run: a call in memory is the fastest, only a file crashes.
MIX = ("memory",) * 25 + ("sqlite",) * 4 + ("postgres",)
# What a run must have met, else it has shown nothing.
OWED = (
    "evaluate NEED_MFA", "evaluate STEP_UP", "evaluate OK", "evaluate OK_GRACE", "evaluate GRACE_EXPIRED",
    "evaluate ENROLL_REQUIRED",
    "verify_challenge OK", "verify_challenge REPLAY", "verify_challenge WRONG_CODE", "verify_challenge CHALLENGE_DEAD",
    "verify_challenge STEP_IN_FUTURE",
    "verify_factor accepted", "verify_factor replayed", "verify_factor throttled", "verify_batch done",
    "confirm accepted", "change done", "admin_reset done",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    store: str
    first: int
    n: int
    url: str = "memory:"
    until: float = float("inf")  # of time.monotonic(), which processes of a machine share


@dataclass
class Done:
    n: int
    n_calls: int
    n_allowed: int
    counts: Counter[str]
    failures: list[Result]


@contextmanager
def database(part: Part) -> Iterator[str]:
    """One of its own for each part."""
    if part.store != "postgres":
        yield "memory:"
        return
    name = f"model_{part.first}"

    def run(program: str, *options: str) -> None:
        command = [str(programs() / program), *options, f"--maintenance-db={part.url}", name]
        subprocess.run(command, capture_output=True, check=True)

    run("createdb")
    try:
        yield re.sub(r"/[^/]*$", f"/{name}", part.url)
    finally:
        run("dropdb", "--force")  # a server needs a moment to notice that somebody went


def run_part(part: Part) -> Done:
    done = Done(0, 0, 0, Counter(), [])
    with database(part) as url, ground(part.store, url) as on:
        for seed in range(part.first, part.first + part.n):
            if time.monotonic() > part.until:
                break
            result = run_seed(on, seed, LENGTH)
            done.n += 1
            done.n_calls += len(result.steps)
            done.n_allowed += result.n_allowed
            done.counts += result.counts
            if result.failure:
                done.failures.append(result)
                break  # what the store and the model have now may differ
    return done


class Supply:
    """A pool takes all parts that there are at once: so few are there before they are wanted."""

    def __init__(self, n_ahead: int) -> None:
        self._room = threading.Semaphore(n_ahead)
        self._is_over = False

    def of(self, parts: Iterator[Part]) -> Iterator[Part]:
        for part in parts:
            self._room.acquire()
            if self._is_over:
                return
            yield part

    def one_is_done(self) -> None:
        self._room.release()

    def end(self) -> None:
        self._is_over = True
        self._room.release()


def parts_of(given: argparse.Namespace, url: str) -> Iterator[Part]:
    # Many small runs meet all of them, too.
    mix = MIX if given.store == "all" else (given.store,)
    stores = islice(cycle(mix), given.seed // MANY % len(mix), None)
    if given.seconds:
        until = time.monotonic() + given.seconds
        for first in count(given.seed, MANY):
            if time.monotonic() > until:
                return
            yield Part(next(stores), first, MANY, url, until)
    elif given.sequences:
        for at in range(0, given.sequences, MANY):
            yield Part(next(stores), given.seed + at, min(MANY, given.sequences - at), url)
    else:
        for store, first, n in FAST:
            for at in range(0, n, MANY):
                if store in given.stores:
                    yield Part(store, first + at, min(MANY, n - at), url)


def report(failed: Result) -> None:
    print(f"RED   seed {failed.seed} on {failed.store}: {failed.failure}")
    # A server keeps no second database for this; what fails there mostly fails in memory.
    least = shrink(failed.steps, "sqlite" if failed.store == "sqlite" else "memory")
    if least.failure:
        print(f"  the shortest of seed {failed.seed} that fails ({len(least.steps)} calls):")
        for step in least.steps:
            print(f"    {step}")
        print(f"  {least.failure}", flush=True)
    else:
        print("  alone on a new store it does not fail; its calls were:")
        for step in failed.steps:
            print(f"    {step}")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--sequences", type=int, default=0)
    options.add_argument("--seconds", type=int, default=0)
    options.add_argument("--seed", type=int)
    options.add_argument("--store", choices=("memory", "sqlite", "postgres", "all"), default="memory")
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--until-red", action="store_true", help="end at the first difference")
    options.add_argument("--all-counts", action="store_true")
    given = options.parse_args()
    if given.seed is None:
        given.seed = time.time_ns() % (1 << 32) if given.seconds else 0
    is_fast = not given.seconds and not given.sequences
    given.stores = {"memory", "sqlite", "postgres"}
    total = Done(0, 0, 0, Counter(), [])
    started = time.monotonic()
    print(f"model: seed {given.seed}", flush=True)
    context = multiprocessing.get_context("spawn")
    with (
        server() if is_fast or given.store in ("postgres", "all") else nullcontext("memory:") as url,
        context.Pool(given.processes) as pool,
    ):
        told = started
        # Few at a time, so that time or a difference ends them.
        supply = Supply(given.processes + 1)
        for done in pool.imap_unordered(run_part, supply.of(parts_of(given, url))):
            supply.one_is_done()
            total.n += done.n
            total.n_calls += done.n_calls
            total.n_allowed += done.n_allowed
            total.counts += done.counts
            total.failures += done.failures
            if time.monotonic() - told > 60:
                told = time.monotonic()
                print(f"  {total.n} sequences, {total.n_calls} calls, {len(total.failures)} violations", flush=True)
            if len(total.failures) >= (1 if given.until_red else 3):
                supply.end()
                break
    for failed in total.failures[:3]:
        report(failed)
    seconds = time.monotonic() - started
    if given.all_counts:
        for name, n in sorted(total.counts.items()):
            print(f"  {name}: {n}")
    missing = [name for name in OWED if total.counts[name] == 0] if total.n >= 300 else []
    if missing:
        print(f"never met: {', '.join(missing)}")
    print(f"model: sequences {total.n}, calls {total.n_calls}, let in {total.n_allowed}, in {seconds:.0f} s; "
          f"violations {len(total.failures)}")  # fmt: skip
    sys.exit(bool(total.failures or missing or total.n == 0 or total.n_allowed == 0))


if __name__ == "__main__":
    main()
