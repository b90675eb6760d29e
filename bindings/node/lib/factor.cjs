// SPDX-License-Identifier: Apache-2.0
// What TOTP and HOTP share: where the secret comes from, and the options that say nothing about time or counter.
"use strict";

const { randomBytes } = require("node:crypto");
const { isUint8Array } = require("node:util").types;
const { kindOf, uint32, wholeNumber } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
const native = require("./native.cjs");

const DEFAULT_BITS = 160;
const MIN_BITS = 128; // RFC 4226 section 4, R6
const MAX_BITS = 1024; // the block of SHA-512: HMAC hashes a longer key down
const SHORT_SECRET = "the secret is shorter than 128 bits (RFC 4226 section 4): give the person a new one";

/**
 * A secret that is not base32 text. No caller can make one, so `secret` stays text to them.
 */
class KeyMaterial {
  /**
   * @param {import("./native.cjs").Form} form
   * @param {string | Uint8Array} value
   */
  constructor(form, value) {
    this.form = form;
    this.value = value;
  }
}

/**
 * @param {unknown} options
 * @param {string} owner whose they are
 * @param {readonly string[]} known
 * @returns {Record<string, unknown>} a copy of its own properties; what hangs on a prototype is no option
 */
function readOptions(options, owner, known) {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${owner} takes an object of options, not ${kindOf(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new TypeError(`${owner} has no option "${name}"`);
  }
  return { __proto__: null, ...options };
}

/**
 * @param {unknown} secret
 * @param {string} owner
 * @returns {KeyMaterial}
 */
function materialOf(secret, owner) {
  if (secret instanceof KeyMaterial) return secret;
  if (isUint8Array(secret)) throw new TypeError(`secret must be base32 text; bytes go to ${owner}.fromRaw`);
  if (typeof secret !== "string") throw new TypeError(`secret must be base32 text, not ${kindOf(secret)}`);
  return new KeyMaterial("base32", secret);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {string | undefined}
 */
function optionalText(value, name) {
  if (value !== undefined && typeof value !== "string") {
    throw new TypeError(`${name} must be a string, not ${kindOf(value)}`);
  }
  return value;
}

/**
 * The options that both classes have.
 * @param {Record<string, unknown>} options
 * @param {string} owner
 */
function readShared(options, owner) {
  const { secret, algorithm = "SHA1", digits = 6, encoder = "decimal" } = options;
  const material = materialOf(secret, owner);
  if (typeof algorithm !== "string") throw new TypeError(`algorithm must be a string, not ${kindOf(algorithm)}`);
  if (typeof encoder !== "string") throw new TypeError(`encoder must be a string, not ${kindOf(encoder)}`);
  if (encoder !== "decimal") {
    throw new CountersealError("CSEAL_E_UNSUPPORTED", 'encoder must be "decimal": this version has no other');
  }
  return {
    material,
    // The addon refuses every other text.
    algorithm: /** @type {import("./index.cjs").Algorithm} */ (algorithm),
    digits: uint32(digits, "digits"),
    issuer: optionalText(options.issuer, "issuer"),
    account: optionalText(options.account, "account"),
  };
}

/**
 * @param {import("./native.cjs").Handle} handle
 * @returns {readonly string[]}
 */
function warningsOf(handle) {
  return Object.freeze(native.shortSecret(handle) ? [SHORT_SECRET] : []);
}

/**
 * Options for the constructor, with a secret that is not base32 text.
 * @param {unknown} options
 * @param {string} call
 * @param {KeyMaterial} secret
 */
function withMaterial(options, call, secret) {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${call} takes an object of options, not ${kindOf(options)}`);
  }
  if (Object.hasOwn(options, "secret")) throw new TypeError(`${call} has no option "secret"`);
  return /** @type {any} */ ({ ...options, secret });
}

/**
 * @param {unknown} key
 * @param {unknown} options
 * @param {string} owner
 */
function rawOptions(key, options, owner) {
  if (!isUint8Array(key)) {
    throw new TypeError(`key must be a Uint8Array, not ${kindOf(key)}; base32 text goes to new ${owner}({ secret })`);
  }
  return withMaterial(options, `${owner}.fromRaw`, new KeyMaterial("raw", key));
}

/**
 * @param {unknown} text
 * @param {unknown} options
 * @param {string} owner
 */
function hexOptions(text, options, owner) {
  if (typeof text !== "string") throw new TypeError(`text must be a string, not ${kindOf(text)}`);
  return withMaterial(options, `${owner}.fromHex`, new KeyMaterial("hex", text));
}

/**
 * Makes a random key and calls make() with it and the other options; the key is wiped afterwards.
 * @template Made
 * @param {object} options
 * @param {string} owner
 * @param {(key: Uint8Array, options: object) => Made} make
 * @returns {Made}
 */
function generate(options, owner, make) {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${owner}.generate takes an object of options, not ${kindOf(options)}`);
  }
  const { bits = DEFAULT_BITS, ...rest } = /** @type {{ bits?: unknown }} */ ({ __proto__: null, ...options });
  const n = wholeNumber(bits, "bits");
  if (n < MIN_BITS || n > MAX_BITS || n % 8 !== 0) {
    throw new CountersealError("CSEAL_E_RANGE", `bits must be a multiple of 8 from ${MIN_BITS} to ${MAX_BITS}`);
  }
  const key = randomBytes(n / 8);
  try {
    return make(key, rest);
  } finally {
    key.fill(0);
  }
}

module.exports = { generate, hexOptions, rawOptions, readOptions, readShared, warningsOf };
