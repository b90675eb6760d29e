// SPDX-License-Identifier: Apache-2.0
// One core behind import and require, and one version number.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as esm from "counterseal";
import { RFC_SECRET, ROOT, readJson } from "./support.mjs";

const require = createRequire(import.meta.url);
const cjs = require("counterseal");

test("import and require give the same things", () => {
  assert.deepEqual(Object.keys(esm).sort(), Object.keys(cjs).sort());
  assert.deepEqual(Object.entries(esm).sort(), Object.entries(cjs).sort());
  assert.ok(new esm.TOTP({ secret: RFC_SECRET }) instanceof cjs.TOTP);
  assert.throws(() => new cjs.TOTP({ secret: "0" }), esm.CountersealError);
});

test("the declarations name what the modules export", () => {
  const folder = `${ROOT}bindings/node/lib/`;
  const names = ["batch", "engine", "index", "key_ring", "key_table", "log", "ocra", "seeds", "tenant", "yubico"];
  const files = names.map((name) => readFileSync(`${folder}${name}.d.cts`, "utf8"));
  const found = files.flatMap((text) => [...text.matchAll(/^export declare (?:class|const|function) (\w+)/gm)]);
  const declared = found.map((match) => match[1]);
  assert.deepEqual([...declared, "webauthn"].sort(), Object.keys(cjs).sort());
  const namespace = readFileSync(`${folder}webauthn.d.cts`, "utf8");
  const inside = [...namespace.matchAll(/^export declare (?:class|function) (\w+)/gm)].map((match) => match[1]);
  assert.deepEqual(inside.sort(), Object.keys(cjs.webauthn).sort());
});

test("counterseal/testing: import and require give the same things, and the engine is the same", async () => {
  const testing = require("counterseal/testing");
  const names = Object.keys(testing).sort();
  assert.deepEqual(Object.entries(await import("counterseal/testing")).sort(), Object.entries(testing).sort());
  const text = readFileSync(`${ROOT}bindings/node/lib/testing.d.cts`, "utf8");
  const declared = [...text.matchAll(/^export declare (?:class|const|function) (\w+)/gm)].map((match) => match[1]);
  assert.deepEqual(declared.sort(), names);
  const engine = await testing.memoryEngine();
  assert.ok(engine instanceof esm.Engine);
  await engine.close();
});

test("the inside is no door", () => {
  for (const path of ["counterseal/bindings/node/lib/native.cjs", "counterseal/bindings/node/lib/factor.cjs"]) {
    assert.throws(() => require(path), { code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });
  }
});

test("one version number", () => {
  const version = readFileSync(`${ROOT}VERSION`, "utf8").trim();
  assert.equal(esm.version, version);
  assert.equal(readJson("package.json").version, version);
  assert.equal(readJson("package-lock.json").version, version);
  assert.equal(require("counterseal/package.json").version, version);
});

test("the package installs nothing but itself", () => {
  const manifest = readJson("package.json");
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.optionalDependencies, undefined);
  for (const script of ["preinstall", "install", "postinstall", "prepare"])
    assert.equal(manifest.scripts[script], undefined);
  for (const [path, entry] of Object.entries(readJson("package-lock.json").packages)) {
    assert.equal(entry.resolved, undefined, `${path} names where it was downloaded from`);
  }
});

test("the addon loads again where the module cache is dropped", () => {
  for (const file of Object.keys(require.cache)) {
    if (/bindings.node.lib/.test(file)) delete require.cache[file];
  }
  const again = require("counterseal");
  assert.notEqual(again.TOTP, cjs.TOTP);
  assert.equal(new again.TOTP({ secret: RFC_SECRET }).at(59), "287082");
  assert.throws(() => new again.TOTP({ secret: "0" }), again.CountersealError);
  assert.throws(() => new cjs.TOTP({ secret: "0" }), cjs.CountersealError);
});
