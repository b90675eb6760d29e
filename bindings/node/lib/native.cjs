// SPDX-License-Identifier: Apache-2.0
// Finds and loads the addon: prebuilt for this platform, or built in place by `npm run build`. Nothing is downloaded.
"use strict";

const path = require("node:path");
const { CountersealError } = require("./error.cjs");
const { spelled } = require("./wording.cjs");

/**
 * A prepared key with its settings, owned by the addon.
 * @typedef {{ readonly __handle: unique symbol }} Handle
 */

/**
 * The addon's functions; what they mean is written in the headers of native/.
 * @typedef {object} Native
 * @property {string} version
 * @property {(secret: Secret, form: Form, repair: boolean, algorithm: string, issuer: string,
 *             account: string, digits: number, period: number, t0: number, longPeriod: boolean,
 *             encoder: string) => Handle} makeTotp
 * @property {(secret: Secret, form: Form, repair: boolean, algorithm: string, issuer: string,
 *             account: string, digits: number, counter: number | bigint,
 *             tokenId: string) => Handle} makeHotp
 * @property {(uri: string, kind: "totp" | "hotp") => Handle} fromUri
 * @property {(handle: Handle) => [import("./index.cjs").Algorithm, number, number, bigint,
 *             import("./index.cjs").Encoder, string, string, string, number, string]} describe
 * @property {(handle: Handle, stripColons: boolean) => string} uri
 * @property {(handle: Handle, kind: string) => any} qr
 * @property {(data: string | Uint8Array, format: string, key: Uint8Array | null, password: string | null,
 *             dryRun: boolean) => [string, SeedRow[]]} readSeeds
 * @property {(handles: (SeedHandle | Handle)[], format: string) => string} writeSeeds
 * @property {(handle: SeedHandle) => Handle} seedFactor
 * @property {(handle: SeedHandle, privateId: boolean) => Buffer} seedKey
 * @property {(handle: SeedHandle) => string} seedReveal
 * @property {(handle: Handle) => string} reveal
 * @property {(handle: Handle) => string[]} warnings
 * @property {(handle: Handle, time: number) => string} totpAt
 * @property {(handle: Handle, code: unknown, lastStep: number, time: number, past: number,
 *             future: number) => number} totpVerify
 * @property {(handle: Handle, counter: number | bigint) => string} hotpAt
 * @property {(handle: Handle, code: unknown, nextCounter: number | bigint,
 *             lookAhead: number) => number | bigint} hotpVerify
 * @property {(code: unknown, digits: number) => string | null} hotpTokenIdOf
 * @property {(key: Uint8Array, publicId: string, privateId: Uint8Array) => Handle} makeYubico
 * @property {(handle: Handle, otp: unknown, lastCounter: number, lastSessionUse: number) => number} yubicoVerify
 * @property {(handle: Handle) => string} yubicoPublicId
 * @property {(otp: unknown) => string | null} yubicoPublicIdOf
 * @property {(handle: Handle, code1: unknown, code2: unknown, nextCounter: number | bigint,
 *             lookAhead: number) => number | bigint} hotpResync
 * @property {(suite: string, key: Uint8Array) => OcraHandle} makeOcra
 * @property {(handle: OcraHandle) => [digits: number, hasCounter: boolean, hasPin: boolean, hasSession: boolean,
 *             hasTime: boolean]} ocraDescribe
 * @property {(handle: OcraHandle, question: string, pinHash: Uint8Array, session: Uint8Array,
 *             counter: number | bigint, time: number) => string} ocraGenerate
 * @property {(handle: OcraHandle, code: unknown, question: string, pinHash: Uint8Array, session: Uint8Array,
 *             nextCounter: number | bigint, lastStep: number, time: number, lookAhead: number, past: number,
 *             future: number) => [step: number, nextCounter: number | bigint] | number} ocraVerify
 * @property {(algorithm: string, isHotp: boolean, thisProcess: boolean) => TableHandle} makeTable
 * @property {(handle: TableHandle, n: number, keys: Uint8Array, stride: number, keyLen: number,
 *             keyLens: Uint32Array | null, states: BigInt64Array | BigUint64Array | null) => number} tableAdd
 * @property {(handle: TableHandle, row: number, key: Uint8Array, state: bigint) => void} tableReplace
 * @property {(handle: TableHandle, row: number) => void} tableRemove
 * @property {(handle: TableHandle) => number} tableSize
 * @property {(handle: TableHandle, first: number, into: BigInt64Array | BigUint64Array) => void} tableStates
 * @property {(handle: TableHandle, rows: Uint32Array | null, times: number | BigUint64Array | null,
 *             states: BigUint64Array | null, digits: number, period: number, t0: number, statuses: Int8Array,
 *             codes: Uint32Array) => void} tableGenerate
 * @property {<A extends boolean>(handle: TableHandle, rows: Uint32Array | null,
 *             ...batch: [...Batch, isAwaited: A]) => Counted<A>} tableVerify
 * @property {<A extends boolean>(algorithm: string, keys: Uint8Array, stride: number, keyLen: number,
 *             keyLens: Uint32Array | null, ids: BigUint64Array | null,
 *             ...batch: [...Batch, isAwaited: A]) => Counted<A>} keysVerify
 * @property {(id: string, key: Uint8Array) => RingHandle} makeRing
 * @property {(settings: string) => PartyHandle} makeParty
 * @property {(record: string) => CredentialKeyHandle} makeCredentialKey
 * @property {(party: PartyHandle, isRegistration: boolean, request: string) => string} partyOptions
 * @property {(party: PartyHandle) => string} partyOrigins
 * @property {(party: PartyHandle, expected: string,
 *             response: string) => [status: number, record: string, answer: string]} verifyRegistration
 * @property {(party: PartyHandle, expected: string, record: string, key: CredentialKeyHandle,
 *             response: string) => [status: number, record: string, answer: string]} verifyAuthentication
 * @property {(response: string) => Uint8Array | null} credentialId
 * @property {(handle: RingHandle, id: string, key: Uint8Array) => void} ringAdd
 * @property {(text: string) => RingHandle} ringFromText
 * @property {(path: string, create: boolean) => Promise<RingHandle>} ringFromFile
 * @property {(path: string, what: number, id: string) => Promise<RingHandle>} ringChangeFile
 * @property {(handle: RingHandle, what: number, id: string) => RingHandle} ringChanged
 * @property {(handle: RingHandle) => string} ringReveal
 * @property {(url: string, ring: RingHandle, create: boolean, migrate: boolean, refuseFork: boolean, logP256: boolean,
 *             sessions: number, patienceMs: number, threads: number, expected: string,
 *             settle: Settle) => EngineHandle} engineOpen
 * @property {(handle: EngineHandle, op: number, request: string, secret: string | Uint8Array | Handle | null,
 *             tag: number) => number} engineSubmit
 * @property {(handle: EngineHandle, ring: RingHandle) => Promise<void>} engineReload
 * @property {(handle: EngineHandle) => void} engineClose
 * @property {(status: number) => [name: import("./status.cjs").ErrorCode, meaning: string]} statusName
 * @property {(log: Uint8Array, kept: string, verifier: string) => Promise<string>} verifyLog
 */

