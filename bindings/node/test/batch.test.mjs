// SPDX-License-Identifier: Apache-2.0
// Batches against raw keys, and what codes may look like in any batch.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOTP, HOTPKeyTable, KeyTable, TOTP, verifyBatch, verifyHotpBatch } from "counterseal";
import { keysOf, numbers, STATUS } from "./batches.mjs";

const NOW = 1_700_000_000;
const STEP = BigInt(Math.floor(NOW / 30));

test("random rows of raw keys, one after another", () => {
  for (const algorithm of ["SHA1", "SHA256", "SHA512"]) {
    const next = numbers(algorithm);
    const n = 50;
    const keys = keysOf(n, () => 1 + next(200));
    const totps = keys.map((key) => TOTP.fromRaw(key, { algorithm }));
    const codes = totps.map((totp) => totp.at(NOW + 30 * (next(5) - 2)));
    const lastSteps = keys.map(() => (next(3) === 0 ? STEP + BigInt(next(3)) - 1n : null));
    const verdict = verifyBatch(keys, codes, NOW, lastSteps, { algorithm });
    let nOk = 0;
    for (let i = 0; i < n; ++i) {
      const found = totps[i].check(codes[i], lastSteps[i], NOW);
      assert.equal(verdict.codes[i], STATUS[found.status], `row ${i}`);
      assert.equal(verdict.ok[i], found.step === null ? 0 : 1);
      assert.equal(verdict.steps[i], found.step === null ? (lastSteps[i] ?? -1n) : BigInt(found.step));
      nOk += verdict.ok[i];
    }
    assert.equal(verdict.nOk, nOk);
    assert.ok(nOk > 10 && nOk < 40);
  }
});

test("rows of one key are seen by their ids", () => {
  const [a, b] = keysOf(2);
  const [first, second] = [TOTP.fromRaw(a).at(NOW), TOTP.fromRaw(b).at(NOW)];
  const call = (ids) => [
    ...verifyBatch([a, b, a, a], [first, second, first, first], NOW, new BigInt64Array(4), { ids }).codes,
  ];
  assert.deepEqual(call([1, 2n, 1, 1]), [0, 0, STATUS.replayed, STATUS.replayed]);
  assert.deepEqual(call(BigUint64Array.of(5n, 2n ** 64n - 1n, 5n, 5n)), [0, 0, STATUS.replayed, STATUS.replayed]);
  assert.deepEqual(call(undefined), [0, 0, 0, 0], "without ids they are not: the page says so");
});

test("flat keys, by the length of the hash or one's own", () => {
  for (const [algorithm, keyLen, given] of [
    ["SHA1", 20, undefined],
    ["SHA256", 32, undefined],
    ["SHA512", 64, undefined],
    ["SHA512", 33, 33],
  ]) {
    const keys = keysOf(5, () => keyLen);
    const codes = keys.map((key) => TOTP.fromRaw(key, { algorithm }).at(NOW));
    const options = { algorithm, keyLen: given };
    assert.equal(verifyBatch(Buffer.concat(keys), codes, NOW, new BigInt64Array(5), options).nOk, 5);
  }
});

test("HOTP of raw keys", () => {
  const keys = keysOf(4);
  const nextCounters = [0, 7n, 2 ** 53 - 1, "18446744073709551612"];
  const codes = keys.map((key, i) => HOTP.fromRaw(key).at(BigInt(nextCounters[i]) + (i === 1 ? 2n : 0n)));
  const verdict = verifyHotpBatch(keys, codes, nextCounters, { lookAhead: 1, ids: [1, 2, 3, 4] });
  assert.deepEqual([...verdict.codes], [0, STATUS.wrong, 0, 0]);
  assert.deepEqual([...verdict.nextCounters], [1n, 7n, 2n ** 53n, 2n ** 64n - 3n]);
  assert.equal(verifyHotpBatch(keys, codes, BigUint64Array.from(nextCounters, BigInt), { lookAhead: 2 }).nOk, 3);
});

