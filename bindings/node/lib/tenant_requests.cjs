// SPDX-License-Identifier: Apache-2.0
// The requests of a tenant's calls, made of what callers pass. Members are named as capi/include/counterseal/engine.h
// has them; what is secret stands beside them.
"use strict";

const { counter, kindOf, seconds, step, uint32 } = require("./arguments.cjs");
const read = require("./engine_arguments.cjs");
const { CountersealError } = require("./error.cjs");
const { handleOf, readOptions } = require("./factor.cjs");
const { HOTP } = require("./hotp.cjs");
const { jsonObject } = require("./json_value.cjs");
const { TOTP } = require("./totp.cjs");

/**
 * @typedef {object} Request
 * @property {Record<string, unknown>} members
 * @property {import("./engine_calls.cjs").Secret} [secret]
 * @property {import("./engine_calls.cjs").Signal} signal
 */

/**
 * Who does it, and why.
 * @param {unknown} options
 * @param {string} call
 */
function authority(options, call) {
  const given = readOptions(options, call, ["actor", "reason", "signal"]);
  const members = { actor: read.text(given.actor, "actor"), reason: read.text(given.reason, "reason") };
  return { members, signal: read.signal(given.signal) };
}

/**
 * @param {unknown} document
 * @param {unknown} options
 * @returns {Request}
 */
function setPolicy(document, options) {
  const { members, signal } = authority(options, "setPolicy");
  return { members: { policy: jsonObject(document, "document"), ...members }, signal };
}

/**
 * @param {unknown} options
 * @returns {Request}
 */
function policy(options) {
  const { at, signal } = readOptions(options, "policy", ["at", "signal"]);
  const members = { at_us: at === undefined ? undefined : Math.floor(seconds(at, "at") * 1e6) };
  return { members, signal: read.signal(signal) };
}

/**
 * Whoever has a factor shows a grant for the next one, in the session that it is of.
 * @param {Record<string, unknown>} given
 */
function shownGrant({ grant, session }) {
  return {
    secret: read.optionalOrNull(grant, "grant", read.grant) ?? "",
    session: read.optional(session, "session", read.session),
  };
}

/**
 * @param {unknown} subject
 * @param {unknown} options
 * @returns {Request}
 */
function enrollTotp(subject, options) {
  const labels = ["label", "issuer", "account", "replaces", "idempotencyKey"];
  const settings = ["algorithm", "digits", "period"];
  const given = readOptions(options, "enrollTotp", [...labels, ...settings, "grant", "session", "signal"]);
  const { secret, session } = shownGrant(given);
  const members = {
    subject: read.id(subject, "subject"),
    session,
    label: read.optional(given.label, "label", read.text),
    issuer: read.optional(given.issuer, "issuer", read.text),
    account: read.optional(given.account, "account", read.text),
    replaces: read.optional(given.replaces, "replaces", read.text),
    idempotency_key: read.optional(given.idempotencyKey, "idempotencyKey", read.text),
    algorithm: read.optional(given.algorithm, "algorithm", read.text),
    digits: read.optional(given.digits, "digits", uint32),
    period: read.optional(given.period, "period", uint32),
  };
  return { members, secret, signal: read.signal(given.signal) };
}

/**
 * @param {unknown} subject
 * @param {unknown} options
 * @returns {Request}
 */
function recoveryCodes(subject, options) {
  const given = readOptions(options, "recoveryCodes", ["grant", "session", "signal"]);
  const { secret, session } = shownGrant(given);
  return { members: { subject: read.id(subject, "subject"), session }, secret, signal: read.signal(given.signal) };
}

/**
 * What a TOTP or HOTP object tells besides its key.
 * @param {unknown} otp
 * @param {Record<string, unknown>} given
 */
