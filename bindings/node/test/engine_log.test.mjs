// SPDX-License-Identifier: Apache-2.0
// The log of a tenant: checkpoints, proofs, export, what leaves it, and whether the rows agree with it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import util from "node:util";
import { Engine } from "counterseal";
import { memoryEngine } from "counterseal/testing";
import {
  ADMIN,
  newClock,
  oneKey,
  openNodes,
  Practice,
  PYTHON,
  refused,
  STORES,
  temporaryFolder,
  wrongType,
} from "./engine_practice.mjs";

const folder = temporaryFolder(after);
const clock = newClock();

/** A tenant with some events: a policy, and factors that were enrolled and confirmed. */
async function busy(engine, ...subjects) {
  const practice = await Practice.found(engine, clock);
  for (const subject of subjects) await practice.enroll(subject);
  return practice.tenant;
}

const hash = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** The root that a proof of inclusion leads to (RFC 9162 section 2.1.3.2). */
function rootOf({ leaf, hashes }, index, size) {
  let [root, at, last] = [leaf, index, size - 1];
  for (const each of hashes) {
    if (at % 2 === 1 || at === last) {
      root = hash(Buffer.of(1), each, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at >> 1, last >> 1];
    } else {
      root = hash(Buffer.of(1), root, each);
    }
    [at, last] = [at >> 1, last >> 1];
  }
  assert.equal(last, 0);
  return root;
}

