// SPDX-License-Identifier: Apache-2.0
// For types.test.mjs, never run: what a user of engines may write, and what the compiler must refuse.
import {
  type AllowDecision,
  type CallOptions,
  type Checkpoint,
  type CheckpointMark,
  type ClockChange,
  CountersealError,
  type Decision,
  type DecisionMessage,
  Engine,
  type EngineOptions,
  type Factor,
  type FactorCheck,
  type FactorMatch,
  HOTP,
  type KeyCounts,
  KeyRing,
  type Log,
  type LogReport,
  type Page,
  type Reason,
  type Resealed,
  type StateReport,
  StepUpRequired,
  type Tenant,
  TOTP,
  type TotpEnrollment,
  type TroubleMessage,
  verifyLog,
} from "counterseal";
import { FakeClock, FakePhone, type Faults, faults, memoryEngine } from "counterseal/testing";

declare const body: { code: unknown };
const options: EngineOptions = { keys: "keys", create: true, schema: "migrate", clock: Date.now, pool: { threads: 4 } };
const engine: Engine = await Engine.open("sqlite:///practice.db", options);
await Engine.open("memory:", { keys: KeyRing.fromKeys({ a: new Uint8Array(32) }, { active: "a" }) });
await Engine.open("memory:", { keys: await KeyRing.fromFile(new URL("file:///keys"), { create: true }) });
const m: Tenant = engine.tenant("maple");
const admin = { actor: "root", reason: "start" };
const version: number = await m.setPolicy({ rules: [] }, admin);

const made: TotpEnrollment = await m.enrollTotp("anna", { label: "phone", grant: null, session: "x".repeat(16) });
const shown: [string, Buffer, string] = [made.uri, made.qr("png"), made.qr("svg")];
const confirmed: boolean = await m.confirm("anna", made.factorId, body.code);
const check: FactorCheck = await m.confirmDetails("anna", made.factorId, body.code);

const controller = new AbortController();
const call: CallOptions = { signal: controller.signal };
const session = new Uint8Array(16);
const decision: Decision = await m.evaluate("anna", { session, path: "web", groups: ["staff"], ...call });
let kept: string | undefined;
switch (decision.outcome) {
  case "allow":
    kept = decision.grant;
    break;
  case "challenge":
    kept = (await m.verifyChallenge("anna", decision.challengeId, null, body.code, { session })).reason;
    break;
  case "enroll":
    kept = decision.types.join();
    break;
  case "deny":
    kept = String(decision.retryAfterS ?? 0);
    break;
  default:
    decision satisfies never;
}
const reason: Reason = decision.reason;
const match: FactorMatch | null = await m.verifyFactor("anna", made.factorId, body.code, { purpose: "sign" });
const page: Page<Factor, string> = await m.listFactors(null, { limit: 10 });
const good: boolean = await m.grantValid("x", { subject: "anna", session, maxAge: 300 });
await m.importFactor("anna", TOTP.generate(), { lastStep: null, provenance: "x" });
await m.importFactor("anna", HOTP.generate(), { nextCounter: 1n, provenance: "x" });
const down: boolean = (await engine.health({ timeoutS: 0.5 })).store === "down";
const changed: KeyRing = (await KeyRing.changeFile("keys", "add", "b")).changed("promote", "b");
await engine.reloadKeys(changed);
await engine.reloadKeys();
const step: Resealed = await engine.reseal({ after: null, limit: 10 });
const counts: KeyCounts = await engine.keyCounts({ after: step.next });
const log: Log = m.log;
const checkpoint: Checkpoint | null = await log.checkpoint();
const marks: Page<Checkpoint, CheckpointMark> = await engine.checkpoints({ tenant: "maple", limit: 1 });
await engine.checkpoints({ after: marks.next });
const leaf: Uint8Array = (await log.proveInclusion(1, 2)).leaf;
const lines: Uint8Array = (await log.export({ format: "csv" })).data;
const checked: LogReport = await verifyLog(lines, { checkpoints: [], verifier: await log.verifier() });
const found: string | number = checked.ok ? checked.nEvents : checked.problem;
const wrong: number | undefined = (await engine.stats()).reasons.WRONG_CODE;
declare const told: DecisionMessage | TroubleMessage;
const name: string = "code" in told ? told.code : told.outcome;
const { before, after }: ClockChange = await m.setClock(admin);
const span: number = after.getTime() - before.getTime();
await m.grantValid(undefined, { subject: "anna", session });
await Engine.open("memory:", { keys: "keys", logSignature: "p256" });
const gone: boolean = (await log.purgeEvents(new Date(0), admin)).isComplete;
const report: StateReport = await log.verifyState({ checkpoints: marks.items.map(({ note }) => note), timeoutS: 5 });
await Engine.open("memory:", { keys: changed, expectedCheckpoints: [checkpoint?.note ?? ""] });
await engine[Symbol.asyncDispose]();
await engine.close();

const clock = new FakeClock();
const testing = await memoryEngine({ clock });
const phone = new FakePhone(made.uri, { clock });
const switches: Faults = faults(testing);
await switches.storeDown();
clock.advance(30);
const codes: string[] = [phone.code(), phone.wrongCode()];

try {
  await m.enrollTotp("anna");
} catch (error) {
  if (error instanceof StepUpRequired) console.log(error.code satisfies string);
  if (error instanceof CountersealError && error.code === "CSEAL_E_STORE_UNKNOWN") console.log("let nobody in");
}

// @ts-expect-error: only a decision that allows has a grant
decision.grant;
// @ts-expect-error: only a challenge has factors
decision.factors;
// @ts-expect-error: refused codes are null
console.log((await m.verifyFactor("anna", "f", body.code, { purpose: "x" })).step);
// @ts-expect-error: why it is asked has no default
m.verifyFactor("anna", "f", body.code);
// @ts-expect-error: a factor or null
m.verifyChallenge("anna", "c", body.code, { session });
// @ts-expect-error: a session is needed
m.evaluate("anna", { path: "web" });
// @ts-expect-error: subjects are text
m.enrollTotp(5);
// @ts-expect-error: an actor and a reason are needed
m.revoke("anna", "f", { actor: "root" });
// @ts-expect-error: a log with a problem has no root
checked.root;
// @ts-expect-error: a log is bytes
verifyLog("text");
// @ts-expect-error: a checkpoint may be none
checkpoint.note;
// @ts-expect-error: nobody is erased without an actor and a reason
log.erasePerson("anna");
// @ts-expect-error: a ring is changed in three ways
changed.changed("rename", "b");
// @ts-expect-error: a status that somebody lost is none
m.grantValid("x", { subject: "anna", session, status: null });
// @ts-expect-error: the time is not set without an actor and a reason
m.setClock({ actor: "root" });
// @ts-expect-error: logs are signed in two ways
Engine.open("memory:", { keys: "keys", logSignature: "rsa" });
// @ts-expect-error: keys are needed
Engine.open("memory:", { create: true });
// @ts-expect-error: engines are opened
new Engine();
// @ts-expect-error: rings are read or made of keys
new KeyRing();
// @ts-expect-error: decisions do not change
decision.outcome = "allow";
// @ts-expect-error: a deny allows nothing
({ outcome: "deny", reason, policyVersion: 1, message: "", challengeId: null }) satisfies AllowDecision;
// @ts-expect-error: an enrollment shows its secret by name only
made.secret;

export {
  check,
  codes,
  confirmed,
  counts,
  down,
  found,
  gone,
  good,
  kept,
  leaf,
  lines,
  match,
  name,
  page,
  report,
  shown,
  span,
  version,
  wrong,
};
