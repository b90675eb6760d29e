# SPDX-License-Identifier: Apache-2.0
"""What the workers of a campaign wrote down.

Each call has an interval of real time, the host's time that it brought, and an answer. The engine did it at one moment
of the interval that nobody outside knows. An outcome that is not known is a refusal that may have had its effect.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

UNKNOWN = "E_STORE_UNKNOWN"
# Why a right code lets nobody in once more.
USED = ("REPLAY", "STEP_IN_FUTURE")
RESPONSES = {"verify_factor", "verify_challenge", "confirm"}


@dataclass(slots=True)
class Call:
    op: str
    b: int  # began
    e: int  # ended
    now: int = 0
    status: str = "OK"
    subject: str = ""
    factor_id: str = ""  # that the request names
    challenge_id: str = ""
    replaces: str = ""
    meant: str = ""  # whose code it was, and which: a step, -1 for a wrong one, or the number of a recovery code
    step: int | None = None
    code: int | None = None
    value: int | None = None  # the step that was accepted
    reason: str = ""
    retry_after_s: int = 0
    made: str = ""
    grant: str = ""  # that was given
    shown: str = ""  # the grant that was shown
    contended: int | None = None
    w: int = -1
    error: dict[str, Any] | None = None

    @property
    def is_done(self) -> bool:
        return self.status == "OK"

    @property
    def may_be_done(self) -> bool:
        return self.status in ("OK", UNKNOWN)

    @property
    def is_accept(self) -> bool:
        return self.is_done and self.op in RESPONSES

    @property
    def is_wrong(self) -> bool:
        """A failure that was evaluated, at a factor that is known."""
        return (self.op == "verify_factor" and self.status == "WRONG") or self.reason == "WRONG_CODE"

    @property
    def accepted_step(self) -> int | None:
        return self.value if self.value is not None else self.step

    def __str__(self) -> str:
        return f"{self.op} by {self.w} at {self.b} ({self.status} {self.reason})"


@dataclass
class History:
    calls: list[Call]
    listed: list[dict[str, Any]] = field(default_factory=list)  # factors when all was over
    events: list[dict[str, Any]] = field(default_factory=list)
    by_factor: dict[str, list[Call]] = field(default_factory=dict)
    by_subject: dict[str, list[Call]] = field(default_factory=dict)
    makers: dict[str, Call] = field(default_factory=dict)  # of factors and challenges, by id

    def __post_init__(self) -> None:
        self.calls.sort(key=lambda c: c.b)
        for c in self.calls:
            if c.meant or c.factor_id:
                self.by_factor.setdefault(c.meant or c.factor_id, []).append(c)
            self.by_subject.setdefault(c.subject, []).append(c)
            if c.made:
                self.makers[c.made] = c

    def accepts(self, factor: str) -> list[Call]:
        return [c for c in self.by_factor.get(factor, []) if c.is_accept]


def read(folder: Path) -> History:
    calls: list[Call] = []
    listed: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            entry = json.loads(line)
            if entry["op"] == "listed":
                listed.append(entry)
            elif entry["op"] == "event":
                events.append(entry)
            else:
                calls.append(Call(**entry))
    return History(calls, listed, events)


COUNTED = ("calls", "codes", "accepted", "wrong", "replayed", "throttled", "unknown", "resets", "revoked")


def counts(h: History) -> Counter[str]:
    """What happened: campaigns in which something never did have proved nothing about it."""
    n: Counter[str] = Counter()
    n["calls"] = len(h.calls)
    n["codes"] = len({c.contended for c in h.calls if c.contended is not None})
    for c in h.calls:
        n["accepted"] += c.is_accept
        n["wrong"] += c.is_wrong
        n["replayed"] += c.status == "REPLAYED" or c.reason in USED
        n["throttled"] += c.status == "THROTTLED" or c.reason == "THROTTLED"
        n["unknown"] += c.status == UNKNOWN
        n["resets"] += c.op == "admin_reset" and c.is_done
        n["revoked"] += c.op == "revoke" and c.is_done
    return n