/**
 * Told of each call when it is done, by the tag that it was submitted with, and of the engine itself as tag 0.
 * @callback Settle
 * @param {number} tag
 * @param {number} status
 * @param {string} json
 * @param {Buffer | null} secret
 * @returns {void}
 */

/**
 * A relying party, owned by the addon.
 * @typedef {{ readonly __party: unique symbol }} PartyHandle
 */

/**
 * A credential's prepared public key, owned by the addon.
 * @typedef {{ readonly __credential_key: unique symbol }} CredentialKeyHandle
 */

/**
 * A key ring, owned by the addon.
 * @typedef {{ readonly __ring: unique symbol }} RingHandle
 */

/**
 * An engine, owned by the addon.
 * @typedef {{ readonly __engine: unique symbol }} EngineHandle
 */

/**
 * A key table, owned by the addon.
 * @typedef {{ readonly __table: unique symbol }} TableHandle
 */

/**
 * What native/batch.hpp calls "the batch", but for its last argument; the last three are written to.
 * @typedef {[codes: Uint32Array | Uint8Array, codeWidth: number, times: number | BigUint64Array | null,
 *            states: BigInt64Array | BigUint64Array | null, digits: number, past: number, future: number,
 *            period: number, t0: number, statuses: Int8Array, ok: Uint8Array,
 *            values: BigInt64Array | BigUint64Array]} Batch
 */

/**
 * The number of accepted rows, or a promise of it.
 * @template {boolean} A
 * @typedef {A extends true ? Promise<number> : number} Counted
 */

/**
 * A suite with its prepared key, owned by the addon.
 * @typedef {{ readonly __ocra: unique symbol }} OcraHandle
 */

/**
 * A seed, owned by the addon.
 * @typedef {{ readonly __seed: unique symbol }} SeedHandle
 */

/**
 * Line, column, byte, fault, handle, kind, counter, texts, warnings; null for what is not there.
 * @typedef {[number | null, number | null, number | null, string | null, SeedHandle | null,
 *            import("./index.cjs").SeedKind, bigint, string[], string[]]} SeedRow
 */

/**
 * How a secret is spelled; "random" is the number of bits that the addon draws.
 * @typedef {"base32" | "hex" | "raw" | "random"} Form
 * @typedef {string | Uint8Array | number} Secret
 */

const platform = `${process.platform}-${process.arch}`;
const file = path.join(__dirname, "..", "prebuilds", platform, "counterseal.node");

/**
 * Loads the addon, which gives its functions to whoever says how errors are thrown.
 * @returns {(raise: (code: import("./status.cjs").ErrorCode, text: string) => never) => Native}
 */
function load() {
  try {
    return require(file);
  } catch (cause) {
    throw new CountersealError(
      "CSEAL_E_UNSUPPORTED",
      `the addon for ${platform} cannot be loaded; in the source tree, "npm run build" makes it`,
      { cause },
    );
  }
}

module.exports = load()((code, text) => {
  throw new CountersealError(code, spelled(text));
});
