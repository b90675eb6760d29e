// SPDX-License-Identifier: Apache-2.0
// Passkeys and security keys. The public words are in webauthn.d.cts.
"use strict";

const { kindOf, secondsOrNow } = require("./arguments.cjs");
const { optional } = require("./engine_arguments.cjs");
const { readOptions } = require("./factor.cjs");
const native = require("./native.cjs");
const { StoredCredential, keyOf } = require("./stored_credential.cjs");
const { Options } = require("./webauthn_options.cjs");
const { allBytes, descriptors, settingsOf } = require("./webauthn_settings.cjs");
const { partyOf, responseText } = require("./webauthn_texts.cjs");

/** Settings that options need too, and those that only verification has. */
const OPTION_SETTINGS = Object.freeze(["rpId", "userVerification"]);
const CEREMONY_SETTINGS = Object.freeze([
  ...OPTION_SETTINGS,
  "origins",
  "subdomains",
  "anyPort",
  "crossOrigin",
  "topOrigins",
  "backupEligibleAllowed",
  "quirks",
]);
const REGISTRATION_SETTINGS = Object.freeze([
  ...CEREMONY_SETTINGS,
  "algorithms",
  "anchors",
  "attestationRequired",
  "appidExclude",
]);
const AUTHENTICATION_SETTINGS = Object.freeze([
  ...CEREMONY_SETTINGS,
  "appid",
  "backupEligibilityMayRise",
  "signCountMayStay",
  "mayInitializeUv",
]);
const REQUEST = Object.freeze(["challenge", "hints", "extensions", "timeoutS"]);
const REGISTRATION_REQUEST = Object.freeze([
  "userId",
  "userName",
  "userDisplayName",
  "attestation",
  "attestationFormats",
  "residentKey",
  "attachment",
  "exclude",
  ...REQUEST,
]);

/** All that the core says of a response. */
const STATUSES = Object.freeze({ 0: "accepted", 1: "wrong", 3: "malformed" });

/** @param {any} options */
function registrationOptions(options) {
  const ofParty = [...OPTION_SETTINGS, "rpName", "algorithms"];
  const given = readOptions(options, "registrationOptions", [...ofParty, ...REGISTRATION_REQUEST]);
  const party = partyOf(settingsOf(given, ofParty, ["rpId", "rpName"]));
  const request = settingsOf(given, REGISTRATION_REQUEST, ["userId", "userName"]);
  return new Options(JSON.parse(native.partyOptions(party, true, JSON.stringify(request))));
}

/** @param {any} options */
function authenticationOptions(options) {
  const given = readOptions(options, "authenticationOptions", [...OPTION_SETTINGS, "allow", ...REQUEST]);
  const party = partyOf(settingsOf(given, OPTION_SETTINGS, ["rpId"]));
  const request = { ...settingsOf(given, REQUEST, []), allow: optional(given.allow, "allow", descriptors) };
  return new Options(JSON.parse(native.partyOptions(party, false, JSON.stringify(request))));
}

/** @param {any} options */
function relatedOrigins(options) {
  const given = readOptions(options, "relatedOrigins", ["rpId", "origins"]);
  return JSON.parse(native.partyOrigins(partyOf(settingsOf(given, ["rpId", "origins"], ["rpId", "origins"]))));
}

/** @param {unknown} response */
function credentialId(response) {
  const found = native.credentialId(responseText(response));
  return found === null ? null : new Uint8Array(found);
}

/**
 * @param {number} status
 * @param {string} section
 * @param {StoredCredential | null} credential
 * @param {any} said what the core answered
 * @returns {any}
 */
function resultOf(status, section, credential, said) {
  const { accepted, refusal, step, meaning, expected_origin, rp_id, ...others } = said;
  const common = { status: STATUSES[/** @type {0 | 1 | 3} */ (status)], ...others };
  if (!accepted) return Object.freeze({ accepted, step: `${section}.${step}`, refusal, meaning, ...common });
  return Object.freeze({ accepted, credential, rpId: rp_id, expectedOrigin: expected_origin, ...common });
}

/** @param {any} options */
function verifyRegistration(options) {
  const known = ["response", "challenge", "conditional", "taken", "at", ...REGISTRATION_SETTINGS];
  const given = readOptions(options, "verifyRegistration", known);
  const party = partyOf(settingsOf(given, REGISTRATION_SETTINGS, ["rpId", "origins"]));
  const expected = {
    ...settingsOf(given, ["challenge", "conditional", "taken"], ["challenge"]),
    at: Math.floor(secondsOrNow(given.at)),
  };
  const [status, record, answer] = native.verifyRegistration(
    party,
    JSON.stringify(expected),
    responseText(given.response),
  );
  const { is_statement_valid, format, ...said } = JSON.parse(answer);
  const stored = record === "" ? null : new StoredCredential(record);
  return resultOf(status, "7.1", stored, format === undefined ? said : { ...said, attestationFormat: format });
}

/** @param {any} options */
function verifyAuthentication(options) {
  const known = [
    "response",
    "challenge",
    "credential",
    "allow",
    "userHandle",
    "usernameless",
    ...AUTHENTICATION_SETTINGS,
  ];
  const given = readOptions(options, "verifyAuthentication", known);
  const { credential } = given;
  if (!(credential instanceof StoredCredential)) {
    throw new TypeError(`credential must be a StoredCredential, not ${kindOf(credential)}`);
  }
  const party = partyOf(settingsOf(given, AUTHENTICATION_SETTINGS, ["rpId", "origins"]));
  const expected = {
    ...settingsOf(given, ["challenge", "userHandle", "usernameless"], ["challenge"]),
    allow: optional(given.allow, "allow", allBytes),
  };
  const key = keyOf(credential);
  const [status, record, answer] = native.verifyAuthentication(
    party,
    JSON.stringify(expected),
    credential.toJSON(),
    key,
    responseText(given.response),
  );
  const { sign_count, is_appid, is_signature_valid, ...said } = JSON.parse(answer);
  const stored = record === "" ? null : new StoredCredential(record, key);
  if (sign_count === undefined) return resultOf(status, "7.2", stored, said);
  return resultOf(status, "7.2", stored, {
    ...said,
    signCountRegressed: sign_count === "did_not_rise",
    isAppid: is_appid,
  });
}

module.exports = Object.freeze({
  StoredCredential,
  authenticationOptions,
  credentialId,
  registrationOptions,
  relatedOrigins,
  verifyAuthentication,
  verifyRegistration,
});
