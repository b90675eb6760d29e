// SPDX-License-Identifier: Apache-2.0
// Making a factor: what is wrong with the options is told when the object is made.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CountersealError, HOTP, TOTP } from "counterseal";
import { assertRefused, assertWrongType, RFC_SECRET } from "./support.mjs";

const BOTH = [TOTP, HOTP];

test("defaults", () => {
  const totp = new TOTP({ secret: RFC_SECRET });
  const { algorithm, digits, period, t0, issuer, account, warnings } = totp;
  assert.deepEqual(
    [algorithm, digits, period, t0, issuer, account, warnings],
    ["SHA1", 6, 30, 0, undefined, undefined, []],
  );
  const undefinedSettings = { digits: undefined, period: undefined, encoder: undefined, allowLongPeriod: undefined };
  assert.equal(new TOTP({ secret: RFC_SECRET, ...undefinedSettings }).at(59), totp.at(59));
});

test("settings are kept and cannot be changed", () => {
  const settings = {
    algorithm: "SHA512",
    digits: 8,
    period: 60,
    t0: 1000,
    issuer: "Maple Practice",
    account: "dr.who",
  };
  const totp = new TOTP({ secret: RFC_SECRET, encoder: "decimal", ...settings });
  for (const [name, value] of Object.entries(settings)) {
    assert.equal(totp[name], value);
    assert.throws(() => {
      totp[name] = value;
    }, TypeError);
  }
  assert.throws(() => totp.warnings.push("x"), TypeError);
});

test("a secret may be text, hex or bytes, and is shown only when asked", () => {
  for (const factor of BOTH) {
    const bytes = Buffer.from("12345678901234567890");
    const padded = new Uint8Array(40);
    padded.set(bytes, 7);
    for (const made of [
      new factor({ secret: RFC_SECRET }),
      new factor({ secret: " gezd gnbv gy3t qojq gezd gnbv gy3t qojq\n" }),
      factor.fromHex("3132333435363738393031323334353637383930"),
      factor.fromHex("31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39 30"),
      factor.fromRaw(bytes),
      factor.fromRaw(padded.subarray(7, 27)),
    ]) {
      assert.ok(made instanceof factor);
      assert.equal(made.revealBase32(), RFC_SECRET);
    }
  }
});

test("bytes are copied when the object is made", () => {
  const key = Buffer.from("12345678901234567890");
  const totp = TOTP.fromRaw(key);
  key.fill(0);
  assert.equal(totp.at(59), "287082");
});

test("generate: random, 160 bits unless asked, at least 128", () => {
  for (const factor of BOTH) {
    assert.equal(factor.generate().revealBase32().length, 32);
    assert.equal(factor.generate({ bits: 128, digits: 8 }).digits, 8);
    assert.equal(factor.generate({ bits: 1024 }).revealBase32().length, 205);
    assert.deepEqual(factor.generate({ bits: 128 }).warnings, []);
    const secrets = new Set(Array.from({ length: 100 }, () => factor.generate().revealBase32()));
    assert.equal(secrets.size, 100);
    for (const bits of [0, 8, 120, 127, 129, 1032, 2 ** 40, -160, 160.5, Infinity]) {
      assertRefused(() => factor.generate({ bits }), "CSEAL_E_RANGE", "bits");
    }
    for (const bits of ["160", NaN, null, 160n, true]) assertWrongType(() => factor.generate({ bits }), "bits");
    for (const options of [null, 160, "x", []]) assertWrongType(() => factor.generate(options), "generate");
    assertWrongType(() => factor.generate({ secret: RFC_SECRET }), "secret");
  }
});

test("a short secret works, with a warning", () => {
  for (const factor of BOTH) {
    const short = factor.fromRaw(new Uint8Array(15));
    assert.equal(short.warnings.length, 1);
    assert.match(short.warnings[0], /128 bits/);
    assert.deepEqual(factor.fromRaw(new Uint8Array(16)).warnings, []);
    assert.ok(factor.fromRaw(new Uint8Array(1)));
  }
});

test("secrets of the wrong type or shape", () => {
  for (const factor of BOTH) {
    for (const secret of [
      undefined,
      null,
      7,
      7n,
      true,
      [],
      {},
      Symbol("x"),
      new String(RFC_SECRET),
      () => RFC_SECRET,
    ]) {
      assertWrongType(() => new factor({ secret }), "secret");
    }
    assertWrongType(() => new factor({ secret: Buffer.from("x") }), "fromRaw");
    for (const key of [
      undefined,
      null,
      RFC_SECRET,
      [1, 2],
      new ArrayBuffer(20),
      new Int8Array(20),
      new DataView(new ArrayBuffer(20)),
    ]) {
      assertWrongType(() => factor.fromRaw(key), "key");
    }
    for (const text of [undefined, null, 7, Buffer.from("00")]) assertWrongType(() => factor.fromHex(text), "text");
    for (const empty of [
      () => new factor({ secret: "" }),
      () => factor.fromRaw(new Uint8Array()),
      () => factor.fromHex(""),
    ]) {
      assertRefused(empty, "CSEAL_E_ARGUMENT", "secret must not be empty");
    }
    assertRefused(() => factor.fromHex("0g"), "CSEAL_E_ENCODING", "secret must be hex: character 'g' at index 1");
    assertRefused(() => factor.fromHex("000"), "CSEAL_E_ENCODING", "secret must be hex");
    assertRefused(
      () => new factor({ secret: "GEZDé" }),
      "CSEAL_E_ENCODING",
      "secret must be base32: character 'é' at index 4",
    );
    assertRefused(() => new factor({ secret: "GEZD\ud800" }), "CSEAL_E_ENCODING", "secret must be base32: character");
    const detached = new Uint8Array(20);
    structuredClone(detached, { transfer: [detached.buffer] });
    assertRefused(() => factor.fromRaw(detached), "CSEAL_E_ARGUMENT", "secret must not be empty");
  }
});

