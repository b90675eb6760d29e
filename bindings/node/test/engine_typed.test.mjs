// SPDX-License-Identifier: Apache-2.0
// What comes from a person, a phone or a browser: no value of it raises, and none that is malformed counts for more.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { memoryEngine } from "counterseal/testing";
import { HERE, newClock, Practice, refused, wrongType } from "./engine_practice.mjs";

const clock = newClock();
const engine = await memoryEngine({ clock });
after(() => engine.close());
const p = await Practice.found(engine, clock);
const m = p.tenant;

test("a code that is no text is malformed, and nobody's script runs", async () => {
  const { factorId } = await p.enroll("carla");
  const id = await p.challenge("carla");
  const trap = new Proxy(
    {},
    {
      get() {
        throw new Error("a script has run");
      },
    },
  );
  for (const code of [undefined, null, 0, 123456, 123456n, NaN, true, Symbol("000000"), {}, [], ["000000"], trap]) {
    const check = await m.verifyFactorDetails("carla", factorId, code, { purpose: "x" });
    assert.deepEqual(check, { status: "malformed", step: null, nextCounter: null, retryAfterS: null });
    assert.equal(await m.verifyFactor("carla", factorId, code, { purpose: "x" }), null);
    assert.equal((await m.verifyChallenge("carla", id, factorId, code, { session: HERE })).reason, "MALFORMED");
    assert.equal(await m.confirm("carla", factorId, code), false);
  }
  for (const code of ["", "12345", "1234567", "１２３４５６", "\ud800", "a".repeat(100_000), "000000\0", "00000\n"]) {
    assert.equal((await m.verifyFactorDetails("carla", factorId, code, { purpose: "x" })).status, "malformed");
  }
  const items = [undefined, "00\n00", "", 5].map((response) => ({ subject: "carla", factorId, response }));
  const verdict = await m.verifyBatch(items, { purpose: "x" });
  assert.deepEqual([...verdict.codes], [3, 3, 3, 3]);
  assert.equal(verdict.nOk, 0);
});

test("a response or a grant that is too long for any call is malformed, and raises nothing", async () => {
  const { factorId, phone } = await p.enroll("tessa");
  const id = await p.challenge("tessa");
  const endless = "1".repeat(5_000_000);
  for (const response of [endless, `{${endless}`, { id: endless }]) {
    assert.equal((await m.verifyFactorDetails("tessa", factorId, response, { purpose: "x" })).status, "malformed");
    assert.equal((await p.answer("tessa", id, response)).reason, "MALFORMED");
    assert.equal(await m.confirm("tessa", factorId, response), false);
    assert.equal(await m.passkeyOwner(response), null);
    assert.equal((await m.verifyPasskey("tessa", id, response, { session: HERE })).outcome, "deny");
    assert.equal((await m.verifyPasskey("tessa", id, Buffer.from("1".repeat(9e6)), { session: HERE })).outcome, "deny");
  }
  assert.equal(await m.grantValid(endless, { subject: "tessa", session: HERE }), false);
  assert.equal((await p.password("tessa", { grant: endless })).outcome, "challenge");
  await assert.rejects(m.enrollTotp("tessa", { grant: endless, session: HERE }), { code: "CSEAL_DENY" });
  assert.equal((await p.answer("tessa", id, phone.code())).outcome, "allow");
});

test("rows of a batch that are too long are malformed, and the others are judged", async () => {
  const { factorId, phone } = await p.enroll("uma");
  const row = (response) => ({ subject: "uma", factorId, response });
  for (const long of ["1".repeat(5_000_000), "1".repeat(65_536), "\ud800".repeat(30_000)]) {
    const rows = [...Array(70).fill(row(long)), row(phone.wrongCode())];
    const { codes } = await m.verifyBatch(rows, { purpose: "x" });
    assert.deepEqual([...codes], [...Array(70).fill(3), 1]);
  }
});

test("a batch is its items one after another", async () => {
  const anna = await p.enroll("batch anna");
  const bert = await p.enroll("batch bert");
  const code = anna.phone.code();
  const items = [
    { subject: "batch anna", factorId: anna.factorId, response: code },
    { subject: "batch anna", factorId: anna.factorId, response: code },
    { subject: "batch bert", factorId: bert.factorId, response: bert.phone.wrongCode() },
    { subject: "batch bert", factorId: anna.factorId, response: code },
    { subject: "batch bert", factorId: bert.factorId, response: bert.phone.code() },
  ];
  const verdict = await m.verifyBatch(items, { purpose: "sign" });
  const step = BigInt(Math.floor(clock.now() / 30_000));
  assert.deepEqual([...verdict.ok], [1, 0, 0, 0, 1]);
  assert.deepEqual([...verdict.codes], [0, 2, 1, 1, 0]);
  assert.equal(verdict.values[0], step);
  assert.equal(verdict.nOk, 2);
  await wrongType(m.verifyBatch("items", { purpose: "x" }), "items");
  await wrongType(m.verifyBatch([null], { purpose: "x" }), "verifyBatch");
  await refused(m.verifyBatch([], { purpose: "x" }), "CSEAL_E_RANGE", "items");
});

test("a grant from anywhere is no error", async () => {
  await p.enroll("gina");
  for (const grant of ["x", "\n", "a\nb", "\ud800", "=".repeat(10_000), "AQR0ZXN0"]) {
    assert.equal(await m.grantValid(grant, { subject: "gina", session: HERE }), false);
    assert.equal((await p.password("gina", { grant })).outcome, "challenge");
  }
  assert.equal((await p.password("gina", { grant: null })).outcome, "challenge");
});
