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

/** What C takes in milliseconds and callers give in seconds. @type {Readonly<Record<string, string>>} */
const SECONDS = { patience_ms: "pool.patienceS", timeout_ms: "timeoutS" };

/** @param {string} text */
function spelled(text) {
  const inSeconds = text.replace(
    /\b(patience_ms|timeout_ms) must be (?:a whole number from )?(\d+) to (\d+)/g,
    (_, name, low, high) => `${SECONDS[name]} must be ${low / 1000} to ${high / 1000} seconds`,
  );
  return inSeconds.replace(/\b[a-z]+(_[a-z]+)+\b/g, (name) => ARGUMENT[name] ?? name);
}

/**
 * What is wrong with a policy. Its members have the same names in every language.
 * @param {string} rule
 */
function ofDocument(rule) {
  return rule.startsWith("the policy") ? rule.replace("the policy", "document") : `document: ${rule}`;
}

module.exports = { ofDocument, spelled };
