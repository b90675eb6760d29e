// SPDX-License-Identifier: Apache-2.0
// Yubico OTP. The public words are in index.d.cts.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf, usedPair } = require("./arguments.cjs");
const { readOptions } = require("./factor.cjs");
const native = require("./native.cjs");
const { STATUS_BY_NUMBER } = require("./status.cjs");

const OPTIONS = Object.freeze(["key", "publicId", "privateId"]);

/**
 * @param {unknown} value
 * @param {string} name of the option
 * @returns {Uint8Array}
 */
function bytes(value, name) {
  if (!isUint8Array(value)) throw new TypeError(`${name} must be a Uint8Array, not ${kindOf(value)}`);
  return value;
}

/**
 * The pair that the addon gave as one number.
 * @param {number} found
 */
function pair(found) {
  return { counter: found >> 8, sessionUse: found & 0xff };
}

class YubicoOtp {
  #handle;

  /** @param {import("./index.cjs").YubicoOtpOptions} options */
  constructor(options) {
    const { key, publicId, privateId } = readOptions(options, "YubicoOtp", OPTIONS);
    if (typeof publicId !== "string") throw new TypeError(`publicId must be a string, not ${kindOf(publicId)}`);
    this.#handle = native.makeYubico(bytes(key, "key"), publicId, bytes(privateId, "privateId"));
  }

  /** @param {unknown} otp */
  static publicIdOf(otp) {
    return native.yubicoPublicIdOf(otp);
  }

  get publicId() {
    return native.yubicoPublicId(this.#handle);
  }

  /**
   * @param {unknown} otp
   * @param {import("./index.cjs").YubicoLast | null} last
   * @returns {import("./index.cjs").YubicoUse | null}
   */
  verify(otp, last) {
    const found = this.#find(otp, last);
    return found >= 0 ? pair(found) : null;
  }

  /**
   * @param {unknown} otp
   * @param {import("./index.cjs").YubicoLast | null} last
   * @returns {import("./index.cjs").YubicoCheck}
   */
  check(otp, last) {
    const found = this.#find(otp, last);
    if (found >= 0) return { status: STATUS_BY_NUMBER[0], ...pair(found) };
    return { status: STATUS_BY_NUMBER[-found], counter: null, sessionUse: null };
  }

  /**
   * @param {unknown} otp
   * @param {unknown} last
   */
  #find(otp, last) {
    const { counter, sessionUse } = usedPair(last);
    return native.yubicoVerify(this.#handle, otp, counter, sessionUse);
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `YubicoOtp ${inspect({ publicId: this.publicId }, options)}`;
  }
}

module.exports = { YubicoOtp };
