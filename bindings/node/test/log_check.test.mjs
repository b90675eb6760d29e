// SPDX-License-Identifier: Apache-2.0
// Exported logs, checked without their store: those of the checkpoints, and those that somebody worked on.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { verifyLog } from "counterseal";
import { memoryEngine } from "counterseal/testing";
import { newClock, Practice, refused, wrongType } from "./engine_practice.mjs";

let [log, early, note, verifier, stranger] = [];

before(async () => {
  const engine = await memoryEngine({ clock: newClock() });
  const other = await memoryEngine();
  const practice = await Practice.found(engine, newClock());
  const { tenant } = practice;
  await tenant.enrollTotp("anna");
  early = (await tenant.log.checkpoint()).note;
  await tenant.enrollTotp("bob");
  await tenant.enrollTotp("eve");
  note = (await tenant.log.checkpoint()).note;
  log = (await tenant.log.export()).data;
  verifier = await tenant.log.verifier();
  stranger = await other.tenant(tenant.name).log.verifier();
  await Promise.all([engine.close(), other.close()]);
});

const lines = () => log.toString().split(/(?<=\n)/);

test("the log of the checkpoints", async () => {
  const report = await verifyLog(log, { checkpoints: [early, note], verifier });
  const n = lines().length;
  const root = Buffer.from(note.split("\n")[2], "base64");
  assert.deepEqual(report, { ok: true, nEvents: n, nCovered: n, nErased: 0, nPurged: 0, nCheckpoints: 2, root });
  assert.ok(Object.isFrozen(report));
  assert.equal((await verifyLog(new Uint8Array(log), { verifier: verifier.verifier })).nCheckpoints, 0);
  assert.equal((await verifyLog(log)).nEvents, n);
  assert.equal((await verifyLog(new Uint8Array())).nEvents, 0);
});

test("what is changed while it is checked changes nothing", async () => {
  const copy = Buffer.from(log);
  const checked = verifyLog(copy, { checkpoints: [note] });
  copy.fill(0);
  assert.equal((await checked).ok, true);
});

test("a log that somebody worked on", async () => {
  const all = lines();
  const [first, second, third, ...rest] = all;
  for (const [workedOn, where] of [
    [[first, second.replace("anna", "otto"), third, ...rest], "line 2"],
    [[first, second.replace("factor.pending", "factor.revoked"), third, ...rest], "line"],
    [all.slice(0, -1), "cut off"],
    [all.slice(1), "line 1"],
    [[first, third, ...rest], "line 2"],
    [[first, third, second, ...rest], "line 2"],
    [[first, second, second, third, ...rest], "line 3"],
    [[log.subarray(0, -1).toString()], "no end"],
    [[], "cut off"],
  ]) {
    const data = Buffer.from(workedOn.join(""));
    assert.notDeepEqual(data, log);
    const report = await verifyLog(data, { checkpoints: [note] });
    assert.equal(report.ok, false);
    assert.ok(report.problem.includes(where), report.problem);
    assert.ok(Object.isFrozen(report));
  }
});

test("arguments that are none", async () => {
  const call = (checkpoints, by) => verifyLog(log, { checkpoints, verifier: by });
  await refused(call(["no note"]), "CSEAL_E_ARGUMENT", "checkpoints[0] ");
  await refused(call([note, note.replace("\n\n", "\n")]), "CSEAL_E_ARGUMENT", "checkpoints[1] ");
  await refused(call([note], stranger), "CSEAL_E_ARGUMENT", "checkpoints[0] ");
  await refused(call([note], "no verifier"), "CSEAL_E_ARGUMENT", "verifier ");
  for (const none of ["", 5, {}, { verifier: 5 }]) await wrongType(call([note], none), "verifier");
  for (const none of [5, note, {}]) await wrongType(call(none), "checkpoints");
  await wrongType(call([5]), "checkpoints[0]");
  for (const none of [undefined, null, log.toString(), [1]]) await wrongType(verifyLog(none), "data");
  await wrongType(verifyLog(log, { unknown: 1 }), '"unknown"');
});
