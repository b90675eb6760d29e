// SPDX-License-Identifier: Apache-2.0
// Seed files and migration codes: what other systems hold, read all or not at all. The public words are in index.d.cts.
"use strict";

const { isUint8Array } = require("node:util").types;
const { kindOf } = require("./arguments.cjs");
const { SeedFileError } = require("./error.cjs");
const { Adopted, handleOf, optionalText, readOptions, remember } = require("./factor.cjs");
const { HOTP } = require("./hotp.cjs");
const native = require("./native.cjs");
const { OCRA } = require("./ocra.cjs");
const { TOTP } = require("./totp.cjs");
const { YubicoOtp } = require("./yubico.cjs");

const OPTIONS = Object.freeze(["format", "key", "password", "dryRun"]);
const TEXTS = Object.freeze([
  "issuer",
  "account",
  "labelPrefix",
  "user",
  "serial",
  "manufacturer",
  "model",
  "suite",
  "publicId",
  "keyId",
]);

class Seed {
  #handle;
  #settings;

  /** @param {import("./native.cjs").SeedRow} row of the addon: no caller can make one */
  constructor(row) {
    const [line, , , , handle, kind, counter, texts, warnings] = row;
    if (handle === null || handle === undefined) throw new TypeError("a Seed comes from importSeeds");
    this.#handle = handle;
    remember(this, handle);
    const labels = Object.fromEntries(TEXTS.map((name, i) => [name, texts[i] === "" ? undefined : texts[i]]));
    this.#settings = Object.freeze({ kind, line, counter, ...labels, warnings: Object.freeze(warnings) });
    Object.defineProperties(
      this,
      Object.fromEntries(Object.entries(this.#settings).map(([name, value]) => [name, { value, enumerable: true }])),
    );
    Object.freeze(this);
  }

  otp() {
    const { kind, publicId, suite } = /** @type {any} */ (this.#settings);
    if (kind === "yubico") {
      const key = native.seedKey(this.#handle, false);
      const privateId = native.seedKey(this.#handle, true);
      try {
        return new YubicoOtp({ key, publicId: publicId ?? "", privateId });
      } finally {
        key.fill(0);
        privateId.fill(0);
      }
    }
    if (kind === "ocra") {
      const key = native.seedKey(this.#handle, false);
      try {
        return new OCRA({ suite: suite ?? "", key });
      } finally {
        key.fill(0);
      }
    }
    const factor = new Adopted(native.seedFactor(this.#handle));
    return kind === "totp" ? new TOTP(/** @type {any} */ (factor)) : new HOTP(/** @type {any} */ (factor));
  }

  revealBase32() {
    return native.seedReveal(this.#handle);
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `Seed ${inspect(this.#settings, options)}`;
  }
}

/**
 * @param {string | Uint8Array} data
 * @param {object} [options]
 * @returns {import("./index.cjs").SeedFile}
 */
function importSeeds(data, options = {}) {
  if (typeof data !== "string" && !isUint8Array(data)) {
    throw new TypeError(`data must be a string or a Uint8Array, not ${kindOf(data)}`);
  }
  const { format = "auto", key, password, dryRun = false } = readOptions(options, "importSeeds", OPTIONS);
  if (typeof format !== "string") throw new TypeError(`format must be a string, not ${kindOf(format)}`);
  if (key !== undefined && !isUint8Array(key)) throw new TypeError(`key must be a Uint8Array, not ${kindOf(key)}`);
  if (typeof dryRun !== "boolean") throw new TypeError("dryRun must be true or false");
  const unlock = optionalText(password, "password");
  const [found, rows] = native.readSeeds(data, format, key ?? null, unlock ?? null, dryRun);
  const problems = rows
    .filter(([, , , text]) => text !== null)
    .map(([line, column, byte, text]) => Object.freeze({ line, column, byte, text: /** @type {string} */ (text) }));
  if (problems.length > 0 && !dryRun) throw new SeedFileError(problems);
  const seeds = rows.filter(([, , , , handle]) => handle !== null).map((row) => new Seed(row));
  return /** @type {any} */ ({ format: found, seeds, problems });
}

/**
 * Several of something. One alone is none of them: it would be as if there were nothing.
 * @param {any} value
 * @param {string} name
 * @param {string} what
 * @returns {Iterable<unknown>}
 */
function severalOf(value, name, what) {
  if (typeof value === "object" && typeof value?.[Symbol.iterator] === "function") return value;
  throw new TypeError(`${name} must be ${what}, not ${kindOf(value)}`);
}

/**
 * @param {Iterable<unknown>} items
 * @param {string} format
 */
function exportSeeds(items, format) {
  if (typeof format !== "string") throw new TypeError(`format must be a string, not ${kindOf(format)}`);
  const all = severalOf(items, "items", "an array or iterable of TOTP, HOTP or Seed objects");
  return native.writeSeeds(Array.from(all, handleOf), format);
}

/** @param {string | Iterable<string>} uris */
function importMigration(uris) {
  const all =
    typeof uris === "string" ? [uris] : severalOf(uris, "uris", "a string or an array or iterable of strings");
  const lines = Array.from(all, (uri, i) => {
    if (typeof uri !== "string") throw new TypeError(`uris[${i}] must be a string, not ${kindOf(uri)}`);
    return uri;
  });
  return importSeeds(lines.join("\n"), { format: "uri-list" }).seeds.map((seed) => /** @type {any} */ (seed.otp()));
}

/** @param {Iterable<unknown>} items */
function exportMigration(items) {
  return exportSeeds(items, "migration").split("\n").slice(0, -1);
}

module.exports = { Seed, exportMigration, exportSeeds, importMigration, importSeeds };
