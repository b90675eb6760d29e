// SPDX-License-Identifier: Apache-2.0
import type { Decision, EngineEvent, Factor, FactorCheck, FactorMatch, FactorState } from "./decision.cjs";
import type { CallOptions } from "./engine.cjs";
import { type Algorithm, CountersealError, type HOTP, type TOTP } from "./index.cjs";
import type { Log } from "./log.cjs";
import type {
  BeginPasskeyOptions,
  EnrollPasskeyOptions,
  ImportCredentialOptions,
  PasskeyEnrollment,
  PasskeyOwner,
  PasskeyQuestion,
  VerifyPasskeyOptions,
} from "./passkey.cjs";
import type { StoredCredential } from "./webauthn.cjs";

/** A `Buffer`; where no types of Node are known, the `Uint8Array` that it is. */
export type PngImage = typeof globalThis extends { Buffer: { alloc(size: number): infer Bytes } } ? Bytes : Uint8Array;

/** Who does something, and why: for the log. */
export interface AuthorityOptions extends CallOptions {
  actor: string;
  reason: string;
}

export interface PolicyOptions extends CallOptions {
  /** Unix time in seconds, or a Date; default: the policy that is in force. */
  at?: number | Date | undefined;
}

/** A policy that is or was in force. */
export interface Policy {
  readonly version: number;
  readonly effective: Date;
  readonly actor: string;
  readonly reason: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Every factor after a subject's first one wants a second factor that was shown in this session. */
export interface GrantOptions extends CallOptions {
  /** What a decision gave; `null` is none. */
  grant?: string | null | undefined;
  /** 16 to 1024 bytes of the host's session, or text that stands for its UTF-8. */
  session?: Uint8Array | string | undefined;
}

export interface EnrollTotpOptions extends GrantOptions {
  /** What the person calls it, for lists. */
  label?: string | undefined;
  /** Who runs the login, for the phone. */
  issuer?: string | undefined;
  /** Whose it is, for the phone; default: the subject. */
  account?: string | undefined;
  /** The factor that ends when this one is confirmed. */
  replaces?: string | undefined;
  /** The same enrollment again where a request of the same session is repeated; needs a `session`. */
  idempotencyKey?: string | undefined;
  /** Default `"SHA1"`: phones that ignore the algorithm compute that. */
  algorithm?: Algorithm | undefined;
  /** 6 to 10; default 6. */
  digits?: number | undefined;
  /** Seconds a step lasts; default 30. */
  period?: number | undefined;
}

/**
 * A later factor of a subject wants a grant that shows a second factor of this session: what `evaluate` asks for with
 * the action `"enroll"`. Nothing was made. Its code is `"CSEAL_DENY"`.
 */
export declare class StepUpRequired extends CountersealError {
  constructor();
}

/** A factor that waits for the first code of a phone. JSON and `util.inspect` do not show its secret. */
export interface TotpEnrollment {
  readonly factorId: string;
  /** By when it has to be confirmed. */
  readonly expires: Date;
  /** What the phone reads from the QR code; holds the secret. */
  readonly uri: string;
  /** The QR code; as {@link TOTP.qr}. */
  qr(kind: "svg" | "text" | "ansi"): string;
  qr(kind: "png"): PngImage;
  /** The secret for a phone without a camera. */
  revealBase32(): string;
}

export interface ImportFactorOptions extends CallOptions {
  /** Of TOTP, and required there: the highest step that was accepted so far, by the token's clock; `null`: none was. */
  lastStep?: number | bigint | string | null | undefined;
  /** Of HOTP, and required there: the counter expected next. */
  nextCounter?: number | bigint | string | undefined;
  /** Of TOTP: by how many steps the token's clock is ahead of yours (below 0: behind), -10 to 10. Default 0. */
  drift?: number | undefined;
  /** Whether it may be used at once; else it waits for its first code. Default true. */
  active?: boolean | undefined;
  /** Where it comes from, for the log. */
  provenance: string;
  label?: string | undefined;
  actor?: string | undefined;
  /** Takes keys of 80 to 127 bits. */
  allowLegacy?: boolean | undefined;
  /** Only tells what would happen. */
  dryRun?: boolean | undefined;
}

export interface ImportedFactor {
  /** `null` in a dry run. */
  readonly factorId: string | null;
  readonly warnings: readonly string[];
}

export interface PageOptions<Mark> extends CallOptions {
  /** `next` of the page before. */
  after?: Mark | null | undefined;
  /** 1 to 1000; default 100. */
  limit?: number | undefined;
}

/** A part of a long list. */
export interface Page<Item, Mark> {
  readonly items: readonly Item[];
  /** `after` of the next page; `null` at the end. */
  readonly next: Mark | null;
}

export interface SessionOptions extends CallOptions {
  /** 16 to 1024 bytes of the host's session, or text that stands for its UTF-8. */
  session: Uint8Array | string;
}

/** What was right before a second factor is asked for. */
export interface FirstFactor {
  method: string;
  /** Unix time in seconds, or a Date. */
  time?: number | Date | undefined;
  channel?: string | undefined;
}

/** What another system said of its login. */
export interface Federated {
  amr?: readonly string[] | undefined;
  acr?: string | undefined;
  /** Unix time in seconds, or a Date. */
  authTime?: number | Date | undefined;
}

export interface EvaluateOptions extends SessionOptions {
  /** Which door somebody is at, as the policy names it. */
  path: string;
  /** The person's groups at this moment. */
  groups?: readonly string[] | undefined;
  /** Default `"login"`; every other one wants a second factor that was shown a moment ago. */
  action?: string | undefined;
  firstFactor?: FirstFactor | undefined;
  federated?: Federated | undefined;
  /** Of the account; whatever is not `"active"`, the default, is refused. */
  status?: string | undefined;
  ip?: string | undefined;
  /** Not supported yet. */
  trustToken?: string | null | undefined;
  /** What an earlier decision gave in this session; `null` is none. */
  grant?: string | null | undefined;
}

export interface GrantValidOptions extends SessionOptions {
  subject: string;
  /** Default `"login"`. */
  action?: string | undefined;
  /** Seconds since the second factor was shown, where the policy's own bound is not narrow enough. */
  maxAge?: number | undefined;
  /** Of the subject by now; default `"active"`. No grant is good for any other. */
  status?: string | undefined;
}

export interface AnswerOptions extends SessionOptions {
  /** Of the subject by now; default `"active"`. Any other is refused, and closes what the subject was asked. */
  status?: string | undefined;
}

export interface PurposeOptions extends CallOptions {
  /** Why it is asked, for the log; not `"login"`, for no policy is looked at. */
  purpose: string;
}

export interface BatchItem {
  subject: string;
  factorId: string;
  response: unknown;
}

/** Answers to the items of a batch, in their order. It is no boolean: ask `ok[i] === 1`. */
export interface FactorBatchVerdict {
  /** 1 where accepted. */
  readonly ok: Uint8Array;
  /** Status numbers. */
  readonly codes: Int8Array;
  /** Step or next counter; -1 where there is none. */
  readonly values: BigInt64Array;
  readonly nOk: number;
}

export interface Reset {
  /** Grants and challenges of earlier epochs are worth nothing. */
  readonly epoch: number;
  /** How many factors ended. */
  readonly revoked: number;
}

/** What a store took for the latest time that there was. */
export interface ClockChange {
  readonly before: Date;
  /** The time of now. */
  readonly after: Date;
}

/**
 * What an engine does for one tenant.
 *
 * `tenant` and `subject` are text that is not empty, in Unicode's form NFC, without blanks around it; an unknown
 * subject, an unknown factor and a wrong code are answered alike.
 *
 * @throws {TypeError} as the rejection of a promise, where an argument is of the wrong type or a name is empty.
 * @throws {CountersealError} as the rejection of a promise, where an argument breaks a rule or the engine has trouble.
 */
export interface Tenant {
  readonly name: string;
  /** Its log, as something to prove. */
  readonly log: Log;
  /**
   * Gives the tenant a new policy; without one every login is denied.
   *
   * @returns Its version.
   */
  setPolicy(document: object, options: AuthorityOptions): Promise<number>;
  /** The policy that is or was in force; `null` where there was none. */
  policy(options?: PolicyOptions): Promise<Policy | null>;
  /**
   * Makes a TOTP factor that waits for its first code.
   *
   * @throws {StepUpRequired} where the subject has a factor and no grant shows one; nothing is made then.
   */
  enrollTotp(subject: string, options?: EnrollTotpOptions): Promise<TotpEnrollment>;
  /**
   * The first code of a new factor. It is used then: it cannot log in.
   *
   * @returns Whether the factor is active now.
   */
  confirm(subject: string, factorId: string, response: unknown, options?: CallOptions): Promise<boolean>;
  /** As `confirm`, and says why: for logs. */
  confirmDetails(subject: string, factorId: string, response: unknown, options?: CallOptions): Promise<FactorCheck>;
  /**
   * Begins the registration of a passkey; `confirm` ends it with what the browser sent. The tenant's policy has to have
   * a relying party.
   *
   * @throws {StepUpRequired} where the subject has a factor and no grant shows one; nothing is made then.
   */
  enrollPasskey(subject: string, options?: EnrollPasskeyOptions): Promise<PasskeyEnrollment>;
  /**
   * What a browser is asked for to log in with a passkey. Nothing is written. The answer to a challenge goes to
   * `verifyChallenge`, that of somebody who is not known yet to `passkeyOwner` and `verifyPasskey`.
   */
  beginPasskey(options: BeginPasskeyOptions): Promise<PasskeyQuestion>;
  /** Whose passkey a response says it is; `null`: nobody's. Nothing is verified. */
  passkeyOwner(response: unknown, options?: CallOptions): Promise<PasskeyOwner | null>;
  /** A login by passkey alone, as two factors: the answer to `beginPasskey` with a path. */
  verifyPasskey(
    subject: string,
    challengeId: string,
    response: unknown,
    options: VerifyPasskeyOptions,
  ): Promise<Decision>;
  /** Takes over a passkey that was registered elsewhere for the same RP ID, as an active factor. */
  importCredential(
    subject: string,
    credential: StoredCredential,
    options: ImportCredentialOptions,
  ): Promise<ImportedFactor>;
  /**
   * Makes new recovery codes, each good for one login; earlier ones end. They are shown once and never again.
   *
   * @throws {StepUpRequired} where the subject has a factor and no grant shows one; nothing is made then.
   */
  recoveryCodes(subject: string, options?: GrantOptions): Promise<string[]>;
  /** Takes over a factor from elsewhere, with what it has used. */
  importFactor(subject: string, otp: TOTP | HOTP, options: ImportFactorOptions): Promise<ImportedFactor>;
  /** Of a subject, or of all of them. */
  listFactors(subject?: string | null, options?: PageOptions<string>): Promise<Page<Factor, string>>;
  /** Decides what a login needs, after the first factor was right. */
  evaluate(subject: string, options: EvaluateOptions): Promise<Decision>;
  /**
   * Answers a challenge.
   *
   * @param factorId Which factor the code is of; `null`: any of the challenge.
   */
  verifyChallenge(
    subject: string,
    challengeId: string,
    factorId: string | null,
    response: unknown,
    options: AnswerOptions,
  ): Promise<Decision>;
  /** Whether a grant is good for an action of this subject in this session; `null` and `undefined` are none. */
  grantValid(grant: string | null | undefined, options: GrantValidOptions): Promise<boolean>;
  /**
   * Checks a code of one factor. This is no login: no policy is looked at.
   *
   * @returns `null` if refused.
   */
  verifyFactor(
    subject: string,
    factorId: string,
    response: unknown,
    options: PurposeOptions,
  ): Promise<FactorMatch | null>;
  /** As `verifyFactor`, and says why: for logs. */
  verifyFactorDetails(
    subject: string,
    factorId: string,
    response: unknown,
    options: PurposeOptions,
  ): Promise<FactorCheck>;
  /** Many `verifyFactor` in one commit; recovery codes are not taken here. */
  verifyBatch(items: readonly BatchItem[], options: PurposeOptions): Promise<FactorBatchVerdict>;
  /** An active factor rests. Grants and challenges of the subject, and what it began to enroll, are worth nothing. */
  suspend(subject: string, factorId: string, options: AuthorityOptions): Promise<FactorState>;
  /** A suspended factor is used again. */
  resume(subject: string, factorId: string, options: AuthorityOptions): Promise<FactorState>;
  /** A factor ends for good; its secret is gone. */
  revoke(subject: string, factorId: string, options: AuthorityOptions): Promise<FactorState>;
  /** A factor's failures and locks are forgotten. */
  unlock(subject: string, factorId: string, options: AuthorityOptions): Promise<FactorState>;
  /** Ends all factors of a subject, its challenges and its grants: it enrolls anew. */
  adminReset(subject: string, options: AuthorityOptions): Promise<Reset>;
  /**
   * Makes the time of now the latest that the store has seen, for all of its tenants: after a wrong clock, when every
   * call is `"CSEAL_E_TIME"` although the clock is right again. The event stands in the log of this tenant.
   *
   * @throws {CountersealError} `"CSEAL_E_TIME"` where the clock is ahead of this machine's or of the database's.
   */
  setClock(options: AuthorityOptions): Promise<ClockChange>;
  /** What happened, of a subject or of all of them, oldest first. */
  events(subject?: string | null, options?: PageOptions<number>): Promise<Page<EngineEvent, number>>;
}
