# SPDX-License-Identifier: Apache-2.0
"""Whom a call is about, and with what: mostly what fits, sometimes another's, or nothing that there is."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from typing import Any

from attempts import step_of
from documents import ACTIONS, GROUPS, random_policy
from driver import Driver
from records import Factor
from steps import NOBODY, SESSIONS, SUBJECTS, TENANTS, Response, Step

Make = Callable[[int], Step]

TEXTS = ("", "12345", "1234567", "12a456", "123456", "０００１２３", "ABCD-EFGH", "OOOO-IIII-LLLL-0000")


class Again(Exception):
    """The story has nobody to tell of: what it needs is brought first."""


class Picker:
    def __init__(self, seed: int, driver: Driver) -> None:
        self._dice = random.Random(seed)
        self._driver = driver
        self._queue: deque[Make] = deque()
        self._steps: dict[str, Step] = {}

    def _who(self) -> tuple[str, str]:
        d = self._dice.random()
        subject = SUBJECTS[0] if d < 0.8 else SUBJECTS[1] if d < 0.97 else NOBODY
        return (TENANTS[0] if self._dice.random() < 0.9 else TENANTS[1]), subject

    def _session(self) -> bytes:
        return self._dice.choices(SESSIONS, (90, 8, 2))[0]

    def _step(self, op: str, who: tuple[str, str] | None = None, **more: Any) -> Make:
        tenant, subject = who or self._who()
        return lambda number: Step(number, op, tenant, subject, "", more)

    def _factors(self, who: tuple[str, str], *types: str) -> list[str]:
        tenant, subject = self._driver.name(who[0]), who[1]
        own = [name for name, (t, s, f) in self._driver.factors.items() if (t, s) == (tenant, subject)]
        return [name for name in own if not types or self._driver.factors[name][2].type in types]

    def _factor(self, who: tuple[str, str], *states: str, types: tuple[str, ...] = ()) -> str:
        """Mostly one in such a state; sometimes any, or another's, or none."""
        own = self._factors(who, *types)
        fitting = [name for name in own if (f := self._driver.factor(name)) and (not states or f.state in states)]
        if fitting and self._dice.random() < 0.94:
            return self._dice.choice(fitting[-3:])
        if "active" in states and who[1] != NOBODY and self._dice.random() < 0.7:
            self._queue.clear()
            self._queue.append(self._import(who, active=True))
            raise Again
        rest = own or list(self._driver.factors)
        return self._dice.choice(rest) if rest and self._dice.random() < 0.9 else "#none"

    def _due(self, name: str) -> Response:
        """A code that was not used, if there is one."""
        f: Factor | None = self._driver.factor(name)
        if f is None or f.type == "recovery":
            return Response("recovery", name, self._dice.randrange(10), style=self._dice.choice(("", "", "lower")))
        style = self._dice.choice(("", "", "", "", "blanks"))
        if f.type == "hotp":
            return Response("due", name, self._dice.choice((0, 0, 0, 1, 4, 10, 11)), style=style)
        step = step_of(f, self._driver.now)
        free = [offset for offset in (0, -1, 1) if step + offset > f.last]
        return Response("due", name, self._dice.choice(free) if free else 0, style=style)

    def _typed(self, name: str) -> Response:
        d = self._dice.random()
        if d < 0.5:
            return self._due(name)
        if d < 0.6:
            return Response("due", name, self._dice.choice((-2, 2, 5, 12)))
        if d < 0.75:
            return Response("last", name)
        return Response("text", text=self._dice.choice(TEXTS)) if d < 0.9 else Response("wrong", name)

    def _moves(self, by: float) -> Make:
        return self._step("clock", by=by)

    def _grant_of(self, who: tuple[str, str]) -> str | None:
        own = [n for n in self._driver.grants if (s := self._steps[n]) and (s.tenant, s.subject) == who]
        if own and self._dice.random() < 0.85:
            return self._dice.choice(own[-2:]) + ("!" if self._dice.random() < 0.03 else "")
        return (
            self._dice.choice(list(self._driver.grants)) if self._driver.grants and self._dice.random() < 0.4 else None
        )

    def _evaluate(self, who: tuple[str, str], grant: str | None, action: str = "", session: bytes = b"") -> Make:
        dice = self._dice
        return self._step(
            "evaluate",
            who,
            session=session or self._session(),
            path=dice.choices(("web", "portal", "caldav", "ftp"), (70, 18, 10, 2))[0],
            groups=tuple(dice.sample(GROUPS, dice.choice((1, 1, 2, 3, 3, 3)))),
            action=action or dice.choices(ACTIONS, (80, 15, 5))[0],
            method=dice.choice(("password", "totp", "sms", None)),
            status=dice.choices(("active", "disabled"), (97, 3))[0],
            grant=grant,
        )

    def _answer(self, challenge: str, who: tuple[str, str], session: bytes, response: Response, name: str) -> Make:
        factor = None if self._dice.random() < 0.6 else name
        return self._step(
            "verify_challenge", who, session=session, challenge=challenge, factor=factor, response=response
        )

    def _later(self, op: str, who: tuple[str, str], name: str, typed: Callable[[str], Response]) -> Make:
        """Decides what is typed when it is its turn."""
        return lambda number: Step(number, op, who[0], who[1], "", {"factor": name, "response": typed(name)})

    def _policy(self) -> Make:
        return self._step("set_policy", policy=random_policy(self._dice))

    def _import(self, who: tuple[str, str] | None = None, active: bool | None = None) -> Make:
        dice = self._dice
        type = dice.choices(("totp", "hotp"), (70, 30))[0]
        return self._step(
            "import_factor",
            who,
            type=type,
            secret=dice.choices((dice.randbytes(20).hex(), "aa" * 20, "bb" * 12), (90, 8, 2))[0],
            algorithm=dice.choice(("SHA1", "SHA1", "SHA256", "SHA512")),
            digits=dice.choice((6, 6, 8)),
            period=dice.choice((30, 30, 60)),
            last=dice.choice((None, None, None, -5, -5, -5, -1, 0, 1, 2) if type == "totp" else (0, 7, 1000)),
            drift=dice.choice((0, 0, 0, 0, 0, 0, 3, 3, -10, -10, 10, 11)) if type == "totp" else 0,
            active=dice.random() < 0.75 if active is None else active,
            dry=dice.random() < 0.05 and not active,
        )

    def _begin(self, who: tuple[str, str] | None = None, grant: str | None = None, replaces: str | None = None) -> Make:
        dice = self._dice
        return self._step(
            "enroll_totp",
            who,
            session=SESSIONS[0] if grant else self._session(),
            grant=grant,
            replaces=replaces,
            key=dice.choice((None, None, "one", "two")),
            algorithm=dice.choice(("SHA1", "SHA1", "SHA256")),
            digits=dice.choice((6, 6, 8)),
            period=dice.choice((30, 30, 60)),
        )
