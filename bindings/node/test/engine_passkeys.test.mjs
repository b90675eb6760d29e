// SPDX-License-Identifier: Apache-2.0
// Passkeys of an engine: registered, asked for, answered once, taken over from elsewhere.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { webauthn } from "counterseal";
import { FakePasskey, memoryEngine } from "counterseal/testing";

const ORIGIN = "https://maple.example";
const SESSION = "a session of sixteen bytes";
const POLICY = {
  paths: { web: { challenge: true } },
  rules: [{ name: "all", groups: "*", paths: "*" }],
  relying_party: { rp_id: "maple.example", origins: [ORIGIN] },
};

let engine;
let m;

beforeEach(async () => {
  engine = await memoryEngine();
  m = engine.tenant("maple");
  await m.setPolicy(POLICY, { actor: "root", reason: "test" });
});
afterEach(() => engine.close());

async function enrolled(browser, subject = "alice") {
  const { factorId, options, expires } = await m.enrollPasskey(subject, { label: "laptop" });
  assert.ok(expires instanceof Date);
  assert.equal(await m.confirm(subject, factorId, browser.register(options, { origin: ORIGIN })), true);
  return factorId;
}

async function challengeOf() {
  const asked = await m.evaluate("alice", { session: SESSION, path: "web", firstFactor: { method: "password" } });
  assert.equal(asked.outcome, "challenge");
  return asked.challengeId;
}

async function answerTo(challengeId, browser) {
  const question = await m.beginPasskey({ subject: "alice", challengeId, session: SESSION });
  assert.equal(question.reason, "OK");
  return browser.authenticate(question.options, { origin: ORIGIN });
}

test("a response may be text or an object, and is good once", async () => {
  const browser = new FakePasskey();
  const factorId = await enrolled(browser);
  for (const shape of [(response) => response, JSON.stringify]) {
    const id = await challengeOf();
    const response = shape(await answerTo(id, browser));
    const allowed = await m.verifyChallenge("alice", id, factorId, response, { session: SESSION });
    assert.equal(allowed.outcome, "allow");
    assert.deepEqual(allowed.amr, ["pwd", "hwk", "user", "mfa"]);
    const again = await m.verifyChallenge("alice", id, factorId, response, { session: SESSION });
    assert.equal(again.reason, "CHALLENGE_DEAD");
  }
  const [factor] = (await m.listFactors("alice")).items;
  assert.equal(factor.type, "webauthn");
});

test("what is no response is malformed and costs no answer", async () => {
  await enrolled(new FakePasskey());
  const id = await challengeOf();
  const cyclic = {};
  cyclic.self = cyclic;
  for (const response of [null, 7, "", "{", "{}", [], cyclic, { toJSON: () => undefined }, new Uint8Array(3)]) {
    const refused = await m.verifyChallenge("alice", id, null, response, { session: SESSION });
    assert.equal(refused.reason, "MALFORMED");
    assert.equal(refused.challengeId, id);
    assert.equal(await m.passkeyOwner(response), null);
    const login = await m.verifyPasskey("alice", id, response, { session: SESSION });
    assert.equal(login.reason, "MALFORMED");
  }
});

test("a second passkey wants a grant", async () => {
  const browser = new FakePasskey();
  await enrolled(browser);
  await assert.rejects(m.enrollPasskey("alice"), { name: "StepUpRequired" });
  const id = await challengeOf();
  const { grant } = await m.verifyChallenge("alice", id, null, await answerTo(id, browser), { session: SESSION });
  const { options } = await m.enrollPasskey("alice", { grant, session: SESSION });
  assert.equal(options.toJSON().excludeCredentials.length, 1);
});

