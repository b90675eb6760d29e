// SPDX-License-Identifier: Apache-2.0
// What all batches have in common: the columns and numbers that go to the addon, and the verdict that comes of them.
"use strict";

const { kindOf, uint32, wholeNumber } = require("./arguments.cjs");
const { KEY_LEN, codeColumn, stepColumn, timeColumn, uint64Column } = require("./columns.cjs");
const { CountersealError } = require("./error.cjs");

/** What codes of TOTP are verified with, beside the columns. */
const TOTP_OPTIONS = Object.freeze(["past", "future", "digits", "period", "t0"]);
const HOTP_OPTIONS = Object.freeze(["lookAhead", "digits"]);

/**
 * @param {unknown} algorithm
 * @returns {import("./index.cjs").Algorithm}
 */
function algorithmName(algorithm = "SHA1") {
  if (typeof algorithm !== "string") throw new TypeError(`algorithm must be a string, not ${kindOf(algorithm)}`);
  if (!KEY_LEN.has(algorithm)) {
    throw new CountersealError("CSEAL_E_UNSUPPORTED", "algorithm must be SHA1, SHA256 or SHA512");
  }
  return /** @type {import("./index.cjs").Algorithm} */ (algorithm);
}

/** @param {unknown} t0 */
function start(t0 = 0) {
  return Math.min(wholeNumber(t0, "t0"), Number.MAX_SAFE_INTEGER);
}

/** @param {Record<string, unknown>} options */
function digitsOf({ digits = 6 }) {
  return uint32(digits, "digits");
}

/**
 * The columns and numbers that TOTP codes are verified with, as the addon takes them.
 * @param {unknown} codes
 * @param {unknown} at
 * @param {unknown} lastSteps
 * @param {Record<string, unknown>} options
 */
function totpBatch(codes, at, lastSteps, options) {
  const { past = 1, future = 1, period = 30, t0 } = options;
  const digits = digitsOf(options);
  const { n, codes: column, width } = codeColumn(codes, digits);
  const steps = new BigInt64Array(n);
  /** @type {import("./native.cjs").Batch} */
  const columns = [
    column,
    width,
    timeColumn(at, n, "at"),
    lastSteps === undefined ? null : stepColumn(lastSteps, n, "lastSteps"),
    digits,
    uint32(past, "past"),
    uint32(future, "future"),
    uint32(period, "period"),
    start(t0),
    new Int8Array(n),
    new Uint8Array(n),
    steps,
  ];
  return { n, columns, values: { steps } };
}

/**
 * The same for HOTP.
 * @param {unknown} codes
 * @param {unknown} nextCounters
 * @param {Record<string, unknown>} options
 */
function hotpBatch(codes, nextCounters, options) {
  const { lookAhead = 0 } = options;
  const digits = digitsOf(options);
  const { n, codes: column, width } = codeColumn(codes, digits);
  const counters = new BigUint64Array(n);
  /** @type {import("./native.cjs").Batch} */
  const columns = [
    column,
    width,
    null,
    nextCounters === undefined ? null : uint64Column(nextCounters, n, "nextCounters"),
    digits,
    uint32(lookAhead, "lookAhead"),
    0,
    0,
    0,
    new Int8Array(n),
    new Uint8Array(n),
    counters,
  ];
  return { n, columns, values: { nextCounters: counters } };
}

/**
 * @template T
 * @param {{ columns: import("./native.cjs").Batch, values: T }} batch
 * @param {number} nOk
 */
function verdict({ columns, values }, nOk) {
  // A thread that is being ended gives no number, and its answers are zeros, which say "accepted".
  if (!(nOk >= 0)) throw new CountersealError("CSEAL_E_INTERNAL", "the batch was not verified");
  return Object.freeze({ ok: columns[10], codes: columns[9], ...values, nOk });
}

module.exports = { HOTP_OPTIONS, TOTP_OPTIONS, algorithmName, digitsOf, hotpBatch, start, totpBatch, verdict };
