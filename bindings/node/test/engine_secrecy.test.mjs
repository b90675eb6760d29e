// SPDX-License-Identifier: Apache-2.0
// Where a secret, a grant or a key of an engine could slip out.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import util from "node:util";
import v8 from "node:v8";
import { Engine, KeyRing, TOTP } from "counterseal";
import { FakePhone, memoryEngine } from "counterseal/testing";
import { HERE, newClock, Practice } from "./engine_practice.mjs";

const deep = { showHidden: true, depth: Infinity, getters: true, showProxy: true, breakLength: Infinity };
const clock = newClock();
let engine;
let p;

before(async () => {
  engine = await memoryEngine({ clock });
  p = await Practice.found(engine, clock);
});
after(() => engine.close());

/** Everything that writes an object down without being asked for the secret. */
function dumps(value) {
  return {
    inspect: util.inspect(value),
    "inspect of all": util.inspect(value, deep),
    "inspect without our hand in it": util.inspect(value, { ...deep, getters: false, customInspect: false }),
    "inspect in an object": util.inspect({ user: { value } }, deep),
    format: util.format("%s %o %O %j %d", value, value, value, value, value),
    JSON: JSON.stringify({ value }),
    String: String(value),
    "v8.serialize": v8.serialize(value).toString("latin1"),
    "a spread copy": JSON.stringify({ ...value }),
  };
}

function assertSilent(value, secrets) {
  for (const [where, text] of Object.entries(dumps(value))) {
    for (const secret of secrets) assert.equal(text.includes(secret), false, `${where} shows it`);
  }
}

test("the search for leaks finds one", () => {
  for (const leak of [{ secret: "needle" }, { deep: { secret: ["needle"] } }]) {
    assert.throws(() => assertSilent(leak, ["needle"]), /shows it/);
  }
});

