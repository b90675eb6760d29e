# SPDX-License-Identifier: Apache-2.0
"""Multi-factor authentication to embed in a login backend: one-time codes, checked in constant time.

HOTP and TOTP are what phones and tokens show, OCRA answers a challenge, YubicoOtp is what a YubiKey types.
KeyTable checks the codes of many users in one call.

A refused code is a false Verdict, never an exception. A wrong setting raises ConfigError, a wrong type TypeError.
"""

from ._errors import ConfigError, CountersealError
from ._native import (
    HOTP,
    OCRA,
    TOTP,
    BatchVerdict,
    HOTPKeyTable,
    KeyTable,
    Seed,
    Verdict,
    YubicoOtp,
    __version__,
    verify_batch,
    verify_hotp_batch,
)
from ._seeds import (
    SeedFile,
    SeedFileError,
    SeedProblem,
    export_migration,
    export_seeds,
    import_migration,
    import_seeds,
)

__all__ = [
    "HOTP",
    "OCRA",
    "TOTP",
    "BatchVerdict",
    "ConfigError",
    "CountersealError",
    "HOTPKeyTable",
    "KeyTable",
    "Seed",
    "SeedFile",
    "SeedFileError",
    "SeedProblem",
    "Verdict",
    "YubicoOtp",
    "__version__",
    "export_migration",
    "export_seeds",
    "import_migration",
    "import_seeds",
    "verify_batch",
    "verify_hotp_batch",
]