test("options of the wrong type name themselves", () => {
  for (const factor of BOTH) {
    for (const options of [undefined, null, RFC_SECRET, 7, [], () => ({})]) {
      assertWrongType(() => new factor(options), factor.name);
    }
    for (const options of [null, RFC_SECRET, 7, []]) {
      assertWrongType(() => factor.fromRaw(new Uint8Array(20), options), "fromRaw");
      assertWrongType(() => factor.fromHex("00", options), "fromHex");
    }
    assertWrongType(() => factor.fromRaw(new Uint8Array(20), { secret: RFC_SECRET }), "secret");
    assertWrongType(() => new factor({ secret: RFC_SECRET, digit: 8 }), '"digit"');
    for (const name of ["algorithm", "issuer", "account", "encoder"]) {
      for (const value of [null, 7, {}, [], Symbol("x")]) {
        assertWrongType(() => new factor({ secret: RFC_SECRET, [name]: value }), name);
      }
    }
    for (const value of [null, "6", 6n, true, NaN, {}]) {
      assertWrongType(() => new factor({ secret: RFC_SECRET, digits: value }), "digits");
    }
  }
  for (const name of ["period", "t0"]) {
    for (const value of [null, "30", 30n, true, NaN, {}, new Date(30)]) {
      assertWrongType(() => new TOTP({ secret: RFC_SECRET, [name]: value }), name);
    }
  }
  for (const value of [null, 1, "yes", {}]) {
    assertWrongType(() => new TOTP({ secret: RFC_SECRET, allowLongPeriod: value }), "allowLongPeriod");
  }
  assertWrongType(() => new HOTP({ secret: RFC_SECRET, period: 30 }), '"period"');
  assert.throws(() => TOTP({ secret: RFC_SECRET }), TypeError);
});

test("options outside their rules name themselves", () => {
  const make = (options) => () => new TOTP({ secret: RFC_SECRET, ...options });
  for (const digits of [-1, 0, 5, 11, 6.5, Infinity, 2 ** 32 + 6]) {
    assertRefused(make({ digits }), "CSEAL_E_RANGE", "digits");
    assertRefused(() => new HOTP({ secret: RFC_SECRET, digits }), "CSEAL_E_RANGE", "digits");
  }
  for (const period of [-30, 0, 0.5, 86401, 2 ** 32 + 30, Infinity]) {
    assertRefused(make({ period }), "CSEAL_E_RANGE", "period");
  }
  assertRefused(make({ period: 2 ** 32, allowLongPeriod: true }), "CSEAL_E_RANGE", "period");
  assertRefused(make({ period: 0, allowLongPeriod: true }), "CSEAL_E_RANGE", "period");
  for (const t0 of [-1, 0.5, Infinity, -Infinity]) assertRefused(make({ t0 }), "CSEAL_E_RANGE", "t0");
  for (const t0 of [1e11 + 1, 2 ** 53, 2 ** 63, 2 ** 64, 1e300]) assertRefused(make({ t0 }), "CSEAL_E_TIME", "t0");
  for (const algorithm of ["", "sha1", "SHA-1", "MD5", "SHA224", "SHA1\0", "__proto__"]) {
    assertRefused(make({ algorithm }), "CSEAL_E_UNSUPPORTED", "algorithm");
  }
  for (const encoder of ["base26", "", "DECIMAL"]) assertRefused(make({ encoder }), "CSEAL_E_UNSUPPORTED", "encoder");
  assert.ok(new TOTP({ secret: RFC_SECRET, period: 172800, allowLongPeriod: true }));
});

test("options are read once, as own or inherited properties", () => {
  let reads = 0;
  const options = {
    get secret() {
      return ++reads === 1 ? RFC_SECRET : "AAAA";
    },
  };
  assert.equal(new TOTP(options).revealBase32(), RFC_SECRET);
  assert.equal(reads, 1);
});

test("errors say whether trying again may help", () => {
  const error = new CountersealError("CSEAL_E_NOMEM", "out of memory");
  assert.ok(error instanceof Error);
  assert.deepEqual([error.name, error.code, error.retryable], ["CountersealError", "CSEAL_E_NOMEM", true]);
  assert.equal(new CountersealError("CSEAL_E_RANGE", "x").retryable, false);
  assert.match(String(error.stack), /^CountersealError: out of memory\n/);
});
