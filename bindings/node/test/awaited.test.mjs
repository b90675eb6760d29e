// SPDX-License-Identifier: Apache-2.0
// Awaited batches: threads of the library's own, which say what the calling thread would have said.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import {
  HOTPKeyTable,
  KeyTable,
  verifyBatch,
  verifyBatchAsync,
  verifyHotpBatch,
  verifyHotpBatchAsync,
} from "counterseal";
import { keysOf, STATUS } from "./batches.mjs";

const NOW = 1_700_000_000;
const STEP = BigInt(Math.floor(NOW / 30));
const SCRIPT = new URL("batch_worker.mjs", import.meta.url);

const N = 2000;
const keys = keysOf(N);
const table = new KeyTable(keys, { replay: "reportOnly" });
const codes = table.at(NOW);
for (let i = 0; i < N; i += 3) codes[i] = (codes[i] + 1) % 1_000_000;

test("awaited and not, the answers are the same", async () => {
  const rows = Uint32Array.from(keys, (_, i) => N - 1 - i).reverse();
  const lastSteps = keys.map((_, i) => (i % 5 === 0 ? STEP : null));
  const at = keys.map((_, i) => NOW + (i % 60));
  const texts = Array.from(codes, (code) => String(code).padStart(6, "0"));
  for (const options of [{}, { rows }, { lastSteps }, { rows, lastSteps, past: 0, future: 3 }]) {
    for (const given of [codes, texts]) {
      for (const time of [NOW, new Date(NOW * 1000), at]) {
        assert.deepEqual(await table.verifyAsync(given, time, options), table.verify(given, time, options));
      }
    }
  }
  const tokens = new HOTPKeyTable(keys, { replay: "reportOnly", nextCounters: keys.map((_, i) => i) });
  const tokenCodes = tokens.at();
  const verdict = tokens.verify(tokenCodes, { lookAhead: 2 });
  assert.deepEqual(await tokens.verifyAsync(tokenCodes, { lookAhead: 2 }), verdict);
  assert.equal(verdict.nOk, N);
  const ids = keys.map((_, i) => i);
  assert.deepEqual(
    await verifyBatchAsync(keys, codes, at, lastSteps, { ids }),
    verifyBatch(keys, codes, at, lastSteps, { ids }),
  );
  const uneven = keysOf(50, (i) => 1 + i);
  const counters = new BigUint64Array(50);
  const unevenCodes = new HOTPKeyTable(uneven, { algorithm: "SHA512", replay: "reportOnly" }).at();
  const byKeys = verifyHotpBatch(uneven, unevenCodes, counters, { algorithm: "SHA512" });
  assert.deepEqual(await verifyHotpBatchAsync(uneven, unevenCodes, counters, { algorithm: "SHA512" }), byKeys);
  assert.equal(byKeys.nOk, 50);
  assert.equal((await table.verifyAsync([], NOW, { rows: [] })).nOk, 0);
});

test("arrays are the caller's own again as soon as the call has returned", async () => {
  const mine = { codes: codes.slice(), rows: Uint32Array.from(keys.keys()), lastSteps: new BigInt64Array(N) };
  const at = new BigUint64Array(N).fill(BigInt(NOW));
  const flat = new Uint8Array(Buffer.concat(keys));
  const expected = table.verify(mine.codes, at, { rows: mine.rows, lastSteps: mine.lastSteps });
  const raw = verifyBatch(flat, mine.codes, at, mine.lastSteps);
  const pending = [
    table.verifyAsync(mine.codes, at, { rows: mine.rows, lastSteps: mine.lastSteps }),
    verifyBatchAsync(flat, mine.codes, at, mine.lastSteps),
  ];
  mine.codes.fill(0);
  flat.fill(0);
  for (const array of [mine.codes, mine.rows, mine.lastSteps, at, flat]) {
    structuredClone(array.buffer, { transfer: [array.buffer] });
    assert.equal(array.length, 0);
  }
  assert.deepEqual(await Promise.all(pending), [expected, raw]);
});

test("many at once: each code is accepted exactly once", async () => {
  const shared = new KeyTable(keys, { replay: "thisProcess" });
  const all = shared.at(NOW);
  const verdicts = await Promise.all(Array.from({ length: 50 }, () => shared.verifyAsync(all, NOW)));
  const times = new Uint32Array(N);
  for (const { ok, codes: statuses } of verdicts) {
    for (let i = 0; i < N; ++i) {
      times[i] += ok[i];
      assert.equal(statuses[i], ok[i] === 1 ? 0 : STATUS.replayed);
    }
  }
  assert.deepEqual(new Set(times), new Set([1]));
  assert.deepEqual(new Set(shared.lastSteps()), new Set([STEP]));
});