function importedOtp(otp, { lastStep, nextCounter }) {
  if (!(otp instanceof TOTP) && !(otp instanceof HOTP)) {
    throw new TypeError(`otp must be a TOTP or a HOTP object, not ${kindOf(otp)}`);
  }
  const { algorithm, digits } = otp;
  if (otp instanceof TOTP) {
    if (nextCounter !== undefined) throw new TypeError("nextCounter is of HOTP: TOTP has lastStep");
    if (otp.encoder !== "decimal") throw new CountersealError("CSEAL_E_UNSUPPORTED", "otp must have codes of digits");
    const last = step(lastStep);
    return {
      ...{ type: "totp", algorithm, digits, period: otp.period, t0: otp.t0 },
      last_step: last < 0 ? null : last,
    };
  }
  if (lastStep !== undefined) throw new TypeError("lastStep is of TOTP: HOTP has nextCounter");
  if (otp.tokenId !== undefined) {
    throw new CountersealError("CSEAL_E_UNSUPPORTED", "otp must not have a tokenId: an engine takes codes of digits");
  }
  const next = counter(nextCounter, "nextCounter", 0);
  if (next > Number.MAX_SAFE_INTEGER) throw new CountersealError("CSEAL_E_RANGE", "nextCounter must be below 2^53");
  return { type: "hotp", algorithm, digits, next_counter: Number(next) };
}

/**
 * @param {unknown} subject
 * @param {unknown} otp
 * @param {unknown} options
 * @returns {Request}
 */
function importFactor(subject, otp, options) {
  const used = ["lastStep", "nextCounter", "drift"];
  const others = ["active", "provenance", "label", "actor", "allowLegacy", "dryRun", "signal"];
  const given = readOptions(options, "importFactor", [...used, ...others]);
  const members = {
    subject: read.id(subject, "subject"),
    ...importedOtp(otp, given),
    drift: read.optional(given.drift, "drift", read.integer),
    active: read.optional(given.active, "active", read.flag),
    provenance: read.text(given.provenance, "provenance"),
    label: read.optional(given.label, "label", read.text),
    actor: read.optional(given.actor, "actor", read.text),
    allow_legacy: read.optional(given.allowLegacy, "allowLegacy", read.flag),
    dry_run: read.optional(given.dryRun, "dryRun", read.flag),
  };
  // The key goes from one part of the addon to another.
  return { members, secret: handleOf(otp), signal: read.signal(given.signal) };
}

/** @param {unknown} value */
function firstFactor(value) {
  const { method, time, channel } = readOptions(value, "firstFactor", ["method", "time", "channel"]);
  return {
    method: read.text(method, "firstFactor.method"),
    time: read.optional(time, "firstFactor.time", read.wholeSeconds),
    channel: read.optional(channel, "firstFactor.channel", read.text),
  };
}

/** @param {unknown} value */
function federated(value) {
  const { amr, acr, authTime } = readOptions(value, "federated", ["amr", "acr", "authTime"]);
  return {
    amr: read.optional(amr, "federated.amr", read.texts),
    acr: read.optional(acr, "federated.acr", read.text),
    auth_time: read.optional(authTime, "federated.authTime", read.wholeSeconds),
  };
}

/**
 * @param {unknown} subject
 * @param {unknown} options
 * @returns {Request}
 */
function evaluate(subject, options) {
  const where = ["session", "groups", "path", "action", "status", "ip"];
  const shown = ["firstFactor", "federated", "trustToken", "grant"];
  const given = readOptions(options, "evaluate", [...where, ...shown, "signal"]);
  const members = {
    subject: read.id(subject, "subject"),
    session: read.session(given.session, "session"),
    path: read.text(given.path, "path"),
    groups: read.optional(given.groups, "groups", read.texts),
    action: read.optional(given.action, "action", read.text),
    first_factor: read.optional(given.firstFactor, "firstFactor", firstFactor),
    federated: read.optional(given.federated, "federated", federated),
    status: read.optional(given.status, "status", read.text),
    ip: read.optional(given.ip, "ip", read.text),
  };
  const grant = read.optionalOrNull(given.grant, "grant", read.grant) ?? "";
  const trust = read.optionalOrNull(given.trustToken, "trustToken", read.grant);
  const secret = trust === undefined ? grant : `${grant}\n${trust}`;
  return { members, secret, signal: read.signal(given.signal) };
}

/**
 * @param {unknown} subject
 * @param {unknown} challengeId
 * @param {unknown} factorId
 * @param {unknown} response
 * @param {unknown} options
 * @returns {Request}
 */
function verifyChallenge(subject, challengeId, factorId, response, options) {
  const { session, status, signal } = readOptions(options, "verifyChallenge", ["session", "status", "signal"]);
  if (factorId === undefined) throw new TypeError("factorId is missing; null stands for any factor of the challenge");
  const members = {
    subject: read.id(subject, "subject"),
    challenge_id: read.text(challengeId, "challengeId"),
    factor_id: read.optionalOrNull(factorId, "factorId", read.text),
    session: read.session(session, "session"),
    status: read.optional(status, "status", read.text),
  };
  return { members, secret: read.response(response), signal: read.signal(signal) };
}

