// SPDX-License-Identifier: Apache-2.0
// Finds and loads the addon: prebuilt for this platform, or built in place by `npm run build`. Nothing is downloaded.
"use strict";

const path = require("node:path");
const { CountersealError } = require("./error.cjs");

/**
 * A prepared key with its settings, owned by the addon.
 * @typedef {{ readonly __handle: unique symbol }} Handle
 */

/**
 * The addon's functions; what they mean is written in native/factor.hpp and native/verify.hpp.
 * @typedef {object} Native
 * @property {string} version
 * @property {(secret: string | Uint8Array, form: Form, algorithm: string, digits: number, period: number, t0: number,
 *             longPeriod: boolean) => Handle} makeTotp
 * @property {(secret: string | Uint8Array, form: Form, algorithm: string, digits: number) => Handle} makeHotp
 * @property {(handle: Handle) => string} reveal
 * @property {(handle: Handle) => boolean} shortSecret
 * @property {(handle: Handle, time: number) => string} totpAt
 * @property {(handle: Handle, code: unknown, lastStep: number, time: number, past: number,
 *             future: number) => number} totpVerify
 * @property {(handle: Handle, counter: number | bigint) => string} hotpAt
 * @property {(handle: Handle, code: unknown, nextCounter: number | bigint,
 *             lookAhead: number) => number | bigint} hotpVerify
 * @property {(handle: Handle, code1: unknown, code2: unknown, nextCounter: number | bigint,
 *             lookAhead: number) => number | bigint} hotpResync
 */

/**
 * How a secret is spelled.
 * @typedef {"base32" | "hex" | "raw"} Form
 */

const platform = `${process.platform}-${process.arch}`;
const file = path.join(__dirname, "..", "prebuilds", platform, "counterseal.node");

/**
 * Loads the addon, which gives its functions to whoever says how errors are thrown.
 * @returns {(raise: (code: import("./status.cjs").ErrorCode, text: string) => never) => Native}
 */
function load() {
  try {
    return require(file);
  } catch (cause) {
    throw new CountersealError(
      "CSEAL_E_UNSUPPORTED",
      `the addon for ${platform} cannot be loaded; in the source tree, "npm run build" makes it`,
      { cause },
    );
  }
}

/**
 * The core's rules are written with the names that C and Python use.
 * @type {Readonly<Record<string, string>>}
 */
const ARGUMENT = { last_step: "lastStep", next_counter: "nextCounter", look_ahead: "lookAhead" };

module.exports = load()((code, text) => {
  throw new CountersealError(
    code,
    text.replace(/\b[a-z]+_[a-z]+\b/g, (name) => ARGUMENT[name] ?? name),
  );
});
