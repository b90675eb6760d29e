// SPDX-License-Identifier: Apache-2.0
// A practice whose staff log in: what the tests of the engine begin with.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CountersealError, Engine, KeyRing } from "counterseal";
import { FakeClock, FakePhone, memoryEngine } from "counterseal/testing";
import { ROOT } from "./support.mjs";

export const HERE = "session of Anna's browser";
export const THERE = "session of a stranger's browser";
export const ADMIN = { actor: "root", reason: "test" };

export const POLICY = {
  rules: [{ name: "all", groups: "*", paths: "*" }],
  paths: { web: { challenge: true }, caldav: { challenge: false } },
};

/** The Python of the tests, whose sqlite3 holds locks. */
export const PYTHON = existsSync(`${ROOT}.venv/bin/python`) ? `${ROOT}.venv/bin/python` : "python3";

/** `after` is that of the test or the suite. */
export function temporaryFolder(after) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "counterseal-engine-"));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function oneKey() {
  return KeyRing.fromKeys({ test: randomBytes(32) }, { active: "test" });
}

/** The stores that there are to test with; a PostgreSQL where tests/store/postgres_server.py runs the tests. */
export const STORES = ["memory", "sqlite", ...(process.env.COUNTERSEAL_TEST_POSTGRES ? ["postgres"] : [])];

/** An empty database of a server: one has one ring, and a clock that never goes back. */
function newDatabase(server) {
  const name = `node_${randomBytes(6).toString("hex")}`;
  execFileSync("psql", ["-q", "-d", server, "-c", `CREATE DATABASE ${name}`]);
  return server.replace(/[^/]*$/, name);
}

/** Two nodes on a new store of this kind; a store in memory has one node only. */
export async function openNodes(kind, folder, clock) {
  if (kind === "memory") {
    const engine = await memoryEngine({ clock });
    return [engine, engine];
  }
  const file = `sqlite:///${path.join(folder, `${randomBytes(6).toString("hex")}.db`)}`;
  const url = kind === "sqlite" ? file : newDatabase(process.env.COUNTERSEAL_TEST_POSTGRES);
  const options = { keys: oneKey(), create: true, clock: clock.now };
  return [await Engine.open(url, options), await Engine.open(url, options)];
}

/** A tenant with its clock; each test has one of its own. */
export class Practice {
  static #n = 0;

  static async found(engine, clock, policy = POLICY) {
    const tenant = engine.tenant(`practice ${++Practice.#n}`);
    if (policy !== null) await tenant.setPolicy(policy, ADMIN);
    clock.advance(60); // no code of one test is that of another
    return new Practice(tenant, clock);
  }

  constructor(tenant, clock) {
    this.tenant = tenant;
    this.clock = clock;
  }

  /** Somebody with a phone; its next code is a new one. */
  async enroll(subject, options) {
    const made = await this.tenant.enrollTotp(subject, { issuer: "Maple", ...options });
    const phone = new FakePhone(made.uri, { clock: this.clock });
    assert.equal(await this.tenant.confirm(subject, made.factorId, phone.code()), true);
    this.clock.advance(30);
    return { phone, factorId: made.factorId };
  }

  /** What becomes of the right password. */
  password(subject, options) {
    return this.tenant.evaluate(subject, { session: HERE, path: "web", ...options });
  }

  async challenge(subject, options) {
    const decision = await this.password(subject, options);
    assert.equal(decision.outcome, "challenge", decision.reason);
    return decision.challengeId;
  }

  answer(subject, challengeId, code, options) {
    return this.tenant.verifyChallenge(subject, challengeId, null, code, { session: HERE, ...options });
  }

  /** A login with both factors. */
  async login(subject, phone) {
    const decision = await this.answer(subject, await this.challenge(subject), phone.code());
    assert.equal(decision.outcome, "allow", decision.reason);
    return decision;
  }
}

export function newClock() {
  return new FakeClock();
}

export function assertDenied(decision, reason) {
  assert.equal(decision.outcome, "deny", decision.reason);
  assert.equal(decision.reason, reason);
  assert.equal("grant" in decision, false);
}

/** Expects the rejection of a promise by a TypeError whose message names the argument. */
export function wrongType(promise, argument) {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof TypeError, `${error.name} instead of TypeError: ${error.message}`);
    assert.ok(error.message.includes(argument), `"${error.message}" does not name "${argument}"`);
    return true;
  });
}

/** Expects a CountersealError with this C name and a message that starts with the argument. */
export function refused(promise, code, argument) {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof CountersealError, `${error.name}: ${error.message}`);
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.startsWith(argument), `"${error.message}" does not start with "${argument}"`);
    return true;
  });
}
