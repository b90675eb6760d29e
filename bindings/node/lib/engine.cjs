// SPDX-License-Identifier: Apache-2.0
// Decisions about logins on durable state. The public words are in engine.d.cts.
"use strict";

const { kindOf, uint32 } = require("./arguments.cjs");
const { callback, choice, flag, milliseconds, signal, text, texts } = require("./engine_arguments.cjs");
const { EngineCalls, OP, errorOf } = require("./engine_calls.cjs");
const requests = require("./engine_requests.cjs");
const { readOptions } = require("./factor.cjs");
const { ringOf } = require("./key_ring.cjs");
const { checkpointOf } = require("./log.cjs");
const { Tenant } = require("./tenant.cjs");

/** @type {WeakMap<object, EngineCalls>} */
const calls = new WeakMap();

/** @param {unknown} options */
function readSettings(options) {
  const known = ["keys", "create", "schema", "clock", "pool", "onFork", "logSignature", "expectedCheckpoints"];
  const given = readOptions(options, "Engine.open", known);
  const { keys, create = false, schema = "check", clock, pool = {}, expectedCheckpoints } = given;
  const { onFork = "reopen", logSignature = "ed25519" } = given;
  const { sessions = 4, patienceS = 5, threads = 8 } = readOptions(pool, "pool", ["sessions", "patienceS", "threads"]);
  return {
    keys,
    create: flag(create, "create"),
    migrate: choice(schema, "schema", ["check", "migrate"]) === "migrate",
    refuseFork: choice(onFork, "onFork", ["reopen", "refuse"]) === "refuse",
    logP256: choice(logSignature, "logSignature", ["ed25519", "p256"]) === "p256",
    sessions: uint32(sessions, "pool.sessions"),
    patienceMs: milliseconds(patienceS, "pool.patienceS"),
    threads: uint32(threads, "pool.threads"),
    expected:
      expectedCheckpoints === undefined ? "" : JSON.stringify(texts(expectedCheckpoints, "expectedCheckpoints")),
    clock: clock === undefined ? undefined : callback(clock, "clock"),
  };
}

/**
 * Counts in two levels: of keys by their kind, of statuses by their call.
 * @param {Record<string, Record<string, number>>} counts
 */
function frozenCounts(counts) {
  for (const each of Object.values(counts)) Object.freeze(each);
  return Object.freeze(counts);
}

class Engine {
  #calls;
  #keys;

  /**
   * @param {EngineCalls} opened
   * @param {unknown} keys what it was opened with
   */
  constructor(opened, keys) {
    if (!(opened instanceof EngineCalls)) throw new TypeError("Engine is made by Engine.open");
    this.#calls = opened;
    this.#keys = keys;
    calls.set(this, opened);
  }

  /**
   * @param {string} url
   * @param {import("./index.cjs").EngineOptions} options
   */
  static async open(url, options) {
    const where = text(url, "url");
    const { keys, ...how } = readSettings(options);
    return new Engine(await EngineCalls.open(where, await ringOf(keys, how.create), how), keys);
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
    const { calls, reasons, open, store, keys } = body;
    return Object.freeze({
      calls: frozenCounts(calls),
      reasons: Object.freeze(reasons),
      open: Object.freeze({
        nDirect: open.direct,
        nWaiting: open.waiting,
        nRunning: open.running,
        nDone: open.done,
      }),
      store: Object.freeze({
        nCommits: store.commits,
        nCalls: store.calls,
        nRetries: store.retries,
        nWaiting: store.waiting,
        nBusy: store.busy,
      }),
      keys: Object.freeze({ active: keys.active, nSealed: keys.sealed }),
    });
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

  /** @param {import("./index.cjs").KeyRing | string | import("./index.cjs").FileUrl} [keys] */
  async reloadKeys(keys) {
    await this.#calls.reload(await ringOf(keys === undefined ? this.#keys : keys, false));
  }

  /**
   * @param {import("./index.cjs").PageOptions<string>} [options]
   * @returns {Promise<import("./index.cjs").Resealed>}
   */
  async reseal(options = {}) {
    const { body } = await this.#ask(OP.reseal, requests.part("reseal", options));
    const { active, resealed: nResealed, damaged: nDamaged, left, next } = body;
    return Object.freeze({ active, nResealed, nDamaged, left: frozenCounts(left), next });
  }

  /**
   * @param {import("./index.cjs").PageOptions<string>} [options]
   * @returns {Promise<import("./index.cjs").KeyCounts>}
   */
  async keyCounts(options = {}) {
    const { body } = await this.#ask(OP.keyCounts, requests.part("keyCounts", options));
    const { active, keys, counts, next } = body;
    return Object.freeze({ active, keys: Object.freeze(keys), counts: frozenCounts(counts), next });
  }

  /**
   * @param {import("./index.cjs").CheckpointsOptions} [options]
   * @returns {Promise<import("./index.cjs").CheckpointPage>}
   */
  async checkpoints(options = {}) {
    const { body } = await this.#ask(OP.checkpoints, requests.checkpoints(options));
    const next = body.next === null ? null : Object.freeze(body.next);
    return Object.freeze({ items: Object.freeze(body.checkpoints.map(checkpointOf)), next });
  }

  /**
   * @param {number} op
   * @param {import("./tenant_requests.cjs").Request} request
   */
  #ask(op, { members, signal: given }) {
    return this.#calls.ask(op, members, null, given);
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
