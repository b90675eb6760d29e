// SPDX-License-Identifier: Apache-2.0
// Answers to challenges (RFC 6287). The public words are in ocra.d.cts.
"use strict";

const { isUint8Array } = require("node:util").types;
const { counter, kindOf, seconds, step, uint32 } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
const { readOptions } = require("./factor.cjs");
const native = require("./native.cjs");
const { STATUS_BY_NUMBER } = require("./status.cjs");

const INPUTS = Object.freeze(["question", "pinHash", "session", "time"]);
const CHALLENGE = Object.freeze([...INPUTS, "counter"]);
const EXPECTED = Object.freeze([...INPUTS, "nextCounter", "lastStep", "lookAhead", "past", "future"]);
const NO_BYTES = new Uint8Array(0);
const NEVER_USED = -1;

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {Uint8Array}
 */
function bytes(value, name) {
  if (!isUint8Array(value)) throw new TypeError(`${name} must be a Uint8Array, not ${kindOf(value)}`);
  return value;
}

/**
 * Reads an input that the suite has, and refuses one that it has not.
 * @template Read
 * @param {boolean} inSuite
 * @param {unknown} value
 * @param {string} name
 * @param {Read} absent what the addon gets where the suite has no such input
 * @param {(value: unknown, name: string) => Read} read
 * @returns {Read}
 */
function part(inSuite, value, name, absent, read) {
  if (inSuite && value === undefined) throw new TypeError(`${name} is missing: the suite has it`);
  if (inSuite) return read(value, name);
  if (value === undefined) return absent;
  throw new CountersealError("CSEAL_E_ARGUMENT", `${name} must not be given: the suite has none`);
}

class OCRA {
  #handle;
  #suite;
  #digits;
  // Which inputs the suite has.
  #counter;
  #pin;
  #session;
  #time;

  /** @param {{ suite: string, key: Uint8Array }} options */
  constructor(options) {
    const { suite, key } = readOptions(options, "OCRA", ["suite", "key"]);
    if (typeof suite !== "string") throw new TypeError(`suite must be a string, not ${kindOf(suite)}`);
    this.#handle = native.makeOcra(suite, bytes(key, "key"));
    this.#suite = suite;
    [this.#digits, this.#counter, this.#pin, this.#session, this.#time] = native.ocraDescribe(this.#handle);
  }

  get suite() {
    return this.#suite;
  }
  get digits() {
    return this.#digits;
  }

  /** @param {import("./index.cjs").OcraChallenge} challenge */
  generate(challenge) {
    const given = readOptions(challenge, "generate", CHALLENGE);
    const inputs = this.#inputs(given);
    const at = part(this.#counter, given.counter, "counter", 0, (value, name) => {
      if (typeof value === "string") throw new TypeError(`${name} must be a number or a bigint, not ${kindOf(value)}`);
      return counter(value, name, 0);
    });
    return native.ocraGenerate(this.#handle, ...inputs, at, this.#timeOf(given));
  }

  /**
   * @template {number | bigint | string} C
   * @param {unknown} code
   * @param {import("./index.cjs").OcraExpected<C>} expected
   * @returns {import("./index.cjs").OcraMatch<import("./index.cjs").CounterOut<C>> | null}
   */
  verify(code, expected) {
    const found = this.#find(code, expected);
    // Asked this way round, whatever is no list is no acceptance.
    return Array.isArray(found) ? this.#match(found) : null;
  }

  /**
   * @template {number | bigint | string} C
   * @param {unknown} code
   * @param {import("./index.cjs").OcraExpected<C>} expected
   * @returns {import("./index.cjs").OcraCheck<import("./index.cjs").CounterOut<C>>}
   */
  check(code, expected) {
    const found = this.#find(code, expected);
    if (Array.isArray(found)) return { status: STATUS_BY_NUMBER[0], ...this.#match(found) };
    return { status: STATUS_BY_NUMBER[found], step: null, counter: null, nextCounter: null };
  }

  /**
   * @param {unknown} code
   * @param {unknown} expected
   */
  #find(code, expected) {
    const given = readOptions(expected, "verify", EXPECTED);
    const { lookAhead = 0, past = 1, future = 1 } = given;
    const inputs = this.#inputs(given);
    const ahead = uint32(lookAhead, "lookAhead");
    const next = part(this.#counter, given.nextCounter, "nextCounter", 0, (value, name) =>
      counter(value, name, ahead + 1),
    );
    const last = part(this.#time, given.lastStep, "lastStep", NEVER_USED, step);
    const window = /** @type {const} */ ([ahead, uint32(past, "past"), uint32(future, "future")]);
    return native.ocraVerify(this.#handle, code, ...inputs, next, last, this.#timeOf(given), ...window);
  }

  /**
   * @param {Record<string, unknown>} given
   * @returns {[question: string, pinHash: Uint8Array, session: Uint8Array]}
   */
  #inputs({ question, pinHash, session }) {
    if (typeof question !== "string") throw new TypeError(`question must be a string, not ${kindOf(question)}`);
    return [
      question,
      part(this.#pin, pinHash, "pinHash", NO_BYTES, bytes),
      part(this.#session, session, "session", NO_BYTES, bytes),
    ];
  }

  /** @param {Record<string, unknown>} given */
  #timeOf({ time }) {
    if (this.#time && time === undefined) return Date.now() / 1000;
    return part(this.#time, time, "time", 0, seconds);
  }

  /**
   * What to store, from the addon's answer.
   * @param {[step: number, nextCounter: number | bigint]} found
   * @returns {any} an OcraMatch of the same kind of number
   */
  #match([usedStep, nextCounter]) {
    const matched = typeof nextCounter === "bigint" ? nextCounter - 1n : nextCounter - 1;
    return {
      step: this.#time ? usedStep : null,
      counter: this.#counter ? matched : null,
      nextCounter: this.#counter ? nextCounter : null,
    };
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `OCRA ${inspect({ suite: this.#suite, digits: this.#digits }, options)}`;
  }
}

module.exports = { OCRA };
