// SPDX-License-Identifier: Apache-2.0
// Passkeys and security keys: the published vectors, what broke other verifiers, and what a caller gets wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { webauthn } from "counterseal";
import { assertRefused, assertWrongType, readJson } from "./support.mjs";

const { StoredCredential } = webauthn;
const hex = (text) => new Uint8Array(Buffer.from(text, "hex"));
const b64 = (bytes) => Buffer.from(bytes).toString("base64url");
const octets = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const camel = (name) => name.replace(/_[a-z]/g, (pair) => pair[1].toUpperCase());
const renamed = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [camel(name), value]));

const published = readJson("tests/vectors/webauthn-l3.json");
const { cases } = readJson("tests/cases/webauthn.json");
const ROOT_CERTIFICATE = hex(published.attestation_root.attestation_ca_cert);
const IN_SCOPE = ["none", "packed", "fido-u2f"];

class Vector {
  constructor({ name, registration, authentication, derived }) {
    this.name = name;
    this.known = derived;
    this.id = hex(registration.credential_id);
    this.challenge = hex(registration.challenge);
    this.loginChallenge = hex(authentication.challenge);
    this.registration = this.#response(registration, ["clientDataJSON", "attestationObject"]);
    this.login = this.#response(authentication, ["clientDataJSON", "authenticatorData", "signature"]);
    this.frames = derived.registration_crossOrigin ? { crossOrigin: true, topOrigins: ["https://example.com"] } : {};
  }

  #response(row, members) {
    const id = b64(this.id);
    const response = Object.fromEntries(members.map((name) => [name, b64(hex(row[name]))]));
    return { id, rawId: id, type: "public-key", response, clientExtensionResults: {} };
  }

  register(changed = {}) {
    return webauthn.verifyRegistration({
      response: this.registration,
      challenge: this.challenge,
      origins: "https://example.org",
      rpId: "example.org",
      algorithms: [-7, -8, -35, -36, -53, -257],
      anchors: ROOT_CERTIFICATE,
      at: 1_800_000_000,
      ...this.frames,
      ...changed,
    });
  }

  logIn(credential, changed = {}) {
    return webauthn.verifyAuthentication({
      response: this.login,
      challenge: this.loginChallenge,
      origins: ["https://example.org"],
      rpId: "example.org",
      credential,
      ...this.frames,
      ...changed,
    });
  }
}

const vectors = published.vectors.map((row) => new Vector(row));
const first = vectors[0];

test("the published vectors", async (t) => {
  assert.equal(vectors.length, 15);
  assert.equal(vectors.filter((vector) => IN_SCOPE.includes(vector.known.fmt)).length, 12);
  for (const vector of vectors) {
    await t.test(vector.name, () => {
      const done = vector.register();
      if (!IN_SCOPE.includes(vector.known.fmt)) {
        assert.equal(done.accepted, false);
        assert.deepEqual([done.status, done.refusal, done.step], ["wrong", "attestation_format", "7.1.21"]);
        return;
      }
      assert.equal(done.accepted, true);
      assert.equal(done.status, "accepted");
      const flags = vector.known.registration_flags;
      assert.deepEqual([done.up, done.uv, done.be, done.bs], [flags.UP, flags.UV, flags.BE, flags.BS]);
      assert.equal(done.algorithm, vector.known.alg);
      assert.equal(done.attestationFormat, vector.known.fmt);
      const trust = { none: "none", self: "self" }[vector.known.attestation_type] ?? "anchored";
      assert.equal(done.trust, trust);
      assert.deepEqual(
        [done.origin, done.expectedOrigin, done.rpId],
        ["https://example.org", "https://example.org", "example.org"],
      );
      const { credential } = done;
      assert.deepEqual(credential.id, vector.id);
      assert.deepEqual(credential.publicKey, hex(vector.known.credential_public_key_cose));
      assert.equal(credential.aaguid.replaceAll("-", ""), vector.known.authData_aaguid);
      assert.deepEqual([credential.backupEligible, credential.backupState], [flags.BE, flags.BS]);
      assert.equal(credential.uvInitialized, flags.UV);
      const login = vector.logIn(StoredCredential.fromJSON(credential.toJSON()));
      assert.equal(login.accepted, true);
      assert.deepEqual([login.signCountRegressed, login.isAppid], [false, false]);
      assert.deepEqual(login.credential.id, vector.id);
      assert.deepEqual(webauthn.credentialId(vector.login), vector.id);
    });
  }
});

