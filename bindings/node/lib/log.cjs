// SPDX-License-Identifier: Apache-2.0
// The log of a tenant. The public words are in log.d.cts.
"use strict";

const { OP, errorOf } = require("./engine_calls.cjs");
const requests = require("./log_requests.cjs");

/**
 * @param {any} checkpoint
 * @returns {import("./index.cjs").Checkpoint}
 */
function checkpointOf({ tenant, size, at_us: atUs, note }) {
  return Object.freeze({ tenant, size, at: new Date(atUs / 1000), note });
}

/** @param {string} base64 */
function hashOf(base64) {
  return Buffer.from(base64, "base64");
}

/** @param {readonly string[]} all */
function hashesOf(all) {
  return Object.freeze(all.map(hashOf));
}

/**
 * @param {any} fault
 * @returns {import("./index.cjs").StateFault}
 */
function faultOf({ subject, factor_id: factorId, what, stored, log }) {
  return Object.freeze({ subject, factorId, what, stored, log });
}

/** @implements {import("./index.cjs").Log} */
class Log {
  #calls;
  #tenant;

  /**
   * @param {import("./engine_calls.cjs").EngineCalls} calls
   * @param {string} tenant
   */
  constructor(calls, tenant) {
    this.#calls = calls;
    this.#tenant = tenant;
  }

  /**
   * @param {import("./index.cjs").CallOptions} [options]
   * @returns {Promise<import("./index.cjs").Checkpoint | null>}
   */
  async checkpoint(options = {}) {
    const { body } = await this.#ask(OP.checkpoint, requests.plain("checkpoint", options));
    return body.checkpoint === null ? null : checkpointOf(body.checkpoint);
  }

  /**
   * @param {number} size
   * @param {import("./index.cjs").CallOptions} [options]
   * @returns {Promise<number>}
   */
  async checkpointsKept(size, options = {}) {
    return (await this.#ask(OP.checkpointsKept, requests.checkpointsKept(size, options))).body.released;
  }

  /**
   * @param {import("./index.cjs").CallOptions} [options]
   * @returns {Promise<import("./index.cjs").LogVerifier>}
   */
  async verifier(options = {}) {
    const { origin, verifier } = (await this.#ask(OP.logVerifier, requests.plain("verifier", options))).body;
    return Object.freeze({ origin, verifier });
  }

  /**
   * @param {number} seq
   * @param {number} size
   * @param {import("./index.cjs").CallOptions} [options]
   * @returns {Promise<import("./index.cjs").InclusionProof>}
   */
  async proveInclusion(seq, size, options = {}) {
    const { root, leaf, proof } = (await this.#ask(OP.prove, requests.proveInclusion(seq, size, options))).body;
    return Object.freeze({ root: hashOf(root), leaf: hashOf(leaf), hashes: hashesOf(proof) });
  }

  /**
   * @param {number} first
   * @param {number} size
   * @param {import("./index.cjs").CallOptions} [options]
   * @returns {Promise<import("./index.cjs").ConsistencyProof>}
   */
  async proveConsistency(first, size, options = {}) {
    const { body } = await this.#ask(OP.prove, requests.proveConsistency(first, size, options));
    const { root, first_root: firstRoot, proof } = body;
    return Object.freeze({ root: hashOf(root), firstRoot: hashOf(firstRoot), hashes: hashesOf(proof) });
  }

  /**
   * @param {import("./index.cjs").ExportOptions} [options]
   * @returns {Promise<import("./index.cjs").LogPart>}
   */
  async export(options = {}) {
    const { body, secret } = await this.#ask(OP.exportLog, requests.exported(options));
    return Object.freeze({ data: secret ?? Buffer.alloc(0), nEvents: body.events, next: body.next });
  }

  /**
   * @param {string} subject
   * @param {import("./index.cjs").AuthorityOptions} options
   */
  async erasePerson(subject, options) {
    return this.#erase(OP.erasePerson, requests.erasePerson(subject, options));
  }

  /**
   * @param {number | Date} before
   * @param {import("./index.cjs").AuthorityOptions} options
   */
  async purgeEvents(before, options) {
    return this.#erase(OP.purgeEvents, requests.purgeEvents(before, options));
  }

  /**
   * @param {import("./index.cjs").VerifyStateOptions} [options]
   * @returns {Promise<import("./index.cjs").StateReport>}
   */
  async verifyState(options = {}) {
    const { members, signal } = requests.verifyState(options);
    const { status, body } = await this.#calls.call(OP.verifyState, { tenant: this.#tenant, ...members }, null, signal);
    if (body.faults === undefined) throw errorOf(status, body.error);
    const { events: nEvents, factors: nFactors, subjects: nSubjects, root } = body;
    const faults = Object.freeze(body.faults.map(faultOf));
    return Object.freeze({ nEvents, nFactors, nSubjects, root: hashOf(root), faults });
  }

  /**
   * @param {number} op
   * @param {import("./tenant_requests.cjs").Request} request
   */
  #ask(op, { members, signal }) {
    return this.#calls.ask(op, { tenant: this.#tenant, ...members }, null, signal);
  }

  /**
   * @param {number} op
   * @param {import("./tenant_requests.cjs").Request} request
   * @returns {Promise<import("./index.cjs").Erasure>}
   */
  async #erase(op, request) {
    const { events: nEvents, is_complete: isComplete } = (await this.#ask(op, request)).body;
    return Object.freeze({ nEvents, isComplete });
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `Log ${inspect({ tenant: this.#tenant }, options)}`;
  }
}

module.exports = { Log, checkpointOf };