for (const kind of STORES) {
  test(`checkpoints are made, listed and kept: ${kind}`, async () => {
    const [engine, other] = await openNodes(kind, folder, clock);
    const maple = await busy(engine, "anna");
    const made = await maple.log.checkpoint();
    const events = await maple.events();
    assert.equal(made.tenant, maple.name);
    assert.equal(made.size, events.items.length);
    assert.ok(made.at instanceof Date);
    const { origin, verifier } = await maple.log.verifier();
    assert.deepEqual(made.note.split("\n").slice(0, 2), [origin, String(made.size)]);
    assert.ok(verifier.startsWith(`${origin}+`));
    const oak = await busy(engine, "bob");
    await oak.log.checkpoint();
    const page = await other.checkpoints({ tenant: maple.name });
    assert.deepEqual(page.items.at(-1), made);
    assert.ok([page, page.items, page.items[0]].every(Object.isFrozen));
    const first = await other.checkpoints({ limit: 1 });
    assert.deepEqual(first.next, { tenant: first.items[0].tenant, size: first.items[0].size });
    const [second] = (await other.checkpoints({ after: first.next, limit: 1 })).items;
    assert.notDeepEqual([second.tenant, second.size], [first.items[0].tenant, first.items[0].size]);
    assert.ok((await maple.log.checkpointsKept(made.size)) >= 1);
    assert.deepEqual((await other.checkpoints({ tenant: maple.name })).items, []);
    assert.equal(await maple.log.checkpoint(), null);
    assert.equal((await other.checkpoints({ tenant: oak.name })).items.length >= 1, true);
    await Promise.all([engine.close(), other.close()]);
  });

  test(`that an event is in the log can be proved: ${kind}`, async () => {
    const [engine, other] = await openNodes(kind, folder, clock);
    const { log } = await busy(engine, "anna", "bob", "eve");
    const { size, note } = await log.checkpoint();
    const lines = (await log.export()).data.toString().trimEnd().split("\n");
    assert.equal(lines.length, size);
    for (let seq = 1; seq <= size; seq += 1) {
      const proof = await log.proveInclusion(seq, size);
      const [, entry] = /^\{"entry":(\{.*\}),"person":/.exec(lines[seq - 1]);
      assert.deepEqual(proof.leaf, hash(Buffer.of(0), Buffer.from(entry)));
      assert.deepEqual(rootOf(proof, seq - 1, size), proof.root);
      assert.equal(note.split("\n")[2], proof.root.toString("base64"));
    }
    const grown = await log.proveConsistency(1, size);
    assert.deepEqual(grown.firstRoot, (await log.proveInclusion(1, 1)).root);
    assert.deepEqual(grown.root, (await log.proveInclusion(1, size)).root);
    assert.ok(grown.hashes.length > 0 && grown.hashes.every((each) => each.length === 32));
    await refused(log.proveInclusion(1, size + 1), "CSEAL_E_RANGE", "size");
    await refused(log.proveInclusion(2, 1), "CSEAL_E_RANGE", "seq");
    await refused(log.proveConsistency(2, 1), "CSEAL_E_RANGE", "first");
    await Promise.all([engine.close(), other.close()]);
  });

  test(`the log goes out page by page, and forgets a person: ${kind}`, async () => {
    const [engine, other] = await openNodes(kind, folder, clock);
    const maple = await busy(engine, "anna", "bob");
    const whole = await maple.log.export();
    assert.ok(Buffer.isBuffer(whole.data));
    const parts = [];
    let [place, nEvents] = [null, 0];
    do {
      const part = await maple.log.export({ after: place, limit: 2 });
      parts.push(part.data);
      nEvents += part.nEvents;
      place = part.next;
    } while (place !== null);
    assert.deepEqual([Buffer.concat(parts), nEvents], [whole.data, whole.nEvents]);
    for (const format of ["csv", "fhir", "ocsf", "cef"]) {
      const { data } = await maple.log.export({ format });
      assert.ok(data.includes("anna") && !data.equals(whole.data), format);
    }
    await refused(maple.log.export({ format: "pdf" }), "CSEAL_E_ARGUMENT", "format");
    const { length } = (await maple.events("anna")).items;
    const before = await maple.log.proveInclusion(1, whole.nEvents);
    assert.deepEqual(await maple.log.erasePerson("anna", ADMIN), { nEvents: length, isComplete: true });
    const erased = (await maple.log.export()).data.toString();
    assert.equal(erased.split('"person":null').length - 1, length);
    assert.ok(!erased.includes("anna") && erased.includes("bob"));
    assert.deepEqual(await maple.log.proveInclusion(1, whole.nEvents), before);
    await Promise.all([engine.close(), other.close()]);
  });

  test(`a store that agrees with its log has no faults: ${kind}`, async () => {
    const [engine, other] = await openNodes(kind, folder, clock);
    const { log } = await busy(engine, "anna", "bob");
    const { note, size } = await log.checkpoint();
    const report = await log.verifyState({ checkpoints: [note], timeoutS: 30 });
    assert.deepEqual([report.nEvents, report.nFactors, report.nSubjects], [size, 2, 2]);
    assert.deepEqual(report.faults, []);
    assert.equal(report.root.toString("base64"), note.split("\n")[2]);
    await refused(log.verifyState({ checkpoints: ["no note"] }), "CSEAL_E_ARGUMENT", "");
    await Promise.all([engine.close(), other.close()]);
  });
}

/** As whoever can write to the file does. */
function tamper(file, sql) {
  const script = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\ndb.executescript(sys.argv[2])\ndb.commit()\n";
  execFileSync(PYTHON, ["-c", script, file, sql]);
}

test("a store that disagrees with its log is an answer with faults", async () => {
  const file = path.join(folder, "tampered.db");
  const engine = await Engine.open(`sqlite:///${file}`, { keys: oneKey(), create: true, clock: clock.now });
  const maple = await busy(engine, "anna", "bob");
  tamper(file, "DELETE FROM factor WHERE subject = 'bob'");
  const report = await maple.log.verifyState();
  assert.ok(report.faults.length > 0);
  const [{ subject, factorId, what }] = report.faults;
  assert.deepEqual([subject, what], ["bob", "row"]);
  assert.equal(typeof factorId, "string");
  assert.ok([report, report.faults, report.faults[0]].every(Object.isFrozen));
  await engine.close();
});

test("a store that was put back is not opened where checkpoints are expected", async () => {
  const file = path.join(folder, "put back.db");
  const url = `sqlite:///${file}`;
  const keys = oneKey();
  const open = (expectedCheckpoints) =>
    Engine.open(url, { keys, create: true, clock: clock.now, ...(expectedCheckpoints && { expectedCheckpoints }) });
  let engine = await open();
  const maple = await busy(engine, "anna");
  const early = await maple.log.checkpoint();
  await engine.close();
  copyFileSync(file, `${file}.copy`);
  engine = await open([early.note]);
  await new Practice(engine.tenant(maple.name), clock).enroll("bob");
  const late = await engine.tenant(maple.name).log.checkpoint();
  await engine.close();
  await (await open([early.note, late.note])).close();
  copyFileSync(`${file}.copy`, file);
  await (await open([early.note])).close();
  await refused(open([early.note, late.note]), "CSEAL_E_STORE_ROLLED_BACK", "");
  await refused(open(["no note"]), "CSEAL_E_ARGUMENT", "");
  await wrongType(open("no array"), "expectedCheckpoints");
  await wrongType(open([5]), "expectedCheckpoints[0]");
  await (await open([])).close();
});

test("what the calls of a log refuse", async () => {
  const engine = await memoryEngine({ clock });
  const maple = await busy(engine, "anna");
  const { log } = maple;
  assert.equal(log, maple.log);
  assert.equal(util.inspect(log), `Log { tenant: '${maple.name}' }`);
  await refused(log.purgeEvents(new Date(clock.now()), ADMIN), "CSEAL_E_RANGE", "before");
  assert.deepEqual(await log.purgeEvents(1000, ADMIN), { nEvents: 0, isComplete: true });
  for (const subject of ["", null, undefined, 5]) await wrongType(log.erasePerson(subject, ADMIN), "subject");
  for (const number of ["1", null, undefined, {}]) {
    await wrongType(log.checkpointsKept(number), "size");
    await wrongType(log.proveInclusion(number, 1), "seq");
    await wrongType(log.proveInclusion(1, number), "size");
    await wrongType(log.proveConsistency(number, 1), "first");
    await wrongType(log.purgeEvents(number, ADMIN), "before");
    if (number != null) {
      await wrongType(log.export({ after: number }), "after");
      await wrongType(log.export({ limit: number }), "limit");
      await wrongType(log.verifyState({ checkpoints: number }), "checkpoints");
      await wrongType(log.verifyState({ timeoutS: number }), "timeoutS");
      await wrongType(engine.checkpoints({ after: number }), number === "1" ? "after" : "after.tenant");
    }
  }
  await wrongType(log.erasePerson("anna", { actor: "root" }), "reason");
  await wrongType(log.purgeEvents(1000, { reason: "x" }), "actor");
  await wrongType(engine.checkpoints({ tenant: 5 }), "tenant");
  await refused(engine.checkpoints({ limit: 1001 }), "CSEAL_E_RANGE", "limit");
  await refused(log.export({ limit: 10001 }), "CSEAL_E_RANGE", "limit");
  const signal = AbortSignal.abort();
  for (const call of [
    (options) => log.checkpoint(options),
    (options) => log.checkpointsKept(1, options),
    (options) => log.verifier(options),
    (options) => log.proveInclusion(1, 1, options),
    (options) => log.proveConsistency(1, 1, options),
    (options) => log.export(options),
    (options) => log.erasePerson("anna", { ...ADMIN, ...options }),
    (options) => log.purgeEvents(1000, { ...ADMIN, ...options }),
    (options) => log.verifyState(options),
    (options) => engine.checkpoints(options),
  ]) {
    await wrongType(call({ unknown: 1 }), '"unknown"');
    await assert.rejects(call({ signal }), { name: "AbortError" });
  }
  await engine.close();
  await refused(log.checkpoint(), "CSEAL_E_CLOSED", "");
});
