// SPDX-License-Identifier: Apache-2.0
// For engine_lifetime.test.mjs: a process or a worker with an engine to itself.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { Engine } from "counterseal";
import { FakePhone, memoryEngine } from "counterseal/testing";
import { ADMIN, oneKey, POLICY } from "./engine_practice.mjs";

const [mode, file, pipe] = isMainThread ? process.argv.slice(2) : [workerData.mode];
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function idle() {
  const engine = await memoryEngine();
  await engine.tenant("maple").setPolicy(POLICY, ADMIN);
  globalThis.kept = engine;
  console.log("idle");
}

async function pending() {
  const engine = await memoryEngine();
  engine
    .tenant("maple")
    .setPolicy(POLICY, ADMIN)
    .then((version) => console.log(`answered ${version}`));
}

/** The only thread of libuv's pool opens a pipe that nobody writes to. */
async function busyPool() {
  const opened = open(pipe);
  let isFree = false;
  const behind = stat(pipe).then(() => {
    isFree = true;
  });
  const engine = await Engine.open(`sqlite:///${file}`, { keys: `${file}.keys`, create: true });
  const m = engine.tenant("maple");
  await m.setPolicy(POLICY, ADMIN);
  await Promise.all(Array.from({ length: 20 }, (_, i) => m.enrollTotp(`subject ${i}`)));
  await engine.close();
  console.log(isFree ? "the pool was free" : "opened, asked and closed");
  spawn("sh", ["-c", 'echo > "$0"', pipe]);
  await (await opened).close();
  await behind;
}

async function exit() {
  const engine = await Engine.open(`sqlite:///${file}`, { keys: oneKey(), create: true });
  for (let i = 0; i < 50; ++i) engine.tenant(`tenant ${i}`).setPolicy(POLICY, ADMIN);
  await turn();
  process.exit(7);
}

async function collect() {
  const threads = () => readdirSync("/proc/self/task").length;
  const before = threads();
  let answered = 0;
  let open = 0;
  await Promise.all(
    [1, 2, 3].map(async () => {
      const m = (await memoryEngine()).tenant("maple");
      const calls = Array.from({ length: 10 }, (_, i) => m.enrollTotp(`subject ${i}`));
      globalThis.gc();
      open = Math.max(open, threads());
      await turn();
      globalThis.gc();
      const all = await Promise.all(calls);
      answered += all.length;
    }),
  );
  for (let i = 0; i < 1000 && threads() > before; ++i) {
    globalThis.gc();
    await turn();
  }
  console.log(JSON.stringify({ answered, before, open, collected: threads() }));
}

/** Signals of the host's own that throw when they are let go, while the answers of many calls arrive together. */
async function throwing() {
  let thrown = 0;
  process.on("uncaughtException", ({ message }) => {
    thrown += message === "not let go" ? 1 : NaN;
  });
  const removeEventListener = () => {
    throw new Error("not let go");
  };
  const signal = { aborted: false, addEventListener() {}, removeEventListener };
  const m = (await memoryEngine()).tenant("maple");
  let settled = 0;
  for (let i = 0; i < 45; ++i) {
    m.enrollTotp(`subject ${i}`, i % 3 === 0 ? { signal } : {}).then(() => ++settled);
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  process.on("exit", () => console.log(`settled ${settled}, thrown ${thrown}`));
}

/** Confirms an enrollment that others try to confirm as well, all with the same code. */
async function race() {
  const engine = await Engine.open(`sqlite:///${workerData.file}`, { keys: workerData.ring });
  const m = engine.tenant(workerData.tenant);
  const code = new FakePhone(workerData.uri).code();
  const checks = await Promise.all([1, 2, 3].map(() => m.confirmDetails("anna", workerData.factorId, code)));
  await engine.close();
  parentPort.postMessage(checks.map(({ status }) => status));
}

async function busy() {
  const engine = await memoryEngine();
  const m = engine.tenant("maple");
  for (let i = 0; ; ++i) {
    const calls = Array.from({ length: 50 }, (_, j) => m.enrollTotp(`subject ${i} ${j}`));
    if (i === 2) parentPort.postMessage("busy");
    await Promise.race(calls);
  }
}

const modes = { idle, pending, "busy-pool": busyPool, exit, collect, throwing, race, busy };
await modes[mode]();
