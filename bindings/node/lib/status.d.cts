// SPDX-License-Identifier: Apache-2.0
// Generated from capi/status.def by tools/gen_status.py; do not edit.

/** What `check()` may say. */
export type Status =
  | "accepted"
  | "wrong"
  | "replayed"
  | "malformed"
  | "expired"
  | "throttled"
  | "locked"
  | "revoked"
  | "challenge"
  | "enroll"
  | "deny"
  | "batch_done";

/** What `CountersealError.code` may be. */
export type ErrorCode =
  | "CSEAL_MALFORMED"
  | "CSEAL_DENY"
  | "CSEAL_E_ARGUMENT"
  | "CSEAL_E_RANGE"
  | "CSEAL_E_CAPACITY"
  | "CSEAL_E_TIME"
  | "CSEAL_E_FORKED"
  | "CSEAL_E_NOMEM"
  | "CSEAL_E_UNSUPPORTED"
  | "CSEAL_E_CRYPTO"
  | "CSEAL_E_STORE_UNAVAILABLE"
  | "CSEAL_E_STORE_UNKNOWN"
  | "CSEAL_E_STORE_CORRUPT"
  | "CSEAL_E_SCHEMA"
  | "CSEAL_E_KEYS"
  | "CSEAL_E_ENCODING"
  | "CSEAL_E_INTERNAL"
  | "CSEAL_E_SELFTEST"
  | "CSEAL_E_CLOSED"
  | "CSEAL_E_STORE_ROLLED_BACK"
  | "CSEAL_E_NOT_EVALUATED";

/** Answers by number. */
export declare const STATUS_BY_NUMBER: Readonly<Record<number, Status>>;

/** C names of the statuses after which the same call may succeed later. */
export declare const RETRYABLE: readonly string[];
