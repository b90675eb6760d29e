// SPDX-License-Identifier: Apache-2.0
// For secrecy.test.mjs: counts how often a key stands in this process's memory while its owner comes and goes. The one
// copy that stays is that of this script.
import { randomFillSync } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { KeyTable, TOTP, verifyBatch, verifyBatchAsync } from "counterseal";

const ROUND = 1 << 20;

/** Shared memory: a worker that gets it makes no copy. */
const key = isMainThread ? randomFillSync(new Uint8Array(new SharedArrayBuffer(5000))) : workerData;

/** Its end: free() writes over the start of a block, which is no wiping. A key this long is not soon written over. */
const needle = key.subarray(-32);

// What is read lies in memory that is read too. With so much in front of it that no read begins before that and reaches
// it, a key is never copied into what the same read goes on with.
const room = Buffer.alloc(4 * ROUND);
const chunk = room.subarray(2 * ROUND, 3 * ROUND + needle.length);

function count() {
  const memory = openSync("/proc/self/mem", "r");
  let found = 0;
  for (const line of readFileSync("/proc/self/maps", "latin1").split("\n")) {
    const [, from, to, mode] = /^(\w+)-(\w+) (\S+)/.exec(line) ?? [];
    if (mode === undefined || !mode.startsWith("rw")) continue;
    for (let at = BigInt(`0x${from}`); at < BigInt(`0x${to}`); at += BigInt(ROUND)) {
      // Chunks overlap by a key less one byte, so that a key across an edge is seen, and once.
      const want = Math.min(ROUND + needle.length - 1, Number(BigInt(`0x${to}`) - at));
      let got = 0;
      try {
        got = readSync(memory, chunk, 0, want, at);
      } catch {
        continue; // a page that is not there
      }
      for (let i = chunk.indexOf(needle, 0); i !== -1 && i + needle.length <= got; i = chunk.indexOf(needle, i + 1))
        ++found;
      chunk.fill(0);
    }
  }
  closeSync(memory);
  return found;
}

async function collect() {
  for (let i = 0; i < 3; ++i) {
    globalThis.gc();
    await new Promise((done) => setImmediate(done));
  }
}

function use() {
  const totp = TOTP.fromRaw(key);
  totp.now();
  return count();
}

/** Tables keep midstates, batches nothing: all copies of the key are gone when the call or its promise is done. */
async function useTables() {
  const part = key.subarray(-4096);
  const table = new KeyTable([part, key.subarray(0, 10)], { replay: "reportOnly" });
  table.replace(1, part, null);
  await Promise.all([1, 2, 3].map(() => verifyBatchAsync(part, ["000000"], 0, [null], { keyLen: 4096 })));
  for (let i = 0; i < 10; ++i) verifyBatch([part], ["000000"], 0, [null]);
  return count();
}

if (isMainThread) {
  const mine = count();
  const tables = await useTables();
  const alive = use();
  await collect();
  const collected = count();
  const worker = new Worker(new URL(import.meta.url), { workerData: key });
  let inWorker = 0;
  worker.on("message", () => {
    inWorker = count();
    worker.postMessage("enough");
  });
  await new Promise((done) => worker.on("exit", done));
  await collect();
  console.log(JSON.stringify({ mine, tables, alive, collected, inWorker, afterWorker: count() }));
} else {
  globalThis.kept = TOTP.fromRaw(key);
  parentPort.postMessage("made");
  parentPort.once("message", () => parentPort.close());
}
