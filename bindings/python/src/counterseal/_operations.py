# SPDX-License-Identifier: Apache-2.0
"""The calls that are about the engine itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import _arguments as arguments
from . import _operator_log as operator_log
from ._arguments import Json, refuse_type
from ._call import STORE_UNAVAILABLE, Answer, Call, failure
from ._errors import ConfigError
from ._log_records import CheckpointMark, CheckpointPage, checkpoint_of
from ._op import Op
from ._records import Health, KeyCounts, Resealed


def request(members: Mapping[str, Json]) -> str:
    """A request as JSON; what is None is left out, as the engine has it."""
    told = {name: value for name, value in members.items() if value is not None}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def stats() -> Call[Mapping[str, Any]]:
    return Call(Op.STATS, request({}), lambda answer: answer.body)


def health(timeout_s: float) -> Call[Health]:
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float):
        raise refuse_type("timeout_s", "seconds (int or float)", timeout_s)
    if not 0.001 <= timeout_s <= 600:  # NaN is in no range
        raise ConfigError("timeout_s must be 0.001 to 600 seconds", "CSEAL_E_RANGE")

    def read(answer: Answer) -> Health:
        body = answer.body
        if body["store"] == "down":
            operator_log.trouble(Op.HEALTH, failure(answer.status, body))
        return Health(body["store"], body["schema"], body["latency_us"] / 1e6)

    asked = request({"timeout_ms": int(timeout_s * 1000)})
    return Call(Op.HEALTH, asked, read, answers=frozenset({STORE_UNAVAILABLE}))


def reseal(after: str | None, limit: int) -> Call[Resealed]:
    def read(answer: Answer) -> Resealed:
        body = answer.body
        return Resealed(body["active"], body["resealed"], body["damaged"], body["left"], body["next"])

    return Call(Op.RESEAL, _walk(after, limit), read)


def key_counts(after: str | None, limit: int) -> Call[KeyCounts]:
    def read(answer: Answer) -> KeyCounts:
        body = answer.body
        return KeyCounts(body["active"], tuple(body["keys"]), body["counts"], body["next"])

    return Call(Op.KEY_COUNTS, _walk(after, limit), read)


def checkpoints(tenant: str | None, after: CheckpointMark | None, limit: int) -> Call[CheckpointPage]:
    if after is not None and not isinstance(after, CheckpointMark):
        raise refuse_type("after", "a CheckpointMark or None", after)

    def read(answer: Answer) -> CheckpointPage:
        behind = answer.body["next"]
        mark = None if behind is None else CheckpointMark(behind["tenant"], behind["size"])
        page = CheckpointPage(tuple(map(checkpoint_of, answer.body["checkpoints"])), mark)
        operator_log.checkpoints_waiting(page)
        return page

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
    return Call(Op.CHECKPOINTS, request(members), read)


def _walk(after: str | None, limit: int) -> str:
    place = None if after is None else arguments.text(after, "after")
    return request({"after": place, "limit": arguments.integer(limit, "limit")})


def fault(what: str) -> Call[None]:
    return Call(Op.FAULT, request({"what": what}), lambda _: None)
