// SPDX-License-Identifier: Apache-2.0
// null is a value like another one: it never stands for a default. Which options take it the declarations say; every
// object of options that they have is tried here, member by member.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  Engine,
  HOTP,
  HOTPKeyTable,
  importSeeds,
  KeyRing,
  KeyTable,
  OCRA,
  TOTP,
  verifyBatch,
  verifyBatchAsync,
  verifyHotpBatch,
  verifyHotpBatchAsync,
  verifyLog,
  webauthn,
} from "counterseal";
import { FakePasskey, FakePhone, memoryEngine } from "counterseal/testing";
import { optionObjects } from "./declarations.mjs";
import { ADMIN, HERE, newClock, oneKey, Practice } from "./engine_practice.mjs";
import { RFC_SECRET } from "./support.mjs";

const clock = newClock();
let engine;
let m;
before(async () => {
  engine = await memoryEngine({ clock });
  m = (await Practice.found(engine, clock)).tenant;
});
after(() => engine.close());

const totp = new TOTP({ secret: RFC_SECRET, account: "anna" });
const hotp = new HOTP({ secret: RFC_SECRET, account: "anna" });
const ocra = new OCRA({ suite: "OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-S064-T1M", key: new Uint8Array(20) });
const key = new Uint8Array(20);
const table = new KeyTable([key], { replay: "reportOnly" });
const hotpTable = new HOTPKeyTable([key], { replay: "reportOnly" });
const session = HERE;
const origin = "https://example.org";
const passkey = new FakePasskey();
const register = { rpId: "example.org", rpName: "Maple", userId: new Uint8Array(16), userName: "ada" };
const asked = webauthn.registrationOptions(register);
const party = { rpId: "example.org", origins: origin, response: "", challenge: asked.challenge };
const answer = passkey.register(asked, { origin });
const { credential } = webauthn.verifyRegistration({ ...party, response: answer });

const none = {};
const purpose = { purpose: "x" };
const secret = { secret: RFC_SECRET };
const keyLen = { keyLen: 20 };
const replay = { ...keyLen, replay: "reportOnly" };
const evaluate = { session, path: "web" };
const question = { question: "12345678", pinHash: new Uint8Array(20), session: new Uint8Array(64), time: 0 };

