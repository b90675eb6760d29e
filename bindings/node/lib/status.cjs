// SPDX-License-Identifier: Apache-2.0
// Generated from capi/status.def by tools/gen_status.py; do not edit.
"use strict";

/** Answers by number: what `check()` calls its status. */
const STATUS_BY_NUMBER = Object.freeze({
  0: "accepted",
  1: "wrong",
  2: "replayed",
  3: "malformed",
  4: "expired",
  5: "throttled",
  6: "locked",
  7: "revoked",
  8: "challenge",
  9: "enroll",
  10: "deny",
  11: "batch_done",
});

/** C names of the statuses after which the same call may succeed later. */
const RETRYABLE = Object.freeze([
  "CSEAL_THROTTLED",
  "CSEAL_E_NOMEM",
  "CSEAL_E_STORE_UNAVAILABLE",
]);

module.exports = { RETRYABLE, STATUS_BY_NUMBER };
