// SPDX-License-Identifier: Apache-2.0
// The options of ceremonies, each by its type: a wrong one is a TypeError that names the option. What a value means is
// the core's to say.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf, uint32 } = require("./arguments.cjs");
const { flag, integer, text, texts } = require("./engine_arguments.cjs");
const { CountersealError } = require("./error.cjs");
const { jsonObject } = require("./json_value.cjs");
const { StoredCredential } = require("./stored_credential.cjs");
const { base64url, bytesOf } = require("./webauthn_texts.cjs");

/** @typedef {(value: unknown, name: string) => unknown} Reader */

/**
 * @param {unknown} value
 * @param {string} name
 */
function bytes(value, name) {
  return base64url(bytesOf(value, name));
}

/**
 * @param {unknown} values
 * @param {string} name
 * @param {Reader} read
 */
function each(values, name, read) {
  if (!Array.isArray(values)) throw new TypeError(`${name} must be an array, not ${kindOf(values)}`);
  return Array.from(values, (one) => read(one, `an item of ${name}`));
}

/** @type {Reader} */
function allBytes(values, name) {
  return each(values, name, bytes);
}

/** @type {Reader} */
function integers(values, name) {
  return each(values, name, integer);
}

/** @type {Reader} */
function origins(value, name) {
  if (typeof value === "string") return [text(value, name)];
  if (!Array.isArray(value))
    throw new TypeError(`${name} must be a string or an array of strings, not ${kindOf(value)}`);
  return texts(value, name);
}

/** @type {Reader} */
function descriptor(one, name) {
  if (one instanceof StoredCredential) return { id: base64url(one.id), transports: one.transports };
  if (isUint8Array(one)) return { id: base64url(one) };
  if (typeof one !== "object" || one === null || Array.isArray(one)) {
    throw new TypeError(`${name} must be a StoredCredential, a Uint8Array or { id, transports }, not ${kindOf(one)}`);
  }
  const { id, transports, ...others } = /** @type {Record<string, unknown>} */ (one);
  const [other] = Object.keys(others);
  if (other !== undefined) throw new TypeError(`${name} has no member "${other}"`);
  return {
    id: isUint8Array(id) ? base64url(id) : text(id, `the id of ${name}`),
    transports: transports === undefined ? undefined : texts(transports, `the transports of ${name}`),
  };
}

/** @type {Reader} */
function descriptors(values, name) {
  return each(values, name, descriptor);
}

/** @type {Reader} */
function extensions(value, name) {
  return jsonObject(value, name, (one) => (isUint8Array(one) ? base64url(one) : undefined));
}

/**
 * Certificates: DER as bytes, or PEM as text with any number of them in it.
 * @type {Reader}
 */
function anchors(value) {
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => {
    if (isUint8Array(item)) return [Buffer.from(item).toString("base64")];
    if (typeof item !== "string") throw new TypeError(`anchors must be DER bytes or PEM text, not ${kindOf(item)}`);
    const found = [...item.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
    const marks = item.match(/-----(?:BEGIN|END) CERTIFICATE-----/g) ?? [];
    // One that is cut is not left out: an anchor that is missing would be found out much later.
    if (found.length === 0 || marks.length !== 2 * found.length)
      throw new CountersealError("CSEAL_E_ARGUMENT", "anchors must hold PEM certificates");
    return found.map(([, body]) => /** @type {string} */ (body).replace(/\s/g, ""));
  });
}

/** @type {Readonly<Record<string, Reader>>} */
const READERS = Object.freeze({
  // Of the relying party.
  rpId: text,
  rpName: text,
  origins,
  userVerification: text,
  subdomains: flag,
  anyPort: flag,
  crossOrigin: flag,
  topOrigins: texts,
  backupEligibleAllowed: flag,
  quirks: texts,
  algorithms: integers,
  anchors,
  attestationRequired: flag,
  appid: text,
  appidExclude: text,
  backupEligibilityMayRise: flag,
  signCountMayStay: flag,
  mayInitializeUv: flag,
  // Of what a browser is asked for.
  challenge: bytes,
  hints: texts,
  extensions,
  timeoutS: uint32,
  userId: bytes,
  userName: text,
  userDisplayName: text,
  attestation: text,
  attestationFormats: texts,
  residentKey: text,
  attachment: text,
  exclude: descriptors,
  // Of what a response has to be.
  conditional: flag,
  taken: allBytes,
  userHandle: bytes,
  usernameless: flag,
});

/** @param {string} name */
function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Some of the options, by the core's names.
 * @param {Record<string, unknown>} given
 * @param {readonly string[]} names
 * @param {readonly string[]} required those among them that have no default
 */
function settingsOf(given, names, required) {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (const name of names) {
    const value = given[name];
    if (value === undefined && !required.includes(name)) continue;
    found[snake(name)] = /** @type {Reader} */ (READERS[name])(value, name);
  }
  return found;
}

module.exports = { allBytes, descriptors, settingsOf };
