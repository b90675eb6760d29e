// SPDX-License-Identifier: Apache-2.0
// The requests of an engine's calls that are of no one tenant, made of what callers pass, as in tenant_requests.cjs.
"use strict";

const { uint32 } = require("./arguments.cjs");
const read = require("./engine_arguments.cjs");
const { readOptions } = require("./factor.cjs");

/**
 * A part of a store.
 * @param {string} call
 * @param {unknown} options
 * @returns {import("./tenant_requests.cjs").Request}
 */
function part(call, options) {
  const { after, limit, signal } = readOptions(options, call, ["after", "limit", "signal"]);
  const members = {
    after: read.optionalOrNull(after, "after", read.text),
    limit: read.optional(limit, "limit", uint32),
  };
  return { members, signal: read.signal(signal) };
}

/**
 * The place behind a checkpoint: the next page begins there.
 * @param {unknown} value
 * @param {string} name
 */
function mark(value, name) {
  const { tenant, size } = readOptions(value, name, ["tenant", "size"]);
  return { tenant: read.id(tenant, `${name}.tenant`), size: read.safeNumber(size, `${name}.size`) };
}

/**
 * @param {unknown} options
 * @returns {import("./tenant_requests.cjs").Request}
 */
function checkpoints(options) {
  const { tenant, after, limit, signal } = readOptions(options, "checkpoints", ["tenant", "after", "limit", "signal"]);
  const members = {
    tenant: read.optionalOrNull(tenant, "tenant", read.id),
    after: read.optionalOrNull(after, "after", mark),
    limit: read.optional(limit, "limit", uint32),
  };
  return { members, signal: read.signal(signal) };
}

module.exports = { checkpoints, part };
