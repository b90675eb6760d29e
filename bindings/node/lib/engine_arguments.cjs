// SPDX-License-Identifier: Apache-2.0
// What callers of an engine pass, as its requests want it. As in arguments.cjs nothing is coerced, and rules about
// values that the core can hold are left to the core.
"use strict";

const { isUint8Array } = require("node:util").types;
const { MAX_UINT32, kindOf, seconds, wholeNumber } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
const { responseText } = require("./webauthn_texts.cjs");

const MIN_SESSION_BYTES = 16;
const MAX_SESSION_BYTES = 1024;
/** Longer than anything that a person or a key types; what is longer is malformed, and no reason to read it. */
const MAX_RESPONSE = 65536;
const MAX_PASSKEY_RESPONSE = 262_144;
/** CSEAL_ENGINE_REQUEST_MAX of capi/include/counterseal/engine.h */
const MAX_SECRET_BYTES = 4_194_304;

/**
 * Text that UTF-8 can say.
 * @param {unknown} value
 * @param {string} name
 * @returns {string}
 */
function text(value, name) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, not ${kindOf(value)}`);
  if (/\p{Surrogate}/u.test(value)) {
    throw new CountersealError("CSEAL_E_ARGUMENT", `${name} must be text without lone surrogates`);
  }
  return value;
}

/**
 * Who somebody or what something is: never empty.
 * @param {unknown} value
 * @param {string} name
 */
function id(value, name) {
  if (value === "") throw new TypeError(`${name} must not be empty`);
  return text(value, name);
}

/**
 * What may be left out. Not null: a value that somebody lost would become the default, which may be a laxer one.
 * @template Read
 * @param {unknown} value
 * @param {string} name
 * @param {(value: unknown, name: string) => Read} read
 * @returns {Read | undefined} undefined, which JSON leaves out
 */
function optional(value, name, read) {
  return value === undefined ? undefined : read(value, name);
}

/**
 * The same, where null says that there is none: the declarations have `| null` there.
 * @template Read
 * @param {unknown} value
 * @param {string} name
 * @param {(value: unknown, name: string) => Read} read
 * @returns {Read | undefined}
 */
function optionalOrNull(value, name, read) {
  return value === null ? undefined : optional(value, name, read);
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function flag(value, name) {
  if (typeof value !== "boolean") throw new TypeError(`${name} must be true or false, not ${kindOf(value)}`);
  return value;
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function texts(value, name) {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of strings, not ${kindOf(value)}`);
  return Array.from(value, (item, i) => text(item, `${name}[${i}]`));
}

/**
 * One word of several.
 * @param {unknown} value
 * @param {string} name
 * @param {readonly string[]} choices
 */
function choice(value, name, choices) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, not ${kindOf(value)}`);
  if (choices.includes(value)) return value;
  throw new CountersealError("CSEAL_E_UNSUPPORTED", `${name} must be ${choices.join(" or ")}`);
}

/**
 * A whole number that may be below 0.
 * @param {unknown} value
 * @param {string} name
 */
function integer(value, name) {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new TypeError(`${name} must be a number, not ${kindOf(value)}`);
  }
  if (!Number.isSafeInteger(value)) throw new CountersealError("CSEAL_E_RANGE", `${name} must be a whole number`);
  return value;
}

/**
 * Where 32 bits are not enough.
 * @param {unknown} value
 * @param {string} name
 */
function safeNumber(value, name) {
  return Math.min(wholeNumber(value, name), Number.MAX_SAFE_INTEGER);
}

/**
 * A number of seconds, which may be part of one, as milliseconds.
 * @param {unknown} value
 * @param {string} name
 */
function milliseconds(value, name) {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new TypeError(`${name} must be a number of seconds, not ${kindOf(value)}`);
  }
  if (value <= 0) throw new CountersealError("CSEAL_E_RANGE", `${name} must be above 0`);
  return Math.min(Math.ceil(value * 1000), MAX_UINT32);
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function wholeSeconds(value, name) {
  return Math.floor(seconds(value, name));
}

/**
 * The host's session, as requests have it.
 * @param {unknown} value bytes, or text that stands for its UTF-8
 * @param {string} name
 */
function session(value, name) {
  if (!isUint8Array(value) && typeof value !== "string") {
    throw new TypeError(`${name} must be a Uint8Array or a string, not ${kindOf(value)}`);
  }
  const bytes = Buffer.from(typeof value === "string" ? text(value, name) : value);
  if (bytes.length < MIN_SESSION_BYTES || bytes.length > MAX_SESSION_BYTES) {
    const rule = `${name} must have ${MIN_SESSION_BYTES} to ${MAX_SESSION_BYTES} bytes`;
    throw new CountersealError("CSEAL_E_ARGUMENT", rule);
  }
  return bytes.toString("base64url");
}

/**
 * A grant, which may come from anywhere: whatever no grant is, is none that holds.
 * @param {unknown} value
 * @param {string} name
 */
function grant(value, name) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, not ${kindOf(value)}`);
  if (value.length > MAX_RESPONSE) return "";
  return value.replaceAll("\n", " "); // behind a line feed stands a trusted device's token
}

/**
 * What somebody typed, or what the browser of a passkey sent, as text or read already. Whatever is neither is said like
 * any other malformed response.
 * @param {unknown} value
 */
function response(value) {
  const isDocument = typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
  return typeof value === "string" || isDocument ? passkeyResponse(value) : "";
}

/**
 * What the browser of a passkey sent, also as bytes.
 * @param {unknown} value
 */
function passkeyResponse(value) {
  const text = responseText(value);
  return text.length <= (text.startsWith("{") ? MAX_PASSKEY_RESPONSE : MAX_RESPONSE) ? text : "";
}

/**
 * Responses of a batch as lines of one text. One that is longer than its part of what a call may carry is malformed,
 * and the others are judged.
 * @param {unknown[]} values
 */
function responseLines(values) {
  const longest = Math.min(MAX_RESPONSE, Math.floor(MAX_SECRET_BYTES / values.length) - 1);
  const lines = values.map((value) => response(value).replaceAll("\n", "?")); // no code has a line feed
  return lines.map((line) => (Buffer.byteLength(line) <= longest ? `${line}\n` : "\n")).join("");
}

/**
 * @param {unknown} value
 * @param {string} name of the argument
 */
function callback(value, name) {
  if (typeof value !== "function") throw new TypeError(`${name} must be a function, not ${kindOf(value)}`);
  return /** @type {() => any} */ (value);
}

/**
 * @param {unknown} value
 * @returns {import("./index.cjs").CallSignal | undefined}
 */
function signal(value) {
  if (value === undefined) return undefined;
  const given = /** @type {any} */ (value);
  const isOne =
    typeof given?.aborted === "boolean" &&
    typeof given.addEventListener === "function" &&
    typeof given.removeEventListener === "function";
  if (!isOne) {
    throw new TypeError(`signal must be an AbortSignal, not ${kindOf(value)}`);
  }
  return given;
}

module.exports = {
  callback,
  choice,
  flag,
  grant,
  id,
  integer,
  milliseconds,
  optional,
  optionalOrNull,
  passkeyResponse,
  response,
  responseLines,
  safeNumber,
  session,
  signal,
  text,
  texts,
  wholeSeconds,
};