/** How each is called, and with what beside the member that is null: one object, or several that exclude each other. */
const CALLS = {
  "CallSignal.addEventListener": null, // the host's own
  "Engine.open": [(o) => Engine.open("memory:", o), { keys: oneKey(), create: true }],
  "Engine.open pool": [(pool) => Engine.open("memory:", { keys: oneKey(), create: true, pool }), none],
  "Engine.stats": [(o) => engine.stats(o), none],
  "Engine.health": [(o) => engine.health(o), none],
  "Engine.reseal": [(o) => engine.reseal(o), none],
  "Engine.keyCounts": [(o) => engine.keyCounts(o), none],
  "Engine.checkpoints": [(o) => engine.checkpoints(o), none],
  "TOTP.constructor": [(o) => new TOTP(o), secret],
  "TOTP.fromRaw": [(o) => TOTP.fromRaw(key, o), none],
  "TOTP.fromHex": [(o) => TOTP.fromHex("00", o), none],
  "TOTP.generate": [(o) => TOTP.generate(o), none],
  "TOTP.uri": [(o) => totp.uri(o), none],
  "HOTP.constructor": [(o) => new HOTP(o), secret],
  "HOTP.fromRaw": [(o) => HOTP.fromRaw(key, o), none],
  "HOTP.fromHex": [(o) => HOTP.fromHex("00", o), none],
  "HOTP.generate": [(o) => HOTP.generate(o), none],
  "HOTP.uri": [(o) => hotp.uri(o), none],
  "KeyRing.fromFile": [(o) => KeyRing.fromFile("/nowhere/keys", o), none],
  "KeyTable.constructor": [(o) => new KeyTable(key, o), replay],
  "KeyTable.verify": [(o) => table.verify(["000000"], 0, o), none],
  "KeyTable.verifyAsync": [(o) => table.verifyAsync(["000000"], 0, o), none],
  "KeyTable.add": [(o) => table.add(key, o), keyLen],
  "KeyTable.at": [(o) => table.at(0, o), none],
  "HOTPKeyTable.constructor": [(o) => new HOTPKeyTable(key, o), replay],
  "HOTPKeyTable.verify": [(o) => hotpTable.verify(["000000"], o), none],
  "HOTPKeyTable.verifyAsync": [(o) => hotpTable.verifyAsync(["000000"], o), none],
  "HOTPKeyTable.add": [(o) => hotpTable.add(key, o), keyLen],
  "HOTPKeyTable.at": [(o) => hotpTable.at(o), none],
  "Log.checkpoint": [(o) => m.log.checkpoint(o), none],
  "Log.checkpointsKept": [(o) => m.log.checkpointsKept(1, o), none],
  "Log.verifier": [(o) => m.log.verifier(o), none],
  "Log.proveInclusion": [(o) => m.log.proveInclusion(1, 1, o), none],
  "Log.proveConsistency": [(o) => m.log.proveConsistency(1, 1, o), none],
  "Log.export": [(o) => m.log.export(o), none],
  "Log.erasePerson": [(o) => m.log.erasePerson("anna", o), ADMIN],
  "Log.purgeEvents": [(o) => m.log.purgeEvents(0, o), ADMIN],
  "Log.verifyState": [(o) => m.log.verifyState(o), none],
  "OCRA.generate challenge": [(o) => ocra.generate(o), { ...question, counter: 0 }],
  "OCRA.verify expected": [(o) => ocra.verify("000000", o), { ...question, nextCounter: 0, lastStep: null }],
  "OCRA.check expected": [(o) => ocra.check("000000", o), { ...question, nextCounter: 0, lastStep: null }],
  "Tenant.setPolicy": [(o) => m.setPolicy({}, o), ADMIN],
  "Tenant.policy": [(o) => m.policy(o), none],
  "Tenant.enrollTotp": [(o) => m.enrollTotp("anna", o), { session }],
  "Tenant.confirm": [(o) => m.confirm("anna", "f", "0", o), none],
  "Tenant.confirmDetails": [(o) => m.confirmDetails("anna", "f", "0", o), none],
  "Tenant.enrollPasskey": [(o) => m.enrollPasskey("anna", o), { session }],
  "Tenant.beginPasskey": [
    (o) => m.beginPasskey(o),
    { session, path: "web" },
    { session, subject: "anna", challengeId: "c" },
  ],
  "Tenant.passkeyOwner": [(o) => m.passkeyOwner("", o), none],
  "Tenant.verifyPasskey": [(o) => m.verifyPasskey("anna", "c", "", o), { session }],
  "Tenant.importCredential": [
    (o) => m.importCredential("anna", credential, o),
    { userHandle: new Uint8Array(16), provenance: "x", dryRun: true },
  ],
  "Tenant.recoveryCodes": [(o) => m.recoveryCodes("anna", o), { session }],
  "Tenant.importFactor": [
    (o) => m.importFactor("anna", "nextCounter" in o ? hotp : totp, o),
    { lastStep: 5, provenance: "x", dryRun: true },
  ],
  "Tenant.listFactors": [(o) => m.listFactors(null, o), none],
  "Tenant.evaluate": [(o) => m.evaluate("anna", o), evaluate],
  "Tenant.evaluate firstFactor": [(o) => m.evaluate("anna", { ...evaluate, firstFactor: o }), { method: "password" }],
  "Tenant.evaluate federated": [(o) => m.evaluate("anna", { ...evaluate, federated: o }), none],
  "Tenant.verifyChallenge": [(o) => m.verifyChallenge("anna", "c", null, "0", o), { session }],
  "Tenant.grantValid": [(o) => m.grantValid("g", o), { session, subject: "anna" }],
  "Tenant.verifyFactor": [(o) => m.verifyFactor("anna", "f", "0", o), purpose],
  "Tenant.verifyFactorDetails": [(o) => m.verifyFactorDetails("anna", "f", "0", o), purpose],
  "Tenant.verifyBatch": [(o) => m.verifyBatch([], o), purpose],
  "Tenant.suspend": [(o) => m.suspend("anna", "f", o), ADMIN],
  "Tenant.resume": [(o) => m.resume("anna", "f", o), ADMIN],
  "Tenant.revoke": [(o) => m.revoke("anna", "f", o), ADMIN],
  "Tenant.unlock": [(o) => m.unlock("anna", "f", o), ADMIN],
  "Tenant.adminReset": [(o) => m.adminReset("anna", o), ADMIN],
  "Tenant.setClock": [(o) => m.setClock(o), ADMIN],
  "Tenant.events": [(o) => m.events(null, o), none],
  "FakePhone.constructor": [(o) => new FakePhone(totp.uri(), o), none],
  "FakePasskey.constructor settings": [(o) => new FakePasskey(o), none],
  "FakePasskey.register how": [(o) => new FakePasskey().register(asked, o), { origin }],
  "FakePasskey.authenticate how": [
    (o) => passkey.authenticate(webauthn.authenticationOptions({ rpId: "example.org" }), o),
    { origin },
  ],
  verifyBatch: [(o) => verifyBatch(key, ["000000"], 0, [-1], o), keyLen],
  verifyBatchAsync: [(o) => verifyBatchAsync(key, ["000000"], 0, [-1], o), keyLen],
  verifyHotpBatch: [(o) => verifyHotpBatch(key, ["000000"], [0], o), keyLen],
  verifyHotpBatchAsync: [(o) => verifyHotpBatchAsync(key, ["000000"], [0], o), keyLen],
  verifyLog: [(o) => verifyLog(new Uint8Array(), o), none],
  importSeeds: [(o) => importSeeds(totp.uri(), o), none],
  memoryEngine: [(o) => memoryEngine(o), none],
  "memoryEngine pool": [(pool) => memoryEngine({ pool }), none],
  registrationOptions: [(o) => webauthn.registrationOptions(o), register],
  authenticationOptions: [(o) => webauthn.authenticationOptions(o), { rpId: "example.org" }],
  verifyRegistration: [(o) => webauthn.verifyRegistration(o), party],
  verifyAuthentication: [(o) => webauthn.verifyAuthentication(o), { ...party, credential }],
};

test("every object of options is among those that are tried", () => {
  assert.deepEqual([...optionObjects().keys()].sort(), Object.keys(CALLS).sort());
});

/** What it throws or rejects with, if it does. */
async function errorOf(call) {
  try {
    const made = await call();
    if (made instanceof Engine) await made.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

test("only an option that may be null takes it", async (t) => {
  for (const [name, members] of optionObjects()) {
    if (CALLS[name] === null) continue;
    const [call, ...bases] = CALLS[name];
    await t.test(name, async () => {
      for (const base of bases) {
        const sound = await errorOf(() => call({ ...base }));
        assert.ok(!(sound instanceof TypeError), `${name}: ${sound}`);
        for (const { name: member, type } of members) {
          const error = await errorOf(() => call({ ...base, [member]: null }));
          if (/\bnull\b|^unknown$/.test(type)) {
            assert.ok(!(error instanceof TypeError), `${name} ${member}: ${error}`);
          } else {
            assert.ok(error instanceof TypeError, `${name} ${member}: ${error ?? "taken"}`);
            assert.ok(error.message.includes(member), `${name} ${member}: ${error}`);
            assert.ok(!error.message.includes("has no option"), `${name} ${member}: ${error}`);
          }
        }
      }
    });
  }
});
