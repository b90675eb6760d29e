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
