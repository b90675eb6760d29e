// SPDX-License-Identifier: Apache-2.0
// The requests of a log's calls, made of what callers pass, as in tenant_requests.cjs.
"use strict";

const { seconds, uint32 } = require("./arguments.cjs");
const read = require("./engine_arguments.cjs");
const { readOptions } = require("./factor.cjs");
const { authority } = require("./tenant_requests.cjs");

/** @typedef {import("./tenant_requests.cjs").Request} Request */

/**
 * @param {string} call
 * @param {unknown} options
 * @param {Record<string, unknown>} [members]
 * @returns {Request}
 */
function plain(call, options, members = {}) {
  const { signal } = readOptions(options, call, ["signal"]);
  return { members, signal: read.signal(signal) };
}

/**
 * @param {unknown} size
 * @param {unknown} options
 */
function checkpointsKept(size, options) {
  return plain("checkpointsKept", options, { size: read.safeNumber(size, "size") });
}

/**
 * @param {unknown} seq
 * @param {unknown} size
 * @param {unknown} options
 */
function proveInclusion(seq, size, options) {
  const members = { seq: read.safeNumber(seq, "seq"), size: read.safeNumber(size, "size") };
  return plain("proveInclusion", options, members);
}

/**
 * @param {unknown} first
 * @param {unknown} size
 * @param {unknown} options
 */
function proveConsistency(first, size, options) {
  const members = { first: read.safeNumber(first, "first"), size: read.safeNumber(size, "size") };
  return plain("proveConsistency", options, members);
}

/**
 * @param {unknown} options
 * @returns {Request}
 */
function exported(options) {
  const { after, limit, format, signal } = readOptions(options, "export", ["after", "limit", "format", "signal"]);
  const members = {
    after: read.optionalOrNull(after, "after", read.safeNumber),
    limit: read.optional(limit, "limit", uint32),
    format: read.optional(format, "format", read.text),
  };
  return { members, signal: read.signal(signal) };
}

/**
 * @param {unknown} subject
 * @param {unknown} options
 * @returns {Request}
 */
function erasePerson(subject, options) {
  const { members, signal } = authority(options, "erasePerson");
  return { members: { subject: read.id(subject, "subject"), ...members }, signal };
}

/**
 * @param {unknown} before
 * @param {unknown} options
 * @returns {Request}
 */
function purgeEvents(before, options) {
  const { members, signal } = authority(options, "purgeEvents");
  return { members: { before_us: Math.floor(seconds(before, "before") * 1e6), ...members }, signal };
}

/**
 * @param {unknown} options
 * @returns {Request}
 */
function verifyState(options) {
  const { checkpoints, timeoutS, signal } = readOptions(options, "verifyState", ["checkpoints", "timeoutS", "signal"]);
  const members = {
    checkpoints: read.optional(checkpoints, "checkpoints", read.texts),
    timeout_ms: read.optional(timeoutS, "timeoutS", read.milliseconds),
  };
  return { members, signal: read.signal(signal) };
}

module.exports = {
  checkpointsKept,
  erasePerson,
  exported,
  plain,
  proveInclusion,
  proveConsistency,
  purgeEvents,
  verifyState,
};
