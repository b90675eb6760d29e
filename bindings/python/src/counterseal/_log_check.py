# SPDX-License-Identifier: Apache-2.0
"""Exported logs against checkpoints that were kept: no store is needed, and none is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from . import _arguments as arguments
from ._errors import ConfigError, StoreCorrupt
from ._log_records import LogReport, LogVerifier, hash_of
from ._native import _verify_log

if TYPE_CHECKING:
    from typing_extensions import Buffer


def verify_log(
    data: Buffer,
    checkpoints: Sequence[str] | AbstractSet[str] = (),
    verifier: LogVerifier | str | None = None,
) -> LogReport:
    """Whether an exported log is the one of the checkpoints that were kept of it. A log that is not is a false report
    with the problem, no exception.

    ``data`` is all of it, as Log.export() gives it in ``"lines"``, from the first event on. ``checkpoints`` are the
    notes of Checkpoint; without any, a log that was made anew as a whole is not noticed. ``verifier``, what
    Log.verifier() said while the store was trusted, is who has to have signed each of them; without one, whoever keeps
    them looked at that. What is no note or no verifier, or a note that the verifier has not signed, is a ConfigError.
    Other threads run meanwhile.
    """
    notes = arguments.texts(checkpoints, "checkpoints")
    key = verifier.verifier if isinstance(verifier, LogVerifier) else verifier
    signer = "" if key is None else arguments.name(key, "verifier")
    try:
        body = json.loads(_verify_log(data, json.dumps(notes, ensure_ascii=False) if notes else "", signer))
    except StoreCorrupt as fault:
        return LogReport(problem=str(fault))
    except ConfigError as fault:
        raise ConfigError(_spelled(str(fault)), fault.code) from None
    return LogReport(
        n_events=body["events"],
        n_covered=body["covered"],
        n_erased=body["erased"],
        n_purged=body["purged"],
        n_checkpoints=body["checkpoints"],
        root=hash_of(body["root"]),
    )


def _spelled(text: str) -> str:
    """What is wrong with an argument, by the name that it has here."""
    return re.sub(r"^kept checkpoint (\d+)", lambda found: f"checkpoints[{int(found[1]) - 1}]", text)
