// SPDX-License-Identifier: Apache-2.0
// The declarations as a user's compiler sees them, and the library's own JSDoc, in strict mode.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "./support.mjs";

const require = createRequire(import.meta.url);
const manifest = require.resolve("typescript/package.json");
const TSC = path.join(path.dirname(manifest), require(manifest).bin.tsc);

function tsc(...options) {
  const done = spawnSync(process.execPath, [TSC, ...options], { cwd: ROOT, encoding: "utf8" });
  assert.equal(done.stdout + done.stderr, "");
  assert.equal(done.status, 0);
}

test("the library itself", () => tsc("-p", "bindings/node/tsconfig.json"));

for (const options of [
  ["--module", "node16"],
  ["--module", "nodenext"],
  ["--module", "esnext", "--moduleResolution", "bundler"],
]) {
  test(`a user, import and require, ${options.join(" ")}`, () => {
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--noEmit"];
    const usage = [
      "batches.mts",
      "engine.mts",
      "usage.mts",
      "webauthn.mts",
      ...(options.includes("bundler") ? [] : ["usage.cts"]),
    ];
    const files = usage.map((name) => `bindings/node/test/types/${name}`);
    tsc("--ignoreConfig", ...strict, "--target", "es2022", "--types", "node", ...options, ...files);
  });
}
