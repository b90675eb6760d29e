// SPDX-License-Identifier: Apache-2.0
// How engines are opened, and with which keys.
import assert from "node:assert/strict";
import { createPublicKey, randomBytes } from "node:crypto";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Engine, KeyRing } from "counterseal";
import { oneKey, refused, temporaryFolder, wrongType } from "./engine_practice.mjs";
import { assertWrongType } from "./support.mjs";

const folder = temporaryFolder(after);

test("how an engine is opened", async () => {
  const keys = oneKey();
  for (const url of [undefined, null, 5, {}, new URL("sqlite:///x")]) {
    await wrongType(Engine.open(url, { keys, create: true }), "url");
  }
  await wrongType(Engine.open("memory:"), "Engine.open takes an object");
  for (const wrong of [undefined, null, 5, {}, [], Buffer.alloc(32)]) {
    await wrongType(Engine.open("memory:", { keys: wrong, create: true }), "keys");
  }
  await wrongType(Engine.open("memory:", { keys, create: 1 }), "create");
  await wrongType(Engine.open("memory:", { keys, clock: 5 }), "clock");
  await wrongType(Engine.open("memory:", { keys, pool: { size: 5 } }), '"size"');
  await wrongType(Engine.open("memory:", { keys, pool: { threads: "5" } }), "pool.threads");
  await refused(Engine.open("memory:", { keys, schema: "force" }), "CSEAL_E_UNSUPPORTED", "schema");
  await refused(Engine.open("memory:", { keys, onFork: "x" }), "CSEAL_E_UNSUPPORTED", "onFork");
  for (const [pool, name] of [
    [{ sessions: 0 }, "pool.sessions"],
    [{ sessions: 257 }, "pool.sessions"],
    [{ threads: 65 }, "pool.threads"],
    [{ threads: -1 }, "pool.threads"],
    [{ patienceS: 0.001 }, "pool.patienceS must be 0.01 to 600 seconds"],
    [{ patienceS: 1e9 }, "pool.patienceS must be 0.01 to 600 seconds"],
    [{ patienceS: 0 }, "pool.patienceS"],
  ]) {
    await refused(Engine.open("memory:", { keys, create: true, pool }), "CSEAL_E_RANGE", name);
  }
  assertWrongType(() => new Engine(), "Engine.open");
  assertWrongType(() => new KeyRing(), "KeyRing");
});

test("a log is signed with Ed25519, or where that is asked for with P-256", async () => {
  const keys = oneKey();
  for (const [logSignature, algorithm] of [
    [undefined, 1],
    ["ed25519", 1],
    ["p256", 2],
  ]) {
    const url = `sqlite:///${path.join(folder, `log ${logSignature}.db`)}`;
    const made = await Engine.open(url, { keys, create: true, logSignature });
    const { verifier } = await made.tenant("maple").log.verifier();
    const key = Buffer.from(verifier.split("+").slice(2).join("+"), "base64"); // name+hash+algorithm and key
    assert.equal(key[0], algorithm);
    if (algorithm === 1) assert.equal(key.length, 33);
    else assert.equal(createPublicKey({ key: key.subarray(1), format: "der", type: "spki" }).asymmetricKeyType, "ec");
    await made.close();
    const again = await Engine.open(url, { keys });
    assert.equal((await again.tenant("maple").log.verifier()).verifier, verifier, "a store keeps what it has");
    await again.close();
  }
  await refused(Engine.open("memory:", { keys, create: true, logSignature: "P-256" }), "CSEAL_E_UNSUPPORTED", "log");
  await wrongType(Engine.open("memory:", { keys, create: true, logSignature: true }), "logSignature");
});

test("key rings", async () => {
  const file = path.join(folder, "keys");
  await refused(KeyRing.fromFile(file), "CSEAL_E_KEYS", "");
  await KeyRing.fromFile(file, { create: true });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const store = `sqlite:///${path.join(folder, "rings.db")}`;
  const opened = async (keys) => (await Engine.open(store, { keys, create: true })).close();
  await opened(file);
  await opened(pathToFileURL(file));
  await opened(await KeyRing.fromFile(pathToFileURL(file)));
  chmodSync(file, 0o644);
  await refused(KeyRing.fromFile(file), "CSEAL_E_KEYS", "");
  const [one, two] = [randomBytes(32), randomBytes(32)];
  const text = `counterseal keys 1\nactive b\na ${one.toString("base64")}\nb ${two.toString("base64")}\n`;
  process.env.COUNTERSEAL_TEST_RING = text;
  const other = `sqlite:///${path.join(folder, "env.db")}`;
  await (await Engine.open(other, { keys: KeyRing.fromEnv("COUNTERSEAL_TEST_RING"), create: true })).close();
  await (await Engine.open(other, { keys: KeyRing.fromKeys({ a: one, b: two }, { active: "b" }) })).close();
  await refused(Engine.open(other, { keys: KeyRing.fromKeys({ b: one }, { active: "b" }) }), "CSEAL_E_KEYS", "");
  delete process.env.COUNTERSEAL_TEST_RING;
  assert.throws(() => KeyRing.fromEnv("COUNTERSEAL_TEST_RING"), { code: "CSEAL_E_KEYS" });
  for (const [keys, active] of [
    [{ a: one }, "b"],
    [{ a: one.subarray(1) }, "a"],
    [{ "a b": one }, "a b"],
    [{}, "a"],
    [{}, "__proto__"],
  ]) {
    assert.throws(() => KeyRing.fromKeys(keys, { active }), { code: "CSEAL_E_KEYS" });
  }
  assertWrongType(() => KeyRing.fromKeys({ a: "text" }, { active: "a" }), "keys");
  assertWrongType(() => KeyRing.fromKeys(null, { active: "a" }), "keys");
  assertWrongType(() => KeyRing.fromKeys({ a: one }, {}), "active");
  assertWrongType(() => KeyRing.fromEnv(undefined), "name");
  await wrongType(KeyRing.fromFile(""), "path");
  await refused(KeyRing.fromFile("a\0b"), "CSEAL_E_ARGUMENT", "path");
  writeFileSync(path.join(folder, "no ring"), "text", { mode: 0o600 });
  await refused(KeyRing.fromFile(path.join(folder, "no ring")), "CSEAL_E_KEYS", "");
});
