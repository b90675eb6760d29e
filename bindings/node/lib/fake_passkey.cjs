// SPDX-License-Identifier: Apache-2.0
// A passkey for tests: what a browser and an authenticator would answer, with real signatures. The public words are in
// testing.d.cts.
"use strict";

const {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} = require("node:crypto");
const { flag, integer, optional, text, texts } = require("./engine_arguments.cjs");
const { readOptions } = require("./factor.cjs");

/** Flags of authenticator data. */
const UP = 1;
const UV = 4;
const BE = 8;
const BS = 16;
const AT = 64;

const SETTINGS = Object.freeze({
  userPresent: flag,
  userVerified: flag,
  backupEligible: flag,
  backedUp: flag,
  counts: flag,
  transports: texts,
});

/**
 * @typedef {object} Key
 * @property {number} algorithm
 * @property {import("node:crypto").KeyObject} privateKey
 * @property {Map<number, number | Buffer>} cose
 */

/** @typedef {{ rpId: string, userId: string, id: Buffer, key: Key, signCount: number }} Credential */

/**
 * CTAP2 canonical CBOR, as far as an attestation object needs it. Maps are sorted by whoever writes them.
 * @param {unknown} value
 * @returns {Buffer}
 */
function cbor(value) {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const pairs = [.../** @type {Map<unknown, unknown>} */ (value)];
  return Buffer.concat([head(5, pairs.length), ...pairs.flat().map(cbor)]);
}

/**
 * @param {number} major
 * @param {number} number
 */
function head(major, number) {
  if (number < 24) return Buffer.from([(major << 5) | number]);
  if (number < 256) return Buffer.from([(major << 5) | 24, number]);
  return Buffer.from([(major << 5) | 25, number >> 8, number & 0xff]);
}

/** @param {string | undefined} text */
function bytes(text) {
  return Buffer.from(text ?? "", "base64url");
}

const BY_DER = Object.freeze({
  publicKeyEncoding: Object.freeze({ type: "spki", format: "der" }),
  privateKeyEncoding: Object.freeze({ type: "pkcs8", format: "der" }),
});

/**
 * Keys that share nothing with the job that made them. Node 20 exports a JWK under the key's lock, and a job that the
 * garbage collector frees meanwhile waits for the lock of its key: with the same key, on the same thread, for ever.
 * @param {string} kind
 * @param {object} [how]
 */
function newPair(kind, how = {}) {
  /** @type {(kind: any, how: object) => { publicKey: any, privateKey: any }} */
  const generate = generateKeyPairSync;
  const made = generate(kind, { ...how, ...BY_DER });
  const privateKey = createPrivateKey({ key: made.privateKey, type: "pkcs8", format: "der" });
  const publicKey = createPublicKey({ key: made.publicKey, type: "spki", format: "der" });
  return { privateKey, jwk: publicKey.export({ format: "jwk" }) };
}

/**
 * @param {number} algorithm a COSE number
 * @returns {Key | null} null: no fake has such keys
 */
function newKey(algorithm) {
  /**
   * @param {import("node:crypto").KeyObject} privateKey
   * @param {[number, number | Buffer][]} cose
   */
  const key = (privateKey, ...cose) => ({ algorithm, privateKey, cose: new Map(cose) });
  if (algorithm === -7) {
    const { privateKey, jwk } = newPair("ec", { namedCurve: "P-256" });
    return key(privateKey, [1, 2], [3, algorithm], [-1, 1], [-2, bytes(jwk.x)], [-3, bytes(jwk.y)]);
  }
  if (algorithm === -8 || algorithm === -19) {
    const { privateKey, jwk } = newPair("ed25519");
    return key(privateKey, [1, 1], [3, algorithm], [-1, 6], [-2, bytes(jwk.x)]);
  }
  if (algorithm !== -257) return null;
  const { privateKey, jwk } = newPair("rsa", { modulusLength: 2048 });
  return key(privateKey, [1, 3], [3, algorithm], [-1, bytes(jwk.n)], [-2, bytes(jwk.e)]);
}

/**
 * @param {Key} key
 * @param {Buffer} message
 */
function signed(key, message) {
  const hash = key.algorithm === -8 || key.algorithm === -19 ? null : "sha256";
  return sign(hash, message, key.privateKey);
}

/** @param {string | Buffer} of */
function sha256(of) {
  return createHash("sha256").update(of).digest();
}

/**
 * @param {unknown} options as text, or what makes JSON of it
 * @returns {any}
 */
function read(options) {
  return JSON.parse(typeof options === "string" ? options : JSON.stringify(options));
}

/**
 * @param {string} type
 * @param {string} challenge
 * @param {Record<string, unknown>} how
 */
