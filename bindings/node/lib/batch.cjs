// SPDX-License-Identifier: Apache-2.0
// Batches against raw keys. The public words are in batch.d.cts.
"use strict";

const { uint64Column, withKeys } = require("./columns.cjs");
const { CountersealError } = require("./error.cjs");
const { readOptions } = require("./factor.cjs");
const native = require("./native.cjs");
const { HOTP_OPTIONS, TOTP_OPTIONS, algorithmName, hotpBatch, totpBatch, verdict } = require("./request.cjs");

const RAW_OPTIONS = Object.freeze(["algorithm", "keyLen", "ids"]);

/** The last argument of the addon: an answer now, or a promise. */
const AWAITED = true;

/**
 * Calls the addon with keys of a batch, which it does not keep.
 * @param {unknown} keys
 * @param {Record<string, unknown>} options
 * @param {{ n: number, columns: import("./native.cjs").Batch }} batch
 * @param {boolean} isAwaited
 */
function ask(keys, { algorithm, keyLen, ids }, batch, isAwaited) {
  const hash = algorithmName(algorithm);
  const named = ids === undefined ? null : uint64Column(ids, batch.n, "ids");
  return withKeys(keys, keyLen, hash, ({ n, bytes, stride, keyLen: len, lens }) => {
    if (n !== batch.n) throw new CountersealError("CSEAL_E_ARGUMENT", "keys must have one for each of the codes");
    return native.keysVerify(hash, bytes, stride, len, lens, named, ...batch.columns, isAwaited);
  });
}

/**
 * @param {unknown} codes
 * @param {unknown} at
 * @param {unknown} lastSteps
 * @param {unknown} options
 */
function readTotp(codes, at, lastSteps, options = {}) {
  const read = readOptions(options, "verifyBatch", [...TOTP_OPTIONS, ...RAW_OPTIONS]);
  if (lastSteps === undefined) throw new TypeError("lastSteps is missing; null in it says that a key was never used");
  return { read, batch: totpBatch(codes, at, lastSteps, read) };
}

/**
 * @param {unknown} codes
 * @param {unknown} nextCounters
 * @param {unknown} options
 */
function readHotp(codes, nextCounters, options = {}) {
  const read = readOptions(options, "verifyHotpBatch", [...HOTP_OPTIONS, ...RAW_OPTIONS]);
  if (nextCounters === undefined) throw new TypeError("nextCounters is missing");
  return { read, batch: hotpBatch(codes, nextCounters, read) };
}

/** @type {typeof import("./index.cjs").verifyBatch} */
function verifyBatch(keys, codes, at, lastSteps, options) {
  const { read, batch } = readTotp(codes, at, lastSteps, options);
  return verdict(batch, /** @type {number} */ (ask(keys, read, batch, !AWAITED)));
}

/** @type {typeof import("./index.cjs").verifyBatchAsync} */
async function verifyBatchAsync(keys, codes, at, lastSteps, options) {
  const { read, batch } = readTotp(codes, at, lastSteps, options);
  return verdict(batch, await ask(keys, read, batch, AWAITED));
}

/** @type {typeof import("./index.cjs").verifyHotpBatch} */
function verifyHotpBatch(keys, codes, nextCounters, options) {
  const { read, batch } = readHotp(codes, nextCounters, options);
  return verdict(batch, /** @type {number} */ (ask(keys, read, batch, !AWAITED)));
}

/** @type {typeof import("./index.cjs").verifyHotpBatchAsync} */
async function verifyHotpBatchAsync(keys, codes, nextCounters, options) {
  const { read, batch } = readHotp(codes, nextCounters, options);
  return verdict(batch, await ask(keys, read, batch, AWAITED));
}

module.exports = { verifyBatch, verifyBatchAsync, verifyHotpBatch, verifyHotpBatchAsync };
