// SPDX-License-Identifier: Apache-2.0
// Keys that change while an engine works.
import assert from "node:assert/strict";
import { readFileSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Engine, KeyRing } from "counterseal";
import { ADMIN, POLICY, refused, temporaryFolder, wrongType } from "./engine_practice.mjs";
import { assertRefused, assertWrongType } from "./support.mjs";

const folder = temporaryFolder(after);
const KEYS = { old: Buffer.alloc(32, "old key "), new: Buffer.alloc(32, "new key ") };

function ring(active, ...others) {
  return KeyRing.fromKeys(Object.fromEntries([active, ...others].map((id) => [id, KEYS[id]])), { active });
}

function linesOf(keys) {
  return keys.revealText().trimEnd().split("\n");
}

/** How many rows went under the key that seals, in how many steps. */
async function walk(engine, limit) {
  let [nResealed, nSteps, place] = [0, 0, null];
  do {
    const step = await engine.reseal({ after: place, limit });
    nResealed += step.nResealed;
    nSteps += 1;
    place = step.next;
  } while (place !== null);
  return { nResealed, nSteps };
}

test("a ring changes into another ring", () => {
  const first = ring("old");
  const grown = first.changed("add", "new");
  const promoted = grown.changed("promote", "new");
  const left = promoted.changed("remove", "old");
  const all = [first, grown, promoted, left].map(linesOf);
  assert.deepEqual(
    all.map((lines) => lines[1]),
    ["active old", "active old", "active new", "active new"],
  );
  assert.deepEqual(
    all.map((lines) => lines.length),
    [3, 4, 4, 3],
  );
  assert.equal(all[0][2], `old ${KEYS.old.toString("base64")}`);
  for (const [what, id] of [
    ["remove", "old"],
    ["promote", "nobody"],
    ["add", "old"],
    ["add", "a b"],
  ]) {
    assertRefused(() => first.changed(what, id), "CSEAL_E_KEYS", "");
  }
  assertRefused(() => first.changed("rename", "old"), "CSEAL_E_UNSUPPORTED", "what");
  assertWrongType(() => first.changed(1, "new"), "what");
  assertWrongType(() => first.changed("add", KEYS.new), "id");
  assertWrongType(() => first.changed("add"), "id");
  assertWrongType(() => KeyRing.prototype.revealText.call({}), "KeyRing");
});

test("the ring in a file changes, or stays as it is", async () => {
  const file = path.join(folder, "changing.keys");
  await KeyRing.fromFile(file, { create: true });
  const made = await KeyRing.changeFile(pathToFileURL(file), "add", "new");
  assert.equal(made.revealText(), readFileSync(file, "utf8"));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(linesOf(made).length, 4);
  await refused(KeyRing.changeFile(file, "remove", "first"), "CSEAL_E_KEYS", "");
  await refused(KeyRing.changeFile(file, "rename", "first"), "CSEAL_E_UNSUPPORTED", "what");
  await refused(KeyRing.changeFile(path.join(folder, "none"), "add", "x"), "CSEAL_E_KEYS", "");
  await wrongType(KeyRing.changeFile(5, "add", "x"), "path");
  await wrongType(KeyRing.changeFile(file, "add", 5), "id");
  symlinkSync(file, path.join(folder, "link"));
  await refused(KeyRing.changeFile(path.join(folder, "link"), "promote", "new"), "CSEAL_E_KEYS", "");
  assert.equal(made.revealText(), readFileSync(file, "utf8"));
});

