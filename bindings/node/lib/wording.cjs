// SPDX-License-Identifier: Apache-2.0
// The core's rules are written with the names that C and Python use.
"use strict";

/** @type {Readonly<Record<string, string>>} */
const ARGUMENT = {
  last_step: "lastStep",
  next_counter: "nextCounter",
  look_ahead: "lookAhead",
  pin_hash: "pinHash",
  token_id: "tokenId",
  public_id: "publicId",
  private_id: "privateId",
  last_counter: "last.counter",
  last_session_use: "last.sessionUse",
  // Of the engine. Members of a policy document are not among them: that is the same in every language.
  allow_legacy: "allowLegacy",
  at_us: "at",
  auth_time: "authTime",
  before_us: "before",
  challenge_id: "challengeId",
  dry_run: "dryRun",
  expected_checkpoints: "expectedCheckpoints",
  factor_id: "factorId",
  first_factor: "firstFactor",
  idempotency_key: "idempotencyKey",
  max_age_s: "maxAge",
  n_sessions: "pool.sessions",
  n_threads: "pool.threads",
  now_us: "clock",
  patience_ms: "pool.patienceS in milliseconds",
  timeout_ms: "timeoutS in milliseconds",
  verify_factor: "verifyFactor",
  // Of passkeys.
  any_port: "anyPort",
  appid_exclude: "appidExclude",
  attestation_formats: "attestationFormats",
  attestation_required: "attestationRequired",
  backup_eligibility_may_rise: "backupEligibilityMayRise",
  backup_eligible_allowed: "backupEligibleAllowed",
  cross_origin: "crossOrigin",
  may_initialize_uv: "mayInitializeUv",
  resident_key: "residentKey",
  rp_id: "rpId",
  rp_name: "rpName",
  sign_count_may_stay: "signCountMayStay",
  timeout_s: "timeoutS",
  top_origins: "topOrigins",
  user_display_name: "userDisplayName",
  user_handle: "userHandle",
  user_id: "userId",
  user_name: "userName",
  user_verification: "userVerification",
};

/** @param {string} text */
function spelled(text) {
  return text.replace(/\b[a-z]+(_[a-z]+)+\b/g, (name) => ARGUMENT[name] ?? name);
}

module.exports = { spelled };
