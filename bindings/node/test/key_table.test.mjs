// SPDX-License-Identifier: Apache-2.0
// Key tables: a batch is its rows verified one after another, whatever the columns come as.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOTP, HOTPKeyTable, KeyTable, TOTP } from "counterseal";
import { keysOf, numbers, STATUS } from "./batches.mjs";

const NOW = 1_700_000_000;
const REMOVED = -(2n ** 63n);

/** The rows of a batch by the calls for one code; `steps` is what a table would keep, and moves. */
function oneByOne(factors, { codes, rows, at, digits = 6, past, future }, steps) {
  const answers = { ok: [], codes: [], steps: [] };
  for (const [i, code] of codes.entries()) {
    const row = rows?.[i] ?? i;
    const text = typeof code === "number" ? String(code).padStart(digits, "0") : code;
    const found = factors[row].check(text, steps[row], Array.isArray(at) ? at[i] : at, past, future);
    if (found.step !== null) steps[row] = found.step;
    answers.codes.push(STATUS[found.status]);
    answers.ok.push(found.status === "accepted" ? 1 : 0);
    answers.steps.push(found.step === null ? null : BigInt(found.step));
  }
  return answers;
}

/** Without the steps of refused rows: those are the ones given in. */
function plain({ ok, codes, steps }) {
  return { ok: [...ok], codes: [...codes], steps: Array.from(steps, (step, i) => (ok[i] === 1 ? step : null)) };
}

for (const algorithm of ["SHA1", "SHA256", "SHA512"]) {
  for (const digits of [6, 8]) {
    test(`random rows of ${algorithm} with ${digits} digits, each of them three times`, () => {
      const next = numbers(digits);
      const n = 40;
      const keys = keysOf(n, () => 1 + next(200));
      const factors = keys.map((key) => TOTP.fromRaw(key, { algorithm, digits }));
      const rows = Array.from({ length: 3 * n }, () => next(n));
      const at = rows.map(() => NOW + next(100));
      const codes = rows.map((row, i) => {
        const time = at[i] + 30 * (next(7) - 3);
        return next(10) === 0 ? String(next(10 ** digits)).padStart(digits, "0") : factors[row].at(time);
      });
      const lastSteps = keys.map(() => (next(3) === 0 ? Math.floor(NOW / 30) + next(5) - 2 : null));
      const table = new KeyTable(keys, { algorithm, replay: "thisProcess", lastSteps });
      const given = lastSteps.map((step) => step ?? -1);
      const expected = oneByOne(factors, { codes, rows, at, past: 2, future: 1 }, given);
      const verdict = table.verify(codes, at, { rows, digits, past: 2, future: 1 });
      assert.deepEqual(plain(verdict), expected);
      assert.equal(verdict.nOk, expected.ok.filter(Boolean).length);
      assert.ok(verdict.nOk > 10 && verdict.nOk < codes.length - 10, "the rows are all alike");
      assert.deepEqual([...table.lastSteps()], given.map(BigInt));
    });
  }
}

