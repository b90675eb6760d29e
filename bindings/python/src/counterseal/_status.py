# SPDX-License-Identifier: Apache-2.0
"""Generated from capi/status.def by tools/gen_status.py; do not edit."""

from typing import Final, Literal

#: What ``Verdict.status`` may say.
Status = Literal[
    "accepted",
    "wrong",
    "replayed",
    "malformed",
    "expired",
    "throttled",
    "locked",
    "revoked",
    "challenge",
    "enroll",
    "deny",
    "batch_done",
]

#: C names of the statuses after which the same call may succeed later.
RETRYABLE: Final = frozenset(
    {
        "CSEAL_THROTTLED",
        "CSEAL_E_NOMEM",
        "CSEAL_E_STORE_UNAVAILABLE",
    }
)