test("valid is not trusted", () => {
  const vector = vectors.find(({ name }) => name === "packed.ES256");
  assert.equal(vector.register({ anchors: undefined }).trust, "none");
  const body = Buffer.from(ROOT_CERTIFICATE).toString("base64");
  const pem = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  assert.equal(vector.register({ anchors: [`# ours\n${pem}${pem}`], attestationRequired: true }).trust, "anchored");
  assert.equal(first.register({ attestationRequired: true }).step, "7.1.24");
  assertRefused(
    () => vector.register({ anchors: [], attestationRequired: true }),
    "CSEAL_E_ARGUMENT",
    "attestationRequired needs anchors",
  );
});

test("what broke other verifiers", async (t) => {
  assert.equal(cases.length, 88);
  for (const { id, op, settings, expected, record, response, expect } of cases) {
    await t.test(`${op}: ${id}`, () => {
      const { algorithms, appid, ...others } = settings;
      const { challenge, allow, taken, user_handle, ...more } = expected;
      const options = { ...renamed(others), ...renamed(more), response, challenge: octets(challenge) };
      let done;
      if (op === "registration") {
        done = webauthn.verifyRegistration({ ...options, algorithms, taken: taken?.map(octets) });
      } else {
        const credential = StoredCredential.fromJSON(JSON.stringify(record));
        const userHandle = user_handle === undefined ? undefined : octets(user_handle);
        done = webauthn.verifyAuthentication({ ...options, appid, allow: allow?.map(octets), userHandle, credential });
      }
      assert.equal(done.accepted, expect.status === "accepted");
      assert.equal(done.status, expect.status);
      if (done.accepted) return;
      assert.equal(done.refusal, expect.refusal);
      assert.equal(done.step, `${op === "registration" ? "7.1" : "7.2"}.${expect.step}`);
      assert.equal(typeof done.meaning, "string");
      assert.equal("credential" in done, false);
    });
  }
});

test("a response may come as it likes", () => {
  const text = JSON.stringify(first.registration);
  for (const response of [
    text,
    new TextEncoder().encode(text),
    Buffer.from(text),
    { toJSON: () => first.registration },
  ]) {
    assert.equal(first.register({ response }).accepted, true);
    assert.deepEqual(webauthn.credentialId(response), first.id);
  }
  const { credential } = first.register();
  const circular = {};
  circular.self = circular;
  const odd = [undefined, null, 5, 5n, [], {}, "", "\ud800", `${text}\0`, Buffer.from([0xff]), () => text, circular];
  for (const response of odd) {
    const refused = first.register({ response });
    assert.deepEqual(
      [refused.accepted, refused.status, refused.step],
      [false, "malformed", "7.1.3"],
      inspect(response),
    );
    assert.equal(first.logIn(credential, { response }).accepted, false);
    assert.equal(webauthn.credentialId(response), null);
  }
});

test("the output of appidExclude", () => {
  const response = { ...first.registration, clientExtensionResults: { appidExclude: true } };
  const appidExclude = "https://example.org/u2f";
  assert.deepEqual(first.register({ response, appidExclude }).extensions, { appidExclude: true });
  assert.deepEqual(first.register({ response }).extensions, {}, "nobody asked");
});

