// SPDX-License-Identifier: Apache-2.0
// What an engine refuses to be asked, and how: wrong types, broken rules, hostile values.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { after, before, test } from "node:test";
import { Engine, HOTP, TOTP } from "counterseal";
import { FakeClock, FakePhone, faults, memoryEngine } from "counterseal/testing";
import {
  ADMIN,
  HERE,
  newClock,
  oneKey,
  POLICY,
  Practice,
  refused,
  temporaryFolder,
  wrongType,
} from "./engine_practice.mjs";
import { assertWrongType, RFC_SECRET } from "./support.mjs";

const clock = newClock();
const folder = temporaryFolder(after);
let engine;
let p;
let m;

before(async () => {
  engine = await memoryEngine({ clock });
  p = await Practice.found(engine, clock);
  m = p.tenant;
});
after(() => engine.close());

const NO_NAMES = ["", null, undefined, 7, 7n, true, Symbol("x"), {}, [], ["anna"], new String("anna"), () => "anna"];
const EVALUATE = { session: HERE, path: "web" };

test("a subject is text that is not empty, in every call", async () => {
  const totp = new TOTP({ secret: RFC_SECRET });
  for (const subject of NO_NAMES) {
    for (const call of [
      () => m.enrollTotp(subject),
      () => m.confirm(subject, "f", "000000"),
      () => m.confirmDetails(subject, "f", "000000"),
      () => m.recoveryCodes(subject),
      () => m.importFactor(subject, totp, { lastStep: null, provenance: "x" }),
      () => m.evaluate(subject, EVALUATE),
      () => m.verifyChallenge(subject, "c", null, "000000", { session: HERE }),
      () => m.grantValid("g", { subject, session: HERE }),
      () => m.verifyFactor(subject, "f", "000000", { purpose: "x" }),
      () => m.verifyFactorDetails(subject, "f", "000000", { purpose: "x" }),
      () => m.verifyBatch([{ subject, factorId: "f", response: "000000" }], { purpose: "x" }),
      () => m.suspend(subject, "f", ADMIN),
      () => m.resume(subject, "f", ADMIN),
      () => m.revoke(subject, "f", ADMIN),
      () => m.unlock(subject, "f", ADMIN),
      () => m.adminReset(subject, ADMIN),
      ...(subject == null ? [] : [() => m.listFactors(subject), () => m.events(subject)]),
    ]) {
      const promise = call();
      assert.ok(promise instanceof Promise);
      await wrongType(promise, "subject");
    }
  }
  assert.deepEqual((await m.listFactors()).items, []);
});

test("a tenant is text that is not empty", async () => {
  for (const name of NO_NAMES) assertWrongType(() => engine.tenant(name), "tenant");
  assert.equal(engine.tenant("maple").name, "maple");
});

test("names that look like others are refused", async () => {
  for (const name of [
    " anna",
    "anna ",
    "anna\u200b",
    "\u00a0anna",
    "an\u0000na",
    "anna\n",
    "u\u0308ber",
    "a".repeat(256),
  ]) {
    await refused(m.enrollTotp(name), "CSEAL_E_ARGUMENT", "subject");
    await refused(engine.tenant(name).enrollTotp("anna"), "CSEAL_E_ARGUMENT", "tenant");
  }
  await refused(m.enrollTotp("anna\ud800"), "CSEAL_E_ARGUMENT", "subject must be text without lone surrogates");
  assert.throws(() => engine.tenant("\udc00"), { code: "CSEAL_E_ARGUMENT" });
  for (const name of ["Ärztin Ünal", "安娜", "🦭", "a b", 'a"b\\c', "__proto__", "constructor"]) {
    assert.equal(typeof (await m.enrollTotp(name)).factorId, "string");
  }
});

