// SPDX-License-Identifier: Apache-2.0
// What the core takes as JSON: names with underscores, bytes as base64url, settings as a relying party.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
const native = require("./native.cjs");

/** Relying parties that are kept: a host has one or a few. */
const PARTIES_MAX = 64;

/** @type {Map<string, import("./native.cjs").PartyHandle>} */
const parties = new Map();

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/**
 * Text is refused: whether it is base64 or means itself is anybody's guess.
 * @param {unknown} value
 * @param {string} name
 * @returns {Uint8Array}
 */
function bytesOf(value, name) {
  if (!isUint8Array(value)) throw new TypeError(`${name} must be a Uint8Array, not ${kindOf(value)}`);
  return value;
}

/**
 * @param {unknown} values
 * @param {string} name
 * @returns {Uint8Array[] | undefined}
 */
function allBytesOf(values, name) {
  if (values === undefined) return undefined;
  if (!Array.isArray(values)) throw new TypeError(`${name} must be an array, not ${kindOf(values)}`);
  return values.map((one) => bytesOf(one, `an item of ${name}`));
}

/** @param {string} name */
function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Bytes as the core reads them, at any depth.
 * @param {unknown} value
 * @returns {unknown}
 */
function plain(value) {
  if (isUint8Array(value)) return base64url(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/**
 * The names of the outermost object are ours; what stands deeper, extensions among it, is written as browsers do.
 * @param {Record<string, unknown>} given
 */
function documentOf(given) {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [snake(name), plain(value)]));
}

/**
 * Certificates: DER as bytes, or PEM as text with any number of them in it.
 * @param {unknown} anchors
 * @returns {string[] | undefined}
 */
function anchorsOf(anchors) {
  if (anchors === undefined) return undefined;
  const items = Array.isArray(anchors) ? anchors : [anchors];
  return items.flatMap((item) => {
    if (isUint8Array(item)) return [Buffer.from(item).toString("base64")];
    if (typeof item !== "string") throw new TypeError(`anchors must be DER bytes or PEM text, not ${kindOf(item)}`);
    const found = [...item.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
    const marks = item.match(/-----(?:BEGIN|END) CERTIFICATE-----/g) ?? [];
    // One that is cut is not left out: an anchor that is missing would be found out much later.
    if (found.length === 0 || marks.length !== 2 * found.length)
      throw new CountersealError("CSEAL_E_ARGUMENT", "anchors must hold PEM certificates");
    return found.map(([, body]) => body.replace(/\s/g, ""));
  });
}

/**
 * A relying party of these settings, kept.
 * @param {Record<string, unknown>} settings
 */
function partyOf(settings) {
  const { origins, ...others } = settings;
  const listed = typeof origins === "string" ? [origins] : origins;
  const text = JSON.stringify(documentOf({ ...others, origins: listed, anchors: anchorsOf(settings.anchors) }));
  let party = parties.get(text);
  if (party === undefined) {
    party = native.makeParty(text);
    if (parties.size === PARTIES_MAX) parties.delete(parties.keys().next().value ?? "");
    parties.set(text, party);
  }
  return party;
}

/**
 * A response as its text. Whatever can be none is the empty text, which the core refuses: never an exception.
 * @param {unknown} response
 * @returns {string}
 */
function responseText(response) {
  if (typeof response === "string") return response;
  try {
    if (isUint8Array(response)) return new TextDecoder("utf-8", { fatal: true }).decode(response);
    if (typeof response === "object" && response !== null) return JSON.stringify(response) ?? "";
  } catch {
    // No UTF-8, or what JSON cannot say.
  }
  return "";
}

module.exports = { allBytesOf, base64url, bytesOf, documentOf, partyOf, responseText };