test("a stored credential", () => {
  const { credential } = first.register();
  const text = credential.toJSON();
  assert.ok(text.length <= 8192);
  assert.equal(StoredCredential.fromJSON(text).toJSON(), text);
  assert.equal(credential.signCount, 0);
  assert.deepEqual(credential.transports, []);
  assert.match(inspect(credential), /^StoredCredential \{/);
  const least = StoredCredential.fromJSON(
    JSON.stringify({ version: 1, id: "AQ", public_key: b64(credential.publicKey) }),
  );
  assert.equal(least.backupEligible, null);
  assert.equal(least.aaguid, "00000000-0000-0000-0000-000000000000");
  for (const [wrong, rule] of [
    ["", "credential must be JSON"],
    ["{}", "version is missing"],
    [`${text.slice(0, -1)},"id":"AQ"}`, "credential must be good JSON: a name stands twice"],
    [text.replace('"public_key":"pQ', '"public_key":"MF'), "public_key must be a COSE key, not a Subject"],
  ]) {
    assertRefused(() => StoredCredential.fromJSON(wrong), "CSEAL_E_ARGUMENT", rule);
  }
  assertWrongType(() => StoredCredential.fromJSON({}), "text");
});

test("options", () => {
  const { credential } = first.register();
  const options = webauthn.registrationOptions({
    rpId: "example.org",
    rpName: "Maple",
    userId: new Uint8Array([0, 1, 2]),
    userName: "ada",
    algorithms: [-7],
    userVerification: "required",
    exclude: [credential, new Uint8Array([1]), { id: "Ag", transports: ["usb"] }],
    extensions: { credProps: true, prf: { eval: { first: new Uint8Array([1]) } } },
    timeoutS: 60,
  });
  assert.equal(options.challenge.length, 32);
  const made = JSON.parse(JSON.stringify(options));
  assert.equal(made.challenge, b64(options.challenge));
  assert.deepEqual(made, {
    rp: { id: "example.org", name: "Maple" },
    user: { id: "AAEC", name: "ada", displayName: "ada" },
    challenge: made.challenge,
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    timeout: 60000,
    excludeCredentials: [
      { type: "public-key", id: b64(first.id) },
      { type: "public-key", id: "AQ" },
      { type: "public-key", id: "Ag", transports: ["usb"] },
    ],
    attestation: "none",
    authenticatorSelection: { userVerification: "required", residentKey: "preferred", requireResidentKey: false },
    extensions: { credProps: true, prf: { eval: { first: "AQ" } } },
  });
  const challenge = new Uint8Array(16);
  const login = webauthn.authenticationOptions({ rpId: "example.org", challenge, hints: ["hybrid"] });
  assert.deepEqual(login.challenge, challenge);
  assert.deepEqual(login.toJSON(), {
    rpId: "example.org",
    challenge: b64(challenge),
    timeout: 300000,
    allowCredentials: [],
    userVerification: "preferred",
    hints: ["hybrid"],
  });
  const origins = ["https://example.org", "https://example.de"];
  assert.deepEqual(webauthn.relatedOrigins({ rpId: "example.org", origins }), { origins });
});

test("what a caller gets wrong", () => {
  const { credential } = first.register();
  const asked = (changed) => () =>
    webauthn.registrationOptions({
      rpId: "example.org",
      rpName: "M",
      userId: new Uint8Array(1),
      userName: "a",
      ...changed,
    });
  assertWrongType(asked({ userId: "ada" }), "userId");
  assertWrongType(asked({ challenge: "AAAA" }), "challenge");
  assertWrongType(asked({ exclude: "abc" }), "exclude");
  assertWrongType(asked({ user_name: "ada" }), "user_name");
  assertWrongType(() => webauthn.registrationOptions(), "registrationOptions");
  assertRefused(asked({ rpId: "https://example.org" }), "CSEAL_E_ARGUMENT", "rpId must be a domain");
  assertRefused(asked({ userId: new Uint8Array() }), "CSEAL_E_RANGE", "userId must have 1 to 64 bytes");
  assertRefused(asked({ timeoutS: 0.5 }), "CSEAL_E_RANGE", "timeoutS must be a whole number");
  assertRefused(
    asked({ extensions: { credprops: true } }),
    "CSEAL_E_ARGUMENT",
    'unknown member "extensions.credprops"',
  );
  assertWrongType(() => first.register({ challenge: b64(first.challenge) }), "challenge");
  assertWrongType(() => first.register({ anchors: [5] }), "anchors");
  assertWrongType(() => first.register({ at: Number.NaN }), "at");
  assertRefused(() => first.register({ origins: [] }), "CSEAL_E_ARGUMENT", "origins must name at least one");
  assertRefused(() => first.register({ anchors: "no PEM" }), "CSEAL_E_ARGUMENT", "anchors must hold PEM");
  const [begin, end] = ["BEGIN", "END"].map((mark) => `-----${mark} CERTIFICATE-----`);
  const pem = `${begin}\n${Buffer.from(ROOT_CERTIFICATE).toString("base64")}\n${end}\n`;
  for (const cut of [`${pem}${begin}\nMIIB`, `MIIB\n${end}\n${pem}`, `${begin}\nMIIB${pem}`]) {
    assertRefused(() => first.register({ anchors: cut }), "CSEAL_E_ARGUMENT", "anchors must hold PEM");
  }
  assertWrongType(() => first.register({ taken: [b64(first.id)] }), "an item of taken");
  assertWrongType(() => first.register({ taken: b64(first.id) }), "taken");
  assertWrongType(() => first.logIn(credential, { allow: [b64(first.id)] }), "an item of allow");
  assertWrongType(() => first.logIn(credential.toJSON()), "credential");
  assertRefused(
    () => first.logIn(credential, { usernameless: true }),
    "CSEAL_E_ARGUMENT",
    "usernameless needs userHandle",
  );
});

test("options of the wrong type are a TypeError that names them", () => {
  const { credential } = first.register();
  const asked = (changed) =>
    webauthn.registrationOptions({
      rpId: "example.org",
      rpName: "M",
      userId: new Uint8Array(1),
      userName: "a",
      ...changed,
    });
  const register = (changed) => first.register(changed);
  const logIn = (changed) => first.logIn(credential, changed);
  const circular = {};
  circular.self = circular;
  const noText = [undefined, 5, true, {}, ["a"], new String("a")];
  const noFlag = [0, 1, "true", {}, []];
  const noTexts = ["hybrid", 5, [5], [undefined], new Set(["hybrid"]), { length: 0 }];
  for (const [call, name, values] of [
    [asked, "rpId", noText],
    [asked, "rpName", noText],
    [asked, "userName", noText],
    [asked, "userDisplayName", noText.slice(1)],
    [asked, "userId", [undefined, "ada", [1]]],
    [asked, "userVerification", noText.slice(1)],
    [asked, "attestation", noText.slice(1)],
    [asked, "residentKey", noText.slice(1)],
    [asked, "attachment", noText.slice(1)],
    [asked, "hints", noTexts],
    [asked, "attestationFormats", noTexts],
    [asked, "timeoutS", ["5", NaN, 5n, true, {}]],
    [asked, "algorithms", [5, ["-7"], [-7n], [NaN], new Set([-7])]],
    [asked, "extensions", [5, [], "credProps", circular, { credProps: 1n }, { credProps: NaN }, { prf: new Map() }]],
    [asked, "exclude", ["abc", [5], [{}], [{ id: 5 }], [{ id: "AQ", transports: "usb" }], [{ id: "AQ", more: 1 }]]],
    [register, "origins", [undefined, 5, [5], [undefined], new Set(["https://example.org"])]],
    [register, "topOrigins", noTexts],
    [register, "quirks", noTexts],
    [register, "appidExclude", noText.slice(1)],
    [logIn, "appid", noText.slice(1)],
    [logIn, "userHandle", ["ada", [1]]],
    ...["subdomains", "anyPort", "crossOrigin", "backupEligibleAllowed"].map((name) => [register, name, noFlag]),
    ...["attestationRequired", "conditional"].map((name) => [register, name, noFlag]),
    ...["usernameless", "backupEligibilityMayRise", "signCountMayStay"].map((name) => [logIn, name, noFlag]),
    [logIn, "mayInitializeUv", noFlag],
  ]) {
    for (const value of values) assertWrongType(() => call({ [name]: value }), name);
  }
  for (const timeoutS of [Infinity, -1, 0, 2 ** 33]) {
    assertRefused(() => asked({ timeoutS }), "CSEAL_E_RANGE", "timeoutS");
  }
  const deep = JSON.parse(`${'{"prf":'.repeat(100)}1${"}".repeat(100)}`);
  assertRefused(() => asked({ extensions: deep }), "CSEAL_E_RANGE", "extensions must not be nested deeper than 32");
  assertWrongType(() => webauthn.relatedOrigins({ rpId: "example.org" }), "origins");
});

test("a counter comes as databases have it", () => {
  const { credential } = first.register();
  const common = { id: credential.id, publicKey: credential.publicKey };
  const rows = { credential_id: credential.id, credential_public_key: credential.publicKey };
  for (const [counter, count] of [
    [undefined, 0],
    [7, 7],
    [0n, 0],
    ["7", 7],
    [2n ** 32n - 1n, 2 ** 32 - 1],
  ]) {
    assert.equal(StoredCredential.fromSimpleWebAuthn({ ...common, counter }).signCount, count);
    assert.equal(StoredCredential.fromPyWebauthn({ ...rows, sign_count: counter }).signCount, count);
  }
  for (const counter of [-1n, 2n ** 32n, 2n ** 64n, 2 ** 32, -1, 0.5]) {
    assert.throws(() => StoredCredential.fromSimpleWebAuthn({ ...common, counter }), { name: "CountersealError" });
    assert.throws(() => StoredCredential.fromPyWebauthn({ ...rows, sign_count: counter }), {
      name: "CountersealError",
    });
  }
  for (const counter of [null, true, "", "x", {}]) {
    assertWrongType(() => StoredCredential.fromSimpleWebAuthn({ ...common, counter }), "counter");
  }
  assertWrongType(() => StoredCredential.fromSimpleWebAuthn({ ...common, backedUp: 1n }), "a bigint for backup_state");
});
