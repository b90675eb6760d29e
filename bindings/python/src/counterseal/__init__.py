# SPDX-License-Identifier: Apache-2.0
"""Multi-factor authentication to embed in a login backend: one-time codes, checked in constant time.

HOTP and TOTP are what phones and tokens show, OCRA answers a challenge, YubicoOtp is what a YubiKey types.
webauthn verifies passkeys and security keys. KeyTable checks the codes of many users in one call. Engine decides
about logins on a store of its own.

A refused code is a false Verdict or Decision, never an exception. A wrong setting raises ConfigError, a wrong type
TypeError.
"""

from . import webauthn
from ._async_engine import AsyncEngine
from ._async_log import AsyncLog
from ._async_tenant import AsyncTenant
from ._decision import Decision, OfferedFactor
from ._engine import Engine
from ._enrollment import TotpEnrollment
from ._errors import (
    ConfigError,
    CountersealError,
    EngineClosed,
    KeyRingError,
    OutcomeUnknown,
    SchemaMismatch,
    StepUpRequired,
    StoreCorrupt,
    StoreRolledBack,
    StoreUnavailable,
)
from ._log import Log
from ._log_check import verify_log
from ._log_records import (
    Checkpoint,
    CheckpointMark,
    CheckpointPage,
    ConsistencyProof,
    Erasure,
    InclusionProof,
    LogPart,
    LogReport,
    LogVerifier,
    StateFault,
    StateReport,
)
from ._native import (
    HOTP,
    OCRA,
    TOTP,
    BatchVerdict,
    HOTPKeyTable,
    KeyRing,
    KeyTable,
    Seed,
    Verdict,
    YubicoOtp,
    __version__,
    verify_batch,
    verify_hotp_batch,
)
from ._opening import Pool
from ._passkey_records import PasskeyEnrollment, PasskeyOwner, PasskeyQuestion
from ._pending import Pending
from ._records import (
    Change,
    ClockChange,
    Event,
    Factor,
    Health,
    ImportedFactor,
    KeyCounts,
    Page,
    Policy,
    Resealed,
    Reset,
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
from ._tenant import Tenant

__all__ = [
    "HOTP",
    "OCRA",
    "TOTP",
    "AsyncEngine",
    "AsyncLog",
    "AsyncTenant",
    "BatchVerdict",
    "Change",
    "Checkpoint",
    "CheckpointMark",
    "CheckpointPage",
    "ClockChange",
    "ConfigError",
    "ConsistencyProof",
    "CountersealError",
    "Decision",
    "Engine",
    "EngineClosed",
    "Erasure",
    "Event",
    "Factor",
    "HOTPKeyTable",
    "Health",
    "ImportedFactor",
    "InclusionProof",
    "KeyCounts",
    "KeyRing",
    "KeyRingError",
    "KeyTable",
    "Log",
    "LogPart",
    "LogReport",
    "LogVerifier",
    "OfferedFactor",
    "OutcomeUnknown",
    "Page",
    "PasskeyEnrollment",
    "PasskeyOwner",
    "PasskeyQuestion",
    "Pending",
    "Policy",
    "Pool",
    "Resealed",
    "Reset",
    "SchemaMismatch",
    "Seed",
    "SeedFile",
    "SeedFileError",
    "SeedProblem",
    "StateFault",
    "StateReport",
    "StepUpRequired",
    "StoreCorrupt",
    "StoreRolledBack",
    "StoreUnavailable",
    "Tenant",
    "TotpEnrollment",
    "Verdict",
    "YubicoOtp",
    "__version__",
    "export_migration",
    "export_seeds",
    "import_migration",
    "import_seeds",
    "verify_batch",
    "verify_hotp_batch",
    "verify_log",
    "webauthn",
]
