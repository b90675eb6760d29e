// SPDX-License-Identifier: Apache-2.0
// Decisions about logins on durable state. The public words are in engine.d.cts.
"use strict";

const { kindOf, uint32 } = require("./arguments.cjs");
const { callback, flag, milliseconds, signal, text } = require("./engine_arguments.cjs");
const { EngineCalls, OP, errorOf } = require("./engine_calls.cjs");
const { CountersealError } = require("./error.cjs");
const { readOptions } = require("./factor.cjs");
const { ringOf } = require("./key_ring.cjs");
const { Tenant } = require("./tenant.cjs");

/** @type {WeakMap<object, EngineCalls>} */
const calls = new WeakMap();

/**
 * @param {unknown} value
 * @param {string} name
 * @param {readonly string[]} choices the first of them is the default
 */
function choice(value, name, choices) {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, not ${kindOf(value)}`);
  if (choices.includes(value)) return value;
  throw new CountersealError("CSEAL_E_UNSUPPORTED", `${name} must be ${choices.join(" or ")}`);
}

/** @param {unknown} options */
function readSettings(options) {
  const known = ["keys", "create", "schema", "clock", "pool", "onFork"];
  const given = readOptions(options, "Engine.open", known);
  const { keys, create = false, schema = "check", clock, pool = {}, onFork = "reopen" } = given;
  const { sessions = 4, patienceS = 5, threads = 8 } = readOptions(pool, "pool", ["sessions", "patienceS", "threads"]);
  return {
    keys,
    create: flag(create, "create"),
    migrate: choice(schema, "schema", ["check", "migrate"]) === "migrate",
    refuseFork: choice(onFork, "onFork", ["reopen", "refuse"]) === "refuse",
    sessions: uint32(sessions, "pool.sessions"),
    patienceMs: milliseconds(patienceS, "pool.patienceS"),
    threads: uint32(threads, "pool.threads"),
    clock: clock === undefined ? undefined : callback(clock, "clock"),
  };
}

class Engine {
  #calls;

  /** @param {EngineCalls} opened */
  constructor(opened) {
    if (!(opened instanceof EngineCalls)) throw new TypeError("Engine is made by Engine.open");
    this.#calls = opened;
    calls.set(this, opened);
  }

  /**
   * @param {string} url
   * @param {import("./index.cjs").EngineOptions} options
   */
  static async open(url, options) {
    const where = text(url, "url");
    const { keys, ...how } = readSettings(options);
    return new Engine(await EngineCalls.open(where, await ringOf(keys, how.create), how));
  }

  /**
   * @param {string} name
   * @returns {import("./index.cjs").Tenant}
   */
  tenant(name) {
    return new Tenant(this.#calls, name);
  }

  /**
   * @param {import("./index.cjs").CallOptions} [options]
   * @returns {Promise<import("./index.cjs").EngineStats>}
   */
  async stats(options = {}) {
    const given = readOptions(options, "stats", ["signal"]);
    const { body } = await this.#calls.ask(OP.stats, {}, null, signal(given.signal));
    return Object.freeze({ calls: body.calls });
  }

  /**
   * @param {import("./index.cjs").HealthOptions} [options]
   * @returns {Promise<import("./index.cjs").EngineHealth>}
   */
  async health(options = {}) {
    const { timeoutS = 1, signal: given } = readOptions(options, "health", ["timeoutS", "signal"]);
    const request = { timeout_ms: milliseconds(timeoutS, "timeoutS") };
    const answer = await this.#calls.call(OP.health, request, null, signal(given));
    if (answer.body.store === undefined) throw errorOf(answer.status, answer.body.error);
    const { store, schema, latency_us: latencyUs } = answer.body;
    return Object.freeze({ store, schema, latencyS: latencyUs / 1e6 });
  }

  close() {
    return this.#calls.close();
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `Engine ${inspect({ isClosed: this.#calls.isClosed }, options)}`;
  }
}

// Node 18 has this symbol from 18.18 on.
if (Symbol.asyncDispose !== undefined) {
  Object.defineProperty(Engine.prototype, Symbol.asyncDispose, {
    configurable: true,
    writable: true,
    value: /** @this {Engine} */ function asyncDispose() {
      return this.close();
    },
  });
}

/**
 * For faults on purpose: calls beside the public ones.
 * @param {unknown} engine
 */
function callsOf(engine) {
  const found = calls.get(/** @type {any} */ (engine));
  if (found === undefined) throw new TypeError(`engine must be an Engine, not ${kindOf(engine)}`);
  return found;
}

module.exports = { Engine, callsOf };
