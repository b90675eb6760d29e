// SPDX-License-Identifier: Apache-2.0
// Calls of an engine: submitted to its threads, and settled when the addon tells that they are done.
"use strict";

const { tellAnswer, tellClosed, tellKeys, tellOpened, tellTrouble } = require("./operator_channels.cjs");
const { CountersealError } = require("./error.cjs");
const native = require("./native.cjs");
const { ofDocument, spelled } = require("./wording.cjs");

/** Of capi/include/counterseal/engine.h. */
const OP = Object.freeze({
  setPolicy: 1,
  policy: 2,
  enrollTotp: 3,
  confirm: 4,
  recoveryCodes: 5,
  importFactor: 6,
  listFactors: 7,
  evaluate: 8,
  verifyChallenge: 9,
  grantValid: 10,
  verifyFactor: 11,
  suspend: 12,
  resume: 13,
  revoke: 14,
  unlock: 15,
  adminReset: 16,
  events: 17,
  verifyBatch: 18,
  stats: 19,
  health: 20,
  checkpoint: 21,
  checkpoints: 22,
  checkpointsKept: 23,
  logVerifier: 24,
  prove: 25,
  exportLog: 26,
  erasePerson: 27,
  purgeEvents: 28,
  verifyState: 29,
  reseal: 30,
  keyCounts: 31,
  enrollPasskey: 32,
  beginPasskey: 33,
  passkeyOwner: 34,
  verifyPasskey: 35,
  importPasskey: 36,
  setClock: 37,
  fault: 100,
});

/** @type {ReadonlyMap<number, string>} */
const NAMES = new Map(Object.entries(OP).map(([name, number]) => [number, name]));

const OK = 0;
const E_RANGE = -2;
const E_TIME = -4;
const E_CLOSED = -17;
const TOO_MUCH = Object.freeze({
  argument: null,
  rule: "at most 65536 calls may be pending, and a request may have 4 MiB",
});
/** The tag by which the addon tells of the engine itself. */
const ENGINE = 0;

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body what the operation says in JSON
 * @property {Buffer | null} secret whoever reads it wipes it
 *
 * @typedef {string | Uint8Array | import("./native.cjs").Handle | null} Secret
 * @typedef {import("./index.cjs").CallSignal | undefined} Signal
 */

/**
 * @param {number} status
 * @param {{ argument: string | null, rule: string } | undefined} [told]
 */
function errorOf(status, told) {
  const [name, meaning] = native.statusName(status);
  if (told === undefined) return new CountersealError(name, meaning);
  if (told.argument === "policy") return new CountersealError(name, ofDocument(told.rule));
  return new CountersealError(name, spelled(told.argument === null ? told.rule : `${told.argument} ${told.rule}`));
}

/**
 * What operators are told of an answer.
 * @param {number} op
 * @param {Record<string, unknown>} request
 * @param {Answer} answer
 */
function tell(op, request, { status, body }) {
  const name = NAMES.get(op) ?? "";
  if (status >= OK) {
    tellAnswer(name, request, body);
  } else if (body.faults === undefined) {
    // A comparison that found something is an answer, too. A time that the host gave is the host's to see.
    if (status !== E_TIME || body.error?.argument == null) tellTrouble(name, errorOf(status, body.error));
  }
}

/** As Node's own functions reject: whatever the signal's reason is, it is the cause. */
class AbortError extends Error {
  /** @param {NonNullable<Signal>} signal */
  constructor({ reason }) {
    super("the wait was aborted; what was begun goes on", { cause: reason });
    this.code = "ABORT_ERR";
  }

  get name() {
    return "AbortError";
  }
}

/** @param {() => number} clock */
function microseconds(clock) {
  const now = clock();
  if (typeof now !== "number" || Number.isNaN(now)) {
    throw new TypeError("clock must return milliseconds since 1970 as a number");
  }
  const us = Math.floor(now * 1000);
  if (!Number.isSafeInteger(us)) {
    throw new CountersealError("CSEAL_E_TIME", "clock must lie in the years 2000 to 2200, in milliseconds");
  }
  return us;
}

class EngineCalls {
  #clock;
  #store;
  #handle = /** @type {import("./native.cjs").EngineHandle} */ (/** @type {unknown} */ (undefined));
  #lastTag = ENGINE;
  /** @type {Map<number, (answer: Answer) => void>} */
  #waiting = new Map();
  /** @type {Promise<void> | undefined} */
  #closed;
  // The addon holds it weakly while nothing is pending.
  #settle;

