# SPDX-License-Identifier: Apache-2.0
"""Operations of the engine by their numbers."""

from enum import IntEnum


class Op(IntEnum):
    """CSEAL_OP_ of engine.h."""

    SET_POLICY = 1
    POLICY = 2
    ENROLL_TOTP = 3
    CONFIRM = 4
    RECOVERY_CODES = 5
    IMPORT_FACTOR = 6
    LIST_FACTORS = 7
    EVALUATE = 8
    VERIFY_CHALLENGE = 9
    GRANT_VALID = 10
    VERIFY_FACTOR = 11
    SUSPEND = 12
    RESUME = 13
    REVOKE = 14
    UNLOCK = 15
    ADMIN_RESET = 16
    EVENTS = 17
    VERIFY_BATCH = 18
    STATS = 19
    HEALTH = 20
    CHECKPOINT = 21
    CHECKPOINTS = 22
    CHECKPOINTS_KEPT = 23
    LOG_VERIFIER = 24
    PROVE = 25
    EXPORT_LOG = 26
    ERASE_PERSON = 27
    PURGE_EVENTS = 28
    VERIFY_STATE = 29
    RESEAL = 30
    KEY_COUNTS = 31
    ENROLL_PASSKEY = 32
    BEGIN_PASSKEY = 33
    PASSKEY_OWNER = 34
    VERIFY_PASSKEY = 35
    IMPORT_PASSKEY = 36
    SET_CLOCK = 37
    FAULT = 100
