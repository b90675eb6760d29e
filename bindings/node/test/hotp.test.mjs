// SPDX-License-Identifier: Apache-2.0
// Counters: every kind of number, up to the last of 64 bits, and two codes in a row.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOTP } from "counterseal";
import { assertRefused, assertWrongType, RFC_SECRET } from "./support.mjs";

const hotp = new HOTP({ secret: RFC_SECRET });

test("the answer is of the kind that was asked with", () => {
  const code = hotp.at(7);
  assert.deepEqual(hotp.verify(code, 5, 3), { counter: 7, nextCounter: 8 });
  assert.deepEqual(hotp.verify(code, 5n, 3), { counter: 7n, nextCounter: 8n });
  assert.deepEqual(hotp.verify(code, "5", 3), { counter: 7n, nextCounter: 8n });
  assert.deepEqual(hotp.check(code, 5, 3), { status: "accepted", counter: 7, nextCounter: 8 });
  assert.deepEqual(hotp.check(code, "5", 3), { status: "accepted", counter: 7n, nextCounter: 8n });
  assert.deepEqual(hotp.check(code, 8, 3), { status: "wrong", counter: null, nextCounter: null });
  assert.equal(hotp.verify(code, 5), null);
});

test("counters around 2^53, 2^63 and 2^64", () => {
  for (const middle of [2n ** 53n, 2n ** 63n, 2n ** 64n - 13n]) {
    for (let counter = middle - 10n; counter <= middle + 10n; ++counter) {
      const code = hotp.at(counter);
      const match = { counter, nextCounter: counter + 1n };
      assert.deepEqual(hotp.verify(code, counter), match);
      assert.deepEqual(hotp.verify(code, counter.toString()), match);
      assert.deepEqual(hotp.check(code, counter), { status: "accepted", ...match });
    }
  }
  assert.match(hotp.at(2n ** 64n - 1n), /^\d{6}$/);
  for (const [next, ahead] of [
    [2n ** 64n - 2n, 0],
    [2n ** 64n - 1n, 0],
    ["18446744073709551613", 1],
    [2n ** 64n - 100n, 100],
  ]) {
    assertRefused(() => hotp.verify("000000", next, ahead), "CSEAL_E_RANGE", "nextCounter + lookAhead");
  }
});

test("numbers stop where they are no longer exact", () => {
  const last = Number.MAX_SAFE_INTEGER - 1;
  assert.deepEqual(hotp.verify(hotp.at(last), last), { counter: last, nextCounter: Number.MAX_SAFE_INTEGER });
  assert.ok(hotp.at(Number.MAX_SAFE_INTEGER));
  for (const [next, ahead] of [
    [Number.MAX_SAFE_INTEGER, 0],
    [last, 1],
    [Number.MAX_SAFE_INTEGER - 100, 100],
    [2 ** 53, 0],
    [2 ** 64, 0],
  ]) {
    assertRefused(() => hotp.verify("000000", next, ahead), "CSEAL_E_RANGE", "nextCounter");
  }
  assertRefused(() => hotp.resync("000000", "000000", last - 50), "CSEAL_E_RANGE", "nextCounter");
  assertRefused(() => hotp.at(2 ** 53), "CSEAL_E_RANGE", "counter");
});

test("what is no counter", () => {
  for (const next of [-1, 1.5, -Infinity, Infinity, -1n, "-1", 2n ** 64n, "18446744073709551616", "9".repeat(1000)]) {
    assertRefused(() => hotp.verify("000000", next), "CSEAL_E_RANGE", "nextCounter");
    assertRefused(() => hotp.resync("000000", "000000", next), "CSEAL_E_RANGE", "nextCounter");
    if (typeof next !== "string") assertRefused(() => hotp.at(next), "CSEAL_E_RANGE", "counter");
  }
  const wrong = [undefined, null, NaN, "", "one", "1.0", "0x1", " 1", true, [], [1], {}, Symbol("1"), new Date(0)];
  for (const next of wrong) {
    assertWrongType(() => hotp.verify("000000", next), "nextCounter");
    assertWrongType(() => hotp.check("000000", next), "nextCounter");
    assertWrongType(() => hotp.resync("000000", "000000", next), "nextCounter");
    assertWrongType(() => hotp.at(next), "counter");
  }
  assertWrongType(() => hotp.at("1"), "counter");
  assertWrongType(() => hotp.verify("000000"), "nextCounter");
});

test("two codes in a row find a token again", () => {
  const codes = [hotp.at(40), hotp.at(41)];
  assert.deepEqual(hotp.resync(...codes, 0), { counter: 41, nextCounter: 42 });
  assert.deepEqual(hotp.resync(...codes, 40n, 0), { counter: 41n, nextCounter: 42n });
  assert.deepEqual(hotp.resync(...codes, "0"), { counter: 41n, nextCounter: 42n });
  assert.equal(hotp.resync(...codes, 0, 39), null);
  assert.equal(hotp.resync(...codes, 41), null);
  assert.equal(hotp.resync(codes[1], codes[0], 0), null);
  assert.equal(hotp.resync(codes[0], codes[0], 0), null);
});
