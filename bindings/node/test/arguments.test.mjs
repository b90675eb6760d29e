// SPDX-License-Identifier: Apache-2.0
// Hostile and mistaken arguments: a code is never worth an exception, everything else that is wrong always is.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { HOTP, TOTP } from "counterseal";
import { assertRefused, assertWrongType, RFC_SECRET } from "./support.mjs";

const totp = new TOTP({ secret: RFC_SECRET });
const hotp = new HOTP({ secret: RFC_SECRET });
const NOW = 1_111_111_109;
const CODE = totp.at(NOW);
const STEP = Math.floor(NOW / 30);

/** Fails the test that calls it. */
function forbidden() {
  throw new Error("the library called a script");
}
const trap = new Proxy(function target() {}, new Proxy({}, { get: forbidden }));
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const coercible = { toString: forbidden, valueOf: forbidden, [Symbol.toPrimitive]: forbidden };

const NO_CODES = {
  undefined: undefined,
  null: null,
  "a number that looks right": Number(CODE),
  zero: 0,
  NaN: Number.NaN,
  "a bigint": BigInt(CODE),
  true: true,
  "an array": [CODE],
  "a String object": new String(CODE),
  "bytes of the code": Buffer.from(CODE),
  "a symbol": Symbol(CODE),
  "an object": {},
  "an object that converts itself": coercible,
  "a proxy with traps": trap,
  "a revoked proxy": revoked.proxy,
  "a function": forbidden,
  "a date": new Date(NOW),
  "the empty text": "",
  "blanks only": " ".repeat(100),
  "a lone surrogate": "12345\ud800",
  "a lone surrogate in front": `\udc00${CODE}`,
  "full-width digits": CODE.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  // U+0131 has the low byte of the digit 1: reading units as bytes would let it in.
  "units whose low byte is a digit": CODE.replace(/\d/g, (digit) => String.fromCharCode(0x130 + Number(digit))),
  "Arabic digits": CODE.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
  "a NUL behind": `${CODE}\0`,
  "a NUL in the middle": `${CODE.slice(0, 3)}\0${CODE.slice(3)}`,
  "a no-break space": `\u00a0${CODE}`,
  "a sign": `+${CODE}`,
  "an exponent": "1e5000",
  "hex digits": "0x1234",
  "two hyphens": `${CODE.slice(0, 3)}--${CODE.slice(3)}`,
  "one digit less": CODE.slice(1),
  "one digit more": `0${CODE}`,
  "a megabyte of digits": "1".repeat(1 << 20),
};

test("what is no code is malformed, not an exception, and runs nobody's code", async (t) => {
  for (const [name, code] of Object.entries(NO_CODES)) {
    await t.test(name, () => {
      assert.equal(totp.verify(code, null, NOW), null);
      assert.deepEqual(totp.check(code, null, NOW), { status: "malformed", step: null, delta: null });
      assert.equal(hotp.verify(code, 0), null);
      assert.deepEqual(hotp.check(code, 0n), { status: "malformed", counter: null, nextCounter: null });
      assert.equal(hotp.resync(code, hotp.at(1), 0), null);
      assert.equal(hotp.resync(hotp.at(0), code, "0"), null);
    });
  }
});

test("a typed code is read whole, whatever its length", () => {
  for (let blanks = 0; blanks < 200; ++blanks) {
    const padded = CODE + " ".repeat(blanks);
    assert.deepEqual(totp.verify(padded, null, NOW), { step: STEP, delta: 0 }, `${blanks} blanks`);
    assert.equal(totp.check(`${padded}é`, null, NOW).status, "malformed");
    assert.equal(totp.check(`${padded}💥`, null, NOW).status, "malformed");
    assert.equal(totp.check(`${padded}7`, null, NOW).status, "malformed");
  }
  assert.ok(totp.verify("\t\r\n ".repeat(100_000) + CODE, null, NOW));
});

test("slices, ropes and external strings are codes too", () => {
  const rope = [...CODE].reduce((left, right) => left + right, "");
  const slice = `--------------------${CODE}`.slice(20);
  for (const code of [rope, slice, JSON.parse(`"${CODE}"`)]) assert.ok(totp.verify(code, null, NOW));
});

