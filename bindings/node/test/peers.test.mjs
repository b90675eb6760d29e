// SPDX-License-Identifier: Apache-2.0
// Random secrets, times and counters, live against otplib and otpauth: what one makes the others accept.
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";
import { HOTP, TOTP } from "counterseal";
import * as otpauth from "otpauth";
import * as otplib from "otplib";

const ALGORITHMS = ["SHA1", "SHA256", "SHA512"];
const ROUNDS = 100;

/** Says enough to run a failure again; the secret is nobody's. */
function label(key, settings) {
  return `key ${key.toString("hex")} ${JSON.stringify(settings)}`;
}

for (const algorithm of ALGORITHMS) {
  for (const digits of [6, 7, 8]) {
    test(`TOTP ${algorithm} ${digits} digits`, () => {
      for (let round = 0; round < ROUNDS; ++round) {
        // The bounds are otplib's: 64 bytes, an hour.
        const key = randomBytes(randomInt(16, 65));
        const period = [30, 60, randomInt(1, 3601)][round % 3];
        const time = randomInt(0, 90_000_000_000);
        const settings = { algorithm, digits, period };
        const where = label(key, { ...settings, time });
        const totp = TOTP.fromRaw(key, settings);
        const secret = totp.revealBase32();

        const theirs = new otpauth.TOTP({ secret: otpauth.Secret.fromBase32(secret), ...settings });
        const code = theirs.generate({ timestamp: time * 1000 });
        const lib = { secret, algorithm: algorithm.toLowerCase(), digits, period, epoch: time };
        assert.equal(otplib.generateSync(lib), code, where);
        assert.equal(totp.at(time), code, where);
        assert.equal(new TOTP({ secret, ...settings }).at(time), code, where);
        assert.equal(totp.verify(code, null, time, 0, 0)?.step, Math.floor(time / period), where);

        // Their window in seconds reaches our next step from any second of this one.
        const other = totp.at(time + period);
        assert.equal(theirs.validate({ token: other, timestamp: time * 1000, window: 1 }) !== null, true, where);
        assert.equal(otplib.verifySync({ ...lib, token: other, epochTolerance: period }).valid, true, where);
        assert.notEqual(totp.verify(other, null, time), null, where);
      }
    });

    test(`HOTP ${algorithm} ${digits} digits`, () => {
      for (let round = 0; round < ROUNDS; ++round) {
        const key = randomBytes(randomInt(16, 100));
        const counter = randomInt(0, 2 ** 48 - 1);
        const where = label(key, { algorithm, digits, counter });
        const hotp = HOTP.fromRaw(key, { algorithm, digits });
        const secret = otpauth.Secret.fromBase32(hotp.revealBase32());
        const theirs = new otpauth.HOTP({ secret, algorithm, digits });
        assert.equal(hotp.at(counter), theirs.generate({ counter }), where);
        const ahead = theirs.generate({ counter: counter + 3 });
        assert.ok(hotp.verify(ahead, counter, 3).counter >= counter, where);
      }
    });
  }
}
