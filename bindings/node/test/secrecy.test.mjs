// SPDX-License-Identifier: Apache-2.0
// Where a secret could slip out: text forms, copies, errors, and memory after the object is gone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import util from "node:util";
import v8 from "node:v8";
import { HOTP, HOTPKeyTable, KeyTable, TOTP, verifyBatch, YubicoOtp } from "counterseal";

const SECRET = TOTP.fromRaw(randomBytes(20)).revealBase32();
const KEY = Buffer.from(decodeBase32(SECRET));
const factors = { TOTP: new TOTP({ secret: SECRET, issuer: "Maple" }), HOTP: HOTP.fromRaw(KEY, { issuer: "Maple" }) };

function decodeBase32(text) {
  const bits = [...text]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  return bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2));
}

/** The secret in each way in which an object dump could spell it. */
const SPELLINGS = [
  SECRET,
  KEY.toString("hex"),
  KEY.toString("base64").slice(0, 20),
  KEY.toString("latin1"),
  [...KEY].join(","),
  [...KEY].join(", "),
  [...KEY].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
];

function assertSilent(text, where) {
  for (const spelling of SPELLINGS) {
    assert.equal(text.toLowerCase().includes(spelling.toLowerCase()), false, `${where} shows the secret`);
  }
}

test("the search for leaks finds one", () => {
  for (const leak of [{ SECRET }, KEY, [...KEY], { key: new Uint8Array(KEY) }]) {
    assert.throws(
      () => assertSilent(util.inspect(leak, { breakLength: Infinity, compact: true }), "a leak"),
      /shows the secret/,
    );
  }
});

