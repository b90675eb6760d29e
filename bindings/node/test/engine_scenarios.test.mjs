// SPDX-License-Identifier: Apache-2.0
// What happened to others: bugs and attacks of other products, by the numbers of the scenario log, on each store.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { StepUpRequired } from "counterseal";
import { FakePhone, memoryEngine } from "counterseal/testing";
import {
  ADMIN,
  assertDenied,
  HERE,
  newClock,
  openNodes,
  Practice,
  STORES,
  THERE,
  temporaryFolder,
} from "./engine_practice.mjs";

for (const kind of STORES) {
  describe(kind, () => {
    const clock = newClock();
    const folder = temporaryFolder(after);
    let engine;
    let otherNode;
    let otherStore;

    before(async () => {
      [engine, otherNode] = await openNodes(kind, folder, clock);
      otherStore = await memoryEngine({ clock });
    });
    after(async () => {
      for (const one of [engine, otherNode, otherStore]) await one.close();
    });

    const practice = (policy) => Practice.found(engine, clock, policy);

    // zitadel#6452
    test("M01: a code that logged in is a replay", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      await p.login("anna", phone);
      assertDenied(await p.answer("anna", await p.challenge("anna"), phone.code()), "REPLAY");
    });

    // keycloak PR 13867
    test("M02: of many requests with one code at two nodes at once, one is let in", async () => {
      const p = await practice();
      const q = new Practice(otherNode.tenant(p.tenant.name), clock);
      const { phone } = await p.enroll("anna");
      for (let round = 0; round < 4; ++round) {
        const ids = await Promise.all(Array.from({ length: 8 }, () => p.challenge("anna")));
        const decisions = await Promise.all(ids.map((id, i) => (i % 2 ? p : q).answer("anna", id, phone.code())));
        assert.deepEqual(decisions.map(({ reason }) => reason).sort(), ["OK", ...Array(7).fill("REPLAY")]);
        assert.equal(decisions.filter(({ grant }) => grant !== undefined).length, 1);
        clock.advance(30);
      }
    });

    // openbao PR 1629, CVE-2025-6015
    test("M04: blanks do not make a used code new, and full-width digits are no digits", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const code = phone.code();
      await p.login("anna", phone);
      const id = await p.challenge("anna");
      for (const again of [` ${code}`, `${code.slice(0, 3)} ${code.slice(3)}`, `${code}\n`]) {
        assertDenied(await p.answer("anna", id, again), "REPLAY");
      }
      const wide = [...code].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join("");
      assertDenied(await p.answer("anna", id, wide), "MALFORMED");
    });

    // CVE-2023-47111
    test("M06: of fifty guesses at once, five are looked at", async () => {
      const p = await practice();
      const { phone, factorId } = await p.enroll("anna");
      const wrong = phone.wrongCode();
      const guess = () => p.tenant.verifyFactorDetails("anna", factorId, wrong, { purpose: "sign" });
      const statuses = (await Promise.all(Array.from({ length: 50 }, guess))).map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === "wrong").length, 5);
      assert.equal(statuses.filter((status) => status === "throttled").length, 45);
    });

    // privacyidea#265
    test("M08: a right code does not open a lock", async () => {
      const p = await practice();
      const { phone, factorId } = await p.enroll("anna");
      const verify = (code) => p.tenant.verifyFactorDetails("anna", factorId, code, { purpose: "sign" });
      for (let i = 0; i < 5; ++i) assert.equal((await verify(phone.wrongCode())).status, "wrong");
      for (let i = 0; i < 3; ++i) {
        assert.deepEqual(await verify(phone.code()), {
          status: "throttled",
          step: null,
          nextCounter: null,
          retryAfterS: 30,
        });
      }
      const [factor] = (await p.tenant.listFactors("anna")).items;
      assert.equal(factor.isLocked, true);
      assert.equal(factor.lockedUntil.getTime(), clock.now() + 30_000);
      const decision = await p.password("anna");
      assertDenied(decision, "THROTTLED");
      assert.equal(decision.retryAfterS, 30);
    });

    // privacyidea#1578
    test("M09: after a lock the count starts again, and the next lock is longer", async () => {
      const p = await practice();
      const { phone, factorId } = await p.enroll("anna");
      for (const lock of [30, 60, 120]) {
        for (let i = 0; i < 5; ++i) {
          const code = phone.wrongCode();
          assert.equal(await p.tenant.verifyFactor("anna", factorId, code, { purpose: "sign" }), null);
        }
        const check = await p.tenant.verifyFactorDetails("anna", factorId, phone.code(), { purpose: "sign" });
        assert.deepEqual([check.status, check.retryAfterS], ["throttled", lock]);
        clock.advance(lock);
      }
      assert.notEqual(await p.tenant.verifyFactor("anna", factorId, phone.code(), { purpose: "sign" }), null);
    });

    // keycloak#26177, keycloak#26180
    test("M10: a challenge does not outlive the lock that came over it", async () => {
      const p = await practice();
      const { phone, factorId } = await p.enroll("anna");
      const id = await p.challenge("anna");
      for (let i = 0; i < 5; ++i) {
        await p.tenant.verifyFactor("anna", factorId, phone.wrongCode(), { purpose: "sign" });
      }
      clock.advance(60);
      assertDenied(await p.answer("anna", id, phone.code()), "CHALLENGE_DEAD");
      assert.equal((await p.login("anna", phone)).assurance, 2);
    });

    // allauth 65.8.1
    test("M12: whoever logs in as himself gets no more guesses at another", async () => {
      const p = await practice();
      const anna = await p.enroll("anna");
      const mallory = await p.enroll("mallory");
      const id = await p.challenge("anna", { session: THERE, ip: "203.0.113.7" });
      for (let i = 0; i < 5; ++i) {
        const decision = await p.answer("anna", id, anna.phone.wrongCode(), { session: THERE });
        assertDenied(decision, "WRONG_CODE");
        const own = await p.tenant.verifyFactor("mallory", mallory.factorId, mallory.phone.code(), { purpose: "x" });
        assert.notEqual(own, null);
        clock.advance(30);
      }
      assert.equal((await p.tenant.listFactors("anna")).items[0].isLocked, false); // 150 s later
      const retried = (await p.tenant.events("anna")).items.filter(({ type }) => type === "factor.locked");
      assert.equal(retried.length, 1);
    });

    // django-two-factor-auth#473
    test("M13: thirty logins with a phone leave the backup codes alone", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const { grant } = await p.login("anna", phone);
      const codes = await p.tenant.recoveryCodes("anna", { grant, session: HERE });
      for (let i = 0; i < 30; ++i) {
        clock.advance(30);
        await p.login("anna", phone);
      }
      const decision = await p.answer("anna", await p.challenge("anna"), codes[3]);
      assert.deepEqual([decision.outcome, decision.reason], ["allow", "OK"]);
      const [set] = (await p.tenant.listFactors("anna")).items.filter(({ type }) => type === "recovery");
      assert.deepEqual([set.codesLeft, set.isLocked], [codes.length - 1, false]);
    });

    // keycloak#26106
    test("M14: of two requests with one recovery code, one is let in", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const { grant } = await p.login("anna", phone);
      const [code] = await p.tenant.recoveryCodes("anna", { grant, session: HERE });
      const ids = await Promise.all([p.challenge("anna"), p.challenge("anna")]);
      const outcomes = (await Promise.all(ids.map((id) => p.answer("anna", id, code)))).map(({ outcome }) => outcome);
      assert.deepEqual(outcomes.sort(), ["allow", "deny"]);
      const sets = (await p.tenant.listFactors("anna")).items.filter(({ type }) => type === "recovery");
      assert.deepEqual(
        sets.map(({ codesLeft }) => codesLeft),
        [9],
      );
    });

    // authentik#2330
    test("M15: a factor that was never confirmed enrolls nobody", async () => {
      const p = await practice();
      const { factorId, uri } = await p.tenant.enrollTotp("anna");
      const phone = new FakePhone(uri, { clock });
      assert.equal(await p.tenant.confirm("anna", factorId, phone.wrongCode()), false);
      assert.equal((await p.password("anna")).outcome, "enroll");
      assert.equal(await p.tenant.verifyFactor("anna", factorId, phone.code(), { purpose: "x" }), null);
    });

    // keycloak#38593
    test("M16: the old phone counts until the new one is confirmed", async () => {
      const p = await practice();
      const { phone, factorId } = await p.enroll("anna");
      const { grant } = await p.login("anna", phone);
      clock.advance(30);
      const next = await p.tenant.enrollTotp("anna", { replaces: factorId, grant, session: HERE });
      assert.equal((await p.login("anna", phone)).outcome, "allow");
      const newPhone = new FakePhone(next.uri, { clock });
      assert.equal(await p.tenant.confirm("anna", next.factorId, newPhone.code()), true);
      clock.advance(30);
      assertDenied(await p.answer("anna", await p.challenge("anna"), phone.code()), "WRONG_CODE");
      assert.equal((await p.login("anna", newPhone)).outcome, "allow");
    });

    // keeperhub PR 1523
    test("M17: a password alone adds no second phone", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const elsewhere = await p.login("anna", phone);
      for (const shown of [{}, { grant: "" }, { grant: "no grant", session: HERE }]) {
        await assert.rejects(p.tenant.enrollTotp("anna", shown), StepUpRequired);
        await assert.rejects(p.tenant.recoveryCodes("anna", shown), { code: "CSEAL_DENY", retryable: false });
      }
      const stolen = { grant: elsewhere.grant, session: THERE };
      await assert.rejects(p.tenant.enrollTotp("anna", stolen), StepUpRequired);
      assert.equal((await p.tenant.listFactors("anna")).items.length, 1);
    });

    // hanko PR 2723
    test("M18: the code that confirmed a phone does not log in", async () => {
      const p = await practice();
      const { factorId, uri } = await p.tenant.enrollTotp("anna");
      const phone = new FakePhone(uri, { clock });
      assert.equal(await p.tenant.confirm("anna", factorId, phone.code()), true);
      assertDenied(await p.answer("anna", await p.challenge("anna"), phone.code()), "REPLAY");
    });

    // openemr PR 14110
    test("M20: no code is no success", async () => {
      const p = await practice();
      await p.enroll("anna");
      const decision = await p.password("anna");
      assert.deepEqual([decision.outcome, decision.reason], ["challenge", "NEED_MFA"]);
      for (const nothing of [undefined, null, "", false, 0, [], {}, ["000000"]]) {
        assertDenied(await p.answer("anna", decision.challengeId, nothing), "MALFORMED");
      }
    });

    // openemr#12033
    test("M22: who never enrolled may enroll and nothing else", async () => {
      const p = await practice();
      const decision = await p.password("nora");
      assert.deepEqual([decision.outcome, decision.reason], ["enroll", "ENROLL_REQUIRED"]);
      assert.equal("grant" in decision, false);
      assert.ok(decision.types.includes("totp"));
    });

    // CVE-2025-64103
    test("M23: who has a phone is asked for it, whatever the policy leaves open", async () => {
      const p = await practice({
        rules: [{ name: "all", groups: "*", paths: "*", mfa: "optional" }],
        paths: { web: { challenge: true } },
      });
      assert.equal((await p.password("nora")).outcome, "allow");
      await p.enroll("anna");
      assert.equal((await p.password("anna")).outcome, "challenge");
    });

    // authentik PR 2828
    test("M28: a login of the real person is none of the stranger's", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const { grant } = await p.login("anna", phone);
      clock.advance(300);
      assert.equal((await p.password("anna", { grant })).outcome, "allow");
      assert.equal((await p.password("anna", { session: THERE })).outcome, "challenge");
      assert.equal((await p.password("anna", { session: THERE, grant })).outcome, "challenge");
      assert.equal(await p.tenant.grantValid(grant, { subject: "anna", session: HERE }), true);
      assert.equal(await p.tenant.grantValid(grant, { subject: "anna", session: THERE }), false);
      assert.equal(await p.tenant.grantValid(grant, { subject: "nora", session: HERE }), false);
      assert.equal(await p.tenant.grantValid(grant, { subject: "anna", session: HERE, maxAge: 299 }), false);
      const other = otherStore.tenant(p.tenant.name);
      assert.equal(await other.grantValid(grant, { subject: "anna", session: HERE }), false);
    });

    // keycloak#12759
    test("M29: a reset password is one factor", async () => {
      const p = await practice();
      await p.enroll("anna");
      const firstFactor = { method: "email", time: new Date(clock.now()), channel: "mail" };
      assert.equal((await p.password("anna", { firstFactor })).outcome, "challenge");
    });

    // LinOTP docs 12.1
    test("M36: a disabled account is denied with the right code too", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const { grant } = await p.login("anna", phone);
      assertDenied(await p.password("anna", { status: "disabled" }), "SUBJECT_DISABLED");
      assertDenied(await p.password("anna", { status: "disabled", grant }), "SUBJECT_DISABLED");
      const asked = { subject: "anna", session: HERE };
      assert.equal(await p.tenant.grantValid(grant, asked), true);
      assert.equal(await p.tenant.grantValid(grant, { ...asked, status: "disabled" }), false);
    });

    test("M36: one that is disabled while it is asked is denied and asked no more", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const { challengeId } = await p.password("anna");
      const answer = (more) =>
        p.tenant.verifyChallenge("anna", challengeId, null, phone.code(), { session: HERE, ...more });
      assertDenied(await answer({ status: "disabled" }), "SUBJECT_DISABLED");
      assertDenied(await answer({}), "CHALLENGE_DEAD");
    });

    // GHSA-wc43-73w7-x2f5
    test("M24: what was shown first is no second factor", async () => {
      const p = await practice();
      await p.enroll("anna");
      assertDenied(await p.password("anna", { firstFactor: { method: "totp" } }), "SAME_CHANNEL");
    });

    // django-otp
    test("M38: a code without its zeros is malformed", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      for (let i = 0; !phone.code().startsWith("0"); ++i) {
        assert.ok(i < 1000, "no code began with a zero");
        clock.advance(30);
      }
      const id = await p.challenge("anna");
      assertDenied(await p.answer("anna", id, phone.code().replace(/^0+/, "")), "MALFORMED");
      assert.equal((await p.answer("anna", id, phone.code())).outcome, "allow");
    });

    // autentico#360
    test("M40: many challenges give no more guesses", async () => {
      const p = await practice();
      const { phone } = await p.enroll("anna");
      const ids = await Promise.all(Array.from({ length: 20 }, () => p.challenge("anna")));
      const wrong = phone.wrongCode();
      const guesses = ids.flatMap((id) => Array.from({ length: 5 }, () => p.answer("anna", id, wrong)));
      const reasons = (await Promise.all(guesses)).map(({ reason }) => reason);
      assert.equal(reasons.filter((reason) => reason === "WRONG_CODE").length, 5);
      assert.equal(reasons.filter((reason) => ["THROTTLED", "CHALLENGE_DEAD"].includes(reason)).length, 95);
    });

    test("no policy, an unknown path and a path without a page are denied", async () => {
      const bare = await practice(null);
      assertDenied(await bare.password("anna"), "NO_POLICY");
      assert.equal(await bare.tenant.policy(), null);
      const p = await practice();
      await p.enroll("anna");
      assertDenied(await p.password("anna", { path: "imap" }), "UNKNOWN_PATH");
      assertDenied(await p.password("anna", { path: "caldav" }), "LEGACY_PATH_BLOCKED");
    });

    test("whoever is unknown, has no such factor or types a wrong code gets one answer", async () => {
      const p = await practice();
      const { phone, factorId } = await p.enroll("anna");
      const wrong = phone.wrongCode();
      const ask = (subject, factor) => p.tenant.verifyFactorDetails(subject, factor, wrong, { purpose: "x" });
      const answers = [await ask("anna", factorId), await ask("anna", "none"), await ask("nobody", factorId)];
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      const id = await p.challenge("anna");
      const messages = [
        await p.answer("anna", id, wrong),
        await p.answer("anna", "no challenge", wrong),
        await p.answer("nobody", id, wrong),
      ].map(({ message }) => message);
      assert.deepEqual(new Set(messages).size, 1);
    });

    test("a reset ends factors, challenges and grants", async () => {
      const p = await practice();
      const { phone, factorId } = await p.enroll("anna");
      const { grant } = await p.login("anna", phone);
      const id = await p.challenge("anna");
      assert.equal((await p.tenant.adminReset("anna", ADMIN)).revoked, 1);
      clock.advance(30);
      assertDenied(await p.answer("anna", id, phone.code()), "CHALLENGE_DEAD");
      assert.equal(await p.tenant.grantValid(grant, { subject: "anna", session: HERE }), false);
      assert.equal((await p.password("anna")).outcome, "enroll");
      await assert.rejects(p.tenant.suspend("anna", factorId, ADMIN), { code: "CSEAL_DENY" });
      await assert.rejects(p.tenant.adminReset("nobody", ADMIN), { code: "CSEAL_E_ARGUMENT" });
    });
  });
}
