// SPDX-License-Identifier: Apache-2.0
// `npm run test:package`: what would be published, installed in an empty folder without a network, as a user has it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { RFC_SECRET, ROOT } from "../support.mjs";

const PLATFORM = `${process.platform}-${process.arch}`;
const folder = mkdtempSync(path.join(os.tmpdir(), "counterseal-package-"));
let packed;

/** The settings of the npm that runs this test are not those of the folder. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

function run(command, ...options) {
  return execFileSync(command, options, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

before(() => {
  [packed] = JSON.parse(run("npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder, ROOT));
  writeFileSync(path.join(folder, "package.json"), '{ "name": "user", "private": true }\n');
  run("npm", "install", "--offline", "--no-audit", "--no-fund", path.join(folder, packed.filename));
});

after(() => rmSync(folder, { recursive: true }));

test("the package holds what is listed and nothing else", () => {
  const listed = readFileSync(new URL("files.txt", import.meta.url), "utf8")
    .trim()
    .split("\n");
  // npm before 10 packs the README of every folder on the way, whatever the list says.
  const wanted = packed.files.filter((file) => !/^bindings\/(node\/)?README\.md$/.test(file.path));
  const found = wanted.map((file) => file.path.replace(PLATFORM, "PLATFORM"));
  assert.deepEqual(found.sort(), listed);
});

test("installing it installs nothing else", () => {
  const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8"));
  assert.deepEqual(Object.keys(lock.packages), ["", "node_modules/counterseal"]);
  assert.equal(lock.packages["node_modules/counterseal"].hasInstallScript, undefined);
});

test("no file of it knows the machine that built it", () => {
  for (const { path: name } of packed.files) {
    const bytes = readFileSync(path.join(folder, "node_modules/counterseal", name));
    for (const place of [ROOT, `${os.homedir()}/`])
      assert.equal(bytes.includes(place), false, `${name} names ${place}`);
  }
});

const USE = `
const totp = new TOTP({ secret: "${RFC_SECRET}" });
const found = totp.verify("287082", null, 59);
if (found?.step !== 1 || totp.verify("287082", found.step, 59) !== null) throw new Error("refused or replayed");
`;

test("require works", () => {
  writeFileSync(path.join(folder, "use.cjs"), `const { TOTP } = require("counterseal");${USE}`);
  run(process.execPath, "use.cjs");
});

test("import works", () => {
  writeFileSync(path.join(folder, "use.mjs"), `import { TOTP } from "counterseal";${USE}`);
  run(process.execPath, "use.mjs");
});

test("its types need no other types", () => {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("typescript/package.json");
  const tsc = path.join(path.dirname(manifest), require(manifest).bin.tsc);
  for (const name of ["use.mts", "use.cts"]) {
    writeFileSync(path.join(folder, name), `import { TOTP } from "counterseal";${USE}`);
  }
  const options = [
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--lib",
    "es2022",
    "--module",
    "node16",
    "--types",
    "",
  ];
  run(process.execPath, tsc, ...options, "use.mts", "use.cts");
});
