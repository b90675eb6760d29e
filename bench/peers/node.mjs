// SPDX-License-Identifier: Apache-2.0
// Counterseal in Node beside what people would use instead: otplib, otpauth, and createHmac tuned by hand.
//
// Usage: node bench/peers/node.mjs [--smoke] RESULT.json
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { TOTP } from "counterseal";
import * as otpauth from "otpauth";
import { verifySync } from "otplib";

const AT = 1_800_000_015; // the middle of a step
const PERIOD = 30;
const PASS_S = 0.1;
const STEP = Math.floor(AT / PERIOD);

/** Bytes from a fixed seed, so that every run has the same users. */
function seeded(label, length) {
  return createHash("shake256", { outputLength: length }).update(label).digest();
}

/** RFC 4226 section 5.3 as it is written: says beforehand which code is right. */
function judge(key, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  const binary = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(binary % 1_000_000).padStart(6, "0");
}

/** The same for everybody: their keys, a wrong code each, and the right one of each step of the window. */
function makeUsers(count) {
  const keys = Array.from({ length: count }, (_, i) => new Uint8Array(seeded(`key ${i}`, 20)));
  const hits = [-1, 0, 1].map((offset) => keys.map((key) => judge(key, STEP + offset)));
  const misses = keys.map((_, i) => {
    for (let attempt = 0; ; attempt++) {
      const code = String(seeded(`code ${i} ${attempt}`, 4).readUInt32BE() % 1_000_000).padStart(6, "0");
      if (!hits.some((codes) => codes[i] === code)) return code;
    }
  });
  // Half of the users, and a third of those at each step, type a right code.
  const order = keys.map((_, i) => i).sort((a, b) => Buffer.compare(keys[a], keys[b]));
  const right = new Set(order.slice(0, Math.floor(count / 2)));
  const half = misses.map((code, i) => (right.has(i) ? hits[i % 3][i] : code));
  return { keys, hits, misses, half, nRight: right.size };
}

const counterBytes = Buffer.alloc(8);

/**
 * As fast as plain JavaScript gets: decoded key, one buffer, integers compared, an end at the first match. The digest
 * is taken as a string, a character a byte, which is a fifth faster than the Buffer that most people would take.
 */
function verifyByHand(key, code, at) {
  const given = Number(code);
  const step = Math.floor(at / PERIOD);
  for (let counter = step - 1; counter <= step + 1; counter++) {
    counterBytes.writeUInt32BE(Math.floor(counter / 0x100000000), 0);
    counterBytes.writeUInt32BE(counter >>> 0, 4);
    const mac = createHmac("sha1", key).update(counterBytes).digest("latin1");
    const from = mac.charCodeAt(19) & 15;
    const high = ((mac.charCodeAt(from) & 0x7f) << 24) | (mac.charCodeAt(from + 1) << 16);
    const binary = high | (mac.charCodeAt(from + 2) << 8) | mac.charCodeAt(from + 3);
    if (binary % 1_000_000 === given) return true;
  }
  return false;
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

function expectCount(who, got, wanted) {
  if (got !== wanted) throw new Error(`${who}: accepted ${got} codes, not ${wanted}`);
}

/** Verifications per second. */
function timed(who, run, codes, wanted, repeats) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) expectCount(who, run(codes), wanted);
  return (codes.length * repeats) / (Number(process.hrtime.bigint() - start) / 1e9);
}

/**
 * Passes of the contestants take turns, so that a busy neighbour meets all alike. Each pass goes through the users as
 * often as a tenth of a second allows, at least once: else the fastest would be timed on caches that the slowest has
 * just emptied. The first ones warm up.
 */
function measure(workload, codes, wanted, runs, { warmups, passes }) {
  const all = Object.entries(runs).map(([who, run]) => {
    let repeats = 1;
    for (let i = 0; i < warmups; i++) {
      repeats = Math.floor((timed(who, run, codes, wanted, repeats) / codes.length) * PASS_S) + 1;
    }
    return { who, run, repeats, rates: [] };
  });
  for (let pass = 0; pass < passes; pass++) {
    for (const { who, run, repeats, rates } of all) rates.push(timed(who, run, codes, wanted, repeats));
  }
  return all.map(({ who, rates }) => {
    const sorted = rates.sort((a, b) => a - b);
    return { workload, who, min: sorted[0], median: sorted[sorted.length >> 1], max: sorted[sorted.length - 1] };
  });
}

const TARGETS = [
  ["otplib", 45],
  ["createHmac by hand", 8],
];

function ratiosOf(rows) {
  const rate = (workload, who) => rows.find((row) => row.workload === workload && row.who === who).median;
  return [...new Set(rows.map((row) => row.workload))].flatMap((workload) =>
    TARGETS.map(([peer, target]) => {
      const ratio = rate(workload, "counterseal") / rate(workload, peer);
      return { workload, what: `counterseal / ${peer}`, ratio, target, ok: ratio >= target };
    }),
  );
}

/** Read as a file, since packages may hide their package.json from imports. */
function versionOf(folder) {
  return JSON.parse(readFileSync(new URL(`../../${folder}package.json`, import.meta.url), "utf8")).version;
}

function report(about, rows, ratios) {
  const number = (x) => Math.round(x).toLocaleString("en-US").padStart(12);
  const pairs = Object.entries(about).map(([key, value]) => `${key} ${value}`);
  console.log(pairs.join("  "));
  console.log(
    `${"verifications per second".padEnd(34)} ${["min", "median", "max"].map((s) => s.padStart(12)).join(" ")}`,
  );
  for (const row of rows) {
    const title = `${row.workload}: ${row.who}`.padEnd(34);
    console.log(`${title} ${number(row.min)} ${number(row.median)} ${number(row.max)}`);
  }
  for (const { workload, what, ratio, target, ok } of ratios) {
    const title = `${workload}: ${what}`.padEnd(55);
    console.log(`${title} ${ratio.toFixed(1).padStart(6)} times, target ${target}: ${ok ? "ok" : "missed"}`);
  }
}

const smoke = process.argv.includes("--smoke");
const result = process.argv.slice(2).find((argument) => argument !== "--smoke");
const users = makeUsers(smoke ? 60 : 10_000);
const plan = smoke ? { warmups: 0, passes: 1 } : { warmups: 3, passes: 9 };
const runs = contestants(users.keys);
for (const [who, run] of Object.entries(runs)) {
  users.hits.forEach((codes, i) => {
    expectCount(`${who}, step ${i - 1}`, run(codes), codes.length);
  });
}
const rows = [
  ...measure("misses", users.misses, 0, runs, plan),
  ...measure("half hits", users.half, users.nRight, runs, plan),
];
const ratios = ratiosOf(rows);
const about = {
  date: new Date().toISOString(),
  cpu: cpus()[0].model.trim(),
  node: process.versions.node,
  openssl: process.versions.openssl,
  counterseal: versionOf(""),
  otplib: versionOf("node_modules/otplib/"),
  otpauth: versionOf("node_modules/otpauth/"),
  users: users.keys.length,
  passes: plan.passes,
};
report(about, rows, ratios);
writeFileSync(result, `${JSON.stringify({ about, rows, ratios }, null, 2)}\n`);