test("options that nobody knows, and of the wrong type", async () => {
  await wrongType(m.enrollTotp("anna", { lable: "x" }), '"lable"');
  await wrongType(m.evaluate("anna"), "evaluate takes an object");
  await wrongType(m.evaluate("anna", { path: "web" }), "session");
  await wrongType(m.evaluate("anna", { session: HERE }), "path");
  await wrongType(m.evaluate("anna", { ...EVALUATE, groups: "staff" }), "groups");
  await wrongType(m.evaluate("anna", { ...EVALUATE, groups: ["staff", 1] }), "groups[1]");
  await wrongType(m.evaluate("anna", { ...EVALUATE, grant: 5 }), "grant");
  await wrongType(m.evaluate("anna", { ...EVALUATE, firstFactor: "pwd" }), "firstFactor");
  await wrongType(m.evaluate("anna", { ...EVALUATE, firstFactor: { method: "pwd", at: 1 } }), '"at"');
  await wrongType(m.evaluate("anna", { ...EVALUATE, federated: { amr: "mfa" } }), "federated.amr");
  await wrongType(m.evaluate("anna", { ...EVALUATE, ip: 7 }), "ip");
  await wrongType(m.verifyChallenge("anna", "c", undefined, "000000", { session: HERE }), "factorId");
  await wrongType(m.verifyChallenge("anna", ["c"], null, "000000", { session: HERE }), "challengeId");
  await wrongType(m.verifyFactor("anna", "f", "000000"), "verifyFactor takes an object");
  await wrongType(m.verifyFactor("anna", "f", "000000", {}), "purpose");
  await wrongType(m.suspend("anna", "f", { actor: "root" }), "reason");
  await wrongType(m.setPolicy("{}", ADMIN), "document");
  await wrongType(m.setPolicy(null, ADMIN), "document");
  await wrongType(m.grantValid(5, { subject: "anna", session: HERE }), "grant");
  await wrongType(m.listFactors(null, { limit: "5" }), "limit");
  await wrongType(m.policy({ at: "2026" }), "at");
  const half = { aborted: false, addEventListener() {} };
  for (const signal of [null, {}, "abort", true, { aborted: false }, half, { ...half, removeEventListener: 1 }]) {
    await wrongType(m.policy({ signal }), "signal must be an AbortSignal");
  }
  for (const session of [undefined, null, 7, [1, 2], {}]) {
    await wrongType(m.evaluate("anna", { ...EVALUATE, session }), "session");
  }
});

