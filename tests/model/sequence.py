# SPDX-License-Identifier: Apache-2.0
"""Whole sequences: one from a seed, one from its calls, and the shortest that still fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from asked import History
from driver import Driver, Mismatch
from engine_model import Model
from enrollments import By
from generator import Generator
from stage import Stage
from steps import Step

MANY = 50  # sequences on one stage: opening one takes as long as a few hundred calls
_CHECKED = 20  # of so many sequences one has its rows compared with its log


@dataclass
class Result:
    seed: int
    store: str
    steps: list[Step] = field(default_factory=list)
    failure: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    n_allowed: int = 0


class Ground:
    """A stage with the model of what is in its store."""

    def __init__(self, store: str, url: str = "memory:") -> None:
        self.stage = Stage(store, url)
        self.model = Model()
        self._n = 0

    def begin(self) -> Driver:
        """A sequence of its own: its tenants have nothing, and the store has seen no later time than the host's."""
        self.model.tenants.clear()
        self.model.grants.clear()
        stage, clock = self.stage, self.model.clock
        if self._n:
            # A whole number of every period later: a commit moves the stored time so far.
            stage.clock.set(float(-(-clock.stored // 60_000_000) * 60 + 60))
        self._n += 1
        driver = Driver(stage, self.model, str(self._n))
        by = By("nobody", "begins")
        driver.actor.set_policy("a tenant before them", WARM, *by)
        self.model.set_policy("a tenant before them", driver.now, WARM, by)
        del self.model.tenants["a tenant before them"]
        return driver


WARM = {"paths": {"web": {"challenge": True}}, "rules": [{"name": "all", "groups": "*", "paths": "*"}]}


@contextmanager
def ground(store: str, url: str = "memory:") -> Iterator[Ground]:
    made = Ground(store, url)
    try:
        yield made
    finally:
        made.stage.close()


def run_seed(on: Ground, seed: int, length: int, kind: str | None = None) -> Result:
    driver = on.begin()
    generator = Generator(seed, driver, kind)
    result = Result(seed, on.stage.store)
    if generator.kind == "disabled":
        length = 140

    def steps() -> Iterator[Step]:
        for number in range(length):
            yield generator.next(number)

    _run(driver, steps(), result, seed % _CHECKED == 0)
    return result


def run_steps(on: Ground, steps: list[Step], seed: int = 0) -> Result:
    result = Result(seed, on.stage.store)
    _run(on.begin(), iter(steps), result, True)
    return result


def _run(driver: Driver, steps: Iterator[Step], result: Result, is_checked: bool) -> None:
    try:
        for step in steps:
            result.steps.append(step)
            driver.do(step)
        if is_checked and result.steps:
            driver.finish(result.steps[-1])
    except Mismatch as mismatch:
        result.failure = str(mismatch)
    log = {tenant: [tuple(event) for event in of.log] for tenant, of in driver.model.tenants.items()}
    history = History(log)
    for what in history.violations(driver.seen):
        result.failure = result.failure or f"property: {what}"
    result.n_allowed = history.n_allowed
    for seen in driver.seen:
        shown = seen.answer.get("reason") or seen.answer.get("status") or seen.answer.get("error") or "done"
        result.counts[f"{seen.step.op} {shown}"] += 1


def shrink(steps: list[Step], store: str) -> Result:
    """Leaves out calls as long as what is left still fails: first halves, at last each alone."""
    with ground(store) as on:
        best = run_steps(on, steps)
    if not best.failure:
        return best  # it fails only where it stood
    size = max(len(best.steps) // 2, 1)
    while True:
        shorter = None
        for at in range(0, len(best.steps), size):
            left = best.steps[:at] + best.steps[at + size :]
            with ground(store) as on:
                tried = run_steps(on, left)
            if tried.failure:
                shorter = tried
                break
        if shorter is not None:
            best = shorter
        elif size == 1:
            return best
        else:
            size //= 2