test("lastStep has no default", () => {
  for (const call of [() => totp.verify(CODE), () => totp.verify(CODE, undefined, NOW), () => totp.check(CODE)]) {
    assertWrongType(call, "lastStep");
  }
});

test("lastStep: every spelling of a step, and nothing else", () => {
  for (const lastStep of [
    null,
    -1,
    -1n,
    "-1",
    0,
    -0,
    "0",
    STEP - 1,
    BigInt(STEP - 1),
    String(STEP - 1),
    `00${STEP - 1}`,
  ]) {
    assert.deepEqual(totp.verify(CODE, lastStep, NOW), { step: STEP, delta: 0 }, String(lastStep));
  }
  const later = [STEP, BigInt(STEP), String(STEP), STEP + 1, Number.MAX_SAFE_INTEGER, 2n ** 53n, 2n ** 63n - 1n];
  for (const lastStep of [...later, "9223372036854775807"]) {
    assert.equal(totp.check(CODE, lastStep, NOW).status, "replayed", String(lastStep));
  }
  const outside = [-2, -2n, "-2", 1.5, -0.5, 2 ** 53, -Infinity, Infinity, 2n ** 63n, "9223372036854775808"];
  for (const lastStep of [...outside, 2n ** 64n, "18446744073709551616", -(2n ** 63n), "9".repeat(100_000)]) {
    assertRefused(() => totp.verify(CODE, lastStep, NOW), "CSEAL_E_RANGE", "lastStep");
  }
  const words = ["", " ", "1 ", "+1", "1.0", "1e3", "0x1", "٣", "null", "1\n"];
  for (const lastStep of [
    ...words,
    NaN,
    true,
    [],
    [1],
    {},
    coercible,
    trap,
    revoked.proxy,
    Symbol("1"),
    forbidden,
    new Date(0),
  ]) {
    assertWrongType(() => totp.verify(CODE, lastStep, NOW), "lastStep");
  }
});

test("time: seconds or a Date, never something else", () => {
  for (const at of [NOW, NOW + 0.999, new Date(NOW * 1000), new Date(NOW * 1000 + 999)]) {
    assert.equal(totp.at(at), CODE);
    assert.deepEqual(totp.verify(CODE, null, at), { step: STEP, delta: 0 });
  }
  assert.equal(totp.at(0), totp.at(29.99999999999));
  assert.equal(totp.at(-0), totp.at(0));
  assert.ok(totp.verify(totp.at(1e11), null, 1e11));
  const outside = [
    -1,
    -0.001,
    -Infinity,
    Infinity,
    1e11 + 1,
    NOW * 1000,
    2 ** 63,
    1e300,
    new Date(-1),
    new Date(8.64e15),
  ];
  for (const at of outside) {
    assertRefused(() => totp.at(at), "CSEAL_E_TIME", "time");
    assertRefused(() => totp.verify(CODE, null, at), "CSEAL_E_TIME", "at");
  }
  const odd = { getTime: () => NOW * 1000 };
  const wrong = [
    NaN,
    new Date(NaN),
    null,
    "",
    String(NOW),
    BigInt(NOW),
    true,
    [NOW],
    {},
    odd,
    coercible,
    trap,
    forbidden,
  ];
  for (const at of [...wrong, Symbol("now")]) {
    assertWrongType(() => totp.at(at), "time");
    assertWrongType(() => totp.verify(CODE, null, at), "at");
    assertWrongType(() => totp.check(CODE, null, at), "at");
  }
  assertWrongType(() => totp.at(), "time");
});

test("time: a Date of another realm counts, an overridden getTime does not", () => {
  const foreign = vm.runInNewContext(`new Date(${NOW * 1000})`);
  assert.equal(foreign instanceof Date, false);
  assert.equal(totp.at(foreign), CODE);
  const liar = new Date(NOW * 1000);
  liar.getTime = forbidden;
  Object.defineProperty(liar, Symbol.toPrimitive, { value: forbidden });
  assert.equal(totp.at(liar), CODE);
});

test("time: now is the default", () => {
  assert.ok(totp.verify(totp.now(), null));
  assert.ok(totp.verify(totp.now(), null, undefined, undefined, undefined));
  assert.equal(totp.check(totp.now(), null).status, "accepted");
});

