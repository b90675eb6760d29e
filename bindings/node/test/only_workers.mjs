// SPDX-License-Identifier: Apache-2.0
// For workers.test.mjs: the main thread never loads the addon, so each round loads and unloads it.
import { Worker } from "node:worker_threads";

const SCRIPT = new URL("worker.mjs", import.meta.url);
const ROUNDS = 4;

for (let round = 0; round < ROUNDS; ++round) {
  const exits = [0, 1].map((seed) => {
    const worker = new Worker(SCRIPT, { workerData: { seed, count: 20 } });
    return new Promise((resolve, reject) => worker.once("error", reject).once("exit", resolve));
  });
  if ((await Promise.all(exits)).some((code) => code !== 0)) process.exitCode = 1;
}
console.log(`${ROUNDS} rounds`);