test("a login without a user name", async () => {
  const browser = new FakePasskey();
  const factorId = await enrolled(browser);
  const question = await m.beginPasskey({ path: "web", session: SESSION });
  const response = browser.authenticate(question.options, { origin: ORIGIN });
  assert.deepEqual({ ...(await m.passkeyOwner(response)) }, { subject: "alice", factorId });
  const login = { session: SESSION, groups: ["staff"] };
  const allowed = await m.verifyPasskey("alice", question.challengeId, response, login);
  assert.equal(allowed.outcome, "allow");
  assert.equal(allowed.assurance, 2);
  const again = await m.verifyPasskey("alice", question.challengeId, response, login);
  assert.equal(again.reason, "CHALLENGE_DEAD");
});

test("a question that cannot be asked says why", async () => {
  const unknown = await m.beginPasskey({ path: "imap", session: SESSION });
  assert.deepEqual({ ...unknown }, { reason: "UNKNOWN_PATH", challengeId: null, options: null, expires: null });
  for (const wrong of [{}, { subject: "alice" }, { subject: "alice", challengeId: "x", path: "web" }]) {
    await assert.rejects(m.beginPasskey({ session: SESSION, ...wrong }), TypeError);
  }
});

test("a cloned passkey is found out", async () => {
  const browser = new FakePasskey({ counts: true });
  await enrolled(browser);
  const thief = browser.clone();
  for (const [who, reason] of [
    [browser, "OK"],
    [browser, "OK"],
    [thief, "PASSKEY_REFUSED"],
  ]) {
    const id = await challengeOf();
    const answer = await answerTo(id, who);
    assert.equal((await m.verifyChallenge("alice", id, null, answer, { session: SESSION })).reason, reason);
  }
});

test("credentials of other libraries are taken over", async () => {
  const browser = new FakePasskey();
  const userId = Buffer.from("a user id");
  const options = webauthn.registrationOptions({ rpId: "maple.example", rpName: "Maple", userId, userName: "alice" });
  const kept = webauthn.verifyRegistration({
    response: browser.register(options, { origin: ORIGIN }),
    challenge: options.challenge,
    origins: ORIGIN,
    rpId: "maple.example",
  }).credential;
  const { id } = JSON.parse(kept.toJSON());
  const flags = { credentialDeviceType: "singleDevice", credentialBackedUp: false };
  const rows = [
    kept,
    webauthn.StoredCredential.fromSimpleWebAuthn({
      credential: { id, publicKey: kept.publicKey, counter: 0 },
      ...flags,
    }),
    webauthn.StoredCredential.fromSimpleWebAuthn({
      credentialID: kept.id,
      credentialPublicKey: kept.publicKey,
      ...flags,
    }),
    webauthn.StoredCredential.fromPyWebauthn({
      credential_id: id,
      credential_public_key: Buffer.from(kept.publicKey).toString("base64url"),
      sign_count: 0,
      aaguid: "00000000-0000-0000-0000-000000000000",
      credential_device_type: "single_device",
      credential_backed_up: false,
    }),
  ];
  for (const [i, credential] of rows.entries()) {
    const subject = `somebody ${i}`;
    const imported = { userHandle: userId, provenance: "old portal" };
    assert.equal((await m.importCredential(subject, credential, { ...imported, dryRun: true })).factorId, null);
    const { factorId, warnings } = await m.importCredential(subject, credential, imported);
    assert.deepEqual(warnings, []);
    const question = await m.beginPasskey({ path: "web", session: SESSION });
    const response = browser.authenticate(question.options, { origin: ORIGIN });
    assert.deepEqual({ ...(await m.passkeyOwner(response)) }, { subject, factorId });
    const allowed = await m.verifyPasskey(subject, question.challengeId, response, { session: SESSION });
    assert.equal(allowed.outcome, "allow");
    await assert.rejects(m.importCredential("bob", credential, imported), /credential is registered already/);
    await m.revoke(subject, factorId, { actor: "root", reason: "next" });
  }
  assert.throws(() => webauthn.StoredCredential.fromSimpleWebAuthn({ id }), { code: "CSEAL_E_ARGUMENT" });
  assert.throws(() => webauthn.StoredCredential.fromPyWebauthn(null), TypeError);
});
