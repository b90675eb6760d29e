// SPDX-License-Identifier: Apache-2.0
// A factor that a phone has to be shown. The public words are in tenant.d.cts.
"use strict";

const { TOTP } = require("./totp.cjs");

class TotpEnrollment {
  #uri;
  #totp;

  /**
   * @param {string} factorId
   * @param {Date} expires
   * @param {string} uri
   */
  constructor(factorId, expires, uri) {
    this.factorId = factorId;
    this.expires = expires;
    this.#uri = uri;
    this.#totp = TOTP.fromUri(uri);
    Object.freeze(this);
  }

  get uri() {
    return this.#uri;
  }

  /** @param {any} kind */
  qr(kind) {
    return this.#totp.qr(kind);
  }

  revealBase32() {
    return this.#totp.revealBase32();
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `TotpEnrollment ${inspect({ ...this }, options)}`;
  }
}

module.exports = { TotpEnrollment };
