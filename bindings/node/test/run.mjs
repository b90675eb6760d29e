// SPDX-License-Identifier: Apache-2.0
// `npm test`: node --test over this folder. Options go before the files, so `npm test -- --test-name-pattern x` works.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));
const done = spawnSync(
  process.execPath,
  ["--test", ...process.argv.slice(2), ...files.sort().map((name) => folder + name)],
  { stdio: "inherit" },
);
process.exitCode = done.status ?? 1;
