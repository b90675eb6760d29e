// SPDX-License-Identifier: Apache-2.0
// Time-based one-time codes (RFC 6238). The public words are in index.d.cts.
"use strict";

const { MAX_UINT32, seconds, secondsOrNow, step, uint32, wholeNumber } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
const { generate, hexOptions, rawOptions, readOptions, readShared, warningsOf } = require("./factor.cjs");
const native = require("./native.cjs");
const { STATUS_BY_NUMBER } = require("./status.cjs");

const OPTIONS = Object.freeze([
  "secret",
  "algorithm",
  "digits",
  "period",
  "t0",
  "allowLongPeriod",
  "encoder",
  "issuer",
  "account",
]);

class TOTP {
  #handle;
  #settings;
  // Beside the settings because verify() needs them on its way out.
  #period;
  #t0;

  /** @param {import("./index.cjs").TotpOptions} options */
  constructor(options) {
    const read = readOptions(options, "TOTP", OPTIONS);
    const { period = 30, t0 = 0, allowLongPeriod = false } = read;
    const { material, algorithm, digits, issuer, account } = readShared(read, "TOTP");
    if (typeof allowLongPeriod !== "boolean") throw new TypeError("allowLongPeriod must be true or false");
    this.#period = uint32(period, "period");
    if (allowLongPeriod && wholeNumber(period, "period") > MAX_UINT32) {
      throw new CountersealError("CSEAL_E_RANGE", "period must be below 2^32 seconds");
    }
    this.#t0 = Math.min(wholeNumber(t0, "t0"), Number.MAX_SAFE_INTEGER);
    this.#handle = native.makeTotp(
      material.value,
      material.form,
      algorithm,
      digits,
      this.#period,
      this.#t0,
      allowLongPeriod,
    );
    const warnings = warningsOf(this.#handle);
    this.#settings = Object.freeze({
      algorithm,
      digits,
      period: this.#period,
      t0: this.#t0,
      issuer,
      account,
      warnings,
    });
  }

  /**
   * @param {Uint8Array} key
   * @param {import("./index.cjs").TotpSettings} [options]
   */
  static fromRaw(key, options = {}) {
    return new TOTP(rawOptions(key, options, "TOTP"));
  }

  /**
   * @param {string} text
   * @param {import("./index.cjs").TotpSettings} [options]
   */
  static fromHex(text, options = {}) {
    return new TOTP(hexOptions(text, options, "TOTP"));
  }

  /** @param {import("./index.cjs").TotpSettings & { bits?: number | undefined }} [options] */
  static generate(options = {}) {
    return generate(options, "TOTP", (key, rest) => TOTP.fromRaw(key, rest));
  }

  get algorithm() {
    return this.#settings.algorithm;
  }
  get digits() {
    return this.#settings.digits;
  }
  get period() {
    return this.#settings.period;
  }
  get t0() {
    return this.#settings.t0;
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

  /** @param {number | Date} time */
  at(time) {
    return native.totpAt(this.#handle, seconds(time, "time"));
  }

  now() {
    return this.at(Date.now() / 1000);
  }

  /**
   * @param {unknown} code
   * @param {number | bigint | string | null} lastStep
   * @param {number | Date} [at]
   * @param {number} [past]
   * @param {number} [future]
   * @returns {import("./index.cjs").TotpMatch | null}
   */
  verify(code, lastStep, at, past = 1, future = 1) {
    const last = step(lastStep);
    const time = secondsOrNow(at);
    const found = native.totpVerify(this.#handle, code, last, time, uint32(past, "past"), uint32(future, "future"));
    // Asked this way round, whatever is no number is no acceptance.
    return found >= 0 ? { step: found, delta: found - this.#stepAt(time) } : null;
  }

  /**
   * @param {unknown} code
   * @param {number | bigint | string | null} lastStep
   * @param {number | Date} [at]
   * @param {number} [past]
   * @param {number} [future]
   * @returns {import("./index.cjs").TotpCheck}
   */
  check(code, lastStep, at, past = 1, future = 1) {
    const last = step(lastStep);
    const time = secondsOrNow(at);
    const found = native.totpVerify(this.#handle, code, last, time, uint32(past, "past"), uint32(future, "future"));
    if (found >= 0) return { status: STATUS_BY_NUMBER[0], step: found, delta: found - this.#stepAt(time) };
    return { status: STATUS_BY_NUMBER[-found], step: null, delta: null };
  }

  revealBase32() {
    return native.reveal(this.#handle);
  }

  /** @param {number} time */
  #stepAt(time) {
    return Math.floor((Math.floor(time) - this.#t0) / this.#period);
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `TOTP ${inspect(this.#settings, options)}`;
  }
}

module.exports = { TOTP };
