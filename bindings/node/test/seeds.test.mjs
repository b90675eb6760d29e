// SPDX-License-Identifier: Apache-2.0
// Seed files and migration: the manifest of tests/vectors/seed_files, all or nothing, and what is written is read back.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  exportMigration,
  exportSeeds,
  HOTP,
  importMigration,
  importSeeds,
  OCRA,
  Seed,
  SeedFileError,
  TOTP,
  YubicoOtp,
} from "counterseal";
import { assertRefused, assertWrongType, RFC_SECRET, ROOT, readJson } from "./support.mjs";

const { files } = readJson("tests/vectors/seed_files/manifest.json");
const sample = readJson("tests/vectors/otpauth_migration.json");

function optionsOf({ key, password }, dryRun) {
  return { dryRun, ...(key && { key: Buffer.from(key, "hex") }), ...(password && { password }) };
}

const contentOf = (name) => readFileSync(`${ROOT}tests/vectors/seed_files/${name}`);

function assertSeed(seed, want) {
  assert.ok(seed instanceof Seed);
  assert.deepEqual([seed.kind, seed.line, seed.revealBase32()], [want.kind, want.line, want.secret]);
  assert.equal(seed.counter, BigInt(want.counter ?? 0));
  assert.equal(seed.warnings.length, want.warnings);
  for (const [name, field] of Object.entries({
    issuer: "issuer",
    account: "account",
    user: "user",
    serial: "serial",
    manufacturer: "manufacturer",
    model: "model",
    suite: "suite",
    publicId: "public_id",
    keyId: "key_id",
  })) {
    assert.equal(seed[name], want[field], name);
  }
  const otp = seed.otp();
  if (want.kind === "ocra") {
    assert.ok(otp instanceof OCRA);
    assert.equal(otp.suite, want.suite);
    return;
  }
  if (want.kind === "yubico") {
    assert.ok(otp instanceof YubicoOtp);
    assert.equal(otp.publicId, want.public_id);
    return;
  }
  assert.ok(otp instanceof (want.kind === "totp" ? TOTP : HOTP));
  assert.equal(otp.algorithm, want.algorithm);
  assert.equal(otp.revealBase32(), want.secret);
  assert.equal(otp.digits, want.encoder === "steam" ? 5 : want.digits);
  if (want.kind === "totp") assert.equal(otp.period, want.period);
  else assert.equal(otp.counter, BigInt(want.counter));
}

for (const want of files) {
  test(want.file, () => {
    const data = contentOf(want.file);
    if (want.error !== undefined) {
      assertRefused(() => importSeeds(data, optionsOf(want, true)), "CSEAL_MALFORMED", want.error.text);
      return;
    }
    const { format, seeds, problems } = importSeeds(data, optionsOf(want, true));
    assert.equal(format, want.format);
    const good = want.rows.filter((row) => row.error === undefined);
    const bad = want.rows.filter((row) => row.error !== undefined);
    assert.equal(seeds.length, good.length);
    seeds.forEach((seed, i) => {
      assertSeed(seed, good[i]);
    });
    assert.deepEqual(
      problems.map(({ line, column, text }) => ({ line, column, error: text })),
      bad,
    );
    if (bad.length === 0) {
      assert.equal(importSeeds(data, optionsOf(want, false)).seeds.length, good.length);
      return;
    }
    assert.throws(
      () => importSeeds(data, optionsOf(want, false)),
      (error) => {
        assert.ok(error instanceof SeedFileError);
        assert.deepEqual(error.problems, problems);
        assert.ok(error.message.includes(bad[0].error));
        return true;
      },
    );
  });
}

test("wrong arguments name themselves", () => {
  for (const data of [undefined, null, 7, ["a"]]) assertWrongType(() => importSeeds(data), "data");
  assertWrongType(() => importSeeds("x", { format: null }), "format");
  assertWrongType(() => importSeeds("x", { key: "00" }), "key");
  assertWrongType(() => importSeeds("x", { password: 7 }), "password");
  assertWrongType(() => importSeeds("x", { dryRun: 1 }), "dryRun");
  assertWrongType(() => importSeeds("x", { dry: true }), "dry");
  for (const format of ["csv", "migration", ""]) {
    assert.throws(() => importSeeds("x", { format }), { name: "CountersealError" });
  }
  assertWrongType(() => new Seed([]), "importSeeds");
  assertWrongType(() => exportSeeds([RFC_SECRET], "uri-list"), "items");
  assertWrongType(() => exportSeeds([], null), "format");
  assertRefused(() => exportSeeds([], "pskc"), "CSEAL_E_UNSUPPORTED", "format");
});

test("a seed shows no secret", () => {
  const [seed] = importSeeds(`otpauth://totp/Maple:a?secret=${RFC_SECRET}&issuer=Maple`).seeds;
  for (const shown of [
    inspect(seed),
    inspect(seed, { showHidden: true, depth: 9 }),
    String(seed),
    `${Object.values(seed)}`,
  ]) {
    assert.doesNotMatch(shown, /GEZDGNBV/);
  }
  assert.match(inspect(seed), /Maple/);
});

test("migration there and back", () => {
  const first = importMigration(sample.uri);
  assert.deepEqual(
    first.map((otp) => otp.revealBase32()),
    sample.otp_parameters.map((one) => one.secret_base32),
  );
  const items = Array.from({ length: 12 }, (_, n) => new TOTP({ secret: RFC_SECRET, issuer: "M", account: `n${n}` }));
  items.push(new HOTP({ secret: RFC_SECRET, digits: 8, counter: 7, account: "token" }));
  const uris = exportMigration(items);
  assert.equal(uris.length, 2);
  const back = importMigration(uris);
  assert.deepEqual(
    back.map((otp) => otp.account),
    items.map((otp) => otp.account),
  );
  assert.equal(back.at(-1).counter, 7n);
  assert.throws(() => importMigration(uris[0]), /migration code 2 of 2 is missing/);
  const slow = new TOTP({ secret: RFC_SECRET, period: 60, account: "a" });
  assertRefused(() => exportMigration([items[0], slow]), "CSEAL_E_UNSUPPORTED", "item 2: period must be 30");
});

test("an Entra CSV there and back", () => {
  const { seeds } = importSeeds(contentOf("entra.csv"));
  const text = exportSeeds(seeds, "entra-csv");
  assert.match(text, /^upn,serial number,secret key,time interval,manufacturer,model\r\n/);
  const again = importSeeds(text).seeds;
  assert.deepEqual(
    again.map((seed) => [seed.user, seed.serial, seed.revealBase32()]),
    seeds.map((seed) => [seed.user, seed.serial, seed.revealBase32()]),
  );
});

test("one object is not several", () => {
  const totp = new TOTP({ secret: RFC_SECRET, account: "anna" });
  for (const items of [totp, null, undefined, 5, {}, { length: 1, 0: totp }, "", "x"]) {
    assertWrongType(() => exportMigration(items), "items");
    assertWrongType(() => exportSeeds(items, "uri-list"), "items");
  }
  assertWrongType(() => exportSeeds([totp, 5], "uri-list"), "items");
  assert.equal(exportSeeds(new Set([totp]), "uri-list"), exportSeeds([totp], "uri-list"));
  for (const uris of [null, undefined, 5, {}, { length: 1, 0: totp.uri() }]) {
    assertWrongType(() => importMigration(uris), "uris");
  }
  assertWrongType(() => importMigration([totp.uri(), 5]), "uris[1]");
  assertWrongType(() => importMigration([null]), "uris[0]");
  assert.equal(importMigration(new Set([totp.uri()])).length, 1);
});
