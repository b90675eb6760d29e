// SPDX-License-Identifier: Apache-2.0
// What the core takes as text: bytes as base64url, settings as a relying party, responses.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf } = require("./arguments.cjs");
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
 * A relying party of these settings, kept.
 * @param {Record<string, unknown>} settings by the core's names
 */
function partyOf(settings) {
  const text = JSON.stringify(settings);
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

module.exports = { base64url, bytesOf, partyOf, responseText };
