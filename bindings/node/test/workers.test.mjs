// SPDX-License-Identifier: Apache-2.0
// Worker threads: each environment loads the addon for itself, and nothing of one is seen or broken by another.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { HOTP, TOTP } from "counterseal";
import { RFC_SECRET } from "./support.mjs";

const SCRIPT = new URL("worker.mjs", import.meta.url);

/** What a worker says, after it has gone. */
function outcome(worker) {
  return new Promise((resolve, reject) => {
    let said;
    worker.once("message", (message) => {
      said = message;
    });
    worker.once("error", reject);
    worker.once("exit", (code) => resolve({ said, code }));
  });
}

test("several workers verify at once, while the main thread does too", async () => {
  const workers = Array.from({ length: 4 }, (_, seed) => new Worker(SCRIPT, { workerData: { seed, count: 500 } }));
  const done = Promise.all(workers.map(outcome));
  const totp = new TOTP({ secret: RFC_SECRET });
  for (let i = 0; i < 500; ++i) assert.deepEqual(totp.verify(totp.at(i * 30), i - 1, i * 30), { step: i, delta: 0 });
  for (const { said, code } of await done)
    assert.deepEqual({ said, code }, { said: { accepted: 500, errors: 500 }, code: 0 });
});

test("an environment that ends, however it ends, leaves the others working", async () => {
  const hotp = new HOTP({ secret: RFC_SECRET });
  for (let round = 0; round < 3; ++round) {
    const worker = new Worker(SCRIPT, { workerData: { seed: round, count: Infinity } });
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
    assert.deepEqual(hotp.verify(hotp.at(round), round), { counter: round, nextCounter: round + 1 });
  }
});

test("the addon may be loaded by workers alone, again and again", () => {
  const script = fileURLToPath(new URL("only_workers.mjs", import.meta.url));
  const done = spawnSync(process.execPath, [script], { encoding: "utf8" });
  assert.deepEqual([done.stderr, done.stdout, done.status, done.signal], ["", "4 rounds\n", 0, null]);
});
