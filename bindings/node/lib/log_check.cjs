// SPDX-License-Identifier: Apache-2.0
// Exported logs against checkpoints that were kept, without a store. The public words are in log.d.cts.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf } = require("./arguments.cjs");
const read = require("./engine_arguments.cjs");
const { CountersealError } = require("./error.cjs");
const { readOptions } = require("./factor.cjs");
const native = require("./native.cjs");

/**
 * Who has to have signed: the text itself, or what `Log.verifier` gives.
 * @param {unknown} value
 * @param {string} name
 */
function signer(value, name) {
  const isRecord = typeof value === "object" && value !== null && "verifier" in value;
  return read.id(isRecord ? value.verifier : value, name);
}

/**
 * What is wrong with an argument, by the name that it has here.
 * @param {string} text
 */
function spelled(text) {
  return text.replace(/^kept checkpoint (\d+)/, (_, number) => `checkpoints[${number - 1}]`);
}

/**
 * @param {Uint8Array} data
 * @param {import("./index.cjs").VerifyLogOptions} [options]
 * @returns {Promise<import("./index.cjs").LogReport>}
 */
async function verifyLog(data, options = {}) {
  const { checkpoints, verifier } = readOptions(options, "verifyLog", ["checkpoints", "verifier"]);
  if (!isUint8Array(data)) throw new TypeError(`data must be a Uint8Array, not ${kindOf(data)}`);
  const notes = read.optionalOrNull(checkpoints, "checkpoints", read.texts) ?? [];
  const key = read.optionalOrNull(verifier, "verifier", signer) ?? "";
  let report;
  try {
    report = JSON.parse(await native.verifyLog(data, notes.length === 0 ? "" : JSON.stringify(notes), key));
  } catch (error) {
    if (!(error instanceof CountersealError)) throw error;
    if (error.code === "CSEAL_E_STORE_CORRUPT") return Object.freeze({ ok: false, problem: error.message });
    throw new CountersealError(error.code, spelled(error.message));
  }
  const { events: nEvents, covered: nCovered, erased: nErased, purged: nPurged, checkpoints: nCheckpoints } = report;
  const root = Buffer.from(report.root, "base64");
  return Object.freeze({ ok: true, nEvents, nCovered, nErased, nPurged, nCheckpoints, root });
}

module.exports = { verifyLog };
