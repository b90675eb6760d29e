// SPDX-License-Identifier: Apache-2.0
// A policy as JSON says it. What JSON would silently leave out or make null is refused: another policy would be set.
"use strict";

const { kindOf } = require("./arguments.cjs");
const { text } = require("./engine_arguments.cjs");
const { CountersealError } = require("./error.cjs");

const DEEPEST = 32;

/**
 * A copy, in which nothing changes any more between this check and the request.
 * @param {unknown} value
 * @param {string} name
 * @param {readonly unknown[]} around the objects that it is in
 * @returns {unknown}
 */
function jsonValue(value, name, around = []) {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return text(value, `a text in ${name}`);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "object" || "toJSON" in value) {
    const kind = typeof value === "number" ? value : kindOf(value);
    throw new TypeError(`a value in ${name} must be what JSON can say, not ${kind}`);
  }
  if (around.includes(value)) throw new TypeError(`${name} must not be circular`);
  if (around.length === DEEPEST) {
    throw new CountersealError("CSEAL_E_RANGE", `${name} must not be nested deeper than ${DEEPEST}`);
  }
  const inside = [...around, value];
  if (Array.isArray(value)) return Array.from(value, (item) => jsonValue(item, name, inside));
  /** @type {Record<string, unknown>} */
  const copy = { __proto__: null };
  for (const [key, item] of Object.entries(value)) {
    // A member that is undefined is none, as in all options.
    if (item !== undefined) copy[text(key, `a name in ${name}`)] = jsonValue(item, name, inside);
  }
  return copy;
}

/**
 * @param {unknown} document
 * @param {string} name
 */
function policyDocument(document, name) {
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new TypeError(`${name} must be an object, not ${kindOf(document)}`);
  }
  return jsonValue(document, name);
}

module.exports = { policyDocument };
