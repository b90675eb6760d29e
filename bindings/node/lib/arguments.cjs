// SPDX-License-Identifier: Apache-2.0
// What callers pass, as the addon wants it. Nothing is coerced: a wrong type is a TypeError that names the argument,
// a number outside its rule a CountersealError. Rules about values that the core can hold are left to the core.
"use strict";

const { isDate } = require("node:util").types;
const { CountersealError } = require("./error.cjs");

const MAX_TIME_S = 1e11;
const NEVER_USED = -1;
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * Names a value's type for an error text. Never the value: it may be a secret in the wrong place.
 * @param {unknown} value
 */
function kindOf(value) {
  if (value === null) return "null";
  if (Number.isNaN(value)) return "NaN";
  if (isDate(value)) return Number.isNaN(millisecondsOf(value)) ? "an invalid Date" : "a Date";
  return typeof value;
}

/**
 * Not date.getTime(): that may be somebody's own function.
 * @param {Date} date
 */
function millisecondsOf(date) {
  return Date.prototype.getTime.call(date);
}

/**
 * Seconds since 1970. The core takes whole ones; the addon drops the fraction.
 * @param {unknown} time a number of seconds, or a Date
 * @param {string} name of the argument
 * @returns {number}
 */
function seconds(time, name) {
  if (typeof time === "number" && time >= 0 && time <= MAX_TIME_S) return time;
  const value = isDate(time) ? millisecondsOf(time) / 1000 : time;
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new TypeError(`${name} must be a number of seconds or a Date, not ${kindOf(time)}`);
  }
  if (value < 0 || value > MAX_TIME_S) {
    throw new CountersealError("CSEAL_E_TIME", `${name} must be 0 to ${MAX_TIME_S} seconds (is it in milliseconds?)`);
  }
  return value;
}

/** @param {unknown} at seconds or a Date; undefined is now */
function secondsOrNow(at) {
  return at === undefined ? Date.now() / 1000 : seconds(at, "at");
}

/**
 * A whole number, as large as 32 bits can say: the core refuses that one too, and knows the rule to name.
 * @param {unknown} value
 * @param {string} name of the argument
 * @returns {number}
 */
function uint32(value, name) {
  if (typeof value === "number" && value >>> 0 === value) return value;
  return Math.min(wholeNumber(value, name), MAX_UINT32);
}

/**
 * @param {unknown} value
 * @param {string} name of the argument
 */
function wholeNumber(value, name) {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new TypeError(`${name} must be a number, not ${kindOf(value)}`);
  }
  if (value < 0) throw new CountersealError("CSEAL_E_RANGE", `${name} must not be negative`);
  if (!Number.isInteger(value)) throw new CountersealError("CSEAL_E_RANGE", `${name} must be a whole number`);
  return value;
}

/**
 * A bigint, or the decimal text as which databases give their BIGINT columns.
 * @param {unknown} value
 * @param {string} name of the argument
 * @returns {bigint | undefined} undefined for a number
 */
function bigintOf(value, name) {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && !Number.isNaN(value)) return undefined;
  if (typeof value !== "string" || !/^-?[0-9]+$/.test(value)) {
    throw new TypeError(`${name} must be a number, a bigint or decimal text, not ${kindOf(value)}`);
  }
  // No 64-bit number has more characters, and a megabyte of digits would take long to read.
  return value.length <= 20 ? BigInt(value) : MAX_UINT64 + 1n;
}

/**
 * The last used step; -1 where no code was accepted so far.
 * @param {unknown} lastStep
 * @param {string} [name] of the argument
 * @returns {number}
 */
function step(lastStep, name = "lastStep") {
  if (typeof lastStep === "number" && lastStep >= NEVER_USED && Number.isSafeInteger(lastStep)) return lastStep;
  if (lastStep === null) return NEVER_USED;
  if (lastStep === undefined) throw new TypeError(`${name} is missing; null says that no code was ever accepted`);
  const big = bigintOf(lastStep, name);
  if (big === undefined || big < NEVER_USED || big > MAX_INT64) {
    throw new CountersealError("CSEAL_E_RANGE", `${name} must be -1 (never used) or a step`);
  }
  // No time that is accepted reaches such a step: every one of them means "replayed".
  return big > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(big);
}

/**
 * One number of a used pair. What no pair holds, the core refuses by its rule.
 * @param {unknown} value
 * @param {string} name of the argument
 * @returns {number}
 */
function pairItem(value, name) {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  const big = bigintOf(value, name);
  if (big === undefined) throw new CountersealError("CSEAL_E_RANGE", `${name} must be a whole number`);
  return Math.max(-MAX_UINT32, Math.min(Number(big), MAX_UINT32));
}

/**
 * The pair that the last accepted Yubico OTP had.
 * @param {unknown} last
 * @returns {{ counter: number, sessionUse: number }}
 */
function usedPair(last) {
  if (last === null) return { counter: NEVER_USED, sessionUse: NEVER_USED };
  if (last === undefined) throw new TypeError("last is missing; null says that the key was never used");
  if (typeof last !== "object") {
    throw new TypeError(`last must be { counter, sessionUse } or null, not ${kindOf(last)}`);
  }
  const { counter, sessionUse } = /** @type {Record<string, unknown>} */ (last);
  return { counter: pairItem(counter, "last.counter"), sessionUse: pairItem(sessionUse, "last.sessionUse") };
}

/**
 * A counter as number or bigint; the answer is of the same kind.
 * @param {unknown} value a number, a bigint or decimal text
 * @param {string} name of the argument
 * @param {number} reach how far above it the answer may be
 * @returns {number | bigint}
 */
function counter(value, name, reach) {
  if (typeof value === "number" && value >= 0 && Number.isSafeInteger(value)) {
    if (Number.isSafeInteger(value + reach)) return value;
  }
  const big = bigintOf(value, name);
  if (big === undefined) {
    throw new CountersealError("CSEAL_E_RANGE", `${name} must be a whole number, and a bigint near 2^53 and above`);
  }
  if (big < 0n || big > MAX_UINT64) {
    throw new CountersealError("CSEAL_E_RANGE", `${name} must be 0 to 2^64 - 1`);
  }
  return big;
}

module.exports = {
  MAX_TIME_S,
  MAX_UINT32,
  counter,
  kindOf,
  millisecondsOf,
  seconds,
  secondsOrNow,
  step,
  uint32,
  usedPair,
  wholeNumber,
};
