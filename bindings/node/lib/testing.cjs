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
const { KeyRing } = require("./key_ring.cjs");
const { TOTP } = require("./totp.cjs");

/** As far from now as any window reaches. */
const MAX_WINDOW_STEPS = 21;

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
  #totp;
  #clock;

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
    this.#totp = TOTP.fromUri(uri);
  }

  /** @param {number | Date} [at] */
  code(at = this.#seconds()) {
    return this.#totp.at(at);
  }

  wrongCode() {
    const now = this.#seconds();
    const right = new Set();
    for (let step = -MAX_WINDOW_STEPS; step <= MAX_WINDOW_STEPS; ++step) {
      right.add(this.#totp.at(Math.max(this.#totp.t0, now + step * this.#totp.period)));
    }
    for (let number = 0; ; ++number) {
      const code = String(number).padStart(this.#totp.digits, "0");
      if (!right.has(code)) return code;
    }
  }

  #seconds() {
    return this.#clock === undefined ? Date.now() / 1000 : this.#clock.now() / 1000;
  }
}

/** @param {import("./testing.cjs").MemoryEngineOptions} [options] */
async function memoryEngine(options = {}) {
  const { clock, ...others } = readOptions(options, "memoryEngine", ["clock", "pool", "keys"]);
  const keys = KeyRing.fromKeys({ test: randomBytes(32) }, { active: "test" });
  const now = clock instanceof FakeClock ? clock.now : clock;
  return Engine.open("memory:", { keys, ...others, clock: /** @type {any} */ (now), create: true });
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
