# SPDX-License-Identifier: Apache-2.0
"""The calls about a tenant's log: arguments checked, requests made, answers read."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Literal

from . import _arguments as arguments
from . import _operator_log as operator_log
from ._arguments import Json, Time
from ._call import STORE_CORRUPT, Answer, Call, failure
from ._errors import ConfigError
from ._log_records import (
    Checkpoint,
    ConsistencyProof,
    Erasure,
    InclusionProof,
    LogPart,
    LogVerifier,
    StateFault,
    StateReport,
    checkpoint_of,
    hash_of,
    hashes_of,
)
from ._op import Op
from ._operations import request

_LogFormat = Literal["lines", "csv", "fhir", "ocsf", "cef"]

_LONGEST_S: Final = 86_400


class LogCalls:
    def __init__(self, tenant: str) -> None:
        self._tenant = tenant

    def _request(self, **members: Json) -> str:
        return request({"tenant": self._tenant, **members})

    def checkpoint(self) -> Call[Checkpoint | None]:
        def read(answer: Answer) -> Checkpoint | None:
            made = answer.body["checkpoint"]
            if made is None:
                return None
            point = checkpoint_of(made)
            operator_log.checkpoint_made(point)
            return point

        return Call(Op.CHECKPOINT, self._request(), read)

    def checkpoints_kept(self, size: int) -> Call[int]:
        def read(answer: Answer) -> int:
            n_released = int(answer.body["released"])
            operator_log.checkpoints_kept(self._tenant, size, n_released)
            return n_released

        return Call(Op.CHECKPOINTS_KEPT, self._request(size=arguments.integer(size, "size")), read)

    def verifier(self) -> Call[LogVerifier]:
        def read(answer: Answer) -> LogVerifier:
            return LogVerifier(answer.body["origin"], answer.body["verifier"])

        return Call(Op.LOG_VERIFIER, self._request(), read)

    def prove_inclusion(self, seq: int, size: int) -> Call[InclusionProof]:
        def read(answer: Answer) -> InclusionProof:
            body = answer.body
            return InclusionProof(hash_of(body["leaf"]), hash_of(body["root"]), hashes_of(body["proof"]))

        asked = self._request(seq=arguments.integer(seq, "seq"), size=arguments.integer(size, "size"))
        return Call(Op.PROVE, asked, read)

    def prove_consistency(self, first: int, size: int) -> Call[ConsistencyProof]:
        def read(answer: Answer) -> ConsistencyProof:
            body = answer.body
            return ConsistencyProof(hash_of(body["first_root"]), hash_of(body["root"]), hashes_of(body["proof"]))

        asked = self._request(first=arguments.integer(first, "first"), size=arguments.integer(size, "size"))
        return Call(Op.PROVE, asked, read)

    def export(self, after: int, limit: int, form: _LogFormat) -> Call[LogPart]:
        def read(answer: Answer) -> LogPart:
            return LogPart(answer.secret or b"", answer.body["events"], answer.body["next"])

        asked = self._request(
            after=arguments.integer(after, "after"),
            limit=arguments.integer(limit, "limit"),
            format=arguments.text(form, "format"),
        )
        return Call(Op.EXPORT_LOG, asked, read)

    def erase_person(self, subject: str, actor: str, reason: str) -> Call[Erasure]:
        asked = self._request(
            subject=arguments.name(subject, "subject"),
            actor=arguments.text(actor, "actor"),
            reason=arguments.text(reason, "reason"),
        )
        return Call(Op.ERASE_PERSON, asked, _erasure)

    def purge_events(self, before: Time, actor: str, reason: str) -> Call[Erasure]:
        asked = self._request(
            before_us=arguments.microseconds(before, "before"),
            actor=arguments.text(actor, "actor"),
            reason=arguments.text(reason, "reason"),
        )
        return Call(Op.PURGE_EVENTS, asked, _erasure)

    def verify_state(self, checkpoints: Sequence[str] | AbstractSet[str], timeout_s: float) -> Call[StateReport]:
        if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float):
            raise arguments.refuse_type("timeout_s", "seconds (int or float)", timeout_s)
        if not 0.001 <= timeout_s <= _LONGEST_S:  # NaN is in no range
            raise ConfigError(f"timeout_s must be 0.001 to {_LONGEST_S} seconds", "CSEAL_E_RANGE")
        asked = self._request(
            checkpoints=[*arguments.texts(checkpoints, "checkpoints")], timeout_ms=int(timeout_s * 1000)
        )
        return Call(Op.VERIFY_STATE, asked, _state, answers=frozenset({STORE_CORRUPT}))


def _erasure(answer: Answer) -> Erasure:
    return Erasure(answer.body["events"], answer.body["is_complete"])


def _state(answer: Answer) -> StateReport:
    body = answer.body
    if "faults" not in body:  # not a comparison that found something, but a row that could not be read
        error = failure(answer.status, body)
        operator_log.trouble(Op.VERIFY_STATE, error)
        raise error
    faults = (
        StateFault(one["subject"], one["factor_id"], one["what"], one["stored"], one["log"]) for one in body["faults"]
    )
    return StateReport(body["events"], body["factors"], body["subjects"], hash_of(body["root"]), tuple(faults))
