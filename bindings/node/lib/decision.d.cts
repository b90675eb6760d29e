// SPDX-License-Identifier: Apache-2.0
import type { Status } from "./index.cjs";

/** What kinds of factors an engine knows. */
export type FactorType = "totp" | "hotp" | "recovery" | "webauthn";

/** Where a factor is in its life. A pending one waits for its first code and lets nobody in. */
export type FactorState = "pending" | "active" | "suspended" | "revoked";

/** Why a decision is what it is: for logs. Show the person its `message`, which is the same for every refusal. */
export type Reason =
  | "OK"
  | "OK_TRUSTED_DEVICE"
  | "OK_GRACE"
  | "OK_EXEMPT"
  | "OK_BREAK_GLASS"
  | "NEED_MFA"
  | "STEP_UP"
  | "ENROLL_REQUIRED"
  | "GRACE_EXPIRED"
  | "REPLAY"
  | "WRONG_CODE"
  | "MALFORMED"
  | "THROTTLED"
  | "LOCKED"
  | "LOCKED_FINAL"
  | "CHALLENGE_DEAD"
  | "WRONG_CHALLENGE"
  | "SAME_CHANNEL"
  | "FACTOR_DISABLED_BY_POLICY"
  | "FACTOR_NOT_QUALIFIED"
  | "NO_USABLE_FACTOR"
  | "LEGACY_PATH_BLOCKED"
  | "UNKNOWN_PATH"
  | "SUBJECT_DISABLED"
  | "NO_POLICY"
  | "TRUST_THEFT"
  | "TRUST_EPOCH_OLD"
  | "STORE_UNAVAILABLE"
  | "CLOCK_FAULT"
  | "PASSKEY_REFUSED"
  | "STEP_IN_FUTURE";

/** A factor that may answer a challenge. */
export interface OfferedFactor {
  readonly factorId: string;
  readonly type: FactorType;
  /** What the person called it; may be empty. */
  readonly label: string;
}

/** What every decision tells. */
export interface DecisionShared {
  /** For the log. */
  readonly reason: Reason;
  /** The policy that it was made by; `null` where the tenant has none. */
  readonly policyVersion: number | null;
  /** One sentence for the person who logs in. */
  readonly message: string;
}

/** The person may come in. */
export interface AllowDecision extends DecisionShared {
  readonly outcome: "allow";
  /** How many factors were shown. */
  readonly assurance: 1 | 2;
  /** Their methods, as RFC 8176 calls them. */
  readonly amr: readonly string[];
  /** By when a factor must be enrolled, where this was let in by grace. */
  readonly deadline: Date | null;
  /** What the host keeps in its session, to show it again. JSON and `util.inspect` leave it out. */
  readonly grant: string;
}

/** A second factor is asked for: show a page for its code, then call `verifyChallenge`. */
export interface ChallengeDecision extends DecisionShared {
  readonly outcome: "challenge";
  readonly challengeId: string;
  readonly factors: readonly OfferedFactor[];
}

/** A factor must be enrolled first: show the page for that and nothing else. */
export interface EnrollDecision extends DecisionShared {
  readonly outcome: "enroll";
  /** What may be enrolled. */
  readonly types: readonly FactorType[];
  readonly deadline: Date | null;
}

/** The person may not come in. */
export interface DenyDecision extends DecisionShared {
  readonly outcome: "deny";
  /** The challenge, where it may still be answered. */
  readonly challengeId: string | null;
  /** When it is worth trying again, where that is known. */
  readonly retryAfterS?: number;
}

/**
 * What becomes of a login. Every one of them is an object and counts as true: ask `outcome`. `"allow"` alone has a
 * grant.
 */
export type Decision = AllowDecision | ChallengeDecision | EnrollDecision | DenyDecision;

/** A code that a factor had, and that is used now. */
export interface FactorMatch {
  /** Of TOTP: the step of the code. */
  readonly step: number | null;
  /** Of HOTP: the counter that is expected next. */
  readonly nextCounter: number | null;
}

/** Why a code was accepted or refused: for logs. */
export interface FactorCheck extends FactorMatch {
  readonly status: Status;
  /** When it is worth trying again, where that is known. */
  readonly retryAfterS: number | null;
}

/** A factor, as administrators see it. */
export interface Factor {
  readonly factorId: string;
  readonly subject: string;
  readonly type: FactorType;
  readonly state: FactorState;
  /** What the person called it; may be empty. */
  readonly label: string;
  /** Where it came from. */
  readonly provenance: string;
  readonly created: Date;
  readonly confirmed: Date | null;
  readonly ended: Date | null;
  /** Of TOTP: by the token's clock. */
  readonly lastUsedStep: number | null;
  /** Of TOTP: by how many steps the token's clock is ahead (below 0: behind), as it was imported. */
  readonly drift: number | null;
  /** Of HOTP. */
  readonly nextCounter: number | null;
  /** Of recovery codes: how many were not used yet. */
  readonly codesLeft: number | null;
  readonly lockedUntil: Date | null;
  readonly isLocked: boolean;
}

/** Something that happened. */
export interface EngineEvent {
  /** Counts up from 1 in each tenant. */
  readonly seq: number;
  readonly at: Date;
  /** For example `"factor.revoked"`. */
  readonly type: string;
  readonly subject: string | null;
  readonly factorId: string | null;
  /** Who did it, where that was an administrator. */
  readonly actor: string | null;
  readonly reason: string | null;
  readonly detail: unknown;
}
