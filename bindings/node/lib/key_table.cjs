// SPDX-License-Identifier: Apache-2.0
// Prepared keys of many users. The public words are in key_table.d.cts.
"use strict";

const { counter, kindOf, step, uint32 } = require("./arguments.cjs");
const { keyOf, lengthOf, rowColumn, stepColumn, timeColumn, uint64Column, withKeys } = require("./columns.cjs");
const { CountersealError } = require("./error.cjs");
const { readOptions } = require("./factor.cjs");
const native = require("./native.cjs");
const {
  HOTP_OPTIONS,
  TOTP_OPTIONS,
  algorithmName,
  digitsOf,
  hotpBatch,
  start,
  totpBatch,
  verdict,
} = require("./request.cjs");

const TABLE_OPTIONS = Object.freeze(["algorithm", "keyLen", "replay"]);

/** The last argument of the addon: an answer now, or a promise. */
const AWAITED = true;

/** A code as a number has at most 31 bits, so this is none. */
const NO_CODE = 2 ** 32 - 1;

/**
 * The settings of a new table.
 * @param {Record<string, unknown>} options
 * @param {string} owner whose they are
 * @returns {{ algorithm: import("./index.cjs").Algorithm, replay: import("./index.cjs").Replay }}
 */
function readSettings({ algorithm, replay }, owner) {
  const hash = algorithmName(algorithm);
  if (replay === undefined) throw new TypeError(`${owner} needs replay: "thisProcess" or "reportOnly"`);
  if (typeof replay !== "string") throw new TypeError(`replay must be a string, not ${kindOf(replay)}`);
  if (replay !== "thisProcess" && replay !== "reportOnly") {
    throw new CountersealError("CSEAL_E_UNSUPPORTED", "replay must be thisProcess or reportOnly");
  }
  return Object.freeze({ algorithm: hash, replay });
}

/**
 * @param {import("./native.cjs").TableHandle} handle
 * @param {string} algorithm
 * @param {unknown} keys
 * @param {unknown} keyLen of flat keys
 * @param {(n: number) => BigInt64Array | BigUint64Array | null} states
 * @returns {number} the first new row
 */
function addRows(handle, algorithm, keys, keyLen, states) {
  return withKeys(keys, keyLen, algorithm, ({ n, bytes, stride, keyLen: len, lens }) =>
    native.tableAdd(handle, n, bytes, stride, len, lens, states(n)),
  );
}

/**
 * The rows that codes are for; without them, the codes are for all rows in turn.
 * @param {import("./native.cjs").TableHandle} handle
 * @param {unknown} rows
 * @param {number} n codes
 */
function rowsOf(handle, rows, n) {
  const column = rowColumn(rows, n);
  if (column !== null) return column;
  const size = native.tableSize(handle);
  if (size !== n) {
    const rule = `codes must be one for each of the table's ${size} rows unless rows are given, not ${n}`;
    throw new CountersealError("CSEAL_E_ARGUMENT", rule);
  }
  return null;
}

/**
 * Which rows to tell of.
 * @param {unknown} first
 * @param {unknown} n
 * @param {number} length of the table
 */
function range(first, n, length) {
  const begin = uint32(first, "first");
  return { begin, n: n === undefined ? Math.max(0, length - begin) : Math.min(uint32(n, "n"), length + 1) };
}

/**
 * Codes of rows as numbers.
 * @param {import("./native.cjs").TableHandle} handle
 * @param {Uint32Array | null} rows
 * @param {number} n
 * @param {number | BigUint64Array | null} times
 * @param {BigUint64Array | null} counters
 * @param {Record<string, unknown>} options
 */
function generate(handle, rows, n, times, counters, options) {
  const { period = 30, t0 } = options;
  const codes = new Uint32Array(n);
  const statuses = new Int8Array(n);
  const seconds = uint32(period, "period");
  native.tableGenerate(handle, rows, times, counters, digitsOf(options), seconds, start(t0), statuses, codes);
  for (let i = 0; i < n; ++i) if (statuses[i] !== 0) codes[i] = NO_CODE;
  return codes;
}