test("no dump of an enrollment shows its secret", async () => {
  const made = await p.tenant.enrollTotp("anna", { issuer: "Maple", label: "phone" });
  const base32 = made.revealBase32();
  assert.equal(new URL(made.uri).searchParams.get("secret"), base32);
  assertSilent(made, [base32, "otpauth:"]);
  assert.deepEqual(Object.keys(made), ["factorId", "expires"]);
  assert.match(util.inspect(made), /^TotpEnrollment \{/);
  assert.match(made.qr("svg"), /^<svg|^<\?xml/);
  assert.deepEqual([...made.qr("png").subarray(1, 4)], [...Buffer.from("PNG")]);
  assert.equal(TOTP.fromUri(made.uri).revealBase32(), base32);
  assert.ok(Object.isFrozen(made));
});

test("the same request finds its enrollment again", async () => {
  const key = { idempotencyKey: "request 1", session: "0123456789abcdef" };
  const [one, two] = [await p.tenant.enrollTotp("ida", key), await p.tenant.enrollTotp("ida", key)];
  assert.deepEqual([two.factorId, two.uri], [one.factorId, one.uri]);
  const other = await p.tenant.enrollTotp("ida", { ...key, idempotencyKey: "request 2" });
  assert.notEqual(other.factorId, one.factorId);
  const elsewhere = await p.tenant.enrollTotp("ida", { ...key, session: "another session!" });
  assert.notEqual(elsewhere.factorId, one.factorId);
  await assert.rejects(p.tenant.enrollTotp("ida", { idempotencyKey: "request 1" }), /^CountersealError: session/);
  await assert.rejects(p.tenant.enrollTotp("ida", { ...key, digits: 8 }), /^CountersealError: idempotencyKey/);
});

test("no dump of a decision shows its grant, and every other outcome has none", async () => {
  const { phone } = await p.enroll("berta");
  const challenge = await p.password("berta");
  const allow = await p.answer("berta", challenge.challengeId, phone.code());
  assert.equal(allow.outcome, "allow");
  assert.match(allow.grant, /^[\w-]{40,}$/);
  assertSilent(allow, [allow.grant]);
  assert.deepEqual(Object.keys(allow), [
    "outcome",
    "reason",
    "policyVersion",
    "message",
    "assurance",
    "amr",
    "deadline",
  ]);
  assert.match(util.inspect(allow), /^\{.*outcome: 'allow'/s);
  const deny = await p.answer("berta", challenge.challengeId, phone.code());
  const enroll = await p.password("nobody");
  for (const decision of [challenge, allow, deny, enroll]) {
    assert.ok(Object.isFrozen(decision));
    assert.throws(() => {
      decision.outcome = "allow";
    }, TypeError);
    assert.equal(typeof decision.message, "string");
    assert.equal("grant" in decision, decision === allow);
  }
  assert.ok(Object.isFrozen(challenge.factors) && Object.isFrozen(challenge.factors[0]));
  assert.throws(() => {
    allow.grant = "x";
  }, TypeError);
  assert.equal(structuredClone(allow).grant, undefined);
});

test("no dump of a key ring or an engine shows a key", async () => {
  const key = randomBytes(32);
  const ring = KeyRing.fromKeys({ needle: key }, { active: "needle" });
  const own = await Engine.open("memory:", { keys: ring, create: true });
  const spellings = [key.toString("hex"), key.toString("base64"), key.toString("latin1"), [...key].join(", ")];
  for (const value of [ring, own]) assertSilent(value, spellings);
  assert.equal(util.inspect(ring), "KeyRing {}");
  assert.equal(util.inspect(own), "Engine { isClosed: false }");
  assert.equal(util.inspect(own.tenant("maple")), "Tenant { name: 'maple' }");
  await own.close();
});

test("no error holds a code, a grant or a session", async () => {
  const { phone, factorId } = await p.enroll("clara");
  const needles = [phone.code(), "needle of a session that is long", "needle-grant"];
  const [code, session, grant] = needles;
  const calls = [
    () => p.tenant.confirm("", factorId, code),
    () => p.tenant.confirm("clara ", factorId, code),
    () => p.tenant.verifyFactor("clara", factorId, code, { purpose: "login" }),
    () => p.tenant.verifyChallenge("clara", "c", undefined, code, { session }),
    () => p.tenant.evaluate("clara", { session, path: "", grant }),
    () => p.tenant.evaluate("clara", { session, path: "web", trustToken: grant }),
    () => p.tenant.enrollTotp("clara", { session, grant }),
    () => p.tenant.grantValid(grant, { subject: "clara ", session }),
    () => p.tenant.verifyBatch([{ subject: "clara ", factorId, response: code }], { purpose: "x" }),
  ];
  for (const call of calls) {
    await assert.rejects(call, (error) => {
      const text = `${util.inspect(error, deep)} ${error.stack} ${JSON.stringify(error)}`;
      for (const needle of needles) assert.equal(text.includes(needle), false, String(call));
      return true;
    });
  }
  const events = JSON.stringify((await p.tenant.events("clara")).items);
  assert.equal(events.includes(code), false);
});

test("recovery codes are shown once, and listed as a number", async () => {
  const { phone } = await p.enroll("dora");
  const { grant } = await p.login("dora", phone);
  const codes = await p.tenant.recoveryCodes("dora", { grant, session: HERE });
  assert.equal(new Set(codes).size, 10);
  const listed = JSON.stringify([await p.tenant.listFactors("dora"), await p.tenant.events("dora")]);
  for (const code of codes) assert.equal(listed.includes(code), false);
  const before = (await p.password("dora", { session: HERE })).challengeId;
  assert.equal((await p.answer("dora", before, codes[3])).outcome, "allow");
  assert.equal((await p.answer("dora", await p.challenge("dora"), codes[3])).outcome, "deny");
});

test("a phone of tests shows what a phone shows", async () => {
  const { uri } = await p.tenant.enrollTotp("emil", { digits: 8, period: 60, algorithm: "SHA512" });
  const phone = new FakePhone(uri, { clock });
  assert.equal(phone.code(), TOTP.fromUri(uri).at(clock.now() / 1000));
  assert.match(phone.wrongCode(), /^\d{8}$/);
  assert.equal(TOTP.fromUri(uri).verify(phone.wrongCode(), null, clock.now() / 1000, 10, 10), null);
  assert.throws(() => new FakePhone(uri, { clock: Date }), TypeError);
});
