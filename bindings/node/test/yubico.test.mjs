// SPDX-License-Identifier: Apache-2.0
// Yubico OTP, and HOTP with the identifier that a YubiKey types in front of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { HOTP, importSeeds, YubicoOtp } from "counterseal";
import { assertRefused, assertWrongType, RFC_SECRET, readJson } from "./support.mjs";

const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));

const published = readJson("tests/vectors/yubico_otp.json").otp.map(({ otp, aes_key_hex, fields }) => ({
  otp,
  publicId: fields.public_id_modhex,
  key: new YubicoOtp({
    key: bytes(aes_key_hex),
    publicId: fields.public_id_modhex,
    privateId: bytes(fields.private_id_hex),
  }),
  use: { counter: fields.usage_counter, sessionUse: fields.session_use },
}));
const { otp: OTP, key: yubikey, use: USE } = published[0];

test("the published OTPs", async (t) => {
  assert.equal(published.length, 10);
  for (const { otp, publicId, key, use } of published) {
    await t.test(otp, () => {
      assert.equal(YubicoOtp.publicIdOf(otp), publicId);
      assert.equal(key.publicId, publicId);
      assert.deepEqual(key.verify(otp, null), use);
      assert.deepEqual(key.check(otp, null), { status: "accepted", ...use });
      assert.deepEqual(key.verify(` ${otp.toUpperCase()}\n`, { counter: -1, sessionUse: -1 }), use);
      assert.equal(key.verify(otp, use), null);
      assert.deepEqual(key.check(otp, use), { status: "replayed", counter: null, sessionUse: null });
      assert.deepEqual(key.verify(otp, { ...use, sessionUse: use.sessionUse - 1 }), use);
      assert.equal(key.check(otp, { counter: use.counter + 1, sessionUse: 0 }).status, "replayed");
      assert.equal(key.check(`${otp.slice(0, -1)}${otp.endsWith("c") ? "b" : "c"}`, null).status, "wrong");
    });
  }
});

test("another public identifier is wrong, another shape malformed, whatever the type", () => {
  assert.equal(yubikey.check(`c${OTP.slice(1)}`, null).status, "wrong");
  for (const otp of [
    "",
    OTP.slice(1),
    `${OTP}c`,
    OTP.slice(8),
    `${OTP.slice(0, 9)} ${OTP.slice(10)}`,
    `A${OTP.slice(1)}`,
  ])
    assert.equal(yubikey.check(otp, null).status, "malformed");
  const trap = { toString: () => assert.fail("called") };
  for (const otp of [undefined, null, 1, 1n, [OTP], trap, Symbol("x"), Buffer.from(OTP), `${OTP.slice(1)}\u0000`]) {
    assert.equal(yubikey.check(otp, null).status, "malformed");
    assert.equal(yubikey.verify(otp, null), null);
    assert.equal(YubicoOtp.publicIdOf(otp), null);
  }
  assert.equal(YubicoOtp.publicIdOf(OTP.slice(8)), "");
  assert.equal(YubicoOtp.publicIdOf(` ${OTP.toUpperCase()} `), "dteffuje");
});

test("last has no default, and every spelling of its numbers", () => {
  assertWrongType(() => yubikey.verify(OTP), "last");
  assertWrongType(() => yubikey.verify(OTP, undefined), "last");
  assertWrongType(() => yubikey.check("", undefined), "last");
  for (const last of [19, "19", true, 19n, () => 19]) assertWrongType(() => yubikey.verify(OTP, last), "last must be");
  for (const counter of [undefined, null, NaN, "x", "1.5", true, {}]) {
    assertWrongType(() => yubikey.verify(OTP, { counter, sessionUse: 1 }), "last.counter");
    assertWrongType(() => yubikey.verify(OTP, { counter: 1, sessionUse: counter }), "last.sessionUse");
  }
  for (const counter of [
    -2,
    32768,
    2 ** 53,
    -(2 ** 60),
    2n ** 70n,
    -(2n ** 70n),
    "99999",
    "9".repeat(99),
    0.5,
    Infinity,
  ]) {
    assertRefused(() => yubikey.verify(OTP, { counter, sessionUse: 1 }), "CSEAL_E_RANGE", "last.counter must be");
    assertRefused(
      () => yubikey.verify(OTP, { counter: 1, sessionUse: counter }),
      "CSEAL_E_RANGE",
      "last.sessionUse must",
    );
  }
  assertRefused(() => yubikey.verify(OTP, { counter: 1, sessionUse: 256 }), "CSEAL_E_RANGE", "last.sessionUse must be");
  for (const as of [Number, BigInt, String]) {
    assert.deepEqual(yubikey.verify(OTP, { counter: as(19), sessionUse: as(16) }), USE);
    assert.equal(yubikey.verify(OTP, { counter: as(19), sessionUse: as(17) }), null);
  }
});

