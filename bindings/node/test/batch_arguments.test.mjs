// SPDX-License-Identifier: Apache-2.0
// Mistaken arguments of key tables and batches: wrong types are a TypeError, wrong settings name the argument.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOTPKeyTable, KeyTable, verifyBatch, verifyHotpBatch } from "counterseal";
import { keysOf } from "./batches.mjs";
import { assertRefused, assertWrongType } from "./support.mjs";

const NOW = 1_700_000_000;
const keys = keysOf(2);
const codes = Uint32Array.of(1, 2);
const table = new KeyTable(keys, { replay: "reportOnly" });
const tokens = new HOTPKeyTable(keys, { replay: "reportOnly" });
const NO_ARRAYS = [
  null,
  1,
  "12",
  true,
  {},
  new Float64Array(2),
  new Uint8ClampedArray(2),
  new DataView(new ArrayBuffer(2)),
];

const states = (one) => [one.length, ...(one.lastSteps?.() ?? one.nextCounters())];

test("replay has no default", () => {
  for (const Table of [KeyTable, HOTPKeyTable]) {
    assertWrongType(() => new Table(keys), "options");
    assertWrongType(() => new Table(keys, {}), 'replay: "thisProcess"');
    assertWrongType(() => new Table(keys, { replay: undefined }), "replay");
    assertWrongType(() => new Table(keys, { replay: 1 }), "replay must be a string");
    for (const replay of ["", "this_process", "thisprocess"]) {
      assertRefused(() => new Table(keys, { replay }), "CSEAL_E_UNSUPPORTED", "replay must be");
    }
    assert.throws(() => Table(keys, { replay: "reportOnly" }), TypeError);
  }
});

test("options that do not exist", () => {
  assertWrongType(() => new KeyTable(keys, { replay: "reportOnly", nextCounters: [0, 0] }), 'no option "nextCounters"');
  assertWrongType(() => new HOTPKeyTable(keys, { replay: "reportOnly", lastSteps: [0, 0] }), 'no option "lastSteps"');
  assertWrongType(() => table.verify(codes, NOW, { lookAhead: 1 }), 'no option "lookAhead"');
  assertWrongType(() => tokens.verify(codes, { past: 1 }), 'no option "past"');
  assertWrongType(() => table.add(keys, { algorithm: "SHA1" }), 'no option "algorithm"');
  assertWrongType(() => table.at(NOW, { past: 1 }), 'no option "past"');
  assertWrongType(() => verifyBatch(keys, codes, NOW, [1, 1], { rows: [0, 1] }), 'no option "rows"');
  assertWrongType(() => verifyHotpBatch(keys, codes, [1, 1], { period: 30 }), 'no option "period"');
  for (const options of [null, 1, "x", []]) {
    assertWrongType(() => table.verify(codes, NOW, options), "options");
    assertWrongType(() => tokens.at(options), "options");
  }
});

