// SPDX-License-Identifier: Apache-2.0
// Key rings of engines. The public words are in key_ring.d.cts.
"use strict";

const { fileURLToPath } = require("node:url");
const { isUint8Array } = require("node:util").types;
const { kindOf } = require("./arguments.cjs");
const { CountersealError } = require("./error.cjs");
const { choice, text } = require("./engine_arguments.cjs");
const { readOptions } = require("./factor.cjs");
const native = require("./native.cjs");

/** What may become of a ring, in the order of the numbers in capi/include/counterseal/key_ring.h, from 1 on. */
const CHANGES = Object.freeze(["add", "promote", "remove"]);

/** Who may make a KeyRing: the functions of this file. */
const MADE_HERE = Symbol("made here");

/** @type {WeakMap<object, import("./native.cjs").RingHandle>} */
const handles = new WeakMap();

/**
 * @param {unknown} path
 * @param {string} name of the argument
 * @returns {string}
 */
function pathOf(path, name) {
  if (path instanceof URL) return fileURLToPath(path);
  if (typeof path !== "string" || path === "") throw new TypeError(`${name} must be a path, not ${kindOf(path)}`);
  if (path.includes("\0")) throw new CountersealError("CSEAL_E_ARGUMENT", `${name} must not have a NUL`);
  return path;
}

/** @param {unknown} what */
function changeOf(what) {
  return CHANGES.indexOf(choice(what, "what", CHANGES)) + 1;
}

class KeyRing {
  /**
   * @param {symbol} madeHere
   * @param {import("./native.cjs").RingHandle} handle
   */
  constructor(madeHere, handle) {
    if (madeHere !== MADE_HERE) throw new TypeError("KeyRing is made by fromFile, fromEnv or fromKeys");
    handles.set(this, handle);
  }

  /**
   * @param {string | URL} path
   * @param {{ create?: boolean | undefined }} [options]
   */
  static async fromFile(path, options = {}) {
    const { create = false } = readOptions(options, "KeyRing.fromFile", ["create"]);
    if (typeof create !== "boolean") throw new TypeError("create must be true or false");
    return new KeyRing(MADE_HERE, await native.ringFromFile(pathOf(path, "path"), create));
  }

  /**
   * @param {string | URL} path
   * @param {import("./index.cjs").KeyChange} what
   * @param {string} id
   */
  static async changeFile(path, what, id) {
    const handle = await native.ringChangeFile(pathOf(path, "path"), changeOf(what), text(id, "id"));
    return new KeyRing(MADE_HERE, handle);
  }

  /** @param {string} name */
  static fromEnv(name) {
    if (typeof name !== "string") throw new TypeError(`name must be a string, not ${kindOf(name)}`);
    const found = process.env[name];
    if (found === undefined) throw new CountersealError("CSEAL_E_KEYS", "name must be that of a variable that is set");
    return new KeyRing(MADE_HERE, native.ringFromText(found));
  }

  /**
   * @param {Readonly<Record<string, Uint8Array>>} keys
   * @param {{ active: string }} options
   */
  static fromKeys(keys, options) {
    if (typeof keys !== "object" || keys === null) {
      throw new TypeError(`keys must be an object of Uint8Arrays by their ids, not ${kindOf(keys)}`);
    }
    const given = { __proto__: null, ...keys };
    const { active } = readOptions(options, "KeyRing.fromKeys", ["active"]);
    if (typeof active !== "string") throw new TypeError(`active must be a string, not ${kindOf(active)}`);
    for (const key of Object.values(given)) {
      if (!isUint8Array(key)) throw new TypeError(`keys must be Uint8Arrays, not ${kindOf(key)}`);
    }
    const { [active]: first, ...others } = given;
    if (first === undefined) throw new CountersealError("CSEAL_E_KEYS", "active must be the id of one of the keys");
    const handle = native.makeRing(active, first);
    for (const [id, key] of Object.entries(others)) native.ringAdd(handle, id, key);
    return new KeyRing(MADE_HERE, handle);
  }

  /**
   * @param {import("./index.cjs").KeyChange} what
   * @param {string} id
   */
  changed(what, id) {
    return new KeyRing(MADE_HERE, native.ringChanged(handleOf(this), changeOf(what), text(id, "id")));
  }

  revealText() {
    return native.ringReveal(handleOf(this));
  }

  [Symbol.for("nodejs.util.inspect.custom")]() {
    return "KeyRing {}";
  }
}

/** @param {KeyRing} ring */
function handleOf(ring) {
  const found = handles.get(ring);
  if (found === undefined) throw new TypeError("this must be a KeyRing");
  return found;
}

/**
 * The ring that an engine is opened with.
 * @param {unknown} keys a KeyRing, or where its file is
 * @param {boolean} create makes the file where there is none
 */
async function ringOf(keys, create) {
  if (typeof keys === "string" || keys instanceof URL) return native.ringFromFile(pathOf(keys, "keys"), create);
  const handle = handles.get(/** @type {any} */ (keys));
  if (handle === undefined) throw new TypeError(`keys must be a KeyRing or the path of one, not ${kindOf(keys)}`);
  return handle;
}

module.exports = { KeyRing, ringOf };
