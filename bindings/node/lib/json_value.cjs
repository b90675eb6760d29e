// SPDX-License-Identifier: Apache-2.0
// Documents that callers pass, as JSON says them. What JSON would silently leave out or make null is refused: the core
// would read another document.
"use strict";

const { kindOf } = require("./arguments.cjs");
const { text } = require("./engine_arguments.cjs");
const { CountersealError } = require("./error.cjs");

const DEEPEST = 32;

/**
 * A copy, in which nothing changes any more between this check and its use.
 * @param {unknown} value
 * @param {string} name
 * @param {(value: unknown) => unknown} [leaf] what stands for a value that JSON cannot say; undefined: nothing does
 * @param {readonly unknown[]} [around] the objects that it is in
 * @returns {unknown}
 */
function jsonValue(value, name, leaf = () => undefined, around = []) {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return text(value, `a text in ${name}`);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const said = leaf(value);
  if (said !== undefined) return said;
  if (typeof value !== "object" || "toJSON" in value || !(Array.isArray(value) || isRecord(value))) {
    const kind = typeof value === "number" ? value : kindOf(value);
    throw new TypeError(`a value in ${name} must be what JSON can say, not ${kind}`);
  }
  if (around.includes(value)) throw new TypeError(`${name} must not be circular`);
  if (around.length === DEEPEST) {
    throw new CountersealError("CSEAL_E_RANGE", `${name} must not be nested deeper than ${DEEPEST}`);
  }
  const inside = [...around, value];
  if (Array.isArray(value)) return Array.from(value, (item) => jsonValue(item, name, leaf, inside));
  /** @type {Record<string, unknown>} */
  const copy = { __proto__: null };
  for (const [key, item] of Object.entries(value)) {
    // A member that is undefined is none, as in all options.
    if (item !== undefined) copy[text(key, `a name in ${name}`)] = jsonValue(item, name, leaf, inside);
  }
  return copy;
}

/**
 * Whether its members are all that it has. A Map or a Set has none, and would be an empty object.
 * @param {object} value
 */
function isRecord(value) {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {(value: unknown) => unknown} [leaf]
 * @returns {Record<string, unknown>}
 */
function jsonObject(value, name, leaf) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object, not ${kindOf(value)}`);
  }
  return /** @type {Record<string, unknown>} */ (jsonValue(value, name, leaf));
}

module.exports = { jsonObject };
