// SPDX-License-Identifier: Apache-2.0
// Credentials as other libraries have them kept, as records of ours.
"use strict";

const { isUint8Array } = require("node:util").types;
const { counter, kindOf } = require("./arguments.cjs");
const { base64url } = require("./webauthn_texts.cjs");

const VERSION = 1;

/**
 * Bytes as text; text, which has to be base64url already, as it is: the record is read strictly.
 * @param {unknown} value
 */
function textOf(value) {
  return isUint8Array(value) ? base64url(value) : value;
}

/** @param {unknown} value a UUID, bytes or base64url */
function aaguidOf(value) {
  const hex = typeof value === "string" && value.length === 36 ? value.replaceAll("-", "") : "";
  return hex === "" ? textOf(value) : base64url(Buffer.from(hex, "hex"));
}

/**
 * A counter as its column comes out of a database: a number, a bigint or decimal text.
 * @param {unknown} value
 * @param {string} name
 */
function countOf(value, name) {
  return value === undefined ? undefined : Number(counter(value, name, 0)); // 2^32 and above the core refuses
}

/** @param {Record<string, unknown>} record */
function recordText(record) {
  return JSON.stringify(record, (name, value) => {
    if (typeof value === "bigint") throw new TypeError(`row must not have a bigint for ${name}`);
    return value;
  });
}

/** @param {any} row */
function objectOf(row) {
  if (typeof row !== "object" || row === null) throw new TypeError(`row must be an object, not ${kindOf(row)}`);
  return row;
}

/**
 * Of @simplewebauthn/server 9 to 14.
 * @param {any} row
 */
function simpleWebAuthnRecord(row) {
  const flat = { ...objectOf(row), ...row.credential };
  const kind = flat.credentialDeviceType ?? flat.deviceType;
  return recordText({
    version: VERSION,
    id: textOf(flat.id ?? flat.credentialID),
    public_key: textOf(flat.publicKey ?? flat.credentialPublicKey),
    sign_count: countOf(flat.counter, "counter"),
    aaguid: aaguidOf(flat.aaguid),
    backup_eligible: kind === undefined ? undefined : kind === "multiDevice",
    backup_state: flat.credentialBackedUp ?? flat.backedUp,
    transports: flat.transports,
    u2f: flat.fmt === "fido-u2f",
  });
}

/**
 * Of py_webauthn 1 to 3, as JSON or a row has it.
 * @param {any} row
 */
function pyWebauthnRecord(row) {
  const from = objectOf(row);
  const kind = from.credential_device_type;
  return recordText({
    version: VERSION,
    id: textOf(from.credential_id),
    public_key: textOf(from.credential_public_key),
    sign_count: countOf(from.sign_count, "sign_count"),
    aaguid: aaguidOf(from.aaguid),
    backup_eligible: kind === undefined ? undefined : kind === "multi_device",
    backup_state: from.credential_backed_up,
    transports: from.transports,
    u2f: from.fmt === "fido-u2f",
  });
}

module.exports = { pyWebauthnRecord, simpleWebAuthnRecord };
