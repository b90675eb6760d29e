// SPDX-License-Identifier: Apache-2.0
// FakePasskey: ceremonies that the verifier takes, and what it finds where a fake misbehaves.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { webauthn } from "counterseal";
import { FakePasskey } from "counterseal/testing";
import { assertWrongType } from "./support.mjs";

const origin = "https://example.org";
const RP = { rpId: "example.org", origins: origin };
const userId = new TextEncoder().encode("a user's handle");

function asked(more = {}) {
  return webauthn.registrationOptions({ rpId: "example.org", rpName: "Maple", userId, userName: "ada", ...more });
}

function registered(passkey) {
  const options = asked();
  const response = passkey.register(options, { origin });
  const done = webauthn.verifyRegistration({ response, challenge: options.challenge, ...RP });
  assert.equal(done.accepted, true, done.refusal);
  return done.credential;
}

function logIn(passkey, credential, settings = {}) {
  const options = webauthn.authenticationOptions({ rpId: "example.org", allow: [credential] });
  const response = passkey.authenticate(options, { origin });
  return webauthn.verifyAuthentication({ response, challenge: options.challenge, credential, ...RP, ...settings });
}

for (const algorithm of [-7, -8, -19, -257]) {
  for (const attestation of ["none", "self"]) {
    test(`algorithm ${algorithm}, attestation ${attestation}`, () => {
      const passkey = new FakePasskey();
      const options = asked({ algorithms: [algorithm], extensions: { credProps: true } });
      const response = passkey.register(JSON.stringify(options), { origin, attestation });
      const { challenge } = options;
      const done = webauthn.verifyRegistration({ response, challenge, algorithms: [algorithm], ...RP });
      assert.equal(done.accepted, true, done.refusal);
      assert.deepEqual([done.algorithm, done.trust], [algorithm, attestation]);
      assert.deepEqual(done.extensions, { credProps: { rk: true } });
      assert.deepEqual(done.credential.transports, ["internal"]);
      const login = logIn(passkey, done.credential, { userHandle: userId, usernameless: true });
      assert.equal(login.accepted, true, login.refusal);
      assert.deepEqual([login.up, login.uv, login.be, login.bs], [true, true, false, false]);
    });
  }
}

// Node 20 sets the members of a JWK while it holds the key's lock, and may collect garbage just then.
for (const algorithm of [-7, -8, -257]) {
  test(`garbage collected while a key of algorithm ${algorithm} is made`, () => {
    const script = `
      import { FakePasskey } from "counterseal/testing";
      let collected = 0;
      const set = function (value) {
        gc();
        collected += 1;
        Object.defineProperty(this, "kty", { value });
      };
      Object.defineProperty(Object.prototype, "kty", { set });
      const options = { rp: { id: "example.org" }, user: { id: "dXNlcg" }, challenge: "AAAA", pubKeyCredParams: [] };
      new FakePasskey().register(options, { origin: "${origin}", algorithm: ${algorithm} });
      console.log(collected);`;
    const cwd = fileURLToPath(new URL(".", import.meta.url));
    const limits = { encoding: "utf8", cwd, timeout: 60000, killSignal: "SIGKILL" };
    const done = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "-e", script], limits);
    assert.deepEqual([done.signal, done.status, done.stdout, done.stderr], [null, 0, "1\n", ""]);
  });
}

test("the first algorithm that a fake has", () => {
  const options = asked({ algorithms: [-35, -7] });
  const verify = (response) =>
    webauthn.verifyRegistration({ response, challenge: options.challenge, algorithms: [-35, -7], ...RP });
  assert.equal(verify(new FakePasskey().register(options, { origin })).algorithm, -7);
  const unasked = new FakePasskey().register(options, { origin, algorithm: -8 });
  assert.equal(verify(unasked).refusal, "algorithm_not_listed");
  assert.throws(() => new FakePasskey().register(asked({ algorithms: [-35] }), { origin }), RangeError);
  assertWrongType(() => new FakePasskey().register(options, {}), "origin");
  assertWrongType(() => new FakePasskey({ verified: true }), "verified");
});

test("flags", () => {
  const passkey = new FakePasskey();
  const credential = registered(passkey);
  passkey.userVerified = false;
  assert.equal(logIn(passkey, credential).accepted, true);
  assert.equal(logIn(passkey, credential, { userVerification: "required" }).refusal, "user_verification");
  passkey.userPresent = false;
  assert.equal(logIn(passkey, credential).refusal, "user_presence");
  passkey.userPresent = true;
  passkey.backedUp = true;
  assert.equal(logIn(passkey, credential).refusal, "backup_state");
  passkey.backupEligible = true;
  assert.equal(logIn(passkey, credential).refusal, "backup_eligibility_changed");
  const risen = logIn(passkey, credential, { backupEligibilityMayRise: true });
  assert.deepEqual([risen.credential.backupEligible, risen.credential.backupState], [true, true]);
});

test("a clone is found by its counter", () => {
  const passkey = new FakePasskey({ counts: true });
  const credential = registered(passkey);
  const clone = passkey.clone();
  const first = logIn(passkey, credential);
  assert.equal(first.credential.signCount, 1);
  const behind = logIn(clone, first.credential);
  assert.deepEqual([behind.refusal, behind.step], ["sign_count", "7.2.22"]);
  const second = logIn(passkey, first.credential);
  const tolerated = logIn(clone, second.credential, { signCountMayStay: true });
  assert.equal(tolerated.signCountRegressed, true);
  assert.equal(tolerated.credential.signCount, 2, "never below the stored one");
});

test("another origin, frame, user and key", () => {
  const passkey = new FakePasskey();
  const credential = registered(passkey);
  const options = webauthn.authenticationOptions({ rpId: "example.org" });
  const verify = (response, more = {}) =>
    webauthn.verifyAuthentication({ response, challenge: options.challenge, credential, ...RP, ...more });
  const evil = passkey.authenticate(options, { origin: "https://evil.example" });
  assert.equal(verify(evil).refusal, "origin");
  const framed = passkey.authenticate(options, { origin, topOrigin: "https://top.example" });
  assert.equal(verify(framed).refusal, "cross_origin");
  assert.equal(verify(framed, { crossOrigin: true, topOrigins: ["https://top.example"] }).accepted, true);
  const unnamed = passkey.authenticate(options, { origin, nameUser: false });
  assert.equal(verify(unnamed, { userHandle: userId, usernameless: true }).refusal, "user_handle_missing");
  assert.equal(verify(unnamed, { credential: registered(new FakePasskey()) }).refusal, "user_credential");
  assert.throws(() => new FakePasskey().authenticate(options, { origin }), RangeError);
});
