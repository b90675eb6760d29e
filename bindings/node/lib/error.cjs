// SPDX-License-Identifier: Apache-2.0
// The one error class. Wrong JavaScript types are a TypeError instead; a refused code is no error at all.
"use strict";

const { RETRYABLE } = require("./status.cjs");

class CountersealError extends Error {
  /**
   * @param {import("./status.cjs").ErrorCode} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
    this.retryable = RETRYABLE.includes(code);
  }

  get name() {
    return "CountersealError";
  }
}

module.exports = { CountersealError };