class KeyTable {
  #handle;
  #settings;

  /**
   * @param {readonly Uint8Array[] | Uint8Array | undefined} keys
   * @param {import("./index.cjs").KeyTableOptions} options
   */
  constructor(keys, options) {
    const read = readOptions(options, "KeyTable", [...TABLE_OPTIONS, "lastSteps"]);
    this.#settings = readSettings(read, "KeyTable");
    this.#handle = native.makeTable(this.#settings.algorithm, false, this.#settings.replay === "thisProcess");
    this.#add(keys, read);
  }

  get algorithm() {
    return this.#settings.algorithm;
  }
  get replay() {
    return this.#settings.replay;
  }
  get length() {
    return native.tableSize(this.#handle);
  }

  /**
   * @param {readonly Uint8Array[] | Uint8Array} keys
   * @param {import("./index.cjs").NewRows} [options]
   */
  add(keys, options = {}) {
    return this.#add(keys ?? null, readOptions(options, "add", ["keyLen", "lastSteps"]));
  }

  /**
   * @param {number} row
   * @param {Uint8Array} key
   * @param {number | bigint | string | null} lastStep
   */
  replace(row, key, lastStep) {
    native.tableReplace(this.#handle, uint32(row, "row"), keyOf(key, "key"), BigInt(step(lastStep)));
  }

  /** @param {number} row */
  remove(row) {
    native.tableRemove(this.#handle, uint32(row, "row"));
  }

  /**
   * @param {number} [first]
   * @param {number} [n]
   */
  lastSteps(first = 0, n = undefined) {
    const wanted = range(first, n, this.length);
    const steps = new BigInt64Array(wanted.n);
    native.tableStates(this.#handle, wanted.begin, steps);
    return steps;
  }

  /**
   * @param {import("./index.cjs").BatchTimes} time
   * @param {import("./index.cjs").TableAtOptions} [options]
   */
  at(time, options = {}) {
    const read = readOptions(options, "at", ["rows", "digits", "period", "t0"]);
    const rows = rowColumn(read.rows, undefined);
    const n = rows === null ? this.length : lengthOf(rows);
    return generate(this.#handle, rows, n, timeColumn(time, n, "time"), null, read);
  }

  /**
   * @param {Uint32Array | readonly unknown[]} codes
   * @param {import("./index.cjs").BatchTimes} at
   * @param {import("./index.cjs").TableVerifyOptions} [options]
   * @returns {import("./index.cjs").BatchVerdict}
   */
  verify(codes, at, options = {}) {
    const { rows, batch } = this.#batch(codes, at, options);
    return verdict(batch, native.tableVerify(this.#handle, rows, ...batch.columns, !AWAITED));
  }

  /**
   * @param {Uint32Array | readonly unknown[]} codes
   * @param {import("./index.cjs").BatchTimes} at
   * @param {import("./index.cjs").TableVerifyOptions} [options]
   * @returns {Promise<import("./index.cjs").BatchVerdict>}
   */
  async verifyAsync(codes, at, options = {}) {
    const { rows, batch } = this.#batch(codes, at, options);
    return verdict(batch, await native.tableVerify(this.#handle, rows, ...batch.columns, AWAITED));
  }

  /**
   * @param {unknown} codes
   * @param {unknown} at
   * @param {unknown} options
   */
  #batch(codes, at, options) {
    const read = readOptions(options, "verify", [...TOTP_OPTIONS, "rows", "lastSteps"]);
    const batch = totpBatch(codes, at, read.lastSteps, read);
    return { rows: rowsOf(this.#handle, read.rows, batch.n), batch };
  }

  /**
   * @param {unknown} keys
   * @param {Record<string, unknown>} options
   */
  #add(keys, { keyLen, lastSteps }) {
    const states = (/** @type {number} */ n) =>
      lastSteps === undefined ? null : stepColumn(lastSteps, n, "lastSteps");
    return addRows(this.#handle, this.#settings.algorithm, keys === undefined ? [] : keys, keyLen, states);
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `KeyTable ${inspect({ ...this.#settings, length: this.length }, options)}`;
  }
}

class HOTPKeyTable {
  #handle;
  #settings;

  /**
   * @param {readonly Uint8Array[] | Uint8Array | undefined} keys
   * @param {import("./index.cjs").HotpKeyTableOptions} options
   */
  constructor(keys, options) {
    const read = readOptions(options, "HOTPKeyTable", [...TABLE_OPTIONS, "nextCounters"]);
    this.#settings = readSettings(read, "HOTPKeyTable");
    this.#handle = native.makeTable(this.#settings.algorithm, true, this.#settings.replay === "thisProcess");
    this.#add(keys, read);
  }

  get algorithm() {
    return this.#settings.algorithm;
  }
  get replay() {
    return this.#settings.replay;
  }
  get length() {
    return native.tableSize(this.#handle);
  }

  /**
   * @param {readonly Uint8Array[] | Uint8Array} keys
   * @param {import("./index.cjs").NewHotpRows} [options]
   */
  add(keys, options = {}) {
    return this.#add(keys ?? null, readOptions(options, "add", ["keyLen", "nextCounters"]));
  }

  /**
   * @param {number} row
   * @param {Uint8Array} key
   * @param {number | bigint | string} nextCounter
   */
  replace(row, key, nextCounter) {
    const next = BigInt(counter(nextCounter, "nextCounter", 0));
    native.tableReplace(this.#handle, uint32(row, "row"), keyOf(key, "key"), next);
  }

  /** @param {number} row */
  remove(row) {
    native.tableRemove(this.#handle, uint32(row, "row"));
  }

  /**
   * @param {number} [first]
   * @param {number} [n]
   */
  nextCounters(first = 0, n = undefined) {
    const wanted = range(first, n, this.length);
    const counters = new BigUint64Array(wanted.n);
    native.tableStates(this.#handle, wanted.begin, counters);
    return counters;
  }

  /** @param {import("./index.cjs").HotpTableAtOptions} [options] */
  at(options = {}) {
    const read = readOptions(options, "at", ["rows", "nextCounters", "digits"]);
    const rows = rowColumn(read.rows, undefined);
    const n = rows === null ? this.length : lengthOf(rows);
    const counters = read.nextCounters === undefined ? null : uint64Column(read.nextCounters, n, "nextCounters");
    return generate(this.#handle, rows, n, null, counters, read);
  }

  /**
   * @param {Uint32Array | readonly unknown[]} codes
   * @param {import("./index.cjs").HotpTableVerifyOptions} [options]
   * @returns {import("./index.cjs").HotpBatchVerdict}
   */
  verify(codes, options = {}) {
    const { rows, batch } = this.#batch(codes, options);
    return verdict(batch, native.tableVerify(this.#handle, rows, ...batch.columns, !AWAITED));
  }

  /**
   * @param {Uint32Array | readonly unknown[]} codes
   * @param {import("./index.cjs").HotpTableVerifyOptions} [options]
   * @returns {Promise<import("./index.cjs").HotpBatchVerdict>}
   */
  async verifyAsync(codes, options = {}) {
    const { rows, batch } = this.#batch(codes, options);
    return verdict(batch, await native.tableVerify(this.#handle, rows, ...batch.columns, AWAITED));
  }

  /**
   * @param {unknown} codes
   * @param {unknown} options
   */
  #batch(codes, options) {
    const read = readOptions(options, "verify", [...HOTP_OPTIONS, "rows", "nextCounters"]);
    const batch = hotpBatch(codes, read.nextCounters, read);
    return { rows: rowsOf(this.#handle, read.rows, batch.n), batch };
  }

  /**
   * @param {unknown} keys
   * @param {Record<string, unknown>} options
   */
  #add(keys, { keyLen, nextCounters: next }) {
    const states = (/** @type {number} */ n) => (next === undefined ? null : uint64Column(next, n, "nextCounters"));
    return addRows(this.#handle, this.#settings.algorithm, keys === undefined ? [] : keys, keyLen, states);
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `HOTPKeyTable ${inspect({ ...this.#settings, length: this.length }, options)}`;
  }
}

module.exports = { HOTPKeyTable, KeyTable };
