// SPDX-License-Identifier: Apache-2.0
// What a host's own tests are written with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOTP, TOTP } from "counterseal";
import { FakeClock, FakePhone, memoryEngine } from "counterseal/testing";
import { oneKey, Practice, refused, wrongType } from "./engine_practice.mjs";
import { assertWrongType, RFC_SECRET } from "./support.mjs";

test("a phone shows the code of its clock's time", () => {
  const totp = TOTP.generate({ account: "anna", digits: 8 });
  const clock = new FakeClock();
  const phone = new FakePhone(totp.uri(), { clock });
  assert.equal(phone.code(), totp.at(clock.now() / 1000));
  assert.equal(phone.code(59), totp.at(59));
  assert.match(phone.wrongCode(), /^[0-9]{8}$/);
  assert.equal(totp.verify(phone.wrongCode(), null, clock.now() / 1000, 10, 10), null);
  assertWrongType(() => phone.code(null), "time");
  for (const uri of [undefined, null, 5, new URL(totp.uri())]) assertWrongType(() => new FakePhone(uri), "uri");
});

test("a token shows the next code each time", async () => {
  const hotp = new HOTP({ secret: RFC_SECRET, account: "anna", counter: 7 });
  const phone = new FakePhone(hotp.uri());
  assert.equal(hotp.verify(phone.wrongCode(), 7, 100), null);
  assert.deepEqual([phone.code(), phone.code()], [hotp.at(7), hotp.at(8)]);
  assertWrongType(() => phone.code(59), "at is of TOTP");
  const clock = new FakeClock();
  const engine = await memoryEngine({ clock });
  const p = await Practice.found(engine, clock);
  await p.tenant.importFactor("anna", hotp, { nextCounter: 9, provenance: "x" });
  await p.login("anna", phone);
  await p.login("anna", phone);
  await engine.close();
});

test("an engine in memory takes what others take", async () => {
  const first = await memoryEngine({ keys: undefined, onFork: "refuse", logSignature: "p256" });
  const tenant = first.tenant("maple");
  const { verifier } = await tenant.log.verifier();
  assert.equal(Buffer.from(verifier.split("+").slice(2).join("+"), "base64")[0], 2);
  await tenant.enrollTotp("anna");
  const { note } = await tenant.log.checkpoint();
  await refused(memoryEngine({ keys: oneKey(), expectedCheckpoints: [note] }), "CSEAL_E_STORE_ROLLED_BACK", "");
  await refused(memoryEngine({ onFork: "x" }), "CSEAL_E_UNSUPPORTED", "onFork");
  await wrongType(memoryEngine({ create: true }), '"create"');
  await first.close();
});
