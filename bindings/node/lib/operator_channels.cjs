// SPDX-License-Identifier: Apache-2.0
// What operators are told, through node:diagnostics_channel. The public words are in channels.d.cts. Where nobody has
// subscribed no message is made. None has a secret, a code, a session or a URL.
"use strict";

const { channel } = require("node:diagnostics_channel");

// Kept here: Node itself holds channels weakly.
const opened = channel("counterseal:opened");
const closed = channel("counterseal:closed");
const decision = channel("counterseal:decision");
const trouble = channel("counterseal:trouble");
const checkpoint = channel("counterseal:checkpoint");
const keys = channel("counterseal:keys");

/** What a caller got wrong is the caller's to see. */
const CALLERS = ["CSEAL_E_ARGUMENT", "CSEAL_E_RANGE", "CSEAL_E_UNSUPPORTED", "CSEAL_E_CLOSED"];

/** @param {string} store what the URL begins with; the rest may hold a password */
function tellOpened(store) {
  if (opened.hasSubscribers) opened.publish(Object.freeze({ store }));
}

/** @param {string} store */
function tellClosed(store) {
  if (closed.hasSubscribers) closed.publish(Object.freeze({ store }));
}

function tellKeys() {
  if (keys.hasSubscribers) keys.publish(Object.freeze({ event: "reloaded" }));
}

/**
 * Of the store, the keys, the clock or the machine.
 * @param {string} operation
 * @param {{ code?: unknown, retryable?: unknown, message?: unknown }} error
 */
function tellTrouble(operation, { code, retryable, message }) {
  if (!trouble.hasSubscribers || typeof code !== "string" || CALLERS.includes(code)) return;
  trouble.publish(Object.freeze({ operation, code, retryable, message }));
}

/**
 * @param {string} operation
 * @param {Record<string, any>} request
 * @param {any} body
 */
function tellDecision(operation, { tenant, subject, path, action }, body) {
  if (!decision.hasSubscribers) return;
  const { outcome, reason, assurance } = body;
  decision.publish(
    Object.freeze({
      operation,
      tenant,
      subject,
      outcome,
      reason,
      path: path ?? null,
      action: path === undefined ? null : (action ?? "login"),
      challengeId: body.challenge_id,
      assurance,
      retryAfterS: body.retry_after_s,
      policyVersion: body.policy_version,
    }),
  );
}

/**
 * @param {string} operation
 * @param {Record<string, any>} request
 * @param {any} body
 */
function tellCheckpoints(operation, request, body) {
  if (!checkpoint.hasSubscribers) return;
  if (operation === "checkpoint") {
    const { checkpoint: made } = body;
    if (made !== null) {
      checkpoint.publish(Object.freeze({ event: "made", tenant: made.tenant, size: made.size }));
    }
  } else if (operation === "checkpointsKept") {
    const { tenant, size } = request;
    checkpoint.publish(Object.freeze({ event: "kept", tenant, size, nReleased: body.released }));
  } else if (body.checkpoints.length > 0) {
    const hasMore = body.next !== null;
    checkpoint.publish(Object.freeze({ event: "waiting", nWaiting: body.checkpoints.length, hasMore }));
  }
}

/**
 * What a call of an engine answered, where that is for operators.
 * @param {string} operation
 * @param {Record<string, any>} request
 * @param {any} body of a call that did not fail
 */
function tellAnswer(operation, request, body) {
  switch (operation) {
    case "evaluate":
    case "verifyChallenge":
    case "verifyPasskey":
      tellDecision(operation, request, body);
      break;
    case "checkpoint":
    case "checkpoints":
    case "checkpointsKept":
      tellCheckpoints(operation, request, body);
      break;
    default:
  }
}

module.exports = { tellAnswer, tellClosed, tellKeys, tellOpened, tellTrouble };
