// SPDX-License-Identifier: Apache-2.0
// For awaited.test.mjs: a process or a worker that has batches awaited, or leaves them.
import { readdirSync } from "node:fs";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { KeyTable } from "counterseal";
import { keysOf } from "./batches.mjs";

const NOW = 1_700_000_000;
const mode = isMainThread ? process.argv[2] : workerData.mode;
const tell = isMainThread ? (what) => console.log(what) : (what) => parentPort.postMessage(what);

const few = keysOf(500);
const keys = new Array(100).fill(few).flat();
const table = new KeyTable(keys, { replay: "thisProcess" });
const codes = table.at(NOW);

if (mode === "await") {
  const all = await Promise.all([1, 2, 3, 4].map(() => table.verifyAsync(codes, NOW)));
  tell(all.reduce((sum, { nOk }) => sum + nOk, 0) === keys.length);
} else if (mode === "forget") {
  table.verifyAsync(codes, NOW).then(() => tell("forgotten"));
} else if (mode === "exit") {
  for (let i = 0; i < 10; ++i) table.verifyAsync(codes, NOW);
  process.exit(7);
} else if (mode === "threads") {
  const count = () => readdirSync("/proc/self/task").length;
  const counts = [count()];
  const rows = Uint32Array.from(Array(1000).keys());
  const part = codes.subarray(0, 1000);
  const some = () => Promise.all(Array.from({ length: 100 }, () => table.verifyAsync(part, NOW, { rows })));
  table.verify(codes, NOW);
  counts.push(count());
  await some();
  counts.push(count());
  await some();
  counts.push(count());
  tell(JSON.stringify(counts));
} else if (mode === "reject") {
  table.verifyAsync(codes, NOW, { digits: 5 });
} else {
  for (;;) {
    const pending = [1, 2, 3, 4].map(() => table.verifyAsync(codes, NOW));
    tell("busy");
    await Promise.race(pending);
  }
}
