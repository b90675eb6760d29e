# SPDX-License-Identifier: Apache-2.0
"""What is raised. A refused code is not among it: that is a Verdict."""

from typing import Any

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
