// SPDX-License-Identifier: Apache-2.0
// Counterseal for Node: what `require("counterseal")` gives.
"use strict";

const { verifyBatch, verifyBatchAsync, verifyHotpBatch, verifyHotpBatchAsync } = require("./batch.cjs");
const { Engine } = require("./engine.cjs");
const { CountersealError, SeedFileError, StepUpRequired } = require("./error.cjs");
const { HOTP } = require("./hotp.cjs");
const { KeyRing } = require("./key_ring.cjs");
const { HOTPKeyTable, KeyTable } = require("./key_table.cjs");
const { verifyLog } = require("./log_check.cjs");
const native = require("./native.cjs");
const { OCRA } = require("./ocra.cjs");
const { Seed, exportMigration, exportSeeds, importMigration, importSeeds } = require("./seeds.cjs");
const { TOTP } = require("./totp.cjs");
const webauthn = require("./webauthn.cjs");
const { YubicoOtp } = require("./yubico.cjs");

/** @type {typeof import("./index.cjs")} */
const surface = {
  CountersealError,
  Engine: /** @type {any} */ (Engine),
  HOTP,
  HOTPKeyTable,
  KeyRing: /** @type {any} */ (KeyRing),
  KeyTable,
  OCRA,
  Seed: /** @type {any} */ (Seed),
  SeedFileError,
  StepUpRequired,
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
  verifyLog,
  version: native.version,
  webauthn: /** @type {any} */ (webauthn),
};

module.exports = surface;