test("options are checked early", () => {
  const good = { key: new Uint8Array(16), publicId: "cccccccccccc", privateId: new Uint8Array(6) };
  assert.equal(new YubicoOtp({ ...good, publicId: "CCCCCCCCCCCB" }).publicId, "cccccccccccb");
  for (const length of [0, 15, 17, 32])
    assertRefused(() => new YubicoOtp({ ...good, key: new Uint8Array(length) }), "CSEAL_E_RANGE", "key must have 16");
  for (const length of [0, 5, 7])
    assertRefused(
      () => new YubicoOtp({ ...good, privateId: new Uint8Array(length) }),
      "CSEAL_E_RANGE",
      "privateId must",
    );
  for (const publicId of ["c", "ca", "c c", "c".repeat(34), "\u212a\u212a", "\ud800", "c\0"])
    assertRefused(() => new YubicoOtp({ ...good, publicId }), "CSEAL_E_ARGUMENT", "publicId must be modhex");
  for (const value of [undefined, null, "00".repeat(16), [1], new Uint16Array(8), new ArrayBuffer(16)]) {
    assertWrongType(() => new YubicoOtp({ ...good, key: value }), "key");
    assertWrongType(() => new YubicoOtp({ ...good, privateId: value }), "privateId");
  }
  for (const publicId of [undefined, null, 1, new Uint8Array(6)])
    assertWrongType(() => new YubicoOtp({ ...good, publicId }), "publicId");
  assertWrongType(() => new YubicoOtp({ ...good, secret: "x" }), "secret");
  assertWrongType(() => new YubicoOtp(), "YubicoOtp");
  assert.throws(() => YubicoOtp.prototype.verify.call({}, OTP, null), TypeError);
});

test("the bytes are copied", () => {
  const row = readJson("tests/vectors/yubico_otp.json").otp[0];
  const key = bytes(row.aes_key_hex);
  const privateId = bytes(row.fields.private_id_hex);
  const made = new YubicoOtp({ key, publicId: row.fields.public_id_modhex, privateId });
  key.fill(0);
  privateId.fill(0);
  assert.deepEqual(made.verify(OTP, null), USE);
  assert.equal(inspect(made), "YubicoOtp { publicId: 'dteffuje' }");
});

test("a token identifier in front of the digits", () => {
  const hotp = new HOTP({ secret: RFC_SECRET, tokenId: "UBHE01234567" });
  assert.equal(hotp.tokenId, "ubhe01234567");
  assert.equal(new HOTP({ secret: RFC_SECRET }).tokenId, undefined);
  for (const typed of ["ubhe01234567287082", " UBHE01234567287082\n", "287082", "287 082"])
    assert.deepEqual(hotp.verify(typed, 1), { counter: 1, nextCounter: 2 });
  assert.deepEqual(hotp.verify("ubhe01234567287082", "0", 1), { counter: 1n, nextCounter: 2n });
  assert.equal(hotp.check("ubhe01234568287082", 1).status, "wrong");
  assert.equal(hotp.check("ubhe-1234567287082", 1).status, "malformed");
  assert.deepEqual(hotp.resync("ubhe01234567162583", "399871", 0), { counter: 8, nextCounter: 9 });
  assert.equal(hotp.resync("ubhe01234568162583", "399871", 0), null);
  assert.equal(new HOTP({ secret: RFC_SECRET }).check("ubhe01234567287082", 1).status, "malformed");
  for (const tokenId of ["", "ubhe0123456", "ubhe012345678", "ubhe 1234567", "ubhe0123456\u212a", "ubhe0123456\ud800"])
    assertRefused(() => new HOTP({ secret: RFC_SECRET, tokenId }), "CSEAL_E_ARGUMENT", "tokenId must be 12");
  for (const tokenId of [null, 12, Buffer.from("ubhe01234567")])
    assertWrongType(() => new HOTP({ secret: RFC_SECRET, tokenId }), "tokenId");
  assertRefused(() => hotp.verify("x", 0, 101), "CSEAL_E_RANGE", "lookAhead must be");
});

test("whose token a code is of", () => {
  assert.equal(HOTP.tokenIdOf(" UBHE01234567287082"), "ubhe01234567");
  assert.equal(HOTP.tokenIdOf("ubhe0123456712345678", 8), "ubhe01234567");
  assert.equal(HOTP.tokenIdOf("287 082"), "");
  for (const code of [undefined, null, 287082, "28708", "ubhe01234567", "ubhe0123456712345678"])
    assert.equal(HOTP.tokenIdOf(code), null);
  for (const digits of [5, 11, 2 ** 40, -1, 6.5])
    assertRefused(() => HOTP.tokenIdOf("287082", digits), "CSEAL_E_RANGE", "digits must");
  assertWrongType(() => HOTP.tokenIdOf("287082", "6"), "digits");
});

test("from a seed file", () => {
  const lines = [
    "508326,dteffuje,8792ebfe26cc,ecde18dbe76fbd0c33330f1c354871db,000000000000,2013-12-11T10:20:30,",
    "508327,ubhe00000002,0,3132333435363738393031323334353637383930,000000000000,2013-12-11T10:20:31,",
  ];
  const [key, slot] = importSeeds(lines.join("\n"), { format: "yubico-csv" }).seeds.map((seed) => seed.otp());
  assert.ok(key instanceof YubicoOtp);
  assert.deepEqual(key.verify(OTP, null), USE);
  assert.ok(slot instanceof HOTP);
  assert.equal(slot.tokenId, "ubhe00000002");
  assert.deepEqual(slot.verify("ubhe00000002287082", 1), { counter: 1, nextCounter: 2 });
  const named = new HOTP({ secret: RFC_SECRET, issuer: "Maple", tokenId: "ubhe00000002" });
  assert.doesNotMatch(named.uri(), /ubhe/); // no URI has a place for it
});