  /**
   * @param {(() => number) | undefined} clock
   * @param {string} store what its URL begins with
   */
  constructor(clock, store) {
    this.#clock = clock;
    this.#store = store;
    /** @type {import("./native.cjs").Settle} */
    this.#settle = (tag, status, json, secret) => {
      const resolve = this.#waiting.get(tag);
      this.#waiting.delete(tag);
      resolve?.({ status, body: tag === ENGINE ? json : JSON.parse(json === "" ? "{}" : json), secret });
    };
  }

  /**
   * @param {string} url
   * @param {import("./native.cjs").RingHandle} ring
   * @param {{ create: boolean, migrate: boolean, refuseFork: boolean, logP256: boolean, sessions: number,
   *           patienceMs: number, threads: number, expected: string, clock: (() => number) | undefined }} how
   */
  static async open(url, ring, how) {
    const { create, migrate, refuseFork, logP256, sessions, patienceMs, threads, expected, clock } = how;
    const made = new EngineCalls(clock, url.split(":", 1)[0] ?? "");
    const flags = /** @type {const} */ ([create, migrate, refuseFork, logP256]);
    const { status, body } = await new Promise((resolve) => {
      made.#handle = native.engineOpen(url, ring, ...flags, sessions, patienceMs, threads, expected, made.#settle);
      made.#waiting.set(ENGINE, resolve);
    });
    if (status !== OK) {
      const error = errorOf(status, body === "" ? undefined : { argument: null, rule: body });
      tellTrouble("open", error);
      throw error;
    }
    tellOpened(made.#store);
    return made;
  }

  /**
   * @param {number} op
   * @param {Record<string, unknown>} request
   * @param {Secret} [secret]
   * @param {Signal} [signal]
   * @returns {Promise<Answer>} also of a call that failed
   */
  async call(op, request, secret = null, signal = undefined) {
    if (this.#closed !== undefined) throw errorOf(E_CLOSED);
    const timed = this.#clock === undefined ? request : { ...request, now_us: microseconds(this.#clock) };
    if (signal?.aborted) throw new AbortError(signal);
    const text = JSON.stringify(timed);
    // What throws in here rejects: the signal is the host's own. Nothing is submitted that nobody could wait for.
    return new Promise((resolve, reject) => {
      let isWanted = true;
      const abort = () => {
        isWanted = false;
        reject(new AbortError(/** @type {NonNullable<Signal>} */ (signal)));
      };
      signal?.addEventListener("abort", abort, { once: true });
      const tag = this.#lastTag + 1;
      const status = native.engineSubmit(this.#handle, op, text, secret, tag);
      if (status !== OK) {
        reject(status === E_RANGE ? errorOf(status, TOO_MUCH) : errorOf(status));
        signal?.removeEventListener("abort", abort);
        return;
      }
      this.#lastTag = tag;
      this.#waiting.set(tag, (answer) => {
        if (isWanted) resolve(answer);
        else answer.secret?.fill(0);
        tell(op, request, answer);
        signal?.removeEventListener("abort", abort); // last: it may throw
      });
    });
  }

  /**
   * The same, where a failure is an error.
   * @param {number} op
   * @param {Record<string, unknown>} request
   * @param {Secret} [secret]
   * @param {Signal} [signal]
   */
  async ask(op, request, secret, signal) {
    const answer = await this.call(op, request, secret, signal);
    // Asked this way round, whatever is no number is a failure.
    if (!(answer.status >= OK)) throw errorOf(answer.status, answer.body.error);
    return answer;
  }

  /** @param {import("./native.cjs").RingHandle} ring */
  async reload(ring) {
    if (this.#closed !== undefined) throw errorOf(E_CLOSED);
    try {
      await native.engineReload(this.#handle, ring);
    } catch (error) {
      if (error instanceof CountersealError) tellTrouble("reloadKeys", error);
      throw error;
    }
    tellKeys();
  }

  get isClosed() {
    return this.#closed !== undefined;
  }

  close() {
    if (this.#closed === undefined) {
      native.engineClose(this.#handle);
      this.#closed = new Promise((resolve) => {
        this.#waiting.set(ENGINE, () => {
          tellClosed(this.#store);
          resolve();
        });
      });
    }
    return this.#closed;
  }
}

module.exports = { EngineCalls, OK, OP, errorOf };