test("keys", () => {
  const make = (given, options) => new KeyTable(given, { replay: "reportOnly", ...options });
  for (const given of NO_ARRAYS) assertWrongType(() => make(given), "keys must be");
  assertWrongType(() => table.add(undefined), "keys must be");
  for (const one of [undefined, null, "12345678901234567890", 1, [1], new Uint16Array(20), new ArrayBuffer(20)]) {
    assertWrongType(() => make([keys[0], one]), "keys[1] must be");
    assertWrongType(() => table.replace(0, one, null), "key must be");
  }
  for (const len of [0, 4097]) {
    assertRefused(() => make([keys[0], new Uint8Array(len)]), "CSEAL_E_RANGE", "keys[1] must have 1 to 4096 bytes");
    assertRefused(() => table.replace(0, new Uint8Array(len), null), "CSEAL_E_RANGE", "key must have");
    assertRefused(() => make(new Uint8Array(1), { keyLen: len }), "CSEAL_E_RANGE", "keyLen must be 1 to 4096");
  }
  assertRefused(() => make(new Uint8Array(21)), "CSEAL_E_ARGUMENT", "keys must hold whole keys");
  assertRefused(() => make(keys, { keyLen: 20 }), "CSEAL_E_ARGUMENT", "keyLen must be left out");
  assertWrongType(() => make(new Uint8Array(20), { keyLen: "20" }), "keyLen");
  assertWrongType(() => make(new Uint8Array(20), { keyLen: null }), "keyLen");
  const some = new Uint8Array(4096);
  assertRefused(() => make(new Array(600_000).fill(some)), "CSEAL_E_RANGE", "keys must be given in parts");
  assertWrongType(() => make(keys, { algorithm: 1 }), "algorithm");
  assertRefused(() => make(keys, { algorithm: "MD5" }), "CSEAL_E_UNSUPPORTED", "algorithm must be");
  assertRefused(
    () => verifyBatch(keys, codes, NOW, [1, 1], { algorithm: "sha1" }),
    "CSEAL_E_UNSUPPORTED",
    "algorithm must be",
  );
  assertRefused(() => verifyBatch(keysOf(3), codes, NOW, [1, 1]), "CSEAL_E_ARGUMENT", "keys must have one for each");
});

test("codes", () => {
  for (const given of [undefined, ...NO_ARRAYS]) {
    assertWrongType(() => table.verify(given, NOW), "codes must be");
    assertWrongType(() => tokens.verify(given), "codes must be");
    assertWrongType(() => verifyBatch(keys, given, NOW, [1, 1]), "codes must be");
  }
});

test("without rows there is a code for each row of the table", async () => {
  for (const n of [0, 1, 3]) {
    const rule = `codes must be one for each of the table's 2 rows unless rows are given, not ${n}`;
    const texts = new Array(n).fill("000000");
    for (const given of [new Uint32Array(n), texts]) {
      assertRefused(() => table.verify(given, NOW), "CSEAL_E_ARGUMENT", rule);
      assertRefused(() => tokens.verify(given), "CSEAL_E_ARGUMENT", rule);
      await assert.rejects(table.verifyAsync(given, NOW), { code: "CSEAL_E_ARGUMENT", message: rule });
      await assert.rejects(tokens.verifyAsync(given), { code: "CSEAL_E_ARGUMENT", message: rule });
    }
    assert.equal(table.verify(texts, NOW, { rows: new Uint32Array(n) }).codes.length, n);
    assert.equal(tokens.verify(texts, { rows: new Array(n).fill(0) }).codes.length, n);
  }
});

test("times", () => {
  for (const at of [
    undefined,
    null,
    "59",
    59n,
    NaN,
    true,
    {},
    new Date(NaN),
    new BigInt64Array(2),
    new Float64Array(2),
  ]) {
    assertWrongType(() => table.verify(codes, at), "at must be");
    assertWrongType(() => table.at(at), "time must be");
    assertWrongType(() => table.verify(codes, [NOW, at]), "at[1] must be");
  }
  for (const at of [-1, 1e11 + 1, Infinity, new Date(-1)]) {
    assertRefused(() => table.verify(codes, at), "CSEAL_E_TIME", "at must be");
  }
  assertRefused(() => table.verify(codes, 5, { t0: 6 }), "CSEAL_E_TIME", "time must not lie before t0");
  assertRefused(() => table.verify(codes, [NOW]), "CSEAL_E_ARGUMENT", "at must have one element for each row");
  assertRefused(() => table.verify(codes, new BigUint64Array(3)), "CSEAL_E_ARGUMENT", "at must have");
  assertRefused(() => table.at([NOW]), "CSEAL_E_ARGUMENT", "time must have");
});

