# SPDX-License-Identifier: Apache-2.0
"""What is raised. A refused code is not among it: that is a Verdict or a Decision."""

from typing import Any, Final

from ._status import RETRYABLE


class CountersealError(Exception):
    """Misuse or failure. Its text holds no secret."""

    #: The C name of the status, for example ``"CSEAL_E_RANGE"``.
    code: str

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later."""
        return self.code in RETRYABLE

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.code)


class ConfigError(CountersealError, ValueError):
    """A setting that breaks a rule; the text starts with the argument's name."""


class StoreUnavailable(CountersealError):
    """The store cannot be reached, or did not answer in time: nothing was changed, nobody is let in."""


class OutcomeUnknown(CountersealError):
    """Whether a commit happened is not known: a refusal. A code may be used up; ask for the next one."""


class StoreCorrupt(CountersealError):
    """A stored row is damaged or was altered behind the engine's back: a refusal, and a case for an administrator."""


class StoreRolledBack(CountersealError):
    """The store does not go on from a checkpoint that was kept of it: it was set back to an older copy, or changed."""


class SchemaMismatch(CountersealError):
    """The store's tables are of another version, or somebody else's: open it once with ``schema="migrate"``."""


class KeyRingError(CountersealError):
    """The key ring is missing, unreadable, or not the one that the store was made with."""


class EngineClosed(CountersealError):
    """The engine was closed."""


class StepUpRequired(CountersealError):
    """Another factor wants a grant of the same session, from a second factor shown a moment ago: what evaluate() asks
    for with the action "enroll". Nothing was made."""


_TROUBLE: Final[dict[str, type[CountersealError]]] = {
    "CSEAL_E_STORE_UNAVAILABLE": StoreUnavailable,
    "CSEAL_E_STORE_UNKNOWN": OutcomeUnknown,
    "CSEAL_E_STORE_CORRUPT": StoreCorrupt,
    "CSEAL_E_STORE_ROLLED_BACK": StoreRolledBack,
    "CSEAL_E_SCHEMA": SchemaMismatch,
    "CSEAL_E_KEYS": KeyRingError,
    "CSEAL_E_CLOSED": EngineClosed,
    **dict.fromkeys(("CSEAL_E_CRYPTO", "CSEAL_E_FORKED", "CSEAL_E_INTERNAL", "CSEAL_E_NOMEM"), CountersealError),
}


_SETTINGS: Final = frozenset({"CSEAL_E_ARGUMENT", "CSEAL_E_RANGE", "CSEAL_E_UNSUPPORTED"})


def trouble(message: str, code: str) -> CountersealError:
    """The error of a status; only where the status alone says so, that of a wrong setting."""
    return (ConfigError if code in _SETTINGS else _TROUBLE.get(code, CountersealError))(message, code)


def setting(message: str, code: str) -> CountersealError:
    """The error of a setting that breaks a rule, unless the status says that the trouble is elsewhere."""
    return _TROUBLE.get(code, ConfigError)(message, code)
