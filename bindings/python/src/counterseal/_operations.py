# SPDX-License-Identifier: Apache-2.0
"""Operations by their numbers, and the calls that are about the engine itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from . import _arguments as arguments
from ._arguments import Json, refuse_type
from ._call import STORE_UNAVAILABLE, Answer, Call
from ._clock import _Clock, now_us
from ._errors import ConfigError
from ._log_records import CheckpointMark, CheckpointPage, checkpoint_of
from ._records import Health, KeyCounts, Resealed

# CSEAL_OP_ of engine.h.
SET_POLICY: Final = 1
POLICY: Final = 2
ENROLL_TOTP: Final = 3
CONFIRM: Final = 4
RECOVERY_CODES: Final = 5
IMPORT_FACTOR: Final = 6
LIST_FACTORS: Final = 7
EVALUATE: Final = 8
VERIFY_CHALLENGE: Final = 9
GRANT_VALID: Final = 10
VERIFY_FACTOR: Final = 11
SUSPEND: Final = 12
RESUME: Final = 13
REVOKE: Final = 14
UNLOCK: Final = 15
ADMIN_RESET: Final = 16
EVENTS: Final = 17
VERIFY_BATCH: Final = 18
STATS: Final = 19
HEALTH: Final = 20
CHECKPOINT: Final = 21
CHECKPOINTS: Final = 22
CHECKPOINTS_KEPT: Final = 23
LOG_VERIFIER: Final = 24
PROVE: Final = 25
EXPORT_LOG: Final = 26
ERASE_PERSON: Final = 27
PURGE_EVENTS: Final = 28
VERIFY_STATE: Final = 29
RESEAL: Final = 30
KEY_COUNTS: Final = 31
FAULT: Final = 100


def request(clock: _Clock | None, members: Mapping[str, Json]) -> str:
    """A request as JSON; what is None is left out, as the engine has it."""
    all_members = {name: value for name, value in members.items() if value is not None}
    if (now := now_us(clock)) is not None:
        all_members["now_us"] = now
    return json.dumps(all_members, ensure_ascii=False, separators=(",", ":"))


def stats(clock: _Clock | None) -> Call[Mapping[str, Any]]:
    return Call(STATS, request(clock, {}), lambda answer: answer.body)


def health(clock: _Clock | None, timeout_s: float) -> Call[Health]:
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float):
        raise refuse_type("timeout_s", "seconds (int or float)", timeout_s)
    if not 0.001 <= timeout_s <= 600:  # NaN is in no range
        raise ConfigError("timeout_s must be 0.001 to 600 seconds", "CSEAL_E_RANGE")

    def read(answer: Answer) -> Health:
        body = answer.body
        return Health(body["store"], body["schema"], body["latency_us"] / 1e6)

    asked = request(clock, {"timeout_ms": int(timeout_s * 1000)})
    return Call(HEALTH, asked, read, answers=frozenset({STORE_UNAVAILABLE}))


def reseal(clock: _Clock | None, after: str | None, limit: int) -> Call[Resealed]:
    def read(answer: Answer) -> Resealed:
        body = answer.body
        return Resealed(body["active"], body["resealed"], body["damaged"], body["left"], body["next"])

    return Call(RESEAL, _walk(clock, after, limit), read)


def key_counts(clock: _Clock | None, after: str | None, limit: int) -> Call[KeyCounts]:
    def read(answer: Answer) -> KeyCounts:
        body = answer.body
        return KeyCounts(body["active"], tuple(body["keys"]), body["counts"], body["next"])

    return Call(KEY_COUNTS, _walk(clock, after, limit), read)


def checkpoints(
    clock: _Clock | None, tenant: str | None, after: CheckpointMark | None, limit: int
) -> Call[CheckpointPage]:
    if after is not None and not isinstance(after, CheckpointMark):
        raise refuse_type("after", "a CheckpointMark or None", after)

    def read(answer: Answer) -> CheckpointPage:
        behind = answer.body["next"]
        mark = None if behind is None else CheckpointMark(behind["tenant"], behind["size"])
        return CheckpointPage(tuple(map(checkpoint_of, answer.body["checkpoints"])), mark)

    members: dict[str, Json] = {
        "tenant": arguments.name_if(tenant, "tenant"),
        "after": None
        if after is None
        else {
            "tenant": arguments.name(after.tenant, "after.tenant"),
            "size": arguments.integer(after.size, "after.size"),
        },
        "limit": arguments.integer(limit, "limit"),
    }
    return Call(CHECKPOINTS, request(clock, members), read)


def _walk(clock: _Clock | None, after: str | None, limit: int) -> str:
    place = None if after is None else arguments.text(after, "after")
    return request(clock, {"after": place, "limit": arguments.integer(limit, "limit")})


def fault(what: str) -> Call[None]:
    return Call(FAULT, request(None, {"what": what}), lambda _: None)
