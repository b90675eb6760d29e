# SPDX-License-Identifier: Apache-2.0
"""Keys that change while an engine works."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from counterseal import AsyncEngine, ConfigError, CountersealError, Engine, KeyRing, KeyRingError

KEYS = {"old": bytes(range(32)), "new": bytes(range(1, 33))}
POLICY = {"rules": [{"name": "all", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": True}}}


def ring(active: str, *others: str) -> KeyRing:
    return KeyRing.from_keys({name: KEYS[name] for name in (active, *others)}, active=active)


def walk(engine: Engine, limit: int) -> tuple[int, int]:
    """(rows that went under the active key, steps)"""
    n, n_steps, place = 0, 0, None
    while True:
        step = engine.reseal(place, limit=limit)
        n, n_steps, place = n + step.n_resealed, n_steps + 1, step.next
        if place is None:
            return n, n_steps


def test_rings_change_into_other_rings() -> None:
    first = ring("old")
    grown = first.changed("add", "new")
    promoted = grown.changed("promote", "new")
    left = promoted.changed("remove", "old")
    assert [r.reveal_text().splitlines()[1] for r in (first, grown, promoted, left)] == [
        "active old",
        "active old",
        "active new",
        "active new",
    ]
    assert [len(r.reveal_text().splitlines()) for r in (first, grown, promoted, left)] == [3, 4, 4, 3]
    for what, key in (("remove", "old"), ("promote", "nobody"), ("add", "old"), ("add", "a b")):
        with pytest.raises(KeyRingError):
            first.changed(what, key)  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        first.changed("rename", "old")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        first.changed("add", b"x")  # type: ignore[arg-type]


def test_files_change(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    KeyRing.from_file(file, create=True)
    made = KeyRing.change_file(file, "add", "new")
    assert made.reveal_text() == file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyRingError):
        KeyRing.change_file(file, "remove", "first")
    (tmp_path / "link").symlink_to(file)
    with pytest.raises(KeyRingError, match="symbolic link"):
        KeyRing.change_file(tmp_path / "link", "promote", "new")
    assert made.reveal_text() == file.read_text()


def test_keys_are_rotated_under_an_engine(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    with Engine.open(f"sqlite:///{tmp_path}/store.db", keys=file, create=True) as engine:
        engine.tenant("maple").set_policy(POLICY, actor="tests", reason="a reason")
        for i in range(3):
            engine.tenant("maple").enroll_totp(f"subject {i}")
        KeyRing.change_file(file, "add", "new")
        engine.reload_keys()
        KeyRing.change_file(file, "promote", "new")
        engine.reload_keys()
        assert engine.stats()["keys"]["active"] == "new"
        n, n_steps = walk(engine, 2)
        assert (n, n_steps > 3) == (1 + 3 + 3 + 1, True)
        assert walk(engine, 1000) == (0, 1)
        counts = engine.key_counts()
        assert (counts.active, counts.keys, counts.next) == ("new", ("first", "new"), None)
        assert counts.counts == {
            "canary": {"new": 1},
            "factor": {"new": 3},
            "policy": {"new": 1},
            "secret": {"new": 3},
            "subject": {"new": 3},
        }
        KeyRing.change_file(file, "remove", "first")
        engine.reload_keys()
        assert engine.key_counts().keys == ("new",)
    with Engine.open(f"sqlite:///{tmp_path}/store.db", keys=file) as engine:
        assert len(engine.tenant("maple").list_factors().items) == 3


def test_a_wrong_ring_is_refused_and_the_old_one_stays() -> None:
    with Engine.open("memory:", keys=ring("old"), create=True) as engine:
        for wrong in (ring("new"), KeyRing.from_keys({"old": KEYS["new"]}, active="old")):
            with pytest.raises(KeyRingError):
                engine.reload_keys(wrong)
        with pytest.raises(TypeError):
            engine.reload_keys(b"old")  # type: ignore[arg-type]
        engine.reload_keys(ring("new", "old"))
        with pytest.raises(KeyRingError):
            engine.reload_keys()  # the one that it was opened with lacks the key that seals now
        for walk in (engine.reseal, engine.key_counts):
            with pytest.raises(ConfigError, match="^after must be what"):
                walk("nowhere")
        assert engine.stats()["keys"]["active"] == "new"


def test_no_call_fails_while_keys_change() -> None:
    with Engine.open("memory:", keys=ring("old", "new"), create=True) as engine:
        maple = engine.tenant("maple")
        maple.set_policy(POLICY, actor="tests", reason="a reason")
        troubles: list[CountersealError] = []

        def work(who: str) -> None:
            for n in range(30):
                try:
                    maple.enroll_totp(f"{who} {n}")
                except CountersealError as error:
                    troubles.append(error)

        threads = [threading.Thread(target=work, args=(str(i),)) for i in range(3)]
        for thread in threads:
            thread.start()
        for i in range(6):
            engine.reload_keys(ring("new", "old") if i % 2 == 0 else ring("old", "new"))
            walk(engine, 50)
        for thread in threads:
            thread.join()
        assert troubles == []


async def rotated_async() -> Any:
    async with AsyncEngine.open("memory:", keys=ring("old"), create=True) as engine:
        await engine.tenant("maple").set_policy(POLICY, actor="tests", reason="a reason")
        await engine.reload_keys(ring("new", "old"))
        step = await engine.reseal()
        counts = await engine.key_counts()
        return step.n_resealed, step.next, counts.counts


def test_keys_are_rotated_in_an_event_loop() -> None:
    import asyncio

    assert asyncio.run(rotated_async()) == (2, None, {"canary": {"new": 1}, "policy": {"new": 1}})
