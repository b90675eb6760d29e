// SPDX-License-Identifier: Apache-2.0
// Counter-based one-time codes (RFC 4226). The public words are in index.d.cts.
"use strict";

const { counter, kindOf, uint32 } = require("./arguments.cjs");
const { generate, hexOptions, rawOptions, readOptions, readShared, warningsOf } = require("./factor.cjs");
const native = require("./native.cjs");
const { STATUS_BY_NUMBER } = require("./status.cjs");

const OPTIONS = Object.freeze(["secret", "algorithm", "digits", "encoder", "issuer", "account"]);

/**
 * What matched, from the counter to store.
 * @param {number | bigint} nextCounter
 * @returns {any} a HotpMatch of the same kind of number
 */
function match(nextCounter) {
  return { counter: typeof nextCounter === "bigint" ? nextCounter - 1n : nextCounter - 1, nextCounter };
}

class HOTP {
  #handle;
  #settings;

  /** @param {import("./index.cjs").HotpOptions} options */
  constructor(options) {
    const read = readOptions(options, "HOTP", OPTIONS);
    const { material, algorithm, digits, issuer, account } = readShared(read, "HOTP");
    this.#handle = native.makeHotp(material.value, material.form, algorithm, digits);
    this.#settings = Object.freeze({ algorithm, digits, issuer, account, warnings: warningsOf(this.#handle) });
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

  /** @param {import("./index.cjs").HotpSettings & { bits?: number | undefined }} [options] */
  static generate(options = {}) {
    return generate(options, "HOTP", (key, rest) => HOTP.fromRaw(key, rest));
  }

  get algorithm() {
    return this.#settings.algorithm;
  }
  get digits() {
    return this.#settings.digits;
  }
  get issuer() {
    return this.#settings.issuer;
  }
  get account() {
    return this.#settings.account;
  }
  get warnings() {
    return this.#settings.warnings;
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
