// SPDX-License-Identifier: Apache-2.0
import type { CallOptions } from "./engine.cjs";
import type { GrantOptions, SessionOptions } from "./tenant.cjs";
import type {
  Options,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "./webauthn.cjs";

export interface EnrollPasskeyOptions extends GrantOptions {
  /** What the authenticator shows; default: the subject. */
  userName?: string | undefined;
  userDisplayName?: string | undefined;
  /** What the person calls it, for lists. */
  label?: string | undefined;
  /** The factor that ends when this one is confirmed. */
  replaces?: string | undefined;
  /** The same enrollment again where a request of the same session is repeated; needs a `session`. */
  idempotencyKey?: string | undefined;
  /** Default `"preferred"`. */
  residentKey?: "required" | "preferred" | "discouraged" | undefined;
  attachment?: "platform" | "cross-platform" | undefined;
  /** Default `"none"`. */
  attestation?: "none" | "indirect" | "direct" | "enterprise" | undefined;
}

/** A passkey that is about to be registered: `confirm` takes what the browser sends. */
export interface PasskeyEnrollment {
  readonly factorId: string;
  /** The engine keeps their challenge. */
  readonly options: Options<PublicKeyCredentialCreationOptionsJSON>;
  /** By when it has to be confirmed. */
  readonly expires: Date;
}

/** Either `subject` and `challengeId`, those of `evaluate`, or `path`, for somebody who is not known yet. */
export interface BeginPasskeyOptions extends SessionOptions {
  subject?: string | undefined;
  challengeId?: string | undefined;
  /** That factor alone. */
  factorId?: string | undefined;
  /** Which door somebody is at, as the policy names it. */
  path?: string | undefined;
  /** With `path`; default `"login"`. */
  action?: string | undefined;
}

/** What a browser is asked for to log in. */
export interface PasskeyQuestion {
  /** `"OK"`, or why there is nothing to ask, as in a decision. */
  readonly reason: string;
  /** To be given with the answer. */
  readonly challengeId: string | null;
  /** Each answer, right or wrong, uses their challenge up. */
  readonly options: Options<PublicKeyCredentialRequestOptionsJSON> | null;
  /** Until when it may be answered. */
  readonly expires: Date | null;
}

/** Whose passkey a response says it is. Nothing of it was verified. */
export interface PasskeyOwner {
  readonly subject: string;
  readonly factorId: string;
}

export interface VerifyPasskeyOptions extends SessionOptions {
  /** Of the subject, at this moment. */
  groups?: readonly string[] | undefined;
  /** Of the account; whatever is not `"active"`, the default, is refused. */
  status?: string | undefined;
}

export interface ImportCredentialOptions extends CallOptions {
  /** The user id that it was registered with; `null`: not known, so that it is a second factor only. */
  userHandle: Uint8Array | null;
  /** Where it comes from, for the log. */
  provenance: string;
  label?: string | undefined;
  actor?: string | undefined;
  /** Only tells what would happen. */
  dryRun?: boolean | undefined;
}