test("a table changes while batches run, and each of them sees a whole table", async () => {
  const busy = new KeyTable(keys, { replay: "reportOnly" });
  const all = busy.at(NOW);
  const other = keysOf(N + 1)[N];
  const rows = Uint32Array.from(keys.keys());
  const pending = [];
  for (let i = 0; i < 30; ++i) {
    pending.push(busy.verifyAsync(all, NOW, { rows }), busy.verifyAsync(all, NOW, { rows }));
    if (i % 3 === 0) busy.replace(i, other, null);
    if (i % 3 === 1) busy.remove(i);
    if (i % 3 === 2) assert.equal(busy.add([other]), N + (i - 2) / 3);
  }
  for (const [i, { nOk, codes: statuses }] of (await Promise.all(pending)).entries()) {
    assert.equal(nOk, statuses.filter((status) => status === 0).length);
    assert.ok(nOk >= N - 20 && statuses.every((s) => [0, STATUS.wrong, STATUS.revoked].includes(s)), `batch ${i}`);
  }
  assert.equal(busy.length, N + 10);
  const after = await busy.verifyAsync(all, NOW, { rows });
  assert.deepEqual([...after.codes.subarray(0, 3)], [STATUS.wrong, STATUS.revoked, 0]);
});

test("a table that nobody holds any more lives until its batches are done", async () => {
  const pending = Array.from({ length: 8 }, () => new KeyTable(keys, { replay: "reportOnly" }).verifyAsync(codes, NOW));
  globalThis.gc?.();
  assert.deepEqual(
    new Set((await Promise.all(pending)).map(({ nOk }) => nOk)),
    new Set([table.verify(codes, NOW).nOk]),
  );
});

/** What a script says that has this file's batches to run. */
function outcome(script) {
  const file = fileURLToPath(SCRIPT);
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ["--expose-gc", file, script], {
    encoding: "utf8",
    cwd: fileURLToPath(new URL(".", SCRIPT)),
  });
  return { stdout, stderr, status, signal };
}

test("a batch keeps the process alive until it is answered, threads with nothing to do do not", () => {
  assert.deepEqual(outcome("await"), { stdout: "true\n", stderr: "", status: 0, signal: null });
  assert.deepEqual(outcome("forget"), { stdout: "forgotten\n", stderr: "", status: 0, signal: null });
});

test("threads begin with the first awaited batch, at most one for each core", {
  skip: process.platform === "linux" ? false : "threads are counted in /proc",
}, () => {
  const { stdout, stderr } = outcome("threads");
  assert.equal(stderr, "");
  const [loaded, verified, awaited, again] = JSON.parse(stdout);
  assert.equal(verified, loaded);
  assert.ok(awaited > verified && awaited <= verified + cpus().length, stdout);
  assert.equal(again, awaited);
});

test("a process may leave while batches run", () => {
  assert.deepEqual(outcome("exit"), { stdout: "", stderr: "", status: 7, signal: null });
});

test("a rejection that nobody takes is told like any other", () => {
  const { status, stderr } = outcome("reject");
  assert.equal(status, 1);
  assert.match(stderr, /CountersealError: digits must be/);
});

test("workers have threads of their own, which end with them", async () => {
  const run = (mode) => new Worker(SCRIPT, { workerData: { mode } });
  const said = (worker) =>
    new Promise((resolve, reject) => {
      const all = [];
      worker.on("message", (message) => all.push(message));
      worker.once("error", reject);
      worker.once("exit", (code) => resolve([code, ...all]));
    });
  const workers = ["await", "await", "await"].map(run);
  const here = table.verifyAsync(codes, NOW);
  assert.deepEqual(await Promise.all(workers.map(said)), [
    [0, true],
    [0, true],
    [0, true],
  ]);
  assert.deepEqual(await here, table.verify(codes, NOW));
  assert.deepEqual(await said(run("exit")), [7]);
  for (let round = 0; round < 5; ++round) {
    const worker = run("busy");
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
    assert.deepEqual(await table.verifyAsync(codes, NOW), table.verify(codes, NOW));
  }
});
