// SPDX-License-Identifier: Apache-2.0
// What an engine answers, as JavaScript has it: frozen, in camel case, times as Dates. The public words are in
// decision.d.cts.
"use strict";

const { STATUS_BY_NUMBER } = require("./status.cjs");

/** @param {number | null} us */
function dateOf(us) {
  return us === null ? null : new Date(us / 1000);
}

/** @param {any} factor */
function offered({ factor_id: factorId, type, label }) {
  return Object.freeze({ factorId, type, label });
}

/** A decision that lets in. Nothing but its property shows the grant. */
class Allowed {
  #grant;

  /**
   * @param {Omit<import("./index.cjs").AllowDecision, "grant">} shown
   * @param {string} grant
   */
  constructor(shown, grant) {
    Object.assign(this, shown);
    this.#grant = grant;
    Object.freeze(this);
  }

  get grant() {
    return this.#grant;
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return inspect({ ...this }, options);
  }
}

/**
 * @param {import("./engine_calls.cjs").Answer} answer
 * @returns {import("./index.cjs").Decision}
 */
function decisionOf({ status, body, secret }) {
  const shared = { reason: body.reason, policyVersion: body.policy_version, message: body.message };
  const factors = Object.freeze(body.factors.map(offered));
  const deadline = dateOf(body.deadline_us);
  // The status decides, the rest is for pages and logs.
  switch (STATUS_BY_NUMBER[status]) {
    case "accepted": {
      const { assurance, amr } = body;
      const shown = { outcome: "allow", ...shared, assurance, amr: Object.freeze(amr), deadline };
      const grant = textOf(secret);
      return /** @type {any} */ (new Allowed(/** @type {any} */ (shown), grant));
    }
    case "challenge":
      return /** @type {any} */ (
        Object.freeze({ outcome: "challenge", ...shared, challengeId: body.challenge_id, factors })
      );
    case "enroll":
      return /** @type {any} */ (
        Object.freeze({ outcome: "enroll", ...shared, types: Object.freeze(body.types), deadline })
      );
    default: {
      const again = body.retry_after_s === null ? {} : { retryAfterS: body.retry_after_s };
      return /** @type {any} */ (
        Object.freeze({ outcome: "deny", ...shared, challengeId: body.challenge_id, ...again })
      );
    }
  }
}

/**
 * @param {import("./engine_calls.cjs").Answer} answer
 * @returns {import("./index.cjs").FactorCheck}
 */
function checkOf({ status, body }) {
  const { step, next_counter: nextCounter, retry_after_s: retryAfterS } = body;
  return Object.freeze({ status: STATUS_BY_NUMBER[status], step, nextCounter, retryAfterS });
}

/**
 * @param {any} factor
 * @returns {import("./index.cjs").Factor}
 */
function factorOf(factor) {
  return Object.freeze({
    factorId: factor.factor_id,
    subject: factor.subject,
    type: factor.type,
    state: factor.state,
    label: factor.label,
    provenance: factor.provenance,
    created: new Date(factor.created_us / 1000),
    confirmed: dateOf(factor.confirmed_us),
    ended: dateOf(factor.ended_us),
    lastUsedStep: factor.last_used_step,
    drift: factor.drift ?? null,
    nextCounter: factor.next_counter ?? null,
    codesLeft: factor.codes_left ?? null,
    lockedUntil: dateOf(factor.locked_until_us),
    isLocked: factor.is_locked,
  });
}

/**
 * @param {any} event
 * @returns {import("./index.cjs").EngineEvent}
 */
function eventOf({ at_us: atUs, factor_id: factorId, ...rest }) {
  const { seq, type, subject, actor, reason, detail } = rest;
  return Object.freeze({ seq, at: new Date(atUs / 1000), type, subject, factorId, actor, reason, detail });
}

/**
 * The secret part of an answer as text; its bytes are wiped.
 * @param {Buffer | null} secret
 */
function textOf(secret) {
  const shown = secret === null ? "" : secret.toString();
  secret?.fill(0);
  return shown;
}

module.exports = { checkOf, dateOf, decisionOf, eventOf, factorOf, textOf };
