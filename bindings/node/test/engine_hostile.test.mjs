// SPDX-License-Identifier: Apache-2.0
// Names, ids, texts and times that a store might take for something else, on each store.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { HOTP } from "counterseal";
import {
  ADMIN,
  assertDenied,
  HERE,
  newClock,
  openNodes,
  Practice,
  refused,
  STORES,
  temporaryFolder,
} from "./engine_practice.mjs";

/** May be kept; a statement, a driver or a column might read it in another way. */
const ODD_TEXTS = [
  ...["'; DROP TABLE factor; --", "\\", "\\x00", "$1 %s ?1 :a {0}", `"quoted" 'twice'`, "NULL", "\\N", "<b>&amp;"],
  ...["__proto__", "\ue000", "\uffff", "\u{10ffff}", "🦭", "x".repeat(255)],
];
const NO_NAMES = ["a\0b", "a\n", " front", "rear ", "u\u0308ber", "anna\u200b", "x".repeat(256), "\ud800"];

for (const kind of STORES) {
  describe(kind, () => {
    const clock = newClock();
    const folder = temporaryFolder(after);
    let nodes;
    let p;
    let m;

    before(async () => {
      nodes = await openNodes(kind, folder, clock);
      p = await Practice.found(nodes[0], clock);
      m = p.tenant;
    });
    after(async () => {
      for (const one of nodes) await one.close();
    });

    test("texts come back as they were", async () => {
      for (const text of ODD_TEXTS) {
        const told = { provenance: text, label: text, actor: text };
        const { factorId } = await m.importFactor(text, HOTP.generate(), { nextCounter: 2 ** 53 - 1, ...told });
        const [factor] = (await m.listFactors(text)).items;
        assert.deepEqual([factor.subject, factor.label, factor.provenance], [text, text, text]);
        assert.deepEqual([factor.factorId, factor.nextCounter], [factorId, 2 ** 53 - 1]);
        await m.suspend(text, factorId, { actor: text, reason: text });
        const last = (await m.events(text)).items.at(-1);
        assert.deepEqual([last.type, last.actor, last.reason], ["factor.suspended", text, text]);
      }
    });

    test("names that are none write nothing", async () => {
      const before = (await m.events()).items.length;
      for (const name of NO_NAMES) {
        for (const call of [
          () => m.enrollTotp(name),
          () => m.evaluate(name, { session: HERE, path: "web" }),
          () => m.verifyFactor(name, "f", "000000", { purpose: "x" }),
          () => m.listFactors(name),
          () => m.adminReset(name, ADMIN),
        ]) {
          await refused(call(), "CSEAL_E_ARGUMENT", "subject");
        }
      }
      assert.equal((await m.events()).items.length, before);
    });

    test("ids that nobody gave are unknown", async () => {
      const { phone, factorId } = await p.enroll("anna");
      const near = [`${factorId}\0`, factorId.toUpperCase(), "", "\0", "a\nb", " pad ", "x".repeat(70_000)];
      for (const id of [...ODD_TEXTS, ...near]) {
        const { status } = await m.verifyFactorDetails("anna", id, phone.code(), { purpose: "x" });
        assert.equal(status, "wrong");
        assert.equal(await m.confirm("anna", id, phone.code()), false);
        assertDenied(await p.answer("anna", id, phone.code()), "WRONG_CHALLENGE");
      }
      await p.login("anna", phone);
    });

    test("times out of range", async () => {
      for (const at of [0, -1, 1e300, Infinity, -Infinity, 946_684_799, 7_258_118_401, clock.now()]) {
        await refused(m.policy({ at }), "CSEAL_E_TIME", "at");
      }
      assert.equal(await m.policy({ at: 946_684_800 }), null);
      assert.deepEqual((await m.events(null, { after: 2 ** 53 - 1 })).items, []);
    });
  });
}
