// SPDX-License-Identifier: Apache-2.0
// Time-based one-time codes (RFC 6238). The public words are in index.d.cts.
"use strict";

const { MAX_UINT32, kindOf, seconds, secondsOrNow, step, uint32, wholeNumber } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
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
  "repair",
]);

const STEAM_CODE_LENGTH = 5;

/**
 * @param {unknown} options
 * @returns {import("./native.cjs").Handle}
 */
function makeHandle(options) {
  const read = readOptions(options, "TOTP", OPTIONS);
  const { period = 30, t0 = 0, allowLongPeriod = false, encoder = "decimal" } = read;
  const { material, repair, algorithm, digits, issuer, account } = readShared(read, "TOTP");
  if (typeof encoder !== "string") throw new TypeError(`encoder must be a string, not ${kindOf(encoder)}`);
  if (encoder === "steam" && read.digits !== undefined) {
    throw new CountersealError("CSEAL_E_ARGUMENT", "digits must not be given: Steam codes have five characters");
  }
  if (typeof allowLongPeriod !== "boolean") throw new TypeError("allowLongPeriod must be true or false");
  if (allowLongPeriod && wholeNumber(period, "period") > MAX_UINT32) {
    throw new CountersealError("CSEAL_E_RANGE", "period must be below 2^32 seconds");
  }
  return native.makeTotp(
    material.value,
    material.form,
    repair,
    algorithm,
    issuer,
    account,
    digits,
    uint32(period, "period"),
    Math.min(wholeNumber(t0, "t0"), Number.MAX_SAFE_INTEGER),
    allowLongPeriod,
    encoder,
  );
}

class TOTP {
  #handle;
  #settings;
  // Beside the settings because verify() needs them on its way out.
  #period;
  #t0;

  /** @param {import("./index.cjs").TotpOptions} options */
  constructor(options) {
    this.#handle = options instanceof Adopted ? options.handle : makeHandle(options);
    remember(this, this.#handle);
    const { counter: _counter, tokenId: _id, digits, ...settings } = settingsOf(this.#handle);
    this.#period = settings.period;
    this.#t0 = settings.t0;
    this.#settings = Object.freeze({ ...settings, digits: settings.encoder === "steam" ? STEAM_CODE_LENGTH : digits });
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

  /** @param {string} uri */
  static fromUri(uri) {
    return new TOTP(adopt(uri, "totp"));
  }

  /** @param {import("./index.cjs").TotpSettings & { bits?: number | undefined }} [options] */
  static generate(options = {}) {
    return new TOTP(randomOptions(options, "TOTP"));
  }

  get algorithm() {
    return this.#settings.algorithm;
  }
  get digits() {
    return this.#settings.digits;
  }
  get encoder() {
    return this.#settings.encoder;
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
  get labelPrefix() {
    return this.#settings.labelPrefix;
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
