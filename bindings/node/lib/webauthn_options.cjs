// SPDX-License-Identifier: Apache-2.0
// What a browser is asked for.
"use strict";

class Options {
  #document;

  /** @param {any} document what the core made */
  constructor(document) {
    this.#document = document;
    this.challenge = new Uint8Array(Buffer.from(document.challenge, "base64url"));
    Object.freeze(this);
  }

  toJSON() {
    return this.#document;
  }
}

module.exports = { Options };
