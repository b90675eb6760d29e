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

/** A seed file with entries that cannot be used; nothing of it was handed out. */
class SeedFileError extends CountersealError {
  /** @param {readonly { line: number | null, column: number | null, byte: number | null, text: string }[]} problems */
  constructor(problems) {
    const { line, column, text } = problems[0];
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    super("CSEAL_MALFORMED", `data must hold good entries only: line ${line}, column ${column}: ${text}${more}`);
    this.problems = Object.freeze([...problems]);
  }

  get name() {
    return "SeedFileError";
  }
}

/** A later factor needs a second factor that was shown a moment ago; nothing was made. */
class StepUpRequired extends CountersealError {
  constructor() {
    super(
      "CSEAL_DENY",
      "grant must show a second factor of this session, of a passkey or a recovery code where the subject has a " +
        'passkey: evaluate with the action "enroll" asks for it',
    );
  }

  get name() {
    return "StepUpRequired";
  }
}

module.exports = { CountersealError, SeedFileError, StepUpRequired };