test("columns of each kind say the same", () => {
  const keys = keysOf(9);
  const at = [NOW, NOW + 30, NOW + 60];
  const rows = [8, 0, 3];
  const make = () => new KeyTable(keys, { replay: "reportOnly" });
  const codes = make().at(BigUint64Array.from(at, BigInt), { rows });
  const texts = Array.from(codes, (code) => String(code).padStart(6, "0"));
  const stored = [1, 2, Math.floor(NOW / 30) + 2];
  const expected = plain(make().verify(codes, at, { rows, lastSteps: stored }));
  assert.deepEqual(expected.codes, [0, 0, STATUS.replayed]);
  for (const answers of [
    make().verify(texts, at, { rows, lastSteps: stored }),
    make().verify(
      texts.map((text) => ` ${text.slice(0, 3)}-${text.slice(3)}\n`),
      at,
      { rows, lastSteps: stored.map(String) },
    ),
    make().verify(
      texts.map((text) => " ".repeat(100) + text + "\t".repeat(100)),
      at,
      { rows, lastSteps: stored },
    ),
    make().verify(codes, BigUint64Array.from(at, BigInt), { rows: Uint32Array.from(rows), lastSteps: stored }),
    make().verify(
      codes,
      at.map((time) => new Date(time * 1000 + 999)),
      { rows, lastSteps: stored.map(BigInt) },
    ),
    make().verify(codes, at, { rows, lastSteps: BigInt64Array.from(stored, BigInt) }),
  ]) {
    assert.deepEqual(plain(answers), expected);
  }
  const flat = Buffer.concat(keys);
  for (const table of [
    new KeyTable(new Uint8Array(flat), { replay: "reportOnly" }),
    new KeyTable(flat, { replay: "reportOnly", keyLen: 20 }),
  ]) {
    assert.equal(table.length, 9);
    assert.deepEqual(table.at(NOW), make().at(NOW));
  }
  const shared = new Uint8Array(new SharedArrayBuffer(flat.length));
  shared.set(flat);
  assert.deepEqual(new KeyTable(shared, { replay: "reportOnly" }).at(NOW), make().at(NOW));
});

test("a code is accepted once: in one call, in the next one, and by rows in any order", () => {
  const [key] = keysOf(1);
  for (const replay of ["thisProcess", "reportOnly"]) {
    const table = new KeyTable([key], { replay });
    const code = table.at(NOW)[0];
    const twice = table.verify(Uint32Array.of(code, code, code), NOW, { rows: [0, 0, 0] });
    assert.deepEqual([...twice.codes], [0, STATUS.replayed, STATUS.replayed]);
    assert.equal(twice.nOk, 1);
    const again = table.verify(Uint32Array.of(code), NOW);
    assert.deepEqual([...again.codes], [replay === "thisProcess" ? STATUS.replayed : 0]);
    const step = BigInt(Math.floor(NOW / 30));
    assert.deepEqual([...table.lastSteps()], [replay === "thisProcess" ? step : -1n]);
    const stored = table.verify(Uint32Array.of(code), NOW, { lastSteps: [step + 5n] });
    assert.deepEqual([stored.nOk, stored.steps[0]], [0, step + 5n], "the step of a refused row is the one given in");
  }
});

test("rows are added, replaced, removed", () => {
  const [a, b, c] = keysOf(3);
  const table = new KeyTable(undefined, { replay: "thisProcess" });
  assert.equal(table.length, 0);
  assert.equal(table.verify(new Uint32Array(), NOW).nOk, 0);
  assert.deepEqual(table.at(NOW), new Uint32Array());
  assert.equal(table.add([a, b], { lastSteps: [7, null] }), 0);
  assert.equal(table.add(c), 2);
  assert.equal(table.add([]), 3);
  assert.deepEqual([...table.lastSteps()], [7n, -1n, -1n]);
  assert.deepEqual([...table.lastSteps(1, 1)], [-1n]);
  assert.deepEqual([...table.lastSteps(3)], []);
  table.replace(1, c, "9");
  assert.equal(table.at(NOW)[1], table.at(NOW)[2]);
  assert.deepEqual([...table.lastSteps(1)], [9n, -1n]);
  const codes = table.at(NOW);
  table.remove(0);
  table.remove(0);
  assert.equal(table.length, 3);
  assert.deepEqual([...table.lastSteps(0, 1)], [REMOVED]);
  assert.deepEqual([...table.verify(codes, NOW).codes], [STATUS.revoked, 0, 0]);
  assert.deepEqual([...table.at(NOW, { rows: [0, 1, 3] })], [2 ** 32 - 1, codes[1], 2 ** 32 - 1]);
  table.replace(0, a, null);
  assert.deepEqual([...table.verify(codes, NOW).codes], [0, STATUS.replayed, STATUS.replayed]);
});

