# SPDX-License-Identifier: Apache-2.0
"""Multi-factor authentication to embed in a login backend: one-time codes (HOTP, TOTP), checked in constant time.

A refused code is a false Verdict, never an exception. A wrong setting raises ConfigError, a wrong type TypeError.
"""

from ._errors import ConfigError, CountersealError
from ._native import HOTP, TOTP, Verdict, __version__

__all__ = ["HOTP", "TOTP", "ConfigError", "CountersealError", "Verdict", "__version__"]
