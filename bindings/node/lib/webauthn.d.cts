// SPDX-License-Identifier: Apache-2.0
import type { Status } from "./index.cjs";

/** Words of WebAuthn. */
export type UserVerification = "required" | "preferred" | "discouraged";
export type Requirement = "required" | "preferred" | "discouraged";
export type Attestation = "none" | "indirect" | "direct" | "enterprise";
export type Attachment = "platform" | "cross-platform";
export type Hint = "security-key" | "client-device" | "hybrid";
/** Faults of real devices that are forgiven by name. */
export type Quirk = "ed25519_text_labels";
/** Who vouches for an authenticator: nobody, itself, or one of the anchors. Valid is not trusted. */
export type Trust = "none" | "self" | "anchored";

/** A credential that a user has: stored, by its identifier, or with its transports. */
export type CredentialRef = StoredCredential | Uint8Array | { id: Uint8Array | string; transports?: string[] };

/** What a browser is asked for. */
export interface Options<Document> {
  /** Keep it in the session: it is used once. */
  readonly challenge: Uint8Array;
  /** What the browser parses; `JSON.stringify(options)` is it as text. */
  toJSON(): Document;
}

export interface CredentialDescriptorJSON {
  type: "public-key";
  id: string;
  transports?: string[];
}

/** For `PublicKeyCredential.parseCreationOptionsFromJSON()`. */
export interface PublicKeyCredentialCreationOptionsJSON {
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: { type: "public-key"; alg: number }[];
  timeout: number;
  excludeCredentials: CredentialDescriptorJSON[];
  authenticatorSelection: {
    authenticatorAttachment?: Attachment;
    residentKey: Requirement;
    requireResidentKey: boolean;
    userVerification: UserVerification;
  };
  attestation: Attestation;
  attestationFormats?: string[];
  hints?: Hint[];
  extensions?: Record<string, unknown>;
}

/** For `PublicKeyCredential.parseRequestOptionsFromJSON()`. */
export interface PublicKeyCredentialRequestOptionsJSON {
  rpId: string;
  challenge: string;
  timeout: number;
  allowCredentials: CredentialDescriptorJSON[];
  userVerification: UserVerification;
  hints?: Hint[];
  extensions?: Record<string, unknown>;
}

interface CommonOptions {
  rpId: string;
  /** Default: 32 random bytes. */
  challenge?: Uint8Array | undefined;
  /** Default `"preferred"`; always told to the browser. */
  userVerification?: UserVerification | undefined;
  hints?: readonly Hint[] | undefined;
  /** In the form of browsers, with bytes where they have base64url: `{ credProps: true }`. */
  extensions?: Record<string, unknown> | undefined;
  /** Default 300. */
  timeoutS?: number | undefined;
}

export interface RegistrationOptions extends CommonOptions {
  rpName: string;
  /** 1 to 64 bytes that say nothing about the person. */
  userId: Uint8Array;
  userName: string;
  userDisplayName?: string | undefined;
  /** COSE numbers, best first; the same ones are told to {@link verifyRegistration}. */
  algorithms?: readonly number[] | undefined;
  /** Default `"none"`. */
  attestation?: Attestation | undefined;
  attestationFormats?: readonly string[] | undefined;
  /** Default `"preferred"`. */
  residentKey?: Requirement | undefined;
  attachment?: Attachment | undefined;
  /** What the user has already. */
  exclude?: readonly CredentialRef[] | undefined;
}

export interface AuthenticationOptions extends CommonOptions {
  /** What the user has; none asks for whatever passkey the person chooses. */
  allow?: readonly CredentialRef[] | undefined;
}

interface CommonVerification {
  /** What the browser sent, as text, bytes or parsed. Anything else is `"malformed"`, never an error. */
  response: unknown;
  /** The one that the server kept, never one that came with the response. */
  challenge: Uint8Array;
  /** As browsers write them, such as `"https://example.org"`. */
  origins: string | readonly string[];
  rpId: string;
  /** Default `"preferred"`: reported; `"required"` refuses who was not verified. */
  userVerification?: UserVerification | undefined;
  /** Also of the https hosts in `origins` with a dot in front. Default `false`. */
  subdomains?: boolean | undefined;
  /** At any port. Default `false`. */
  anyPort?: boolean | undefined;
  /** Frames of another origin may run a ceremony. Default `false`. */
  crossOrigin?: boolean | undefined;
  /** The pages that may be around such a frame. */
  topOrigins?: readonly string[] | undefined;
  /** `false` refuses passkeys that may be copied to other devices. Default `true`. */
  backupEligibleAllowed?: boolean | undefined;
  quirks?: readonly Quirk[] | undefined;
}

export interface RegistrationVerification extends CommonVerification {
  algorithms?: readonly number[] | undefined;
  /** Certificates that vouch for authenticators: DER, or PEM with any number in it. */
  anchors?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** Refuses what no anchor vouches for. Default `false`. */
  attestationRequired?: boolean | undefined;
  /** The appid of U2F days that was asked for: the result then has its output. */
  appidExclude?: string | undefined;
  /** Mediation was conditional, so that nobody need be present. Default `false`. */
  conditional?: boolean | undefined;
  /** Identifiers that are registered already. */
  taken?: readonly Uint8Array[] | undefined;
  /** When certificates must be valid: Unix time in seconds, or a Date; default now. */
  at?: number | Date | undefined;
}