test("keys are rotated under an engine", async () => {
  const file = path.join(folder, "rotated.keys");
  const store = `sqlite:///${path.join(folder, "rotated.db")}`;
  const engine = await Engine.open(store, { keys: file, create: true });
  const maple = engine.tenant("maple");
  await maple.setPolicy(POLICY, ADMIN);
  for (let i = 0; i < 3; i += 1) await maple.enrollTotp(`subject ${i}`);
  await KeyRing.changeFile(file, "add", "new");
  await engine.reloadKeys();
  await KeyRing.changeFile(file, "promote", "new");
  await engine.reloadKeys();
  assert.equal((await engine.stats()).keys.active, "new");
  const { nResealed, nSteps } = await walk(engine, 2);
  assert.equal(nResealed, 1 + 3 + 3 + 1); // policy, subjects, factors, canary
  assert.ok(nSteps > 3);
  assert.deepEqual(await walk(engine, 1000), { nResealed: 0, nSteps: 1 });
  const counts = await engine.keyCounts({ limit: 1000 });
  assert.deepEqual(
    [counts.active, counts.keys, counts.next, counts.counts],
    [
      "new",
      ["first", "new"],
      null,
      { canary: { new: 1 }, factor: { new: 3 }, policy: { new: 1 }, secret: { new: 3 }, subject: { new: 3 } },
    ],
  );
  for (const frozen of [counts, counts.keys, counts.counts, counts.counts.factor]) assert.ok(Object.isFrozen(frozen));
  await KeyRing.changeFile(file, "remove", "first");
  await engine.reloadKeys();
  assert.deepEqual((await engine.keyCounts()).keys, ["new"]);
  await engine.close();
  const again = await Engine.open(store, { keys: file });
  assert.equal((await again.tenant("maple").listFactors()).items.length, 3);
  await again.close();
});

test("a wrong ring is refused and the old one stays", async () => {
  const engine = await Engine.open("memory:", { keys: ring("old"), create: true });
  for (const wrong of [ring("new"), KeyRing.fromKeys({ old: KEYS.new }, { active: "old" })]) {
    await refused(engine.reloadKeys(wrong), "CSEAL_E_KEYS", "");
  }
  for (const wrong of [null, 5, {}, KEYS.old]) await wrongType(engine.reloadKeys(wrong), "keys");
  await refused(engine.reloadKeys(path.join(folder, "none")), "CSEAL_E_KEYS", "");
  await engine.reloadKeys(ring("new", "old"));
  await refused(engine.reloadKeys(), "CSEAL_E_KEYS", ""); // the one of open lacks the key that seals now
  assert.equal((await engine.stats()).keys.active, "new");
  await refused(engine.reseal({ after: "nowhere" }), "CSEAL_E_ARGUMENT", "after must be what");
  await refused(engine.keyCounts({ after: "[]" }), "CSEAL_E_ARGUMENT", "after must be what");
  await refused(engine.reseal({ limit: 1001 }), "CSEAL_E_RANGE", "limit");
  await refused(engine.keyCounts({ limit: 0 }), "CSEAL_E_RANGE", "limit");
  await wrongType(engine.reseal({ after: 5 }), "after");
  await wrongType(engine.keyCounts({ from: "x" }), '"from"');
  await assert.rejects(engine.reseal({ signal: AbortSignal.abort() }), { name: "AbortError" });
  await engine.close();
  await refused(engine.reloadKeys(ring("new", "old")), "CSEAL_E_CLOSED", "");
});

test("no call fails while keys change", async () => {
  const engine = await Engine.open("memory:", { keys: ring("old", "new"), create: true });
  const maple = engine.tenant("maple");
  await maple.setPolicy(POLICY, ADMIN);
  const work = Promise.all(Array.from({ length: 60 }, (_, i) => maple.enrollTotp(`subject ${i}`)));
  for (let i = 0; i < 6; i += 1) {
    await engine.reloadKeys(i % 2 === 0 ? ring("new", "old") : ring("old", "new"));
    await walk(engine, 50);
  }
  assert.equal((await work).length, 60);
  await engine.close();
});

test("an engine that is closed while keys change settles both", async () => {
  for (let i = 0; i < 20; i += 1) {
    const engine = await Engine.open("memory:", { keys: ring("old"), create: true });
    const reloads = Promise.allSettled([engine.reloadKeys(ring("new", "old")), engine.reloadKeys(ring("old", "new"))]);
    await new Promise(setImmediate);
    await engine.close();
    for (const { status, reason } of await reloads) {
      assert.ok(status === "fulfilled" || ["CSEAL_E_CLOSED", "CSEAL_E_KEYS"].includes(reason.code), String(reason));
    }
  }
});
