# SPDX-License-Identifier: Apache-2.0
"""One call of an operation: what goes in, and how its answer is read, on whatever thread it runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, NamedTuple, TypeVar

from . import _operator_log as operator_log
from ._clock import _Clock, now_us
from ._errors import CountersealError, setting, trouble
from ._native import HOTP, TOTP, _status
from ._op import Op

_Result = TypeVar("_Result")

#: Statuses of decisions and of operations that are done. Every other positive one belongs to a response.
OK: Final = 0
WRONG: Final = 1
DENY: Final = 10
STORE_UNAVAILABLE: Final = -9
STORE_CORRUPT: Final = -11
CLOSED: Final = -17


#: What a member of a request is called in Python, where it is called otherwise.
_NAMES: Final = {
    "now_us": "clock",
    "at_us": "at",
    "before_us": "before",
    "max_age_s": "max_age",
    "timeout_ms": "timeout_s",
    "policy": "document",
}


class Answer(NamedTuple):
    """What the engine said."""

    status: int
    body: Mapping[str, Any]
    secret: bytes | None

    def text(self) -> str:
        """The secret part where it is text; empty where there is none."""
        return "" if self.secret is None else self.secret.decode()


@dataclass(frozen=True, slots=True)
class Call(Generic[_Result]):
    op: Op
    request: str
    read: Callable[[Answer], _Result]
    #: What a person typed, or whose key it is: keys go from one part of the native module to another.
    secret: bytes | TOTP | HOTP | None = field(default=None, repr=False)
    #: Failures that are answers here.
    answers: frozenset[int] = frozenset()

    def asked(self, clock: _Clock | None) -> str:
        """The request with the host's time: that of when it is made, however long ago it was written down."""
        now = now_us(clock)
        if now is None:
            return self.request
        return f'{self.request[:-1]}{"" if self.request == "{}" else ","}"now_us":{now}}}'

    def result(self, status: int, text: str, secret: bytes | None) -> _Result:
        """What the call returns. Raises what it raises."""
        body = json.loads(text) if text else {}
        if status < 0 and (status not in self.answers or not body):
            error = failure(status, body)
            operator_log.trouble(self.op, error)
            raise error
        return self.read(Answer(status, body, secret))


def failure(status: int, body: Mapping[str, Any]) -> CountersealError:
    code, meaning = _status(status)
    error = body.get("error", {})
    argument, rule = error.get("argument"), error.get("rule", meaning)
    message = f"{_NAMES.get(argument, argument)} {rule}" if argument else rule
    # A time that the host gave is a setting; a clock that went backwards is trouble.
    return setting(message, code) if code == "CSEAL_E_TIME" and argument else trouble(message, code)