test("values that break a rule", async () => {
  const code = "CSEAL_E_ARGUMENT";
  for (const session of ["short", new Uint8Array(15), new Uint8Array(1025)]) {
    await refused(m.evaluate("anna", { ...EVALUATE, session }), code, "session must have 16 to 1024 bytes");
  }
  await refused(m.verifyFactor("anna", "f", "000000", { purpose: "login" }), code, "purpose");
  await refused(m.setPolicy({ rules: [{ name: "x" }], surprise: 1 }, ADMIN), code, "document has an unknown");
  await refused(m.setPolicy({ rules: [] }, ADMIN), code, "document: paths is missing");
  const short = { ...POLICY, actions: { login: { max_age_s: "x" } } };
  await refused(m.setPolicy(short, ADMIN), code, 'document: action "login": max_age_s wants');
  await refused(m.setPolicy(POLICY, { actor: "", reason: "x" }), code, "actor");
  await refused(m.evaluate("anna", { ...EVALUATE, trustToken: "x" }), "CSEAL_E_UNSUPPORTED", "secret");
  await refused(m.policy({ at: Date.now() }), "CSEAL_E_TIME", "at");
  await refused(m.policy({ at: 0 }), "CSEAL_E_TIME", "at");
  await refused(m.listFactors(null, { limit: 1001 }), "CSEAL_E_RANGE", "limit");
  await refused(m.listFactors(null, { limit: 0 }), "CSEAL_E_RANGE", "limit");
  await refused(m.listFactors(null, { limit: Infinity }), "CSEAL_E_RANGE", "limit");
  await refused(m.listFactors(null, { after: "nonsense" }), code, "after");
  await refused(m.events(null, { after: -1 }), "CSEAL_E_RANGE", "after");
  await refused(m.enrollTotp("anna", { digits: 5 }), "CSEAL_E_RANGE", "digits");
  await refused(m.enrollTotp("anna", { digits: 6.5 }), "CSEAL_E_RANGE", "digits");
  await refused(m.enrollTotp("anna", { period: 1e300 }), "CSEAL_E_RANGE", "period");
  await refused(m.enrollTotp("anna", { algorithm: "MD5" }), code, "algorithm");
  await refused(m.enrollTotp("anna", { issuer: "a:b" }), code, "");
  await refused(engine.health({ timeoutS: 0 }), "CSEAL_E_RANGE", "timeoutS must be above 0");
  await refused(engine.health({ timeoutS: 1e9 }), "CSEAL_E_RANGE", "timeoutS must be 0.001 to 600 seconds");
  await refused(m.log.verifyState({ timeoutS: 1e9 }), "CSEAL_E_RANGE", "timeoutS must be 0.001 to 86400 seconds");
  const circular = {};
  circular.rules = circular;
  await wrongType(m.setPolicy(circular, ADMIN), "circular");
  const rule = (more) => ({ rules: [{ name: "a", groups: "*", paths: "*", ...more }], paths: {} });
  for (const value of [
    5n,
    NaN,
    -Infinity,
    () => 1,
    Symbol("x"),
    new Date(),
    [undefined],
    { toJSON: () => 7 },
    new Map([["a", 1]]),
  ]) {
    await wrongType(m.setPolicy(rule({ mfa: value }), ADMIN), "a value in document must be what JSON can say, not ");
  }
  await refused(m.setPolicy(rule({ name: "\ud800" }), ADMIN), code, "a text in document");
  await refused(m.setPolicy({ "\ud800": 1 }, ADMIN), code, "a name in document");
  const deep = JSON.parse(`${"[".repeat(1000)}${"]".repeat(1000)}`);
  await refused(m.setPolicy({ rules: deep }, ADMIN), "CSEAL_E_RANGE", "document must not be nested deeper than 32");
  await refused(m.setPolicy({ rules: "x".repeat(5_000_000) }, ADMIN), "CSEAL_E_RANGE", "at most 65536 calls");
});

test("no grant is none that holds", async () => {
  for (const grant of [null, undefined, ""]) {
    assert.equal(await m.grantValid(grant, { subject: "anna", session: HERE }), false);
    await wrongType(m.grantValid(grant, { subject: "anna" }), "session");
  }
});

test("a session is bytes, or text that stands for its UTF-8", async () => {
  const { phone } = await p.enroll("sofia");
  const { grant } = await p.login("sofia", phone);
  for (const session of [HERE, Buffer.from(HERE), new Uint8Array(Buffer.from(HERE))]) {
    assert.equal(await m.grantValid(grant, { subject: "sofia", session }), true);
  }
  assert.equal(await m.grantValid(grant, { subject: "sofia", session: `${HERE} ` }), false);
});

test("the clock is asked in each call, and only what it says counts", async () => {
  let now = 1_900_000_000_000;
  let n_asked = 0;
  const own = await memoryEngine({
    clock: () => {
      ++n_asked;
      return now;
    },
  });
  const tenant = own.tenant("maple");
  await tenant.setPolicy(POLICY, ADMIN);
  assert.equal((await tenant.policy()).effective.getTime(), now);
  assert.equal(n_asked, 2);
  now = 1_900_000_000_000.75;
  const { uri, factorId } = await tenant.enrollTotp("anna");
  assert.equal(await tenant.confirm("anna", factorId, new FakePhone(uri).code(now / 1000)), true);
  for (now of [0, 946_684_799_999, 7_258_118_400_001, 1e300, Infinity, -1, 1_900_000_000]) {
    await refused(tenant.policy(), "CSEAL_E_TIME", "clock");
  }
  for (now of [NaN, "1900000000000", undefined, null, 5n, new Date()]) await wrongType(tenant.policy(), "clock");
  await own.close();
  const broken = await memoryEngine({
    clock: () => {
      throw new RangeError("mine");
    },
  });
  await assert.rejects(broken.tenant("maple").policy(), { name: "RangeError", message: "mine" });
  await broken.close();
});

