// SPDX-License-Identifier: Apache-2.0
// What `import ... from "counterseal"` gives: the same classes, so that both kinds of module agree in one process.
import core from "./index.cjs";

export const {
  CountersealError,
  Engine,
  HOTP,
  HOTPKeyTable,
  KeyRing,
  KeyTable,
  OCRA,
  Seed,
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
  version,
  webauthn,
} = core;