test("rows, states and ids", () => {
  for (const given of NO_ARRAYS) {
    assertWrongType(() => table.verify(codes, NOW, { rows: given }), "rows must be");
    assertWrongType(() => table.verify(codes, NOW, { lastSteps: given }), "lastSteps must be");
    assertWrongType(() => tokens.verify(codes, { nextCounters: given }), "nextCounters must be");
    assertWrongType(() => verifyBatch(keys, codes, NOW, given), "lastSteps must be");
    assertWrongType(() => verifyHotpBatch(keys, codes, given), "nextCounters must be");
    assertWrongType(() => verifyBatch(keys, codes, NOW, [1, 1], { ids: given }), "ids must be");
  }
  for (const one of [undefined, "x", {}, true, NaN, Symbol("1"), () => 1]) {
    assertWrongType(() => table.verify(codes, NOW, { lastSteps: [null, one] }), "lastSteps[1]");
    assertWrongType(() => tokens.verify(codes, { nextCounters: [0, one] }), "nextCounters[1]");
    assertWrongType(() => table.verify(codes, NOW, { rows: [0, one] }), "rows[1]");
    assertWrongType(() => verifyBatch(keys, codes, NOW, [1, 1], { ids: [0, one] }), "ids[1]");
  }
  assertWrongType(() => tokens.verify(codes, { nextCounters: [0, null] }), "nextCounters[1]");
  assertWrongType(() => verifyBatch(keys, codes, NOW), "lastSteps is missing");
  assertWrongType(() => verifyHotpBatch(keys, codes), "nextCounters is missing");
  for (const one of [-2, 1.5, Infinity, 2n ** 63n, "-2"]) {
    assertRefused(() => table.verify(codes, NOW, { lastSteps: [null, one] }), "CSEAL_E_RANGE", "lastSteps[1] must be");
  }
  for (const one of [-1, 1.5, 2 ** 53, 2n ** 64n, "-1"]) {
    assertRefused(() => tokens.verify(codes, { nextCounters: [0, one] }), "CSEAL_E_RANGE", "nextCounters[1] must be");
  }
  for (const one of [-1, 0.5]) {
    assertRefused(() => table.verify(codes, NOW, { rows: [0, one] }), "CSEAL_E_RANGE", "rows[1] must");
  }
  for (const [name, typed] of [
    ["rows", Uint32Array],
    ["lastSteps", BigInt64Array],
  ]) {
    for (const given of [[], new typed(1), new typed(3)]) {
      assertRefused(() => table.verify(codes, NOW, { [name]: given }), "CSEAL_E_ARGUMENT", `${name} must have one`);
    }
  }
  assertRefused(() => verifyBatch(keys, codes, NOW, [1]), "CSEAL_E_ARGUMENT", "lastSteps must have");
  assertRefused(() => verifyHotpBatch(keys, codes, [1]), "CSEAL_E_ARGUMENT", "nextCounters must have");
  assertRefused(() => verifyBatch(keys, codes, NOW, [1, 1], { ids: [1] }), "CSEAL_E_ARGUMENT", "ids must have");
});

test("numbers", () => {
  for (const [name, value, rule] of [
    ["digits", 5, "digits must be"],
    ["digits", 11, "digits must be"],
    ["digits", 2 ** 40, "digits must be"],
    ["period", 0, "period must be"],
    ["period", 86401, "period must be"],
    ["past", 21, "past + future must be"],
    ["future", 2 ** 32 - 1, "past + future must be"],
  ]) {
    assertRefused(() => table.verify(codes, NOW, { [name]: value }), "CSEAL_E_RANGE", rule);
    assertRefused(() => verifyBatch(keys, codes, NOW, [1, 1], { [name]: value }), "CSEAL_E_RANGE", rule);
    assertRefused(() => table.verify([], NOW, { [name]: value, rows: [] }), "CSEAL_E_RANGE", rule);
  }
  for (const name of ["digits", "period", "past", "future", "t0"]) {
    assertWrongType(() => table.verify(codes, NOW, { [name]: "1" }), name);
    assertRefused(() => table.verify(codes, NOW, { [name]: -1 }), "CSEAL_E_RANGE", name);
  }
  assertRefused(() => tokens.verify(codes, { lookAhead: 101 }), "CSEAL_E_RANGE", "lookAhead must be at most 100");
  assertRefused(() => tokens.verify(codes, { digits: 5 }), "CSEAL_E_RANGE", "digits must be");
  assertRefused(() => table.at(NOW, { digits: 5 }), "CSEAL_E_RANGE", "digits must be");
  assertRefused(() => tokens.at({ digits: 11 }), "CSEAL_E_RANGE", "digits must be");
});

