// SPDX-License-Identifier: Apache-2.0
// The published values of RFC 4226 Appendix D and RFC 6238 Appendix B.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOTP, TOTP } from "counterseal";
import { readJson } from "./support.mjs";

test("RFC 4226 Appendix D", async (t) => {
  const vectors = readJson("tests/vectors/rfc4226.json");
  const factors = {
    base32: new HOTP({ secret: vectors.secret_base32 }),
    hex: HOTP.fromHex(vectors.secret_hex),
    raw: HOTP.fromRaw(Buffer.from(vectors.secret_ascii)),
  };
  assert.equal(vectors.tests.length, 10);
  for (const { count, hotp6 } of vectors.tests) {
    await t.test(`counter ${count}`, () => {
      for (const hotp of Object.values(factors)) {
        assert.equal(hotp.at(count), hotp6);
        assert.equal(hotp.at(BigInt(count)), hotp6);
        assert.deepEqual(hotp.verify(hotp6, count), { counter: count, nextCounter: count + 1 });
        assert.equal(hotp.verify(hotp6, count + 1), null);
      }
    });
  }
});

test("RFC 6238 Appendix B", async (t) => {
  const vectors = readJson("tests/vectors/rfc6238.json");
  assert.equal(vectors.tests.length, 18);
  for (const { time, mode, totp8, T_hex } of vectors.tests) {
    await t.test(`${mode} at ${time}`, () => {
      const seed = vectors.seeds[mode];
      const options = { algorithm: mode, digits: vectors.digits, period: vectors.x_seconds, t0: vectors.t0 };
      const step = Number.parseInt(T_hex, 16);
      for (const totp of [
        new TOTP({ secret: seed.base32, ...options }),
        TOTP.fromHex(seed.hex, options),
        TOTP.fromRaw(Buffer.from(seed.ascii), options),
      ]) {
        assert.equal(totp.at(time), totp8);
        assert.equal(totp.at(new Date(time * 1000)), totp8);
        assert.deepEqual(totp.verify(totp8, null, time), { step, delta: 0 });
        assert.deepEqual(totp.verify(totp8, step - 1, new Date(time * 1000)), { step, delta: 0 });
        assert.equal(totp.verify(totp8, step, time), null);
        assert.equal(totp.check(totp8, step, time).status, "replayed");
      }
    });
  }
});
