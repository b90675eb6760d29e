// SPDX-License-Identifier: Apache-2.0
// Counter-based one-time codes (RFC 4226). The public words are in index.d.cts.
"use strict";

const { counter, kindOf, uint32 } = require("./arguments.cjs");
const {
  Adopted,
  adopt,
  hexOptions,
  qrOf,
  randomOptions,
  rawOptions,
  readOptions,
  readShared,
  remember,
  settingsOf,
  uriOf,
} = require("./factor.cjs");
const { CountersealError } = require("./error.cjs");
const native = require("./native.cjs");
const { STATUS_BY_NUMBER } = require("./status.cjs");

const OPTIONS = Object.freeze(["secret", "algorithm", "digits", "counter", "tokenId", "issuer", "account", "repair"]);

/**
 * What matched, from the counter to store.
 * @param {number | bigint} nextCounter
 * @returns {any} a HotpMatch of the same kind of number
 */
function match(nextCounter) {
  return { counter: typeof nextCounter === "bigint" ? nextCounter - 1n : nextCounter - 1, nextCounter };
}

/**
 * The addon refuses what is none, but for "", which says "none" to it.
 * @param {unknown} value
 * @returns {string}
 */
function readTokenId(value) {
  if (value !== undefined && typeof value !== "string") {
    throw new TypeError(`tokenId must be a string, not ${kindOf(value)}`);
  }
  if (value === "") throw new CountersealError("CSEAL_E_ARGUMENT", "tokenId must be 12 ASCII letters or digits");
  return value ?? "";
}

/**
 * @param {unknown} options
 * @returns {import("./native.cjs").Handle}
 */
function makeHandle(options) {
  const read = readOptions(options, "HOTP", OPTIONS);
  const { counter: first = 0 } = read;
  const id = readTokenId(read.tokenId);
  const { material, repair, algorithm, digits, issuer, account } = readShared(read, "HOTP");
  const next = counter(first, "counter", 2);
  return native.makeHotp(material.value, material.form, repair, algorithm, issuer, account, digits, next, id);
}

class HOTP {
  #handle;
  #settings;

  /** @param {import("./index.cjs").HotpOptions} options */
  constructor(options) {
    this.#handle = options instanceof Adopted ? options.handle : makeHandle(options);
    remember(this, this.#handle);
    const { period: _period, t0: _t0, encoder: _encoder, ...settings } = settingsOf(this.#handle);
    this.#settings = Object.freeze(settings);
  }

  /**
   * @param {Uint8Array} key
   * @param {import("./index.cjs").HotpSettings} [options]
   */
  static fromRaw(key, options = {}) {
    return new HOTP(rawOptions(key, options, "HOTP"));
  }

  /**
   * @param {string} text
   * @param {import("./index.cjs").HotpSettings} [options]
   */
  static fromHex(text, options = {}) {
    return new HOTP(hexOptions(text, options, "HOTP"));
  }

  /** @param {string} uri */
  static fromUri(uri) {
    return new HOTP(adopt(uri, "hotp"));
  }

  /** @param {import("./index.cjs").HotpSettings & { bits?: number | undefined }} [options] */
  static generate(options = {}) {
    return new HOTP(randomOptions(options, "HOTP"));
  }

  get algorithm() {
    return this.#settings.algorithm;
  }
  get digits() {
    return this.#settings.digits;
  }
  get counter() {
    return this.#settings.counter;
  }
  get tokenId() {
    return this.#settings.tokenId;
  }
  get issuer() {
    return this.#settings.issuer;
  }
  get account() {
    return this.#settings.account;
  }
  get labelPrefix() {
    return this.#settings.labelPrefix;
  }
  get warnings() {
    return this.#settings.warnings;
  }

  /**
   * @param {unknown} code
   * @param {number} [digits]
   */
  static tokenIdOf(code, digits = 6) {
    return native.hotpTokenIdOf(code, uint32(digits, "digits"));
  }

  /** @param {number | bigint} value */
  at(value) {
    if (typeof value === "string") throw new TypeError(`counter must be a number or a bigint, not ${kindOf(value)}`);
    return native.hotpAt(this.#handle, counter(value, "counter", 0));
  }

  /**
   * @template {number | bigint | string} C
   * @param {unknown} code
   * @param {C} nextCounter
   * @param {number} [lookAhead]
   * @returns {import("./index.cjs").HotpMatch<import("./index.cjs").CounterOut<C>> | null}
   */
  verify(code, nextCounter, lookAhead = 0) {
    const found = this.#find(code, nextCounter, lookAhead);
    return found >= 0 ? match(found) : null;
  }

  /**
   * @template {number | bigint | string} C
   * @param {unknown} code
   * @param {C} nextCounter
   * @param {number} [lookAhead]
   * @returns {import("./index.cjs").HotpCheck<import("./index.cjs").CounterOut<C>>}
   */
  check(code, nextCounter, lookAhead = 0) {
    const found = this.#find(code, nextCounter, lookAhead);
    if (found >= 0) return { status: STATUS_BY_NUMBER[0], ...match(found) };
    return { status: STATUS_BY_NUMBER[-Number(found)], counter: null, nextCounter: null };
  }

  /**
   * @template {number | bigint | string} C
   * @param {unknown} code1
   * @param {unknown} code2
   * @param {C} nextCounter
   * @param {number} [lookAhead]
   * @returns {import("./index.cjs").HotpMatch<import("./index.cjs").CounterOut<C>> | null}
   */
  resync(code1, code2, nextCounter, lookAhead = 50) {
    const ahead = uint32(lookAhead, "lookAhead");
    const next = counter(nextCounter, "nextCounter", ahead + 2);
    const found = native.hotpResync(this.#handle, code1, code2, next, ahead);
    return found >= 0 ? match(found) : null;
  }

  /** @param {{ stripColons?: boolean }} [options] */
  uri(options) {
    return uriOf(this.#handle, options);
  }

  /** @param {any} kind */
  qr(kind) {
    return qrOf(this.#handle, kind);
  }

  revealBase32() {
    return native.reveal(this.#handle);
  }

  /**
   * @param {unknown} code
   * @param {unknown} nextCounter
   * @param {unknown} lookAhead
   */
  #find(code, nextCounter, lookAhead) {
    const ahead = uint32(lookAhead, "lookAhead");
    return native.hotpVerify(this.#handle, code, counter(nextCounter, "nextCounter", ahead + 1), ahead);
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `HOTP ${inspect(this.#settings, options)}`;
  }
}

module.exports = { HOTP };
