# SPDX-License-Identifier: Apache-2.0
"""What operators are told: records of the logger "counterseal", with fields of their own.

Each has ``event``, and what is named here beside it; none has a secret, a code, a session or a URL. Where nobody
listens no record is made.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Final

from ._errors import ConfigError, CountersealError, EngineClosed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._decision import Decision
    from ._log_records import Checkpoint, CheckpointPage
    from ._op import Op

LOGGER: Final = logging.getLogger("counterseal")
LOGGER.addHandler(logging.NullHandler())  # a host that configured nothing sees nothing on its standard error


def _tell(level: int, message: str, *arguments: object, extra: Mapping[str, object]) -> None:
    """What the host's own logging raises is told as `logging` tells what its handlers raise: the call stands, whatever
    became of its record.
    """
    try:
        LOGGER.log(level, message, *arguments, extra=extra)
    except Exception:  # noqa: BLE001
        if logging.raiseExceptions and sys.stderr is not None:
            traceback.print_exc()


def opened(store: str) -> None:
    _tell(logging.INFO, "engine opened: %s", store, extra={"event": "opened", "store": store})


def closed(store: str) -> None:
    _tell(logging.INFO, "engine closed: %s", store, extra={"event": "closed", "store": store})


def keys_reloaded() -> None:
    _tell(logging.INFO, "keys reloaded", extra={"event": "keys_reloaded"})


def decision(
    op: Op, tenant: str, subject: str, made: Decision, path: str | None = None, action: str | None = None
) -> None:
    if not LOGGER.isEnabledFor(logging.INFO):
        return
    told = {
        "event": "decision",
        "operation": op.name.lower(),
        "tenant": tenant,
        "subject": subject,
        "outcome": made.outcome,
        "reason": made.reason,
        "path": path,
        "action": action,
        "challenge_id": made.challenge_id,
        "assurance": made.assurance,
        "retry_after_s": made.retry_after_s,
        "policy_version": made.policy_version,
    }
    _tell(logging.INFO, "decision: %s (%s)", made.outcome, made.reason, extra=told)


def checkpoint_made(made: Checkpoint) -> None:
    told = {"event": "checkpoint_made", "tenant": made.tenant, "size": made.size}
    _tell(logging.INFO, "checkpoint made: %d events", made.size, extra=told)


def checkpoints_waiting(page: CheckpointPage) -> None:
    if page.items:
        told = {
            "event": "checkpoints_waiting",
            "n_waiting": len(page),
            "has_more": page.next is not None,
        }
        _tell(logging.INFO, "checkpoints wait to be kept: %d", len(page), extra=told)


def checkpoints_kept(tenant: str, size: int, n_released: int) -> None:
    told = {"event": "checkpoints_kept", "tenant": tenant, "size": size, "n_released": n_released}
    _tell(logging.INFO, "checkpoints kept: up to %d events", size, extra=told)


def trouble(op: Op | str, error: CountersealError) -> None:
    """Of the store, the keys, the clock or the machine; what a caller got wrong is the caller's to see."""
    if isinstance(error, ConfigError | EngineClosed):
        return
    name = op if isinstance(op, str) else op.name.lower()
    told = {"event": "trouble", "operation": name, "code": error.code, "retryable": error.retryable}
    level = logging.WARNING if error.retryable else logging.ERROR
    _tell(level, "trouble in %s: %s: %s", name, error.code, error, extra=told)