test("keys and arrays are left as they were", () => {
  const keys = keysOf(3, (i) => 20 + i);
  const before = keys.map((key) => [...key]);
  const steps = [1, null, 3n];
  verifyBatch(keys, ["1", "2", "3"], NOW, steps);
  assert.deepEqual(
    keys.map((key) => [...key]),
    before,
  );
  assert.deepEqual(steps, [1, null, 3n]);
});

test("a verdict is an object, and an object counts as true: what is asked is in it", () => {
  const verdict = verifyBatch(keysOf(1), ["000000"], NOW, [null]);
  assert.equal(Boolean(verdict), true);
  assert.deepEqual([verdict.nOk, verdict.ok[0]], [0, 0]);
  assert.ok(verdict.ok instanceof Uint8Array && verdict.codes instanceof Int8Array);
  assert.throws(() => Object.assign(verdict, { nOk: 1 }), TypeError);
});

test("what is no code is malformed in its row, as it is alone, and runs nobody's code", () => {
  const forbidden = () => assert.fail("the library called a script");
  const [key] = keysOf(1);
  const totp = TOTP.fromRaw(key);
  const good = totp.at(NOW);
  const grouped = `${good.slice(0, 3)} ${good.slice(3)}`;
  const codes = [
    good,
    undefined,
    null,
    Number(good),
    BigInt(good),
    [good],
    new String(good),
    Buffer.from(good),
    { toString: forbidden, [Symbol.toPrimitive]: forbidden },
    new Proxy(function target() {}, new Proxy({}, { get: forbidden })),
    Symbol(good),
    "",
    " ".repeat(100),
    `${good}\0`,
    `\0${good}`,
    `${good.slice(0, 3)}\0${good.slice(3)}`,
    `${good.slice(0, 5)}\0`,
    "12345\ud800",
    good.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    good.replace(/\d/g, (digit) => String.fromCharCode(0x130 + Number(digit))),
    good.replace(/\d/g, (digit) => String.fromCharCode(0x100 * Number(digit))),
    `\u00a0${good}`,
    `${" ".repeat(40)}\u00a0${good}`,
    `+${good}`,
    `0${good}`,
    good.slice(1),
    [...good].join("-"),
    [...good].join("--"),
    grouped,
    `\t${" ".repeat(1000)}${grouped}\r\n`,
    `${good}${" ".repeat(1 << 20)}x`,
    "1".repeat(1 << 20),
  ];
  const statuses = codes.map((code) => STATUS[totp.check(code, null, NOW).status]);
  assert.equal(statuses.filter((status) => status === 0).length, 4);
  const keys = new Array(codes.length).fill(key);
  assert.deepEqual(
    [
      ...verifyBatch(
        keys,
        codes,
        NOW,
        codes.map(() => null),
      ).codes,
    ],
    statuses,
  );
  for (const [i, code] of codes.entries()) {
    assert.deepEqual([...verifyBatch([key], [code], NOW, [null]).codes], [statuses[i]], `row ${i} alone`);
    assert.equal(new KeyTable([key], { replay: "reportOnly" }).verify([code], NOW).nOk, statuses[i] === 0 ? 1 : 0);
  }
  const holes = new HOTPKeyTable(keysOf(2), { replay: "reportOnly" }).verify(new Array(2));
  assert.deepEqual([...holes.codes], [STATUS.malformed, STATUS.malformed]);
});

test("an array that changes while it is read does no harm", () => {
  const codes = ["1", "2", "3"];
  Object.defineProperty(codes, 0, {
    get() {
      codes.length = 1;
      return "000000";
    },
  });
  assert.deepEqual([...verifyBatch(keysOf(3), codes, NOW, [null, null, null]).codes].slice(1), [3, 3]);
  const own = Object.defineProperty(new Uint32Array(1), "length", { value: 1000 });
  assert.equal(new KeyTable(keysOf(1), { replay: "reportOnly" }).verify(own, NOW).ok.length, 1);
});
