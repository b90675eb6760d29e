# SPDX-License-Identifier: Apache-2.0
"""Which calls share a commit, and which do not."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def together(site: Any, elsewhere: Any, file: Path, *calls: Callable[[], object]) -> int:
    """Makes one call after the other while the first of them waits for the file, and the others for their turn; returns
    how many commits they made.
    """

    def counters() -> dict[str, int]:
        found: dict[str, int] = site.engine.stats()["store"]
        return found

    before = counters()["commits"]
    with ThreadPoolExecutor(len(calls)) as pool:
        with elsewhere(file, "BEGIN IMMEDIATE"):
            made = []
            for n, call in enumerate(calls):
                made.append(pool.submit(call))
                while (counters()["busy"], counters()["waiting"]) != (1, n):
                    time.sleep(0.001)
        for one in made:
            one.result()
    return counters()["commits"] - before


def test_a_batch_shares_its_commit_with_nobody(file_site: Any, elsewhere: Any, tmp_path: Path) -> None:
    factor, phone = file_site.enrolled("alice")

    def one() -> object:
        return file_site.m.verify_factor("alice", factor, phone.wrong_code(), purpose="x")

    def many() -> object:
        return file_site.m.verify_batch([("alice", factor, phone.wrong_code())], purpose="x")

    assert together(file_site, elsewhere, tmp_path / "store.db", one, one, one) == 2
    assert together(file_site, elsewhere, tmp_path / "store.db", one, one, many, one) == 4


def test_an_erasure_takes_what_was_written_just_before_it(file_site: Any, elsewhere: Any, tmp_path: Path) -> None:
    factor, phone = file_site.enrolled("alice")

    def use() -> object:
        return file_site.m.verify_factor("alice", factor, phone.wrong_code(), purpose="x")

    def erase() -> object:
        return file_site.m.log.erase_person("alice", actor="dr", reason="asked")

    together(file_site, elsewhere, tmp_path / "store.db", use, use, erase)
    assert b"factor.wrong" in file_site.m.log.export().data
    assert b"alice" not in file_site.m.log.export().data