for (const [name, factor] of Object.entries(factors)) {
  test(`${name}: no dump shows the secret`, () => {
    const deep = {
      showHidden: true,
      depth: Infinity,
      getters: true,
      showProxy: true,
      breakLength: Infinity,
      compact: true,
    };
    const dumps = {
      inspect: util.inspect(factor),
      "inspect of all": util.inspect(factor, deep),
      "inspect without our hand in it": util.inspect(factor, { ...deep, customInspect: false }),
      "inspect in an object": util.inspect({ user: { factor } }, deep),
      "inspect of the class": util.inspect(factor.constructor, deep),
      "inspect of the prototype": util.inspect(Object.getPrototypeOf(factor), { ...deep, getters: false }),
      format: util.format("%s %o %O %j %d %i", factor, factor, factor, factor, factor, factor),
      JSON: JSON.stringify({ factor }),
      String: `${String(factor)} ${factor}`,
      "v8.serialize": v8.serialize(factor).toString("latin1"),
    };
    for (const [where, text] of Object.entries(dumps)) assertSilent(text, where);
    assert.match(dumps.inspect, /^(TOTP|HOTP) \{.*issuer: 'Maple'/s);
  });

  test(`${name}: no property, no copy holds it`, () => {
    assert.deepEqual(Reflect.ownKeys(factor), []);
    const inherited = [];
    for (const key in factor) inherited.push(key);
    assert.deepEqual(inherited, []);
    for (const copy of [structuredClone(factor), { ...factor }, Object.assign({}, factor)]) {
      assert.deepEqual(Reflect.ownKeys(copy), []);
      assert.equal(copy.revealBase32, undefined);
    }
    const sibling = Object.create(Object.getPrototypeOf(factor), Object.getOwnPropertyDescriptors(factor));
    assert.throws(() => sibling.revealBase32(), TypeError);
  });
}

test("YubicoOtp: no dump shows the key or the private identifier, no copy holds them", () => {
  const all = { key: KEY.subarray(0, 16), publicId: "cccccccccccc", privateId: KEY.subarray(4, 10) };
  const yubikey = new YubicoOtp(all);
  const deep = { showHidden: true, depth: Infinity, getters: true, breakLength: Infinity, compact: true };
  for (const part of [all.key, all.privateId]) {
    const spellings = [part.toString("hex"), part.toString("latin1"), [...part].join(","), [...part].join(", ")];
    for (const text of [
      util.inspect(yubikey, deep),
      util.inspect(yubikey, { ...deep, customInspect: false }),
      util.format("%s %o %O %j", yubikey, yubikey, yubikey, yubikey),
      JSON.stringify({ yubikey }),
      v8.serialize(yubikey).toString("latin1"),
    ]) {
      for (const spelling of spellings) assert.equal(text.includes(spelling), false);
    }
  }
  assert.deepEqual(Reflect.ownKeys(yubikey), []);
  assert.equal(structuredClone(yubikey).verify, undefined);
  const sibling = Object.create(Object.getPrototypeOf(yubikey), Object.getOwnPropertyDescriptors(yubikey));
  assert.throws(() => sibling.verify("", null), TypeError);
});

test("key tables: no dump shows a key, no copy holds one", () => {
  for (const table of [
    new KeyTable([KEY], { replay: "reportOnly" }),
    new HOTPKeyTable(KEY, { replay: "thisProcess" }),
  ]) {
    const deep = { showHidden: true, depth: Infinity, getters: true, breakLength: Infinity, compact: true };
    for (const text of [
      util.inspect(table, deep),
      util.inspect(table, { ...deep, customInspect: false }),
      util.format("%s %o %O %j", table, table, table, table),
      JSON.stringify({ table }),
      v8.serialize(table).toString("latin1"),
    ]) {
      assertSilent(text, "a table");
    }
    assert.match(util.inspect(table), /^(HOTP)?KeyTable \{ algorithm: 'SHA1', replay: '\w+', length: 1 \}$/);
    assert.deepEqual(Reflect.ownKeys(table), []);
    assert.equal(structuredClone(table).verify, undefined);
  }
});

test("no error text holds what was passed as a secret or a code", () => {
  const { TOTP: totp, HOTP: hotp } = factors;
  const calls = [
    () => new TOTP(SECRET),
    () => new TOTP([SECRET]),
    () => new TOTP({ secret: `${SECRET}0` }),
    () => new TOTP({ secret: `${SECRET}A` }),
    () => new TOTP({ secret: KEY }),
    () => new TOTP({ secret: [SECRET] }),
    () => new TOTP({ secret: SECRET, digits: 11 }),
    () => new TOTP({ secret: SECRET, algorithm: SECRET }),
    () => new TOTP({ secret: SECRET, encoder: SECRET }),
    () => new TOTP({ secret: SECRET, period: SECRET }),
    () => new TOTP({ secret: SECRET, issuer: KEY }),
    () => TOTP.fromRaw(SECRET),
    () => TOTP.fromRaw([...KEY]),
    () => TOTP.fromRaw(KEY, SECRET),
    () => TOTP.fromHex(SECRET),
    () => TOTP.fromHex(`${KEY.toString("hex")}0`),
    () => TOTP.fromHex(KEY),
    () => TOTP.generate(SECRET),
    () => TOTP.generate({ bits: SECRET }),
    () => totp.at(SECRET),
    () => totp.verify(SECRET, undefined),
    () => totp.verify("000000", SECRET),
    () => totp.verify("000000", null, SECRET),
    () => totp.verify("000000", null, 0, SECRET),
    () => hotp.verify("000000", SECRET),
    () => hotp.at(SECRET),
    () => new HOTP({ secret: SECRET, tokenId: SECRET }),
    () => new KeyTable([SECRET], { replay: "reportOnly" }),
    () => new KeyTable(SECRET, { replay: "reportOnly" }),
    () => new KeyTable([KEY], { replay: SECRET }),
    () => new KeyTable([KEY], { replay: "reportOnly", lastSteps: [SECRET] }),
    () => verifyBatch([KEY], SECRET, 0, [null]),
    () => verifyBatch([KEY], ["000000"], SECRET, [null]),
    () => verifyBatch([KEY], ["000000"], 0, [null], { algorithm: SECRET }),
    () => new YubicoOtp({ key: SECRET, publicId: "", privateId: KEY }),
    () => new YubicoOtp({ key: KEY, publicId: "", privateId: KEY }),
    () => new YubicoOtp({ key: KEY.subarray(4), publicId: SECRET, privateId: KEY.subarray(14) }),
    () => new YubicoOtp({ key: KEY.subarray(4), publicId: KEY, privateId: KEY.subarray(14) }),
    () => new YubicoOtp({ key: KEY.subarray(4), publicId: "", privateId: KEY.subarray(14) }).verify("", SECRET),
  ];
  for (const call of calls) {
    assert.throws(call, (error) => {
      assertSilent(util.inspect(error, { showHidden: true, depth: Infinity }), String(call));
      assertSilent(`${error.stack} ${JSON.stringify(error)}`, String(call));
      return true;
    });
  }
});

test("the key is wiped when its object is collected, and when its thread ends", {
  skip: process.platform !== "linux",
}, () => {
  const script = fileURLToPath(new URL("wipe.mjs", import.meta.url));
  const done = spawnSync(process.execPath, ["--expose-gc", script], { encoding: "utf8" });
  assert.equal(done.stderr, "");
  assert.equal(done.status, 0);
  const { mine, tables, alive, collected, inWorker, afterWorker } = JSON.parse(done.stdout);
  assert.equal(mine, 1);
  assert.equal(tables, 1, "a table or a batch has left a copy");
  assert.equal(alive, 2, "the search does not see the key while the object lives");
  assert.equal(collected, 1);
  assert.equal(inWorker, 2, "the search does not see the key while the worker lives");
  assert.equal(afterWorker, 1);
});