function clientData(type, challenge, how) {
  const origin = text(how.origin, "origin");
  const topOrigin = optional(how.topOrigin, "topOrigin", text);
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: topOrigin !== undefined, topOrigin }));
}

/**
 * @param {Credential} credential
 * @param {Buffer} client
 * @param {Record<string, unknown>} parts
 * @param {Record<string, unknown>} results
 */
function responseOf(credential, client, parts, results) {
  const id = credential.id.toString("base64url");
  return {
    id,
    rawId: id,
    type: "public-key",
    authenticatorAttachment: "platform",
    response: { clientDataJSON: client.toString("base64url"), ...parts },
    clientExtensionResults: results,
  };
}

class FakePasskey {
  /** @type {Credential[]} */
  #credentials = [];

  userPresent = true;
  userVerified = true;
  backupEligible = false;
  backedUp = false;
  counts = false;
  /** @type {readonly string[]} */
  transports = ["internal"];

  /** @param {import("./testing.cjs").FakePasskeySettings} [settings] */
  constructor(settings = {}) {
    const given = readOptions(settings, "FakePasskey", Object.keys(SETTINGS));
    for (const [name, read] of Object.entries(SETTINGS)) {
      if (given[name] !== undefined) Object.assign(this, { [name]: read(given[name], name) });
    }
  }

  /**
   * @param {unknown} options
   * @param {any} how
   */
  register(options, how) {
    const given = readOptions(how, "register", ["origin", "topOrigin", "algorithm", "attestation"]);
    const algorithm = optional(given.algorithm, "algorithm", integer);
    const isSelf = optional(given.attestation, "attestation", text) === "self";
    const asked = read(options);
    /** @type {number[]} */
    const wanted =
      algorithm === undefined ? asked.pubKeyCredParams.map((/** @type {any} */ one) => one.alg) : [algorithm];
    let key = null;
    for (const one of wanted) key ??= newKey(one);
    if (key === null) throw new RangeError("algorithm must be one that a fake has: -7, -8, -19 or -257");
    const credential = { rpId: asked.rp.id, userId: asked.user.id, id: randomBytes(32), key, signCount: 0 };
    this.#credentials.push(credential);
    const client = clientData("webauthn.create", asked.challenge, given);
    const length = Buffer.from([0, credential.id.length]);
    const data = Buffer.concat([this.#data(credential, AT), Buffer.alloc(16), length, credential.id, cbor(key.cose)]);
    const statement = new Map();
    if (isSelf) {
      statement.set("alg", key.algorithm);
      statement.set("sig", signed(key, Buffer.concat([data, sha256(client)])));
    }
    const object = new Map();
    object
      .set("fmt", isSelf ? "packed" : "none")
      .set("attStmt", statement)
      .set("authData", data);
    const parts = { attestationObject: cbor(object).toString("base64url"), transports: [...this.transports] };
    return responseOf(credential, client, parts, asked.extensions?.credProps ? { credProps: { rk: true } } : {});
  }

  /**
   * @param {unknown} options
   * @param {any} how
   */
  authenticate(options, how) {
    const given = readOptions(how, "authenticate", ["origin", "topOrigin", "nameUser"]);
    const nameUser = optional(given.nameUser, "nameUser", flag) ?? true;
    const asked = read(options);
    /** @type {string[]} */
    const allowed = asked.allowCredentials.map((/** @type {any} */ one) => one.id);
    const fits = (/** @type {Credential} */ one) =>
      one.rpId === asked.rpId && (allowed.length === 0 || allowed.includes(one.id.toString("base64url")));
    const credential = this.#credentials.filter(fits).at(-1);
    if (credential === undefined) throw new RangeError("the passkey has no such credential");
    if (this.counts) credential.signCount += 1;
    const client = clientData("webauthn.get", asked.challenge, given);
    const data = this.#data(credential, 0);
    const parts = {
      authenticatorData: data.toString("base64url"),
      signature: signed(credential.key, Buffer.concat([data, sha256(client)])).toString("base64url"),
      userHandle: nameUser ? credential.userId : undefined,
    };
    return responseOf(credential, client, parts, {});
  }

  clone() {
    const { userPresent, userVerified, backupEligible, backedUp, counts, transports } = this;
    const made = new FakePasskey({ userPresent, userVerified, backupEligible, backedUp, counts, transports });
    made.#credentials = this.#credentials.map((one) => ({ ...one }));
    return made;
  }

  /**
   * @param {Credential} credential
   * @param {number} more
   */
  #data(credential, more) {
    const flags =
      more |
      (this.userPresent ? UP : 0) |
      (this.userVerified ? UV : 0) |
      (this.backupEligible ? BE : 0) |
      (this.backedUp ? BS : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(credential.signCount);
    return Buffer.concat([sha256(credential.rpId), Buffer.from([flags]), count]);
  }
}

module.exports = { FakePasskey };
