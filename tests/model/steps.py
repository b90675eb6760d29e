# SPDX-License-Identifier: Apache-2.0
"""A call of a sequence, in words that outlive the engine that it was made for.

What an engine made up is named by the call that got it: "#12" is the factor, challenge or grant that call 12 brought.
A call that names one of a call that was left out names something that there is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SESSIONS = (b"0123456789abcdef", b"another browser of somebody", b"a third one, of nobody yet")
TENANTS = ("maple", "birch")
SUBJECTS = ("alice", "bob")
NOBODY = "nobody"

MISSING_FACTOR = "AAAAAAAAAAAAAAAAAAAAAA"
MISSING_CHALLENGE = "BBBBBBBBBBBBBBBBBBBBBB"


@dataclass(frozen=True)
class Response:
    """What is typed, by what it means when it is typed.

    how: "due" (the code of the step or counter that is due, `offset` further on), "last" (that of the last accepted
    one), "wrong" (of the right length, and nobody's), "recovery" (code number `offset` of a set), "text".
    """

    how: str
    of: str = ""
    offset: int = 0
    text: str = ""
    style: str = ""  # "blanks", "lower": how it is written

    def __str__(self) -> str:
        of = f" of {self.of}" if self.of else ""
        offset = f" {self.offset:+}" if self.offset or self.how == "recovery" else ""
        return f"{self.how}{of}{offset}" + (f" {self.text!r}" if self.how == "text" else "") + self.style


@dataclass(frozen=True)
class Step:
    number: int
    op: str
    tenant: str = TENANTS[0]
    subject: str = SUBJECTS[0]
    fault: str = ""  # of the store, while it runs
    more: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.more[name]

    def __str__(self) -> str:
        shown = [f"{name}={value}" if isinstance(value, Response) else f"{name}={value!r}"
                 for name, value in self.more.items() if value is not None]  # fmt: skip
        where = [] if self.op in ("clock", "reopen", "set_policy") else [f"{self.tenant}/{self.subject}"]
        if self.op == "set_policy":
            where = [self.tenant]
        fault = f"  (fault: {self.fault})" if self.fault else ""
        return f"#{self.number} {self.op}({', '.join(where + shown)}){fault}"
