// SPDX-License-Identifier: Apache-2.0
// A store that has seen a wrong time decides nothing until the right one is set.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { FakeClock } from "counterseal/testing";
import { ADMIN, HERE, openNodes, Practice, refused, STORES, temporaryFolder, wrongType } from "./engine_practice.mjs";

const folder = temporaryFolder(after);
const HOUR_S = 3600;
const MENDED = { actor: "dr.weber", reason: "the clock of node 2 was an hour ahead" };

/** A practice of hours ago, since nobody sets a store ahead of the machine's clock. */
async function practiceOn(store, t) {
  const clock = new FakeClock(Date.now() / 1000 - 10 * HOUR_S);
  const nodes = await openNodes(store, folder, clock);
  t.after(() => Promise.all(nodes.map((node) => node.close())));
  return { clock, p: await Practice.found(nodes[0], clock), other: nodes[1] };
}

for (const store of STORES) {
  test(`${store}: after a clock that ran ahead an administrator sets the time`, async (t) => {
    const { clock, p, other } = await practiceOn(store, t);
    const { phone, factorId } = await p.enroll("anna");
    for (let minutes = 0; minutes < 60; minutes += 5) {
      clock.advance(300);
      await p.login("anna", phone);
    }
    const wrong = new Date(clock.now());
    clock.advance(30 - HOUR_S);
    for (const call of [
      () => p.password("anna"),
      () => p.answer("anna", "c", phone.code()),
      () => p.tenant.enrollTotp("berta"),
      () => p.tenant.verifyFactor("anna", factorId, phone.code(), { purpose: "x" }),
      () => p.tenant.grantValid("g", { subject: "anna", session: HERE }),
      () => p.tenant.suspend("anna", factorId, ADMIN),
    ]) {
      await refused(call(), "CSEAL_E_TIME", "");
    }
    const right = new Date(clock.now());
    const changed = await other.tenant(p.tenant.name).setClock(MENDED);
    assert.ok(Object.isFrozen(changed));
    assert.deepEqual(Object.keys(changed), ["before", "after"]);
    assert.ok(Math.abs(changed.before - wrong) < 10_000, `${changed.before.toISOString()}`);
    assert.deepEqual(changed.after, right);
    const berta = await p.enroll("berta");
    await p.login("berta", berta.phone);
    const event = (await p.tenant.events()).items.find(({ type }) => type === "clock.set");
    const { at, actor, reason, subject, detail } = event;
    assert.deepEqual({ at, actor, reason, subject }, { at: right, ...MENDED, subject: null });
    assert.deepEqual([Math.floor(detail.from_us / 1000), detail.to_us / 1000], [+changed.before, +right]);
  });

  test(`${store}: who sets the time, and why, is said, and it lies not ahead of the machine's`, async (t) => {
    const { clock, p } = await practiceOn(store, t);
    await wrongType(p.tenant.setClock(), "setClock takes an object");
    await wrongType(p.tenant.setClock({ actor: "root" }), "reason");
    await wrongType(p.tenant.setClock({ reason: "x" }), "actor");
    await wrongType(p.tenant.setClock({ ...MENDED, to: 5 }), '"to"');
    await refused(p.tenant.setClock({ ...MENDED, actor: "" }), "CSEAL_E_ARGUMENT", "actor");
    await refused(p.tenant.setClock({ ...MENDED, reason: "" }), "CSEAL_E_ARGUMENT", "reason");
    clock.set(Date.now() / 1000 + 60);
    await refused(p.tenant.setClock(MENDED), "CSEAL_E_TIME", "clock must not lie ahead of this machine's clock");
    assert.deepEqual(
      (await p.tenant.events()).items.filter(({ type }) => type === "clock.set"),
      [],
    );
  });
}
