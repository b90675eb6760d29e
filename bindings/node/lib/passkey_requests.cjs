// SPDX-License-Identifier: Apache-2.0
// The requests of calls about passkeys, made of what callers pass, as in tenant_requests.cjs.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf } = require("./arguments.cjs");
const read = require("./engine_arguments.cjs");
const { readOptions } = require("./factor.cjs");
const { StoredCredential } = require("./stored_credential.cjs");
const { shownGrant } = require("./tenant_requests.cjs");
const { base64url } = require("./webauthn_texts.cjs");

/** @typedef {import("./tenant_requests.cjs").Request} Request */

/**
 * @param {unknown} subject
 * @param {unknown} options
 * @returns {Request}
 */
function enrollPasskey(subject, options) {
  const names = ["userName", "userDisplayName", "label", "replaces", "idempotencyKey"];
  const wishes = ["residentKey", "attachment", "attestation"];
  const given = readOptions(options, "enrollPasskey", [...names, ...wishes, "grant", "session", "signal"]);
  const { secret, session } = shownGrant(given);
  const members = {
    subject: read.id(subject, "subject"),
    session,
    user_name: read.optional(given.userName, "userName", read.text),
    user_display_name: read.optional(given.userDisplayName, "userDisplayName", read.text),
    label: read.optional(given.label, "label", read.text),
    replaces: read.optional(given.replaces, "replaces", read.text),
    idempotency_key: read.optional(given.idempotencyKey, "idempotencyKey", read.text),
    resident_key: read.optional(given.residentKey, "residentKey", read.text),
    attachment: read.optional(given.attachment, "attachment", read.text),
    attestation: read.optional(given.attestation, "attestation", read.text),
  };
  return { members, secret, signal: read.signal(given.signal) };
}

/**
 * @param {unknown} options
 * @returns {Request}
 */
function beginPasskey(options) {
  const ofChallenge = ["subject", "challengeId", "factorId"];
  const given = readOptions(options, "beginPasskey", [...ofChallenge, "path", "action", "session", "signal"]);
  if ((given.subject === undefined) !== (given.challengeId === undefined)) {
    throw new TypeError("subject and challengeId go together: the challenge is that of evaluate()");
  }
  if ((given.subject === undefined) === (given.path === undefined)) {
    throw new TypeError("path is for a login of somebody who is not known yet: subject, or path");
  }
  const action = read.optional(given.action, "action", read.text);
  const factor_id = read.optional(given.factorId, "factorId", read.text);
  const about =
    given.subject === undefined
      ? { path: read.text(given.path, "path"), action }
      : {
          subject: read.id(given.subject, "subject"),
          challenge_id: read.text(given.challengeId, "challengeId"),
          factor_id,
        };
  return { members: { session: read.session(given.session, "session"), ...about }, signal: read.signal(given.signal) };
}

/**
 * @param {unknown} response
 * @param {unknown} options
 * @returns {Request}
 */
function passkeyOwner(response, options) {
  const { signal } = readOptions(options, "passkeyOwner", ["signal"]);
  return { members: {}, secret: read.passkeyResponse(response), signal: read.signal(signal) };
}

/**
 * @param {unknown} subject
 * @param {unknown} challengeId
 * @param {unknown} response
 * @param {unknown} options
 * @returns {Request}
 */
function verifyPasskey(subject, challengeId, response, options) {
  const given = readOptions(options, "verifyPasskey", ["session", "groups", "status", "signal"]);
  const members = {
    subject: read.id(subject, "subject"),
    challenge_id: read.text(challengeId, "challengeId"),
    session: read.session(given.session, "session"),
    groups: read.optional(given.groups, "groups", read.texts),
    status: read.optional(given.status, "status", read.text),
  };
  return { members, secret: read.passkeyResponse(response), signal: read.signal(given.signal) };
}

/**
 * @param {unknown} subject
 * @param {unknown} credential
 * @param {unknown} options
 * @returns {Request}
 */
function importCredential(subject, credential, options) {
  const given = readOptions(options, "importCredential", [
    ...["userHandle", "provenance", "label", "actor", "dryRun", "signal"],
  ]);
  if (!(credential instanceof StoredCredential)) {
    throw new TypeError(`credential must be a StoredCredential, not ${kindOf(credential)}`);
  }
  const { userHandle } = given;
  if (userHandle !== null && !isUint8Array(userHandle)) {
    throw new TypeError(`userHandle must be a Uint8Array, or null where it is not known, not ${kindOf(userHandle)}`);
  }
  const members = {
    subject: read.id(subject, "subject"),
    credential: JSON.parse(credential.toJSON()),
    user_handle: userHandle === null ? undefined : base64url(userHandle),
    provenance: read.text(given.provenance, "provenance"),
    label: read.optional(given.label, "label", read.text),
    actor: read.optional(given.actor, "actor", read.text),
    dry_run: read.optional(given.dryRun, "dryRun", read.flag),
  };
  return { members, signal: read.signal(given.signal) };
}

module.exports = { beginPasskey, enrollPasskey, importCredential, passkeyOwner, verifyPasskey };
