// SPDX-License-Identifier: Apache-2.0
// What TOTP and HOTP share: where the secret comes from, and the options that say nothing about time or counter.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf, uint32 } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
const native = require("./native.cjs");

const DEFAULT_BITS = 160; // RFC 4226 section 4, R6

/**
 * A secret that is not base32 text. No caller can make one, so `secret` stays text to them.
 */
class KeyMaterial {
  /**
   * @param {import("./native.cjs").Form} form
   * @param {string | Uint8Array | number} value
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
 * A label; no UTF-8 has half a character.
 * @param {unknown} value
 * @param {string} name
 * @returns {string | undefined}
 */
function label(value, name) {
  const text = optionalText(value, name);
  if (text !== undefined && /\p{Surrogate}/u.test(text)) {
    throw new CountersealError("CSEAL_E_ARGUMENT", `${name} must be text without lone surrogates`);
  }
  return text;
}

/**
 * The options that both classes have.
 * @param {Record<string, unknown>} options
 * @param {string} owner
 */
function readShared(options, owner) {
  const { secret, algorithm = "SHA1", digits = 6, repair = false } = options;
  const material = materialOf(secret, owner);
  if (typeof algorithm !== "string") throw new TypeError(`algorithm must be a string, not ${kindOf(algorithm)}`);
  if (typeof repair !== "boolean") throw new TypeError("repair must be true or false");
  if (repair && material.form !== "base32") {
    throw new CountersealError("CSEAL_E_ARGUMENT", "repair must be false: only base32 text can be repaired");
  }
  return {
    material,
    repair,
    // The addon refuses every other text.
    algorithm: /** @type {import("./index.cjs").Algorithm} */ (algorithm),
    digits: uint32(digits, "digits"),
    issuer: label(options.issuer, "issuer") ?? "",
    account: label(options.account, "account") ?? "",
  };
}

/**
 * A factor that exists already; no caller can make one, so the constructors' options stay what they are to them.
 */
class Adopted {
  /** @param {import("./native.cjs").Handle} handle */
  constructor(handle) {
    this.handle = handle;
  }
}

/** What each object of this library stands for in the addon. @type {WeakMap<object, any>} */
const handles = new WeakMap();

/**
 * @param {object} owner
 * @param {import("./native.cjs").Handle | import("./native.cjs").SeedHandle} handle
 */
function remember(owner, handle) {
  handles.set(owner, handle);
}

/**
 * @param {any} item a TOTP, HOTP or Seed
 */
function handleOf(item) {
  const handle = handles.get(item);
  if (handle === undefined) throw new TypeError(`items must be TOTP, HOTP or Seed objects, not ${kindOf(item)}`);
  return handle;
}

/**
 * The factor in an otpauth URI.
 * @param {unknown} uri
 * @param {"totp" | "hotp"} kind
 * @returns {any} options for the constructor
 */
function adopt(uri, kind) {
  if (typeof uri !== "string") throw new TypeError(`uri must be a string, not ${kindOf(uri)}`);
  return new Adopted(native.fromUri(uri, kind));
}

/**
 * What the objects show of a factor.
 * @param {import("./native.cjs").Handle} handle
 */
function settingsOf(handle) {
  const [algorithm, digits, period, counter, encoder, issuer, account, labelPrefix, t0, tokenId] =
    native.describe(handle);
  const warnings = Object.freeze(native.warnings(handle));
  const some = (/** @type {string} */ text) => (text === "" ? undefined : text);
  return {
    algorithm,
    digits,
    encoder,
    period,
    t0,
    counter,
    tokenId: some(tokenId),
    issuer: some(issuer),
    account: some(account),
    labelPrefix: some(labelPrefix),
    warnings: /** @type {readonly string[]} */ (warnings),
  };
}

/**
 * @param {import("./native.cjs").Handle} handle
 * @param {unknown} options
 */
function uriOf(handle, options = {}) {
  const { stripColons = false } = readOptions(options, "uri", ["stripColons"]);
  if (typeof stripColons !== "boolean") throw new TypeError("stripColons must be true or false");
  return native.uri(handle, stripColons);
}

/**
 * A copy of options beside which the secret comes another way.
 * @param {unknown} options
 * @param {string} call
 * @returns {any}
 */
function withoutSecret(options, call) {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${call} takes an object of options, not ${kindOf(options)}`);
  }
  if (Object.hasOwn(options, "secret")) throw new TypeError(`${call} has no option "secret"`);
  return { __proto__: null, ...options };
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
  return { ...withoutSecret(options, `${owner}.fromRaw`), secret: new KeyMaterial("raw", key) };
}

/**
 * @param {unknown} text
 * @param {unknown} options
 * @param {string} owner
 */
function hexOptions(text, options, owner) {
  if (typeof text !== "string") throw new TypeError(`text must be a string, not ${kindOf(text)}`);
  return { ...withoutSecret(options, `${owner}.fromHex`), secret: new KeyMaterial("hex", text) };
}

/**
 * With a key that the addon draws: it never is in the memory of JavaScript.
 * @param {unknown} options
 * @param {string} owner
 */
function randomOptions(options, owner) {
  const { bits = DEFAULT_BITS, ...rest } = withoutSecret(options, `${owner}.generate`);
  return { ...rest, secret: new KeyMaterial("random", uint32(bits, "bits")) };
}

/**
 * @param {import("./native.cjs").Handle} handle
 * @param {unknown} kind
 */
function qrOf(handle, kind) {
  if (typeof kind !== "string") throw new TypeError(`kind must be a string, not ${kindOf(kind)}`);
  return native.qr(handle, kind);
}

module.exports = {
  Adopted,
  adopt,
  handleOf,
  hexOptions,
  optionalText,
  qrOf,
  randomOptions,
  rawOptions,
  readOptions,
  readShared,
  remember,
  settingsOf,
  uriOf,
};
