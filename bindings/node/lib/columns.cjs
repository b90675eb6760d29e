// SPDX-License-Identifier: Apache-2.0
// Columns of a batch as the addon wants them: typed arrays with one element for each row. What callers pass as typed
// arrays is handed on; arrays are read once, without any coercion.
"use strict";

const { isBigInt64Array, isBigUint64Array, isDate, isUint32Array, isUint8Array } = require("node:util").types;
const { MAX_TIME_S, counter, kindOf, millisecondsOf, seconds, step, uint32 } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");

/** Widest text code of the core: no code is longer once the blanks around it are gone. */
const MAX_CODE_WIDTH = 32;
/** In no text of a code: a row that begins with it is malformed. */
const NO_CODE = 0xff;
const MAX_KEY_LEN = 4096;
const MAX_KEYS_LEN = 2 ** 31;
/** As RFC 6238 has them: as long as what the hash gives. */
const KEY_LEN = new Map([
  ["SHA1", 20],
  ["SHA256", 32],
  ["SHA512", 64],
]);

/** Where the lower half of a 64-bit number stands in memory. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;
const TWO_32 = 2 ** 32;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Not array.length: an array may have somebody's own property of that name.
 * @type {(array: NodeJS.TypedArray) => number}
 */
const lengthOf = Function.prototype.call.bind(
  /** @type {any} */ (Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length")).get,
);

/**
 * @param {number} found
 * @param {number | undefined} n how many there should be; undefined: any number
 * @param {string} name of the argument
 */
function checkLength(found, n, name) {
  if (n !== undefined && found !== n) {
    throw new CountersealError("CSEAL_E_ARGUMENT", `${name} must have one element for each row, not another number`);
  }
}

/**
 * @param {unknown} value
 * @param {string} name of the argument
 * @param {string} typed what else it may be
 * @returns {asserts value is unknown[]}
 */
function checkArray(value, name, typed) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a ${typed} or an array, not ${kindOf(value)}`);
}

/**
 * A code without the ASCII blanks around it. By hand: trim() drops more than the core does, and a regular expression
 * looks at a megabyte of blanks again and again.
 * @param {string} code
 */
function withoutOuterBlanks(code) {
  const isBlank = (/** @type {number} */ unit) => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  let begin = 0;
  let end = code.length;
  while (begin < end && isBlank(code.charCodeAt(begin))) ++begin;
  while (begin < end && isBlank(code.charCodeAt(end - 1))) --end;
  return code.slice(begin, end);
}

/**
 * Codes as text of fixed width, NULs behind the shorter ones.
 * @param {unknown[]} codes
 * @param {number} n
 * @param {number} width
 * @returns {Uint8Array | undefined} undefined where a code is too long for a width that is not the widest one
 */
function fixedWidth(codes, n, width) {
  const into = new Uint8Array(n * width);
  for (let i = 0, begin = 0; i < n; ++i, begin += width) {
    let code = codes[i];
    if (typeof code === "string" && code.length > width) {
      if (width < MAX_CODE_WIDTH) return undefined;
      code = withoutOuterBlanks(code);
    }
    if (typeof code !== "string" || code.length > width) {
      into[begin] = NO_CODE;
      continue;
    }
    // No branch on a character: a digit is looked at by the core alone.
    let all = 0;
    for (let j = 0; j < code.length; ++j) {
      const unit = code.charCodeAt(j);
      all |= unit | (unit - 1); // unit - 1: a NUL has all bits then, and is foreign too
      into[begin + j] = unit;
    }
    if ((all & ~0x7f) !== 0) into[begin] = NO_CODE;
  }
  return into;
}

/**
 * @param {unknown} codes
 * @param {number} digits that most of them will have
 * @returns {{ n: number, codes: Uint32Array | Uint8Array, width: number }} width 0: numbers
 */
function codeColumn(codes, digits) {
  if (isUint32Array(codes)) return { n: lengthOf(codes), codes, width: 0 };
  checkArray(codes, "codes", "Uint32Array");
  const n = codes.length;
  const usual = Math.max(1, Math.min(digits, MAX_CODE_WIDTH));
  const texts = fixedWidth(codes, n, usual);
  if (texts !== undefined) return { n, codes: texts, width: usual };
  const wide = /** @type {Uint8Array} */ (fixedWidth(codes, n, MAX_CODE_WIDTH));
  return { n, codes: wide, width: MAX_CODE_WIDTH };
}

/**
 * One time for all rows, or one for each. A time out of its bounds is that row's own status.
 * @param {unknown} at
 * @param {number} n
 * @param {string} name of the argument
 * @returns {number | BigUint64Array}
 */
function timeColumn(at, n, name) {
  if (isBigUint64Array(at)) {
    checkLength(lengthOf(at), n, name);
    return at;
  }
  if (!Array.isArray(at)) return seconds(at, name);
  checkLength(at.length, n, name);
  const words = new Uint32Array(2 * n);
  for (let i = 0; i < n; ++i) {
    const given = at[i];
    const time = isDate(given) ? millisecondsOf(given) / 1000 : given;
    if (typeof time !== "number" || Number.isNaN(time)) {
      throw new TypeError(`${name}[${i}] must be a number of seconds or a Date, not ${kindOf(given)}`);
    }
    const isGood = time >= 0 && time <= MAX_TIME_S;
    words[2 * i + LOW] = isGood ? time : -1;
    words[2 * i + HIGH] = isGood ? time / TWO_32 : -1;
  }
  return new BigUint64Array(words.buffer);
}

/**
 * Last used steps; null: never used.
 * @param {unknown} steps
 * @param {number | undefined} n
 * @param {string} name of the argument
 * @returns {BigInt64Array}
 */
function stepColumn(steps, n, name) {
  if (isBigInt64Array(steps)) {
    checkLength(lengthOf(steps), n, name);
    return steps;
  }
  checkArray(steps, name, "BigInt64Array");
  const len = steps.length;
  checkLength(len, n, name);
  const words = new Int32Array(2 * len);
  for (let i = 0; i < len; ++i) {
    const given = steps[i];
    const plain = typeof given === "bigint" && given >= -1n && given <= MAX_SAFE ? Number(given) : given;
    const isPlain = typeof plain === "number" && plain >= -1 && Number.isSafeInteger(plain);
    // The name of an element is made only where it is needed.
    const last = isPlain ? plain : step(given, `${name}[${i}]`);
    words[2 * i + LOW] = last;
    words[2 * i + HIGH] = Math.floor(last / TWO_32);
  }
  return new BigInt64Array(words.buffer);
}

/**
 * Next counters, or numbers that name keys.
 * @param {unknown} numbers
 * @param {number | undefined} n
 * @param {string} name of the argument
 * @returns {BigUint64Array}
 */
function uint64Column(numbers, n, name) {
  if (isBigUint64Array(numbers)) {
    checkLength(lengthOf(numbers), n, name);
    return numbers;
  }
  checkArray(numbers, name, "BigUint64Array");
  const len = numbers.length;
  checkLength(len, n, name);
  const made = new BigUint64Array(len);
  const words = new Uint32Array(made.buffer);
  for (let i = 0; i < len; ++i) {
    const given = numbers[i];
    if (typeof given === "number" && given >= 0 && Number.isSafeInteger(given)) {
      words[2 * i + LOW] = given;
      words[2 * i + HIGH] = given / TWO_32;
    } else {
      made[i] = BigInt(counter(given, `${name}[${i}]`, 0));
    }
  }
  return made;
}

/**
 * Rows of a table. One that does not exist is that row's own status.
 * @param {unknown} rows
 * @param {number | undefined} n
 * @returns {Uint32Array | null} null: row i is row i
 */
function rowColumn(rows, n) {
  if (rows === undefined) return null;
  if (isUint32Array(rows)) {
    checkLength(lengthOf(rows), n, "rows");
    return rows;
  }
  checkArray(rows, "rows", "Uint32Array");
  checkLength(rows.length, n, "rows");
  const made = new Uint32Array(rows.length);
  for (let i = 0; i < made.length; ++i) {
    const given = rows[i];
    made[i] = typeof given === "number" && given >>> 0 === given ? given : uint32(given, `rows[${i}]`);
  }
  return made;
}

/**
 * @param {unknown} key
 * @returns {key is Uint8Array}
 */
function isKey(key) {
  return isUint8Array(key) && lengthOf(key) !== 0 && lengthOf(key) <= MAX_KEY_LEN;
}

/**
 * @param {unknown} key
 * @param {string} name of the argument
 * @returns {Uint8Array}
 */
function keyOf(key, name) {
  if (isKey(key)) return key;
  if (!isUint8Array(key)) throw new TypeError(`${name} must be a Uint8Array, not ${kindOf(key)}`);
  throw new CountersealError("CSEAL_E_RANGE", `${name} must have 1 to ${MAX_KEY_LEN} bytes`);
}

/**
 * @typedef {object} KeyColumn
 * @property {number} n
 * @property {Uint8Array} bytes
 * @property {number} stride
 * @property {number} keyLen of each key, where there are no lens
 * @property {Uint32Array | null} lens
 */

/**
 * @param {unknown} keys
 * @param {unknown} keyLen of flat keys
 * @param {string} algorithm
 * @returns {KeyColumn}
 */
function flatKeys(keys, keyLen, algorithm) {
  const bytes = /** @type {Uint8Array} */ (keys);
  const len = uint32(keyLen === undefined ? KEY_LEN.get(algorithm) : keyLen, "keyLen");
  if (len === 0 || len > MAX_KEY_LEN) {
    throw new CountersealError("CSEAL_E_RANGE", `keyLen must be 1 to ${MAX_KEY_LEN} bytes`);
  }
  const n = lengthOf(bytes) / len;
  if (!Number.isInteger(n)) {
    throw new CountersealError("CSEAL_E_ARGUMENT", "keys must hold whole keys of keyLen bytes each");
  }
  return { n, bytes, stride: len, keyLen: len, lens: null };
}

/**
 * Calls body with the keys, and wipes what had to be copied.
 * @template T
 * @param {unknown} keys
 * @param {unknown} keyLen of flat keys
 * @param {string} algorithm
 * @param {(column: KeyColumn) => T} body
 * @returns {T}
 */
function withKeys(keys, keyLen, algorithm, body) {
  if (isUint8Array(keys)) return body(flatKeys(keys, keyLen, algorithm));
  if (!Array.isArray(keys)) {
    throw new TypeError(`keys must be an array of Uint8Arrays or one Uint8Array, not ${kindOf(keys)}`);
  }
  if (keyLen !== undefined) {
    throw new CountersealError("CSEAL_E_ARGUMENT", "keyLen must be left out: each of the keys has its own length");
  }
  const n = keys.length;
  const each = new Array(n);
  const lens = new Uint32Array(n);
  let longest = 0;
  let shortest = MAX_KEY_LEN;
  for (let i = 0; i < n; ++i) {
    const key = keys[i];
    each[i] = isKey(key) ? key : keyOf(key, `keys[${i}]`);
    const len = lengthOf(each[i]);
    lens[i] = len;
    longest = Math.max(longest, len);
    shortest = Math.min(shortest, len);
  }
  if (n * longest > MAX_KEYS_LEN) {
    throw new CountersealError("CSEAL_E_RANGE", "keys must be given in parts: they would take more than 2^31 bytes");
  }
  const bytes = new Uint8Array(n * longest);
  try {
    for (let i = 0; i < n; ++i) bytes.set(each[i], i * longest);
    return body({ n, bytes, stride: longest, keyLen: longest, lens: shortest < longest ? lens : null });
  } finally {
    bytes.fill(0);
  }
}

module.exports = { KEY_LEN, codeColumn, keyOf, lengthOf, rowColumn, stepColumn, timeColumn, uint64Column, withKeys };
