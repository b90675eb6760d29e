# SPDX-License-Identifier: Apache-2.0
"""What the calls about passkeys give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ._webauthn_results import Options


@dataclass(frozen=True, slots=True)
class PasskeyEnrollment:
    """A passkey that is about to be registered. It is pending until confirm() accepts what the browser sends."""

    #: The factor's id, for confirm().
    factor_id: str
    #: What the browser is asked for; the engine keeps their challenge.
    options: Options
    #: When it can no longer be confirmed.
    expires: datetime


@dataclass(frozen=True, slots=True)
class PasskeyQuestion:
    """What a browser is asked for to log in: true only if there is something to ask."""

    #: ``"OK"``, or why not, as in a decision.
    reason: str
    #: To be given with the answer.
    challenge_id: str | None
    #: What the browser is asked for; each answer, right or wrong, uses its challenge up.
    options: Options | None
    #: Until when it may be answered.
    expires: datetime | None

    def __bool__(self) -> bool:
        return self.options is not None


@dataclass(frozen=True, slots=True)
class PasskeyOwner:
    """Whose passkey a response says it is. Nothing of it was verified."""

    #: Who has such a passkey.
    subject: str
    #: Which of their factors it is.
    factor_id: str
