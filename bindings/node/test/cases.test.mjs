// SPDX-License-Identifier: Apache-2.0
// tests/cases/otp.json: the inputs that broke somebody's login, one subtest each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CountersealError, HOTP, TOTP } from "counterseal";
import { readJson } from "./support.mjs";

const { cases } = readJson("tests/cases/otp.json");

/** What the constructors take; a case has only what its kind knows. */
function optionsOf({ secret, algorithm, digits, period, t0, encoder, allow_long_period }) {
  const all = { secret, algorithm, digits, period, t0, encoder, allowLongPeriod: allow_long_period };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const camelCase = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** Every way in which a caller may hold an integer of a case. */
function spellings(value) {
  if (value === null) return [null, -1, -1n, "-1"];
  const forms = [BigInt(value), String(value)];
  return Number.isSafeInteger(value) ? [value, ...forms] : forms;
}

const RUN = {
  totp_at(c) {
    assert.equal(new TOTP(optionsOf(c)).at(c.time), c.expect.code);
  },
  hotp_at(c) {
    const counter = Number.isSafeInteger(c.counter) ? c.counter : BigInt(c.counter);
    assert.equal(new HOTP(optionsOf(c)).at(counter), c.expect.code);
  },
  totp_verify(c) {
    const totp = new TOTP(optionsOf(c));
    const { status, step = null, delta = null } = c.expect;
    for (const lastStep of spellings(c.last_step)) {
      const rest = [c.code, lastStep, c.time, c.past, c.future];
      assert.deepEqual(totp.check(...rest), { status, step, delta });
      assert.deepEqual(totp.verify(...rest), status === "accepted" ? { step, delta } : null);
    }
  },
  hotp_verify(c) {
    const hotp = new HOTP(optionsOf(c));
    const { status, next_counter: next } = c.expect;
    for (const given of spellings(c.next_counter)) {
      const number = typeof given === "number" ? Number : BigInt;
      const match = status === "accepted" ? { counter: number(BigInt(next) - 1n), nextCounter: number(next) } : null;
      assert.deepEqual(hotp.verify(c.code, given, c.look_ahead), match);
      const refused = { counter: null, nextCounter: null };
      assert.deepEqual(hotp.check(c.code, given, c.look_ahead), { status, ...(match ?? refused) });
    }
  },
  base32_error(c) {
    for (const factor of [TOTP, HOTP]) {
      assert.throws(
        () => new factor({ secret: c.text }),
        (error) => {
          assert.equal(error.code, "CSEAL_E_ENCODING");
          assert.match(error.message, /^secret must be base32: /);
          assert.match(error.message, new RegExp(`\\bat index ${c.expect.index}\\b`));
          const { character } = c.expect;
          const isControl = character !== null && character < " ";
          const shown = isControl ? `U+${character.charCodeAt(0).toString(16).padStart(4, "0")}` : `'${character}'`;
          assert.equal(error.message.includes(`character ${shown}`), character !== null);
          return true;
        },
      );
    }
  },
  config_error(c) {
    const factor = { totp: TOTP, hotp: HOTP }[c.kind];
    assert.throws(
      () => new factor(optionsOf(c)),
      (error) => error instanceof CountersealError && error.message.startsWith(camelCase(c.expect.argument)),
    );
  },
};

test("the cases cover each operation", () => {
  assert.deepEqual([...new Set(cases.map((c) => c.op))].sort(), Object.keys(RUN).sort());
});

for (const c of cases) {
  test(`case ${c.id}: ${c.why}`, () => RUN[c.op](c));
}