/**
 * @param {unknown} grant
 * @param {unknown} options
 * @returns {Request}
 */
function grantValid(grant, options) {
  const given = readOptions(options, "grantValid", ["subject", "session", "action", "maxAge", "status", "signal"]);
  const members = {
    subject: read.id(given.subject, "subject"),
    session: read.session(given.session, "session"),
    action: read.optional(given.action, "action", read.text),
    max_age_s: read.optional(given.maxAge, "maxAge", uint32),
    status: read.optional(given.status, "status", read.text),
  };
  // A session without a grant has none that holds.
  const shown = read.optionalOrNull(grant, "grant", read.grant) ?? "";
  return { members, secret: shown, signal: read.signal(given.signal) };
}

/**
 * @param {unknown} subject
 * @param {unknown} factorId
 */
function nameFactor(subject, factorId) {
  return { subject: read.id(subject, "subject"), factor_id: read.text(factorId, "factorId") };
}

/**
 * @param {unknown} subject
 * @param {unknown} factorId
 * @param {unknown} response
 * @param {unknown} options
 * @returns {Request}
 */
function confirm(subject, factorId, response, options) {
  const { signal } = readOptions(options, "confirm", ["signal"]);
  return { members: nameFactor(subject, factorId), secret: read.response(response), signal: read.signal(signal) };
}

/**
 * @param {unknown} subject
 * @param {unknown} factorId
 * @param {unknown} response
 * @param {unknown} options
 * @returns {Request}
 */
function verifyFactor(subject, factorId, response, options) {
  const { purpose, signal } = readOptions(options, "verifyFactor", ["purpose", "signal"]);
  const members = { ...nameFactor(subject, factorId), purpose: read.text(purpose, "purpose") };
  return { members, secret: read.response(response), signal: read.signal(signal) };
}

/**
 * @param {unknown} items
 * @param {unknown} options
 * @returns {Request}
 */
function verifyBatch(items, options) {
  const { purpose, signal } = readOptions(options, "verifyBatch", ["purpose", "signal"]);
  if (!Array.isArray(items)) throw new TypeError(`items must be an array, not ${kindOf(items)}`);
  const all = Array.from(items, (item) => readOptions(item, "verifyBatch", ["subject", "factorId", "response"]));
  const members = {
    purpose: read.text(purpose, "purpose"),
    items: all.map(({ subject, factorId }) => nameFactor(subject, factorId)),
  };
  const secret = read.responseLines(all.map(({ response }) => response));
  return { members, secret, signal: read.signal(signal) };
}

/**
 * @param {string} call
 * @param {unknown} subject
 * @param {unknown} factorId
 * @param {unknown} options
 * @returns {Request}
 */
function change(call, subject, factorId, options) {
  const { members, signal } = authority(options, call);
  return { members: { ...nameFactor(subject, factorId), ...members }, signal };
}

/**
 * @param {unknown} subject
 * @param {unknown} options
 * @returns {Request}
 */
function adminReset(subject, options) {
  const { members, signal } = authority(options, "adminReset");
  return { members: { subject: read.id(subject, "subject"), ...members }, signal };
}

/**
 * A part of what there is: of a tenant, or of one subject.
 * @param {string} call
 * @param {unknown} subject
 * @param {unknown} options
 * @param {(value: unknown, name: string) => unknown} readAfter
 * @returns {Request}
 */
function page(call, subject, options, readAfter) {
  const { after, limit, signal } = readOptions(options, call, ["after", "limit", "signal"]);
  const members = {
    subject: read.optionalOrNull(subject, "subject", read.id),
    after: read.optionalOrNull(after, "after", readAfter),
    limit: read.optional(limit, "limit", uint32),
  };
  return { members, signal: read.signal(signal) };
}

module.exports = {
  adminReset,
  authority,
  change,
  confirm,
  enrollTotp,
  evaluate,
  grantValid,
  importFactor,
  page,
  policy,
  recoveryCodes,
  setPolicy,
  shownGrant,
  verifyBatch,
  verifyChallenge,
  verifyFactor,
};
