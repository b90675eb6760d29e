// SPDX-License-Identifier: Apache-2.0
// Many users in one call beside the same users one after another. The peers are as fast for the last user as for the
// first, so they take a part of the users; ours takes all of them.
import assert from "node:assert/strict";
import { KeyTable, verifyBatch } from "counterseal";
import { verifySync } from "otplib";
import { AT, judge, OFFSETS, PERIOD, STEP, seeded, text, verifyByHand } from "./by_hand.mjs";
import { expectCount, measure } from "./rates.mjs";

const WRONG = 1;
const NOW = "table, Uint32Array";
const AWAITED = "table, Uint32Array, awaited";
const OTPLIB = "otplib, row by row";
const BY_HAND = "createHmac, row by row";

export const CLAIMS = [
  [NOW, OTPLIB, 800],
  [AWAITED, OTPLIB, 800],
  [NOW, BY_HAND, null],
];

/** The same for everybody: a key, a wrong code, and the right one of each step of the window. */
function makeUsers(n) {
  const keys = new Uint8Array(seeded("keys", 20 * n));
  const key = (i) => keys.subarray(20 * i, 20 * i + 20);
  const hits = OFFSETS.map((offset) => Uint32Array.from({ length: n }, (_, i) => judge(key(i), STEP + offset)));
  // What the right codes of each step burn: the highest step with that code. Of a million users some have one twice.
  const steps = hits.map((codes) =>
    BigInt64Array.from({ length: n }, (_, i) => BigInt(STEP + OFFSETS[hits.findLastIndex((of) => of[i] === codes[i])])),
  );
  const chance = seeded("codes", 4 * n);
  const misses = Uint32Array.from({ length: n }, (_, i) => {
    let code = chance.readUInt32BE(4 * i) % 1_000_000;
    while (hits.some((codes) => codes[i] === code)) code = (code + 1) % 1_000_000;
    return code;
  });
  return { n, keys, key, hits, steps, misses };
}

const same = (codes) => codes;
const texts = (codes) => Array.from(codes, text);

/** Name, how codes are written, and the call. The table is made beforehand, raw keys come with each call. */
function inOneCall({ n, keys }) {
  const table = new KeyTable(keys, { replay: "reportOnly" });
  const never = new BigInt64Array(n).fill(-1n);
  return [
    [NOW, same, (codes) => table.verify(codes, AT)],
    [AWAITED, same, (codes) => table.verifyAsync(codes, AT)],
    ["table, array of strings", texts, (codes) => table.verify(codes, AT)],
    ["table, array of strings, awaited", texts, (codes) => table.verifyAsync(codes, AT)],
    ["raw keys, Uint32Array", same, (codes) => verifyBatch(keys, codes, AT, never)],
  ];
}

function oneByOne({ key }, n) {
  const keys = Array.from({ length: n }, (_, i) => key(i).slice());
  return [
    [
      OTPLIB,
      (codes) => {
        let accepted = 0;
        for (let i = 0; i < codes.length; i++) {
          if (verifySync({ secret: keys[i], token: codes[i], epoch: AT, epochTolerance: PERIOD }).valid) accepted++;
        }
        return accepted;
      },
    ],
    [
      BY_HAND,
      (codes) => {
        let accepted = 0;
        for (let i = 0; i < codes.length; i++) {
          if (verifyByHand(keys[i], codes[i], AT)) accepted++;
        }
        return accepted;
      },
    ],
  ];
}

/** Each is proven before it is timed: every right code of each step is accepted, every wrong one is a miss. */
async function contestants(users, nPeers) {
  const all = [];
  for (const [who, read, call] of inOneCall(users)) {
    for (const [i, codes] of users.hits.entries()) {
      const verdict = await call(read(codes));
      expectCount(`${who}, right codes`, verdict.nOk, users.n);
      assert.deepEqual(verdict.steps, users.steps[i], `${who}: a step that was burnt is another one`);
    }
    const misses = read(users.misses);
    const answers = new Set((await call(misses)).codes);
    assert.deepEqual(answers, new Set([WRONG]), `${who}: wrong codes`);
    const run = who.endsWith("awaited") ? async () => (await call(misses)).nOk : () => call(misses).nOk;
    all.push({ who, run, users: users.n, nRight: 0 });
  }
  for (const [who, verify] of oneByOne(users, nPeers)) {
    for (const codes of users.hits) {
      expectCount(`${who}, right codes`, verify(texts(codes.subarray(0, nPeers))), nPeers);
    }
    const misses = texts(users.misses.subarray(0, nPeers));
    all.push({ who, run: () => verify(misses), users: nPeers, nRight: 0 });
  }
  return all;
}

export async function rowsOfBatches(n, nPeers, plan) {
  return measure("bulk", await contestants(makeUsers(n), nPeers), plan);
}
