// SPDX-License-Identifier: Apache-2.0
// Who waits for the store: nobody but the engine's own threads. What stays open, and what ends.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { CountersealError, Engine } from "counterseal";
import { memoryEngine } from "counterseal/testing";
import { ADMIN, newClock, oneKey, POLICY, Practice, PYTHON, temporaryFolder } from "./engine_practice.mjs";

const SCRIPT = new URL("engine_worker.mjs", import.meta.url);
const folder = temporaryFolder(after);
const newFile = () => path.join(folder, `${randomBytes(6).toString("hex")}.db`);

/** Holds the write lock of a SQLite file, as a process that hangs in a transaction does. */
async function lockStore(file) {
  const script =
    "import sqlite3, sys\n" +
    "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n" +
    "db.execute('BEGIN IMMEDIATE')\n" +
    "print('locked', flush=True)\n" +
    "sys.stdin.read()\n" +
    "db.execute('ROLLBACK')\n";
  const holder = spawn(PYTHON, ["-c", script, file], { stdio: ["pipe", "pipe", "inherit"] });
  const exit = new Promise((resolve) => holder.once("exit", resolve));
  await new Promise((resolve, reject) => {
    holder.once("error", reject);
    holder.once("exit", () => reject(new Error("the holder of the lock has gone")));
    holder.stdout.once("data", resolve);
  });
  return () => {
    holder.stdin.end();
    return exit;
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Until no call runs that nobody waits for any more: threads take calls in turn, but not one after another. */
async function settled(engine) {
  for (;;) {
    const { nWaiting, nRunning } = (await engine.stats()).open;
    if (nWaiting === 0 && nRunning === 1) return; // the question itself
  }
}

/** What a script says that has an engine to itself. */
function outcome(mode, ...more) {
  const options = { encoding: "utf8", cwd: fileURLToPath(new URL(".", SCRIPT)), timeout: 60_000 };
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
  const done = spawnSync(process.execPath, ["--expose-gc", fileURLToPath(SCRIPT), mode, ...more], { ...options, env });
  return { stdout: done.stdout, stderr: done.stderr, status: done.status, signal: done.signal };
}

test("while the store hangs the event loop is free, and what waits is answered when it moves again", async () => {
  const file = newFile();
  const engine = await Engine.open(`sqlite:///${file}`, { keys: oneKey(), create: true, pool: { patienceS: 60 } });
  const unlock = await lockStore(file);
  const answers = [];
  const writes = ["maple", "birch", "cedar"].map(async (name) => {
    answers.push(await engine.tenant(name).setPolicy(POLICY, ADMIN));
  });
  let n_turns = 0;
  for (; n_turns < 2000; ++n_turns) await turn();
  assert.deepEqual(answers, [], "the store did not hang");
  assert.equal(await engine.tenant("maple").policy(), null, "readers wait for a writer");
  await unlock();
  await Promise.all(writes);
  assert.deepEqual(answers, [1, 1, 1]);
  await engine.close();
});

test("a store that hangs longer than the engine's patience is unavailable, and nothing was changed", async () => {
  const file = newFile();
  const engine = await Engine.open(`sqlite:///${file}`, { keys: oneKey(), create: true, pool: { patienceS: 0.05 } });
  const unlock = await lockStore(file);
  const unavailable = { name: "CountersealError", code: "CSEAL_E_STORE_UNAVAILABLE", retryable: true };
  await assert.rejects(engine.tenant("maple").setPolicy(POLICY, ADMIN), unavailable);
  await unlock();
  assert.equal(await engine.tenant("maple").policy(), null);
  assert.equal(await engine.tenant("maple").setPolicy(POLICY, ADMIN), 1);
  await engine.close();
});

test("no thread of libuv's pool is used", { skip: process.platform === "win32" }, () => {
  const pipe = path.join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const { stdout, stderr, status } = outcome("busy-pool", newFile(), pipe);
  assert.deepEqual([stderr, stdout, status], ["", "opened, asked and closed\n", 0]);
});

test("an idle engine does not keep the process, a call that is pending does", () => {
  assert.deepEqual(outcome("idle"), { stdout: "idle\n", stderr: "", status: 0, signal: null });
  assert.deepEqual(outcome("pending"), { stdout: "answered 1\n", stderr: "", status: 0, signal: null });
});

test("a process may leave while calls are pending", () => {
  assert.deepEqual(outcome("exit", newFile()), { stdout: "", stderr: "", status: 7, signal: null });
});

test("an engine that nobody holds is closed when it is collected, and not before its calls are done", () => {
  const { stdout, stderr, status } = outcome("collect");
  assert.deepEqual([stderr, status], ["", 0]);
  const { answered, before, open, collected } = JSON.parse(stdout);
  assert.equal(answered, 30);
  assert.ok(open > before, "no threads were counted");
  assert.equal(collected, before);
});

test("after close every call is refused, and closing again is the same", async () => {
  const engine = await memoryEngine();
  const m = engine.tenant("maple");
  const last = m.setPolicy(POLICY, ADMIN);
  const closing = engine.close();
  const closed = { name: "CountersealError", code: "CSEAL_E_CLOSED", retryable: false };
  await assert.rejects(m.policy(), closed);
  assert.equal(await last, 1, "what was submitted before is done");
  assert.equal(await closing, undefined);
  await engine.close();
  for (const call of [() => m.policy(), () => engine.stats(), () => engine.health(), () => m.confirm("a", "b", "c")]) {
    await assert.rejects(call, closed);
  }
});

test("await using closes", { skip: Symbol.asyncDispose === undefined }, async () => {
  const engine = await memoryEngine();
  await engine[Symbol.asyncDispose]();
  await assert.rejects(engine.stats(), { code: "CSEAL_E_CLOSED" });
});

test("AbortSignal ends the wait and not the effect", async () => {
  const file = newFile();
  const engine = await Engine.open(`sqlite:///${file}`, { keys: oneKey(), create: true, pool: { patienceS: 60 } });
  const m = engine.tenant("maple");
  const unlock = await lockStore(file);
  const reason = new Error("the browser has gone");
  const controller = new AbortController();
  const set = m.setPolicy(POLICY, { ...ADMIN, signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(set, (error) => {
    assert.deepEqual([error.name, error.code, error.cause], ["AbortError", "ABORT_ERR", reason]);
    return true;
  });
  await unlock();
  await settled(engine);
  assert.equal(await m.setPolicy(POLICY, ADMIN), 2);
  await assert.rejects(m.setPolicy(POLICY, { ...ADMIN, signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal((await m.policy()).version, 2, "a signal that was aborted before begins nothing");
  const unused = new AbortController();
  assert.equal((await m.policy({ signal: unused.signal })).version, 2);
  unused.abort();
  await engine.close();
});

test("what settling one call throws is told to the process, and the others are settled all the same", () => {
  const { stdout, stderr, status } = outcome("throwing");
  assert.deepEqual([stderr, stdout, status], ["", "settled 45, thrown 15\n", 0]);
});

test("a call whose signal cannot be listened to was not made", async () => {
  const engine = await memoryEngine();
  const m = engine.tenant("maple");
  const addEventListener = () => {
    throw new RangeError("no listener more");
  };
  const signal = { aborted: false, addEventListener, removeEventListener() {} };
  await assert.rejects(m.setPolicy(POLICY, { ...ADMIN, signal }), { name: "RangeError", message: "no listener more" });
  await settled(engine);
  assert.equal(await m.policy(), null);
  await engine.close();
});

test("a call that is not submitted lets its signal go", async () => {
  const engine = await memoryEngine();
  const held = new Set();
  const signal = {
    aborted: false,
    addEventListener: (_, listener) => held.add(listener),
    removeEventListener: (_, listener) => held.delete(listener),
  };
  const label = "x".repeat(5_000_000);
  await assert.rejects(engine.tenant("maple").enrollTotp("anna", { label, signal }), { code: "CSEAL_E_RANGE" });
  assert.equal(held.size, 0);
  await engine.close();
});

test("an abandoned login has used the code", async () => {
  const clock = newClock();
  const engine = await memoryEngine({ clock });
  const p = await Practice.found(engine, clock);
  const { phone } = await p.enroll("anna");
  const [first, second] = [await p.challenge("anna"), await p.challenge("anna")];
  const controller = new AbortController();
  const login = p.answer("anna", first, phone.code(), { signal: controller.signal });
  controller.abort();
  await assert.rejects(login, { name: "AbortError" });
  await settled(engine);
  const again = await p.answer("anna", second, phone.code());
  assert.equal(again.reason, "REPLAY");
  await engine.close();
});

test("workers have engines of their own on one store, and each code lets one of them in", async () => {
  const file = newFile();
  const ring = path.join(folder, "ring");
  const engine = await Engine.open(`sqlite:///${file}`, { keys: ring, create: true });
  const clock = newClock();
  const p = await Practice.found(engine, clock);
  const made = await p.tenant.enrollTotp("anna");
  const workerData = { mode: "race", file, ring, tenant: p.tenant.name, factorId: made.factorId, uri: made.uri };
  const workers = Array.from({ length: 3 }, () => new Worker(SCRIPT, { workerData }));
  const said = await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          let answers;
          worker.once("message", (message) => {
            answers = message;
          });
          worker.once("error", reject);
          worker.once("exit", (code) => resolve({ code, answers }));
        }),
    ),
  );
  assert.deepEqual(
    said.map(({ code }) => code),
    [0, 0, 0],
  );
  const accepted = said.flatMap(({ answers }) => answers).filter((status) => status === "accepted");
  assert.equal(accepted.length, 1, "a code confirms one enrollment once");
  await engine.close();
});

test("a worker may be ended while its calls are pending", async () => {
  const engine = await memoryEngine();
  for (let round = 0; round < 5; ++round) {
    const worker = new Worker(SCRIPT, { workerData: { mode: "busy" } });
    await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    await worker.terminate();
    assert.equal((await engine.health()).store, "up");
  }
  await engine.close();
});

test("a row that was altered lets nobody in", async () => {
  const file = newFile();
  const clock = newClock();
  const engine = await Engine.open(`sqlite:///${file}`, { keys: oneKey(), create: true, clock: clock.now });
  const p = await Practice.found(engine, clock);
  const { phone, factorId } = await p.enroll("anna");
  const id = await p.challenge("anna");
  const script =
    "import sqlite3, sys\n" +
    "with sqlite3.connect(sys.argv[1]) as db:\n" +
    "    assert db.execute(\"UPDATE factor SET label = 'mine'\").rowcount == 1\n";
  execFileSync(PYTHON, ["-c", script, file]);
  const corrupt = { name: "CountersealError", code: "CSEAL_E_STORE_CORRUPT", retryable: false };
  await assert.rejects(p.answer("anna", id, phone.code()), corrupt);
  await assert.rejects(p.password("anna"), corrupt);
  await assert.rejects(p.tenant.verifyFactor("anna", factorId, phone.code(), { purpose: "x" }), corrupt);
  await assert.rejects(p.tenant.listFactors("anna"), corrupt);
  await engine.close();
});

test("a store that cannot be opened says why, and not with which password", async () => {
  const file = newFile();
  const keys = oneKey();
  const rejected = async (call, code) => {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof CountersealError);
      assert.deepEqual([error.code, error.message.includes("hunter2")], [code, false], error.message);
      return true;
    });
  };
  await rejected(Engine.open(`sqlite:///${file}`, { keys }), "CSEAL_E_STORE_UNAVAILABLE");
  await rejected(Engine.open("mysql://root:hunter2@127.0.0.1/x", { keys }), "CSEAL_E_ARGUMENT");
  await rejected(Engine.open("postgresql://root:hunter2@127.0.0.1:1/x", { keys }), "CSEAL_E_STORE_UNAVAILABLE");
  await rejected(Engine.open("memory:\0", { keys, create: true }), "CSEAL_E_ARGUMENT");
  await (await Engine.open(`sqlite:///${file}`, { keys, create: true })).close();
  await rejected(Engine.open(`sqlite:///${file}`, { keys: oneKey() }), "CSEAL_E_KEYS");
  const foreign = newFile();
  writeFileSync(foreign, "not a database, however long this text may be".repeat(100));
  await rejected(Engine.open(`sqlite:///${foreign}`, { keys, create: true }), "CSEAL_E_SCHEMA");
});
