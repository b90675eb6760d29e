// SPDX-License-Identifier: Apache-2.0
// Counterseal in Node beside what people would use instead: otplib, otpauth, and createHmac tuned by hand.
//
// Usage: node bench/peers/node.mjs [--smoke] RESULT.json
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { TOTP } from "counterseal";
import * as otpauth from "otpauth";
import { verifySync } from "otplib";
import { CLAIMS as BULK_CLAIMS, rowsOfBatches } from "./bulk.mjs";
import { AT, judge, OFFSETS, PERIOD, STEP, seeded, text, verifyByHand } from "./by_hand.mjs";
import { CLAIMS as PASSKEY_CLAIMS, rowsOfPasskeys } from "./passkeys.mjs";
import { expectCount, measure, ratiosOf, report } from "./rates.mjs";

/** The same for everybody: their keys, a wrong code each, and the right one of each step of the window. */
function makeUsers(count) {
  const keys = Array.from({ length: count }, (_, i) => new Uint8Array(seeded(`key ${i}`, 20)));
  const hits = OFFSETS.map((offset) => keys.map((key) => text(judge(key, STEP + offset))));
  const misses = keys.map((_, i) => {
    for (let attempt = 0; ; attempt++) {
      const code = text(seeded(`code ${i} ${attempt}`, 4).readUInt32BE() % 1_000_000);
      if (!hits.some((codes) => codes[i] === code)) return code;
    }
  });
  // Half of the users, and a third of those at each step, type a right code.
  const order = keys.map((_, i) => i).sort((a, b) => Buffer.compare(keys[a], keys[b]));
  const right = new Set(order.slice(0, Math.floor(count / 2)));
  const half = misses.map((code, i) => (right.has(i) ? hits[i % 3][i] : code));
  return { keys, hits, misses, half, nRight: right.size };
}

/** otplib's own crypto is written in JavaScript; this is the plugin that a user who minds would give it. */
const nodeCrypto = {
  name: "node",
  algorithms: ["sha1", "sha256", "sha512"],
  hmac: (algorithm, key, data) => createHmac(algorithm, key).update(data).digest(),
  randomBytes: (length) => randomBytes(length),
  constantTimeEqual: (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b)),
};

/**
 * Each with a loop of its own, so that no call site sees two kinds of object and nobody pays for a harness. Keys and
 * objects are made beforehand for all; otplib's synchronous call takes the key's bytes, which spares it base32.
 */
function contestants(keys) {
  const ours = keys.map((key) => TOTP.fromRaw(key));
  const authenticators = keys.map(
    (key) => new otpauth.TOTP({ secret: new otpauth.Secret({ buffer: key.slice().buffer }) }),
  );
  return {
    counterseal(codes) {
      let n = 0;
      for (let i = 0; i < codes.length; i++) {
        if (ours[i].verify(codes[i], null, AT, 1, 1) !== null) n++;
      }
      return n;
    },
    otplib(codes) {
      let n = 0;
      for (let i = 0; i < codes.length; i++) {
        if (verifySync({ secret: keys[i], token: codes[i], epoch: AT, epochTolerance: PERIOD }).valid) n++;
      }
      return n;
    },
    "otplib on node:crypto"(codes) {
      let n = 0;
      for (let i = 0; i < codes.length; i++) {
        const options = { secret: keys[i], token: codes[i], epoch: AT, epochTolerance: PERIOD, crypto: nodeCrypto };
        if (verifySync(options).valid) n++;
      }
      return n;
    },
    otpauth(codes) {
      let n = 0;
      for (let i = 0; i < codes.length; i++) {
        if (authenticators[i].validate({ token: codes[i], timestamp: AT * 1000, window: 1 }) !== null) n++;
      }
      return n;
    },
    "createHmac by hand"(codes) {
      let n = 0;
      for (let i = 0; i < codes.length; i++) {
        if (verifyByHand(keys[i], codes[i], AT)) n++;
      }
      return n;
    },
  };
}

const CLAIMS = [
  ["counterseal", "otplib", 45],
  ["counterseal", "createHmac by hand", 8],
];

async function rowsOfSingleCalls(users, plan) {
  const runs = Object.entries(contestants(users.keys));
  for (const [who, run] of runs) {
    users.hits.forEach((codes, i) => {
      expectCount(`${who}, step ${OFFSETS[i]}`, run(codes), codes.length);
    });
  }
  const typing = (codes, nRight) =>
    runs.map(([who, run]) => ({ who, run: () => run(codes), users: codes.length, nRight }));
  return [
    ...(await measure("misses", typing(users.misses, 0), plan)),
    ...(await measure("half hits", typing(users.half, users.nRight), plan)),
  ];
}

/** Read as a file, since packages may hide their package.json from imports. */
function versionOf(folder) {
  return JSON.parse(readFileSync(new URL(`../../${folder}package.json`, import.meta.url), "utf8")).version;
}

const smoke = process.argv.includes("--smoke");
const result = process.argv.slice(2).find((argument) => argument !== "--smoke");
const plan = smoke ? { warmups: 0, passes: 1 } : { warmups: 3, passes: 9 };
const singles = await rowsOfSingleCalls(makeUsers(smoke ? 60 : 10_000), plan);
const batches = await rowsOfBatches(...(smoke ? [600, 60] : [1_000_000, 20_000]), plan);
const logins = await rowsOfPasskeys(smoke ? 2 : 20, plan);
const rows = [...singles, ...batches, ...logins];
const ratios = [...ratiosOf(singles, CLAIMS), ...ratiosOf(batches, BULK_CLAIMS)];
for (const [workload, claims] of Object.entries(PASSKEY_CLAIMS)) {
  ratios.push(
    ...ratiosOf(
      logins.filter((row) => row.workload === workload),
      claims,
    ),
  );
}
const about = {
  date: new Date().toISOString(),
  cpu: cpus()[0].model.trim(),
  node: process.versions.node,
  openssl: process.versions.openssl,
  counterseal: versionOf(""),
  otplib: versionOf("node_modules/otplib/"),
  otpauth: versionOf("node_modules/otpauth/"),
  simplewebauthn: versionOf("node_modules/@simplewebauthn/server/"),
  passes: plan.passes,
};
const pairs = Object.entries(about).map(([key, value]) => `${key} ${value}`);
console.log(pairs.join("  "));
report(rows, ratios);
writeFileSync(result, `${JSON.stringify({ about, rows, ratios }, null, 2)}\n`);
