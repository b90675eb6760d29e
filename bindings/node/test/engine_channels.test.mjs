// SPDX-License-Identifier: Apache-2.0
// What operators see of an engine: counters, and messages of node:diagnostics_channel.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Engine, KeyRing } from "counterseal";
import { faults, memoryEngine } from "counterseal/testing";
import { HERE, newClock, oneKey, openNodes, Practice, refused, STORES, temporaryFolder } from "./engine_practice.mjs";

const folder = temporaryFolder(after);
const clock = newClock();
const CHANNELS = ["opened", "closed", "decision", "trouble", "checkpoint", "keys"];

/** What is told while `body` runs, as [channel, message]. */
async function told(body) {
  const all = [];
  const listen = (message, channel) => all.push([channel.slice("counterseal:".length), message]);
  for (const name of CHANNELS) subscribe(`counterseal:${name}`, listen);
  try {
    await body();
  } finally {
    for (const name of CHANNELS) assert.ok(unsubscribe(`counterseal:${name}`, listen));
  }
  assert.ok(all.every(([, message]) => Object.isFrozen(message)));
  return all;
}

for (const kind of STORES) {
  test(`counters tell calls, reasons, commits and keys: ${kind}`, async () => {
    const [engine, other] = await openNodes(kind, folder, clock);
    const practice = await Practice.found(engine, clock);
    const { phone } = await practice.enroll("anna");
    const before = await engine.stats();
    await practice.answer("anna", await practice.challenge("anna"), phone.wrongCode());
    await practice.login("anna", phone);
    const stats = await engine.stats();
    assert.deepEqual(stats.calls.verifyChallenge ?? stats.calls.verify_challenge, { DENY: 1, OK: 1 });
    assert.deepEqual(stats.reasons, { NEED_MFA: 2, WRONG_CODE: 1, OK: 1 });
    assert.ok(stats.store.nCommits - before.store.nCommits >= 4);
    assert.ok(stats.store.nCalls >= stats.store.nCommits);
    assert.deepEqual([stats.store.nWaiting, stats.store.nBusy], [0, 0]);
    assert.deepEqual(stats.open, { nDirect: 0, nWaiting: 0, nRunning: 1, nDone: 0 });
    assert.ok(stats.keys.nSealed >= 1);
    assert.ok([stats, stats.calls, stats.reasons, stats.open, stats.store, stats.keys].every(Object.isFrozen));
    await Promise.all([engine.close(), other.close()]);
  });
}

test("opening, closing, checkpoints and keys are told", async () => {
  const keys = `${folder}/ring`;
  const all = await told(async () => {
    const engine = await Engine.open(`sqlite:///${folder}/told.db`, { keys, create: true });
    const maple = engine.tenant("maple");
    await maple.enrollTotp("anna");
    const { size } = await maple.log.checkpoint();
    await engine.checkpoints();
    await maple.log.checkpointsKept(size);
    await engine.checkpoints();
    await engine.reloadKeys();
    await refused(engine.reloadKeys(oneKey()), "CSEAL_E_KEYS", "");
    await engine.close();
    await engine.close();
  });
  assert.deepEqual(all.slice(0, 5), [
    ["opened", { store: "sqlite" }],
    ["checkpoint", { event: "made", tenant: "maple", size: 1 }],
    ["checkpoint", { event: "waiting", nWaiting: 1, hasMore: false }],
    ["checkpoint", { event: "kept", tenant: "maple", size: 1, nReleased: 1 }],
    ["keys", { event: "reloaded" }],
  ]);
  const [trouble, closed, ...more] = all.slice(5);
  assert.deepEqual([trouble[1].operation, trouble[1].code, more], ["reloadKeys", "CSEAL_E_KEYS", []]);
  assert.deepEqual(closed, ["closed", { store: "sqlite" }]);
});

test("decisions are told, also those that nobody waits for any more", async () => {
  const engine = await memoryEngine({ clock });
  const practice = await Practice.found(engine, clock);
  const { phone } = await practice.enroll("anna");
  let challengeId;
  const all = await told(async () => {
    challengeId = await practice.challenge("anna");
    await practice.answer("anna", challengeId, phone.wrongCode());
    await practice.answer("anna", challengeId, phone.code());
    const controller = new AbortController();
    const aborted = practice.password("anna", { signal: controller.signal });
    controller.abort();
    await assert.rejects(aborted, { name: "AbortError" });
    await engine.close();
  });
  const decisions = all.filter(([name]) => name === "decision").map(([, message]) => message);
  assert.deepEqual(
    decisions.map(({ operation, outcome, reason }) => [operation, outcome, reason]),
    [
      ["evaluate", "challenge", "NEED_MFA"],
      ["verifyChallenge", "deny", "WRONG_CODE"],
      ["verifyChallenge", "allow", "OK"],
      ["evaluate", "challenge", "NEED_MFA"],
    ],
  );
  assert.deepEqual(decisions[0], {
    operation: "evaluate",
    tenant: practice.tenant.name,
    subject: "anna",
    outcome: "challenge",
    reason: "NEED_MFA",
    path: "web",
    action: "login",
    challengeId,
    assurance: null,
    retryAfterS: null,
    policyVersion: 1,
  });
});

test("trouble is told, and what a caller got wrong is not", async () => {
  const all = await told(async () => {
    const engine = await memoryEngine({ clock });
    const practice = await Practice.found(engine, clock);
    const { phone, factorId } = await practice.enroll("anna");
    await faults(engine).storeDown();
    await engine.health();
    await refused(practice.password("anna"), "CSEAL_E_STORE_UNAVAILABLE", "");
    await faults(engine).commitUnknown();
    const verified = practice.tenant.verifyFactor("anna", factorId, phone.code(), { purpose: "x" });
    await refused(verified, "CSEAL_E_STORE_UNKNOWN", "");
    await faults(engine).none();
    await refused(practice.tenant.listFactors(undefined, { limit: 0 }), "CSEAL_E_RANGE", "limit");
    await engine.close();
    await refused(practice.password("anna"), "CSEAL_E_CLOSED", "");
    const file = path.join(folder, "none.db");
    writeFileSync(file, "no database".repeat(100));
    await assert.rejects(Engine.open(`sqlite:///${file}`, { keys: oneKey() }));
  });
  const trouble = all.filter(([name]) => name === "trouble").map(([, message]) => message);
  assert.deepEqual(
    trouble.map(({ operation, code, retryable }) => [operation, code, retryable]),
    [
      ["health", "CSEAL_E_STORE_UNAVAILABLE", true],
      ["evaluate", "CSEAL_E_STORE_UNAVAILABLE", true],
      ["verifyFactor", "CSEAL_E_STORE_UNKNOWN", false],
      ["open", "CSEAL_E_SCHEMA", false],
    ],
  );
});

test("no secret is told", async () => {
  const secrets = [];
  const all = await told(async () => {
    const keys = KeyRing.fromKeys({ test: randomBytes(32) }, { active: "test" });
    const engine = await memoryEngine({ clock, keys });
    const practice = await Practice.found(engine, clock);
    const made = await practice.tenant.enrollTotp("otto");
    const { phone } = await practice.enroll("anna");
    secrets.push(made.revealBase32(), phone.code(), HERE, Buffer.from(HERE).toString("base64url"), keys.revealText());
    const { grant } = await practice.login("anna", phone);
    secrets.push(grant);
    await practice.tenant.recoveryCodes("anna", { grant, session: HERE });
    await engine.close();
  });
  const shown = JSON.stringify(all);
  assert.ok(shown.includes("verifyChallenge"));
  for (const secret of secrets) assert.ok(!shown.includes(secret));
});
