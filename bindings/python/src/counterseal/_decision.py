# SPDX-License-Identifier: Apache-2.0
"""What the engine says about a login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, SupportsIndex

from ._records import _Type, moment_if

_Reason = Literal[
    "OK",
    "OK_TRUSTED_DEVICE",
    "OK_GRACE",
    "OK_EXEMPT",
    "OK_BREAK_GLASS",
    "NEED_MFA",
    "STEP_UP",
    "ENROLL_REQUIRED",
    "GRACE_EXPIRED",
    "REPLAY",
    "WRONG_CODE",
    "MALFORMED",
    "THROTTLED",
    "LOCKED",
    "LOCKED_FINAL",
    "CHALLENGE_DEAD",
    "WRONG_CHALLENGE",
    "SAME_CHANNEL",
    "FACTOR_DISABLED_BY_POLICY",
    "FACTOR_NOT_QUALIFIED",
    "NO_USABLE_FACTOR",
    "LEGACY_PATH_BLOCKED",
    "UNKNOWN_PATH",
    "SUBJECT_DISABLED",
    "NO_POLICY",
    "TRUST_THEFT",
    "TRUST_EPOCH_OLD",
    "STORE_UNAVAILABLE",
    "CLOCK_FAULT",
    "PASSKEY_REFUSED",
    "STEP_IN_FUTURE",
]


class OfferedFactor(NamedTuple):
    """A factor that may answer a challenge: for the page that asks."""

    #: Its id.
    factor_id: str
    #: What kind of factor it is.
    type: _Type
    #: What its owner calls it; may be empty.
    label: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody is let in: true only for ``"allow"``. Immutable."""

    #: What to do now: let in, ask for a second factor, open the enrollment page and nothing else, or refuse.
    outcome: Literal["allow", "challenge", "enroll", "deny"]
    #: Why: for the log, never for the one who logs in.
    reason: _Reason
    #: How many factors were shown, where somebody is let in.
    assurance: int | None
    #: Their methods, as in RFC 8176.
    amr: tuple[str, ...]
    #: What to give to verify_challenge(), while the challenge may be answered.
    challenge_id: str | None
    #: What may answer it.
    factors: tuple[OfferedFactor, ...]
    #: What may be enrolled.
    types: tuple[_Type, ...]
    #: By when a factor must be enrolled.
    deadline: datetime | None
    #: When a code will be looked at again, in seconds.
    retry_after_s: int | None
    #: The policy that decided.
    policy_version: int | None
    #: One sentence for the one who logs in; it is the same for every refusal.
    message: str
    #: Only where somebody is let in: a sealed text that the host keeps in its session.
    grant: str | None = field(repr=False)
    #: Reserved for remembered devices.
    trust_token: str | None = field(repr=False, default=None)

    def __bool__(self) -> bool:
        return self.outcome == "allow"

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> str | tuple[Any, ...]:
        """Of pickling and copying alike."""
        if self.grant is not None:
            raise TypeError("a Decision with a grant holds a secret and is neither pickled nor copied")
        return object.__reduce_ex__(self, protocol)


def decision_of(answer: Mapping[str, Any], grant: bytes | None) -> Decision:
    return Decision(
        outcome=answer["outcome"],
        reason=answer["reason"],
        assurance=answer["assurance"],
        amr=tuple(answer["amr"]),
        challenge_id=answer["challenge_id"],
        factors=tuple(OfferedFactor(one["factor_id"], one["type"], one["label"]) for one in answer["factors"]),
        types=tuple(answer["types"]),
        deadline=moment_if(answer["deadline_us"]),
        retry_after_s=answer["retry_after_s"],
        policy_version=answer["policy_version"],
        message=answer["message"],
        grant=None if grant is None else grant.decode(),
    )
