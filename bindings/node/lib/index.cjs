// SPDX-License-Identifier: Apache-2.0
// Counterseal for Node: what `require("counterseal")` gives.
"use strict";

const { verifyBatch, verifyBatchAsync, verifyHotpBatch, verifyHotpBatchAsync } = require("./batch.cjs");
const { CountersealError, SeedFileError } = require("./error.cjs");
const { HOTP } = require("./hotp.cjs");
const { HOTPKeyTable, KeyTable } = require("./key_table.cjs");
const native = require("./native.cjs");
const { OCRA } = require("./ocra.cjs");
const { Seed, exportMigration, exportSeeds, importMigration, importSeeds } = require("./seeds.cjs");
const { TOTP } = require("./totp.cjs");
const { YubicoOtp } = require("./yubico.cjs");

/** @type {typeof import("./index.cjs")} */
const surface = {
  CountersealError,
  HOTP,
  HOTPKeyTable,
  KeyTable,
  OCRA,
  Seed: /** @type {any} */ (Seed),
  SeedFileError,
  TOTP,
  YubicoOtp,
  exportMigration,
  exportSeeds,
  importMigration,
  importSeeds,
  verifyBatch,
  verifyBatchAsync,
  verifyHotpBatch,
  verifyHotpBatchAsync,
  version: native.version,
};

module.exports = surface;
