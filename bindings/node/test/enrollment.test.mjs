// SPDX-License-Identifier: Apache-2.0
// What a factor is made of when a person enrolls: Steam codes, repaired secrets, labels, the first counter, warnings.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { HOTP, TOTP } from "counterseal";
import { assertRefused, assertWrongType } from "./support.mjs";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const STEAM = "FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW";
const OIL = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOBO"; // ends in B and O, which 8 and 0 look like

test("Steam codes", () => {
  const totp = new TOTP({ secret: STEAM, encoder: "steam" });
  assert.deepEqual([totp.encoder, totp.digits, totp.at(0)], ["steam", 5, "C5V56"]);
  assert.equal(totp.check(" C5V56 ", null, 0).status, "accepted");
  assert.equal(totp.check("c5v56", null, 0).status, "malformed");
  assert.match(inspect(totp), /encoder: 'steam'/);
  assertRefused(() => new TOTP({ secret: STEAM, encoder: "steam", digits: 6 }), "CSEAL_E_ARGUMENT", "digits");
  assert.equal(new TOTP({ secret: STEAM }).encoder, "decimal");
});

test("repair mends what has one reading, and says so", () => {
  const rows = [
    [SECRET, SECRET, []],
    ["gezd gnbv gy3t qojq gezd gnbv gy3t qojq==", SECRET, []],
    ["GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ", SECRET, ["hyphens in the secret were dropped"]],
    [`${OIL.slice(0, -1)}0`, OIL, ["0 in the secret was read as the letter O"]],
    [`${OIL.slice(0, -2)}8O`, OIL, ["8 in the secret was read as the letter B"]],
  ];
  for (const factor of [TOTP, HOTP]) {
    for (const [typed, secret, warnings] of rows) {
      const made = new factor({ secret: typed, repair: true });
      assert.equal(made.revealBase32(), secret);
      assert.deepEqual(made.warnings, warnings);
      if (warnings.length > 0) assertRefused(() => new factor({ secret: typed }), "CSEAL_E_ENCODING", "secret");
    }
  }
  for (const [typed, index] of [
    ["GEZD-1NBV", 5],
    ["-G9ZD", 2],
    ["G-E-Z", 5],
    ["1", 0],
  ]) {
    assert.throws(() => new TOTP({ secret: typed, repair: true }), new RegExp(`index ${index}\\b`));
  }
  assertRefused(() => TOTP.fromHex("3132", { repair: true }), "CSEAL_E_ARGUMENT", "repair");
  assertWrongType(() => new TOTP({ secret: SECRET, repair: 1 }), "repair");
});

test("the first counter is kept for the URI", () => {
  assert.equal(new HOTP({ secret: SECRET }).counter, 0n);
  assert.equal(new HOTP({ secret: SECRET, counter: 5 }).counter, 5n);
  assert.equal(new HOTP({ secret: SECRET, counter: 2n ** 64n - 3n }).counter, 2n ** 64n - 3n);
  for (const counter of [-1, 0.5, 2n ** 64n - 2n, 2n ** 64n, -1n]) {
    assertRefused(() => new HOTP({ secret: SECRET, counter }), "CSEAL_E_RANGE", "counter");
  }
});

test("what phones ignore is a warning", () => {
  const rows = [
    [{ algorithm: "SHA256" }, "algorithm SHA256: Microsoft Authenticator, Authy and Duo Mobile"],
    [{ digits: 8 }, "digits 8: "],
    [{ period: 60 }, "period 60: "],
    [{ account: "a".repeat(65) }, "issuer and account take 65 bytes: a YubiKey keeps 64"],
  ];
  for (const [settings, start] of rows) {
    const { warnings } = new TOTP({ secret: SECRET, ...settings });
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0].startsWith(start), warnings[0]);
  }
  assert.deepEqual(TOTP.fromRaw(new Uint8Array(5000).fill(7), { issuer: "Maple" }).warnings, []);
});

test("labels are plain text", () => {
  for (const factor of [TOTP, HOTP]) {
    for (const name of ["issuer", "account"]) {
      for (const text of ["a\nb", "\0", "x".repeat(1025), "\ud800", "\x7f"]) {
        assertRefused(() => new factor({ secret: SECRET, [name]: text }), "CSEAL_E_ARGUMENT", name);
      }
      assert.equal(new factor({ secret: SECRET, [name]: "Praxis Müller 🔒" })[name], "Praxis Müller 🔒");
    }
  }
});
