# SPDX-License-Identifier: Apache-2.0
"""What an administrator does about a store that a wrong clock moved ahead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest
from counterseal import AsyncEngine, ClockChange, ConfigError, CountersealError

SESSION = b"session of alice"
BY: dict[str, Any] = {"actor": "office", "reason": "NTP was off"}


def ran_ahead(site: Any, by_s: float = 240) -> tuple[datetime, datetime]:
    """A clock that ran ahead for one commit and was mended: what the store saw, and what time it is."""
    now = site.clock()
    site.m.set_clock(actor="test", reason="a database that lies far behind is not moved at once")
    site.clock.advance(by_s)
    site.m.enroll_totp("bob")
    ahead = site.clock()
    site.clock.set(now)
    return datetime.fromtimestamp(ahead, UTC), datetime.fromtimestamp(now, UTC)


def test_a_store_that_saw_a_wrong_time_is_set_right(site: Any) -> None:
    factor_id, phone = site.enrolled()
    before, after = ran_ahead(site)
    calls: list[Callable[[], object]] = [
        site.ask,
        lambda: site.m.enroll_totp("carol"),
        lambda: site.m.verify_factor("alice", factor_id, phone.code(), purpose="test"),
        lambda: site.m.suspend("alice", factor_id, **BY),
    ]
    for call in calls:
        with pytest.raises(CountersealError, match="clock") as caught:
            call()
        assert (caught.value.code, isinstance(caught.value, ConfigError)) == ("CSEAL_E_TIME", False)
    made = site.m.set_clock(**BY)
    assert made == ClockChange(before, after)
    with pytest.raises(FrozenInstanceError):
        made.before = after
    assert site.answer(phone.code())
    _, told = (event for event in site.m.events(limit=1000) if event.type == "clock.set")
    assert (told.at, told.actor, told.reason, told.subject) == (after, "office", "NTP was off", None)
    assert told.detail == {"from_us": before.timestamp() * 1e6, "to_us": after.timestamp() * 1e6}
    assert site.m.log.verify_state()


def test_a_code_that_was_let_in_by_a_wrong_clock_is_told_from_a_replay(site: Any) -> None:
    factor_id, phone = site.enrolled()
    now = site.clock()
    site.clock.advance(600)
    assert site.answer(phone.code())
    site.clock.set(now)
    site.m.set_clock(**BY)
    refused = site.answer(phone.code())
    assert (refused.outcome, refused.reason) == ("deny", "STEP_IN_FUTURE")
    assert site.answer("000000").reason == "WRONG_CODE"
    assert site.m.verify_factor("alice", factor_id, phone.code(), purpose="test").status == "replayed"
    batch = site.m.verify_batch([("alice", factor_id, phone.code())], purpose="test")
    assert not any(batch.ok)
    told = [event.reason for event in site.m.events(limit=1000) if event.type == "factor.replayed"]
    assert told == ["STEP_IN_FUTURE"] * 3
    assert site.m.admin_reset("alice", **BY)
    site.enrolled()
    site.clock.advance(60)
    assert site.m.log.verify_state()


def test_whoever_sets_the_time_says_who_and_why(site: Any) -> None:
    ran_ahead(site)
    for by in ({"actor": "office"}, {"reason": "why"}, BY | {"actor": None}, BY | {"reason": 5}):
        with pytest.raises(TypeError, match=r"\b(actor|reason)\b"):
            site.m.set_clock(**by)
    for by in (BY | {"actor": ""}, BY | {"reason": ""}, BY | {"reason": "\n"}):
        with pytest.raises(ConfigError, match="^(actor|reason) must"):
            site.m.set_clock(**by)
    with pytest.raises(CountersealError, match="clock"):
        site.ask()
    site.m.set_clock(**BY)  # the database of the tests has one clock


def test_nobody_sets_a_time_that_has_not_come(site: Any) -> None:
    now = site.clock()
    site.clock.set(time.time() + 3600)
    with pytest.raises(ConfigError, match="^clock must not lie ahead of this machine's clock") as caught:
        site.m.set_clock(**BY)
    assert caught.value.code == "CSEAL_E_TIME"
    site.clock.set(now)
    assert site.ask().outcome == "enroll"


def test_loops_await_it(file_site: Any) -> None:
    before, after = ran_ahead(file_site)

    async def main() -> None:
        async with AsyncEngine.open(file_site.url, keys=file_site.keys, clock=file_site.clock) as engine:
            assert await engine.tenant(file_site.tenant).set_clock(**BY) == ClockChange(before, after)

    asyncio.run(main())
    assert file_site.ask().outcome == "enroll"