test("a clock that goes back is a fault, and nobody is let in", async () => {
  const own = new FakeClock();
  const e = await memoryEngine({ clock: own });
  const practice = await Practice.found(e, own);
  const { phone } = await practice.enroll("anna");
  const id = await practice.challenge("anna");
  own.advance(-3600);
  await assert.rejects(practice.answer("anna", id, phone.code()), { name: "CountersealError" });
  await e.close();
});

test("factors from elsewhere keep what they have used", async () => {
  const totp = new TOTP({ secret: RFC_SECRET, digits: 8, period: 60, algorithm: "SHA256" });
  const now = clock.now() / 1000;
  const step = Math.floor(now / 60);
  const settings = { lastStep: step, provenance: "old system" };
  const dry = await m.importFactor("imported", totp, { ...settings, dryRun: true });
  assert.deepEqual(dry, { factorId: null, warnings: dry.warnings });
  const { factorId } = await m.importFactor("imported", totp, settings);
  const check = await m.verifyFactorDetails("imported", factorId, totp.at(now), { purpose: "x" });
  assert.equal(check.status, "replayed");
  clock.advance(60);
  const match = await m.verifyFactor("imported", factorId, totp.at(now + 60), { purpose: "x" });
  assert.deepEqual(match, { step: step + 1, nextCounter: null });
  const hotp = HOTP.generate();
  const token = await m.importFactor("imported", hotp, { nextCounter: 7n, provenance: "old system" });
  const next = await m.verifyFactor("imported", token.factorId, hotp.at(7), { purpose: "x" });
  assert.deepEqual(next, { step: null, nextCounter: 8 });
  const [listed] = (await m.listFactors("imported")).items.filter(({ type }) => type === "hotp");
  assert.deepEqual([listed.nextCounter, listed.provenance], [8, "old system"]);
  await wrongType(m.importFactor("x", RFC_SECRET, settings), "otp");
  await wrongType(m.importFactor("x", totp, { provenance: "x" }), "lastStep is missing");
  await wrongType(m.importFactor("x", totp, { lastStep: null }), "provenance");
  await wrongType(m.importFactor("x", totp, { ...settings, nextCounter: 1 }), "nextCounter");
  await wrongType(m.importFactor("x", hotp, settings), "lastStep");
  await wrongType(m.importFactor("x", hotp, { provenance: "x" }), "nextCounter");
  await refused(m.importFactor("x", hotp, { nextCounter: 2n ** 60n, provenance: "x" }), "CSEAL_E_RANGE", "nextCounter");
  const short = TOTP.fromRaw(randomBytes(10));
  await assert.rejects(m.importFactor("short", short, settings), { name: "CountersealError" });
  assert.notEqual((await m.importFactor("short", short, { ...settings, allowLegacy: true })).factorId, null);
  const shorter = m.importFactor("short", TOTP.fromRaw(randomBytes(9)), { ...settings, allowLegacy: true });
  await assert.rejects(shorter, { name: "CountersealError" });
  const steam = new TOTP({ secret: RFC_SECRET, encoder: "steam" });
  await refused(m.importFactor("x", steam, settings), "CSEAL_E_UNSUPPORTED", "otp");
  const prefixed = new HOTP({ secret: RFC_SECRET, tokenId: "ubhe01234567" });
  await refused(m.importFactor("x", prefixed, { nextCounter: 0, provenance: "x" }), "CSEAL_E_UNSUPPORTED", "otp");
});

