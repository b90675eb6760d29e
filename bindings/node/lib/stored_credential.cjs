// SPDX-License-Identifier: Apache-2.0
// A credential of a user: one column of JSON, and its public key ready to verify.
"use strict";

const { kindOf } = require("./arguments.cjs");
const { pyWebauthnRecord, simpleWebAuthnRecord } = require("./credential_imports.cjs");
const native = require("./native.cjs");

/** @type {WeakMap<StoredCredential, import("./native.cjs").CredentialKeyHandle>} */
const keys = new WeakMap();

class StoredCredential {
  #text;
  #fields;

  /**
   * @param {string} text
   * @param {import("./native.cjs").CredentialKeyHandle} [key] that the core made of the same public key
   */
  constructor(text, key) {
    if (typeof text !== "string") throw new TypeError(`text must be a string, not ${kindOf(text)}`);
    keys.set(this, key ?? native.makeCredentialKey(text));
    this.#text = text;
    this.#fields = JSON.parse(text);
    Object.freeze(this);
  }

  /** @param {string} text */
  static fromJSON(text) {
    return new StoredCredential(text);
  }

  /** @param {any} row */
  static fromSimpleWebAuthn(row) {
    return new StoredCredential(simpleWebAuthnRecord(row));
  }

  /** @param {any} row */
  static fromPyWebauthn(row) {
    return new StoredCredential(pyWebauthnRecord(row));
  }

  toJSON() {
    return this.#text;
  }

  get id() {
    return new Uint8Array(Buffer.from(this.#fields.id, "base64url"));
  }

  get publicKey() {
    return new Uint8Array(Buffer.from(this.#fields.public_key, "base64url"));
  }

  get signCount() {
    return this.#fields.sign_count ?? 0;
  }

  get uvInitialized() {
    return this.#fields.uv_initialized ?? false;
  }

  get backupEligible() {
    return this.#fields.backup_eligible ?? null;
  }

  get backupState() {
    return this.#fields.backup_state ?? false;
  }

  get aaguid() {
    const hex = Buffer.from(this.#fields.aaguid ?? "AAAAAAAAAAAAAAAAAAAAAA", "base64url").toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  get transports() {
    return [...(this.#fields.transports ?? [])];
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `StoredCredential ${inspect(this.#fields, options)}`;
  }
}

/**
 * @param {StoredCredential} credential
 * @returns {import("./native.cjs").CredentialKeyHandle}
 */
function keyOf(credential) {
  const key = keys.get(credential);
  if (key === undefined) throw new TypeError("credential must come from StoredCredential.fromJSON");
  return key;
}

module.exports = { StoredCredential, keyOf };