test("changes that are refused change nothing", () => {
  const mine = new KeyTable(keys, { replay: "thisProcess", lastSteps: [5, 6] });
  const counters = new HOTPKeyTable(keys, { replay: "thisProcess", nextCounters: [5, 6] });
  const [before, after] = [states(mine), states(counters)];
  assertRefused(() => mine.add(keys, { lastSteps: BigInt64Array.of(0n, -2n) }), "CSEAL_E_RANGE", "lastSteps must be");
  assertRefused(() => mine.add(keys, { lastSteps: [1] }), "CSEAL_E_ARGUMENT", "lastSteps must have");
  assertWrongType(() => mine.add([keys[0], "x"]), "keys[1]");
  assertRefused(() => counters.add(keys, { nextCounters: [0, 2n ** 63n] }), "CSEAL_E_RANGE", "nextCounters must be");
  for (const one of [mine, counters]) {
    for (const row of [2, 2 ** 32 - 1, 2 ** 40]) {
      assertRefused(() => one.remove(row), "CSEAL_E_RANGE", "row must be one of the table");
      assertRefused(() => one.replace(row, keys[0], 1), "CSEAL_E_RANGE", "row must be one of the table");
    }
    for (const row of [undefined, null, "0", 0n, {}, NaN]) {
      assertWrongType(() => one.remove(row), "row");
      assertWrongType(() => one.replace(row, keys[0], 1), "row");
    }
    for (const row of [-1, 0.5]) assertRefused(() => one.remove(row), "CSEAL_E_RANGE", "row must");
  }
  assertWrongType(() => mine.replace(0, keys[0]), "lastStep is missing");
  assertWrongType(() => counters.replace(0, keys[0], null), "nextCounter");
  assertRefused(() => mine.replace(0, keys[0], -2), "CSEAL_E_RANGE", "lastStep must be");
  assertRefused(
    () => counters.replace(0, keys[0], 2n ** 63n),
    "CSEAL_E_RANGE",
    "row must be one of the table, and next",
  );
  assert.deepEqual([states(mine), states(counters)], [before, after]);
});

test("ranges of states", () => {
  for (const call of [(...range) => table.lastSteps(...range), (...range) => tokens.nextCounters(...range)]) {
    assert.equal(call(2, 0).length, 0);
    for (const range of [[3], [0, 3], [2, 1], [2 ** 32, 0], [0, 2 ** 40]]) {
      assertRefused(() => call(...range), "CSEAL_E_RANGE", "first and n must name rows");
    }
    assertWrongType(() => call("0"), "first");
    assertWrongType(() => call(0, null), "n must be");
  }
});

test("methods need their own kind of object", () => {
  for (const other of [undefined, {}, tokens, Object.create(KeyTable.prototype), new Proxy(table, {})]) {
    for (const call of ["verify", "add", "replace", "remove", "lastSteps", "at"]) {
      assert.throws(() => KeyTable.prototype[call].call(other, codes, NOW, null), TypeError, call);
    }
  }
  assert.throws(() => HOTPKeyTable.prototype.verify.call(table, codes), TypeError);
});

test("what is wrong with an awaited call rejects its promise", async () => {
  await assert.rejects(table.verifyAsync("000000", NOW), TypeError);
  await assert.rejects(table.verifyAsync(codes, NOW, { past: 21 }), {
    code: "CSEAL_E_RANGE",
    name: "CountersealError",
  });
  await assert.rejects(tokens.verifyAsync(codes, { digits: 5 }), { code: "CSEAL_E_RANGE", message: /^digits must be/ });
  await assert.rejects(table.verifyAsync(codes, 5, { t0: 6 }), { code: "CSEAL_E_TIME" });
});
