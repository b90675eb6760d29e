// SPDX-License-Identifier: Apache-2.0
// For tests of what is built on an engine: what `require("counterseal/testing")` gives. The public words are in
// testing.d.cts.
"use strict";

const { randomBytes } = require("node:crypto");
const { kindOf, seconds } = require("./arguments.cjs");
const { Engine, callsOf } = require("./engine.cjs");
const { OP } = require("./engine_calls.cjs");
const { FakePasskey } = require("./fake_passkey.cjs");
const { readOptions } = require("./factor.cjs");
const { HOTP } = require("./hotp.cjs");
const { KeyRing } = require("./key_ring.cjs");
const { TOTP } = require("./totp.cjs");

/** As far from now as any window reaches, and as far ahead as any look-ahead does. */
const MAX_WINDOW_STEPS = 21;
const MAX_LOOK_AHEAD = 100;

/** What an engine in memory may be opened with, besides its clock and its keys. */
const SETTINGS = Object.freeze(["pool", "onFork", "logSignature", "expectedCheckpoints"]);

class FakeClock {
  #ms;

  /** @param {number | Date} [start] */
  constructor(start = 1_800_000_000) {
    this.#ms = seconds(start, "start") * 1000;
    this.now = () => this.#ms;
    Object.freeze(this);
  }

  /** @param {number} by */
  advance(by) {
    this.#ms = seconds(this.#ms / 1000 + by, "by") * 1000;
  }

  /** @param {number | Date} time */
  set(time) {
    this.#ms = seconds(time, "time") * 1000;
  }
}

class FakePhone {
  #otp;
  #clock;
  #counter = 0n;

  /**
   * @param {string} uri
   * @param {{ clock?: FakeClock | undefined }} [options]
   */
  constructor(uri, options = {}) {
    const { clock } = readOptions(options, "FakePhone", ["clock"]);
    if (clock !== undefined && !(clock instanceof FakeClock)) {
      throw new TypeError(`clock must be a FakeClock, not ${kindOf(clock)}`);
    }
    this.#clock = clock;
    if (typeof uri !== "string") throw new TypeError(`uri must be a string, not ${kindOf(uri)}`);
    this.#otp = /^\s*otpauth:\/\/hotp\//i.test(uri) ? HOTP.fromUri(uri) : TOTP.fromUri(uri);
    if (this.#otp instanceof HOTP) this.#counter = BigInt(this.#otp.counter);
  }

  /** @param {number | Date} [at] */
  code(at) {
    if (this.#otp instanceof TOTP) return this.#otp.at(at === undefined ? this.#seconds() : at);
    if (at !== undefined) throw new TypeError("at is of TOTP: a counter knows no time");
    return this.#otp.at(this.#counter++);
  }

  wrongCode() {
    const right = new Set(this.#soon());
    for (let number = 0; ; ++number) {
      const code = String(number).padStart(this.#otp.digits, "0");
      if (!right.has(code)) return code;
    }
  }

  /** What may be accepted now or soon. */
  *#soon() {
    const otp = this.#otp;
    if (otp instanceof HOTP) {
      for (let ahead = 0n; ahead <= MAX_LOOK_AHEAD; ++ahead) yield otp.at(this.#counter + ahead);
      return;
    }
    const now = this.#seconds();
    for (let step = -MAX_WINDOW_STEPS; step <= MAX_WINDOW_STEPS; ++step) {
      yield otp.at(Math.max(otp.t0, now + step * otp.period));
    }
  }

  #seconds() {
    return this.#clock === undefined ? Date.now() / 1000 : this.#clock.now() / 1000;
  }
}

/** @param {import("./testing.cjs").MemoryEngineOptions} [options] */
async function memoryEngine(options = {}) {
  const given = readOptions(options, "memoryEngine", ["clock", "keys", ...SETTINGS]);
  const { clock, keys = KeyRing.fromKeys({ test: randomBytes(32) }, { active: "test" }), ...others } = given;
  const now = clock instanceof FakeClock ? clock.now : clock;
  return Engine.open("memory:", {
    ...others,
    keys: /** @type {any} */ (keys),
    clock: /** @type {any} */ (now),
    create: true,
  });
}

/** @param {Engine} engine */
function faults(engine) {
  const found = callsOf(engine);
  const make = (/** @type {string} */ what) => async () => {
    await found.ask(OP.fault, { what });
  };
  return Object.freeze({
    storeDown: make("store_down"),
    commitUnknown: make("commit_unknown"),
    commitLost: make("commit_lost"),
    none: make("none"),
  });
}

module.exports = { FakeClock, FakePasskey, FakePhone, faults, memoryEngine };