test("what speaks against a row is told for that row", () => {
  const table = new KeyTable(keysOf(2), { replay: "reportOnly" });
  const [code] = table.at(NOW);
  const at = [NOW, -1, 1e12, Infinity, NOW, NOW];
  const rows = [0, 0, 0, 0, 2, 2 ** 40];
  const codes = new Uint32Array(6).fill(code);
  assert.deepEqual([...table.verify(codes, at, { rows }).codes], [0, -4, -4, -4, -2, -2]);
  const lastSteps = BigInt64Array.of(-1n, -2n);
  assert.deepEqual([...table.verify(codes.subarray(0, 2), NOW, { rows: [0, 0], lastSteps }).codes], [0, -2]);
  assert.deepEqual([...table.verify(Uint32Array.of(1_000_000), NOW, { rows: [0] }).codes], [STATUS.malformed]);
  const made = table.at(at, { rows });
  assert.deepEqual([...made], [code, ...new Array(5).fill(2 ** 32 - 1)]);
  // What stands in for a code is malformed everywhere; the zero of the C interface would be the code 000000.
  assert.deepEqual([...table.verify(made, NOW, { rows: new Uint32Array(6) }).codes], [0, 3, 3, 3, 3, 3]);
});

test("numbers that are codes of ten digits, and a period and a start of one's own", () => {
  const [key] = keysOf(1);
  const totp = TOTP.fromRaw(key, { digits: 10, period: 60, t0: 17 });
  const table = new KeyTable([key], { replay: "reportOnly" });
  const options = { digits: 10, period: 60, t0: 17 };
  assert.equal(String(table.at(NOW, options)[0]).padStart(10, "0"), totp.at(NOW));
  assert.equal(table.verify([totp.at(NOW)], NOW, options).nOk, 1);
  assert.equal(table.verify([totp.at(NOW + 60)], NOW, { ...options, future: 0 }).nOk, 0);
});

test("HOTP: random rows, one after another", () => {
  const next = numbers(3);
  const keys = keysOf(20);
  const tokens = keys.map((key) => HOTP.fromRaw(key));
  const nextCounters = keys.map(() => BigInt(next(1000)) + (next(2) === 0 ? 2n ** 60n : 0n));
  const rows = Array.from({ length: 60 }, () => next(20));
  const codes = rows.map((row) => tokens[row].at(nextCounters[row] + BigInt(next(6))));
  const table = new HOTPKeyTable(keys, { replay: "thisProcess", nextCounters });
  const verdict = table.verify(codes, { rows, lookAhead: 3 });
  const kept = [...nextCounters];
  for (const [i, row] of rows.entries()) {
    const found = tokens[row].check(codes[i], kept[row], 3);
    kept[row] = found.nextCounter ?? kept[row];
    assert.equal(verdict.codes[i], STATUS[found.status], `row ${i}`);
    assert.equal(verdict.ok[i], found.status === "accepted" ? 1 : 0);
    if (found.nextCounter !== null) assert.equal(verdict.nextCounters[i], found.nextCounter);
  }
  assert.ok(verdict.nOk > 10 && verdict.nOk < 50);
  assert.deepEqual([...table.nextCounters()], kept);
});

test("HOTP: rows are added, replaced, removed, and codes made", () => {
  const [a, b] = keysOf(2);
  const table = new HOTPKeyTable([a], { replay: "thisProcess", nextCounters: [5] });
  assert.equal(table.add(b, { nextCounters: ["6"] }), 1);
  const expected = [HOTP.fromRaw(a).at(5), HOTP.fromRaw(b).at(6)];
  const texts = (codes) => Array.from(codes, (code) => String(code).padStart(6, "0"));
  assert.deepEqual(texts(table.at()), expected);
  assert.deepEqual(texts(table.at({ rows: [1], nextCounters: [9] })), [HOTP.fromRaw(b).at(9)]);
  assert.equal(table.verify(expected).nOk, 2);
  assert.equal(table.verify(expected).nOk, 0);
  table.replace(0, b, 6n);
  table.remove(1);
  assert.deepEqual([...table.nextCounters()], [6n, 2n ** 63n]);
  assert.equal(table.length, 2);
  assert.deepEqual([...table.verify([expected[1], expected[1]]).codes], [0, STATUS.revoked]);
});