test("the step of a fractional time is that of its second", () => {
  const slow = new TOTP({ secret: RFC_SECRET, period: 1, t0: 7 });
  for (const time of [7, 8, 8.9999999, 1e11 - 1 + 0.5, 49_999_999_999.999_99]) {
    const step = Math.floor(time) - 7;
    assert.deepEqual(slow.verify(slow.at(time), null, time, 0, 0), { step, delta: 0 });
  }
  assertRefused(() => slow.at(6.9), "CSEAL_E_TIME", "time must not lie before t0");
});

test("delta tells where in the window the step was", () => {
  for (let delta = -10; delta <= 10; ++delta) {
    const code = totp.at(NOW + 30 * delta);
    const found = totp.verify(code, null, NOW, 10, 10);
    assert.equal(found.step, STEP + found.delta);
    assert.equal(totp.at(30 * found.step), code);
    assert.ok(found.delta >= delta);
  }
});

test("past, future and lookAhead: whole numbers within their bounds", () => {
  const old = totp.at(NOW - 60);
  assert.equal(totp.verify(old, null, NOW), null);
  assert.deepEqual(totp.verify(old, null, NOW, 2), { step: STEP - 2, delta: -2 });
  assert.deepEqual(totp.verify(totp.at(NOW + 60), null, NOW, 0, 2), { step: STEP + 2, delta: 2 });
  for (const value of [2 ** 32, 2 ** 32 + 1, 1e300]) {
    assertRefused(() => totp.verify(CODE, null, NOW, 0, value), "CSEAL_E_RANGE", "past + future must be at most 20");
    assertRefused(() => hotp.verify(CODE, 0n, value), "CSEAL_E_RANGE", "lookAhead must be at most 100");
  }
  for (const value of [-1, 0.5, Infinity, -Infinity]) {
    assertRefused(() => totp.verify(CODE, null, NOW, value), "CSEAL_E_RANGE", "past");
    assertRefused(() => totp.verify(CODE, null, NOW, 0, value), "CSEAL_E_RANGE", "future");
    assertRefused(() => hotp.verify(CODE, 0, value), "CSEAL_E_RANGE", "lookAhead");
    assertRefused(() => hotp.resync(CODE, CODE, 0n, value), "CSEAL_E_RANGE", "lookAhead");
  }
  for (const value of [NaN, null, "1", 1n, true, [], {}, coercible, trap, revoked.proxy, Symbol("1")]) {
    assertWrongType(() => totp.verify(CODE, null, NOW, value), "past");
    assertWrongType(() => totp.verify(CODE, null, NOW, 0, value), "future");
    assertWrongType(() => hotp.verify(CODE, 0, value), "lookAhead");
    assertWrongType(() => hotp.resync(CODE, CODE, 0, value), "lookAhead");
  }
  assertRefused(() => totp.verify(CODE, null, NOW, 11, 10), "CSEAL_E_RANGE", "past + future must be at most 20");
  assertRefused(() => totp.verify(CODE, null, NOW, 2 ** 32 - 1, 1), "CSEAL_E_RANGE", "past + future");
  assertRefused(() => hotp.verify(CODE, 0, 101), "CSEAL_E_RANGE", "lookAhead must be at most 100");
});

test("bad arguments are told even where the code is malformed", () => {
  assertWrongType(() => totp.verify(undefined, undefined), "lastStep");
  assertRefused(() => totp.verify("", null, -5), "CSEAL_E_TIME", "at");
  assertRefused(() => totp.verify(null, null, NOW, 21), "CSEAL_E_RANGE", "past");
  assertRefused(() => hotp.verify(null, -1), "CSEAL_E_RANGE", "nextCounter");
});

test("methods need their own kind of object", () => {
  for (const other of [undefined, null, {}, hotp, Object.create(TOTP.prototype), new Proxy(totp, {})]) {
    assert.throws(() => TOTP.prototype.verify.call(other, CODE, null, NOW), TypeError);
    assert.throws(() => TOTP.prototype.revealBase32.call(other), TypeError);
  }
  assert.throws(() => HOTP.prototype.at.call(totp, 0), TypeError);
});