test("a token whose clock is off is asked for by its own clock", async () => {
  const totp = TOTP.generate();
  const step = Math.floor(clock.now() / 30_000);
  const told = { lastStep: null, provenance: "box 7" };
  for (const drift of [-10, 3]) {
    const owner = `drift ${drift}`;
    const { factorId, warnings } = await m.importFactor(owner, totp, { ...told, lastStep: step + drift - 1, drift });
    assert.ok(warnings.at(-1).startsWith("drift stays what it is"));
    const [listed] = (await m.listFactors(owner)).items;
    assert.deepEqual([listed.drift, listed.lastUsedStep], [drift, step + drift - 1]);
    const shown = (steps) =>
      m.verifyFactorDetails(owner, factorId, totp.at(clock.now() / 1000 + 30 * steps), { purpose: "x" });
    assert.equal((await shown(0)).status, "wrong");
    assert.equal((await shown(drift - 1)).status, "replayed");
    const { status, step: used } = await shown(drift);
    assert.deepEqual([status, used], ["accepted", step + drift]);
    assert.equal((await shown(drift)).status, "replayed");
  }
  for (const drift of [-11, 11]) await refused(m.importFactor("x", totp, { ...told, drift }), "CSEAL_E_RANGE", "drift");
  const hotp = m.importFactor("x", HOTP.generate(), { nextCounter: 0, provenance: "box 7", drift: 1 });
  await refused(hotp, "CSEAL_E_ARGUMENT", "drift must be 0 for HOTP");
  await wrongType(m.importFactor("x", totp, { ...told, drift: "1" }), "drift");
});

test("pages of factors and events end", async () => {
  const tenant = engine.tenant("pages");
  for (let i = 0; i < 7; ++i) await tenant.enrollTotp(`subject ${i}`);
  const seen = [];
  for (let after = null, n = 0; n === 0 || after !== null; ++n) {
    const page = await tenant.listFactors(null, { after, limit: 3 });
    assert.ok(page.items.length <= 3 && n < 4);
    seen.push(...page.items.map(({ subject }) => subject));
    after = page.next;
  }
  assert.equal(new Set(seen).size, 7);
  const events = [];
  for (let after = 0, n = 0; after !== null; ++n) {
    const page = await tenant.events(null, { after, limit: 3 });
    assert.ok(page.items.length <= 3 && n < 5);
    events.push(...page.items.map(({ seq }) => seq));
    after = page.next;
  }
  assert.deepEqual(
    events,
    Array.from({ length: 7 }, (_, i) => i + 1),
  );
  assert.deepEqual(await tenant.listFactors("nobody"), { items: [], next: null });
});

test("faults on purpose", async () => {
  const own = await memoryEngine();
  const tenant = own.tenant("maple");
  const fault = faults(own);
  await fault.storeDown();
  await refused(tenant.setPolicy(POLICY, ADMIN), "CSEAL_E_STORE_UNAVAILABLE", "");
  assert.deepEqual([(await own.health()).store, (await own.health()).schema], ["down", null]);
  await fault.none();
  assert.equal(await tenant.policy(), null);
  await fault.commitLost();
  await assert.rejects(tenant.setPolicy(POLICY, ADMIN), { code: "CSEAL_E_STORE_UNKNOWN", retryable: false });
  await fault.none();
  assert.equal(await tenant.policy(), null);
  await fault.commitUnknown();
  await assert.rejects(tenant.setPolicy(POLICY, ADMIN), { code: "CSEAL_E_STORE_UNKNOWN" });
  await fault.none();
  assert.equal((await tenant.policy()).version, 1);
  assert.equal((await own.health()).store, "up");
  await own.close();
  assertWrongType(() => faults({}), "engine");
  const file = await Engine.open(`sqlite:///${path.join(folder, "faults.db")}`, { keys: oneKey(), create: true });
  await refused(faults(file).storeDown(), "CSEAL_E_UNSUPPORTED", "");
  await file.close();
});

test("an unknown commit lets nobody in", async () => {
  const own = new FakeClock();
  const e = await memoryEngine({ clock: own });
  const practice = await Practice.found(e, own);
  const { phone, factorId } = await practice.enroll("anna");
  const id = await practice.challenge("anna");
  await faults(e).commitUnknown();
  await assert.rejects(practice.answer("anna", id, phone.code()), { code: "CSEAL_E_STORE_UNKNOWN" });
  await assert.rejects(practice.tenant.verifyFactor("anna", factorId, phone.code(), { purpose: "x" }), {
    code: "CSEAL_E_STORE_UNKNOWN",
  });
  await e.close();
});