export interface AuthenticationVerification extends CommonVerification {
  /** The stored one of {@link credentialId}, and of the user who is to be logged in. */
  credential: StoredCredential;
  /** Of the U2F days. */
  appid?: string | undefined;
  /** Identifiers that were asked for. */
  allow?: readonly Uint8Array[] | undefined;
  /** The `userId` of the user whose credential it is. */
  userHandle?: Uint8Array | undefined;
  /** Nobody had said who they are: the response must name the user. Default `false`. */
  usernameless?: boolean | undefined;
  /** A credential may become one that can be copied. Default `false`. */
  backupEligibilityMayRise?: boolean | undefined;
  /** Accepts, and reports, a counter that did not rise. Default `false`. */
  signCountMayStay?: boolean | undefined;
  /** A verified user is remembered though registration had none. Default `false`. */
  mayInitializeUv?: boolean | undefined;
}

interface Accepted {
  readonly accepted: true;
  readonly status: Status;
  /** What to store: after a login in place of the other one, by one conditional update. */
  readonly credential: StoredCredential;
  /** Somebody was present. */
  readonly up: boolean;
  /** The user was verified, by a PIN, a finger or a face. */
  readonly uv: boolean;
  /** The credential may be copied to other devices. */
  readonly be: boolean;
  /** It is copied at present. */
  readonly bs: boolean;
  readonly origin: string;
  /** Which of `origins` that is, or belongs to. */
  readonly expectedOrigin: string;
  /** The RP ID, or the appid, that the authenticator answered. */
  readonly rpId: string;
  /** What extensions answered: `{ credProps: { rk: true }, credProtect: 3 }`. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** A response that was not accepted. Nothing else in it is to be relied on. */
export interface Refused {
  readonly accepted: false;
  readonly status: Status;
  /** Section and step of WebAuthn Level 3: `"7.2.12"`. */
  readonly step: string;
  /** What was wrong, for logs: `"origin"`. */
  readonly refusal: string;
  /** One sentence about it, for logs. */
  readonly meaning: string;
}

export interface AcceptedRegistration extends Accepted {
  readonly trust: Trust;
  readonly attestation: "none" | "self" | "certified";
  readonly attestationFormat: "none" | "packed" | "fido-u2f";
  /** The COSE number of the credential's key. */
  readonly algorithm: number;
}

export interface AcceptedAuthentication extends Accepted {
  /** The counter did not rise: two authenticators may have the key. */
  readonly signCountRegressed: boolean;
  readonly isAppid: boolean;
}

/**
 * A credential of a user: one column of JSON, nothing in it secret. The object also keeps the public key ready to
 * verify: hosts that keep objects save building it at each login.
 */
export declare class StoredCredential {
  private constructor();
  /** Reads the column back. @throws {CountersealError} where it is none. */
  static fromJSON(text: string): StoredCredential;
  /**
   * From what hosts keep of `@simplewebauthn/server`: `id`, `publicKey`, `counter`, `transports`, and `deviceType` and
   * `backedUp`, with or without `credential` around the first ones. Bytes may be a Uint8Array or base64url, a counter a
   * number, a bigint or decimal text.
   *
   * @throws {CountersealError} where it is none.
   */
  static fromSimpleWebAuthn(row: object): StoredCredential;
  /**
   * From what hosts keep of py_webauthn: `credential_id`, `credential_public_key`, `sign_count`, `aaguid`, `fmt`,
   * `credential_device_type`, `credential_backed_up`.
   *
   * @throws {CountersealError} where it is none.
   */
  static fromPyWebauthn(row: object): StoredCredential;
  /** The column, at most 8192 bytes. */
  toJSON(): string;
  /** Unique among all credentials. */
  readonly id: Uint8Array;
  /** The COSE key, in the authenticator's own bytes. */
  readonly publicKey: Uint8Array;
  /** 0 where the authenticator does not count. */
  readonly signCount: number;
  readonly uvInitialized: boolean;
  /** `null` where nobody stored it. */
  readonly backupEligible: boolean | null;
  readonly backupState: boolean;
  /** The authenticator's model, as it says; zeros where it does not. */
  readonly aaguid: string;
  readonly transports: string[];
}

/** Asks a browser to make a credential for a user. */
export declare function registrationOptions(
  options: RegistrationOptions,
): Options<PublicKeyCredentialCreationOptionsJSON>;

/** Asks a browser to log in. */
export declare function authenticationOptions(
  options: AuthenticationOptions,
): Options<PublicKeyCredentialRequestOptionsJSON>;

/** The document to serve at `https://RP_ID/.well-known/webauthn`: pages of `origins` may use its passkeys. */
export declare function relatedOrigins(options: { rpId: string; origins: string | readonly string[] }): {
  origins: string[];
};

/** Which credential answered, to look it up; `null` where it is no response. Nothing is verified. */
export declare function credentialId(response: unknown): Uint8Array | null;

/**
 * Each step of section 7.1 on what `navigator.credentials.create()` gave. Refuse an identifier that your table has
 * already, and delete the challenge before it is looked at.
 */
export declare function verifyRegistration(options: RegistrationVerification): AcceptedRegistration | Refused;

/** Each step of section 7.2 on what `navigator.credentials.get()` gave. */
export declare function verifyAuthentication(options: AuthenticationVerification): AcceptedAuthentication | Refused;
