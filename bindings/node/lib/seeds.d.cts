// SPDX-License-Identifier: Apache-2.0
import type { CountersealError, HOTP, OCRA, TOTP, YubicoOtp } from "./index.cjs";

export type SeedKind = "totp" | "hotp" | "ocra" | "yubico";

/** What {@link importSeeds} reads. */
export type SeedFormat =
  | "uri-list"
  | "pskc"
  | "entra-csv"
  | "oath-csv"
  | "yubico-csv"
  | "aegis"
  | "2fas"
  | "bitwarden-json"
  | "bitwarden-csv";

/** An entry of a seed file: a secret with what its token is. Only `revealBase32` and `otp().uri()` show the secret. */
export declare class Seed {
  private constructor();
  readonly kind: SeedKind;
  /** The line of the file, from 1. */
  readonly line: number | null;
  /** HOTP and OCRA: the counter expected next. */
  readonly counter: bigint;
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  readonly labelPrefix: string | undefined;
  /** Whom the file assigns the token to. */
  readonly user: string | undefined;
  readonly serial: string | undefined;
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  /** The OCRA suite. */
  readonly suite: string | undefined;
  /** Of a Yubico OTP, or the token identifier of a YubiKey's OATH-HOTP slot (modhex). */
  readonly publicId: string | undefined;
  /** Key@Id of a PSKC file. */
  readonly keyId: string | undefined;
  readonly warnings: readonly string[];
  /** The verifier, by `kind`. */
  otp(): TOTP | HOTP | OCRA | YubicoOtp;
  /**
   * Writes a secret as base32 (RFC 4648 section 6), upper case without padding: the form that authenticator apps take.
   *
   * Timing: lengths may leak; the secret does not.
   */
  revealBase32(): string;
}

/** What is wrong with one entry. The text holds no secret. */
export interface SeedProblem {
  readonly line: number | null;
  readonly column: number | null;
  readonly byte: number | null;
  readonly text: string;
}

/** What was read: the good entries, and in a dry run what is wrong with the others. */
export interface SeedFile {
  readonly format: SeedFormat;
  readonly seeds: readonly Seed[];
  readonly problems: readonly SeedProblem[];
}

/** A seed file with entries that cannot be used; nothing of it was handed out. */
export declare class SeedFileError extends CountersealError {
  constructor(problems: readonly SeedProblem[]);
  readonly problems: readonly SeedProblem[];
}

export interface ImportOptions {
  /** Default `"auto"`: what the content looks like. */
  format?: SeedFormat | "auto" | undefined;
  /** The pre-shared key of an encrypted PSKC file. */
  key?: Uint8Array | undefined;
  /** The password of an encrypted PSKC file. */
  password?: string | undefined;
  /** Hands out good entries although others are bad. Default false. */
  dryRun?: boolean | undefined;
}

/**
 * Reads a seed file: PSKC (RFC 6030), CSV of Entra ID, privacyIDEA or Yubico, JSON of Aegis, 2FAS or Bitwarden, URIs.
 *
 * @throws {SeedFileError} where an entry is bad and it is no dry run: nothing is handed out.
 * @throws {CountersealError} where the file cannot be read at all.
 */
export declare function importSeeds(data: string | Uint8Array, options?: ImportOptions): SeedFile;

/** Writes a file for another system. It holds the secrets. */
export declare function exportSeeds(
  items: Iterable<TOTP | HOTP | Seed>,
  format: "uri-list" | "migration" | "entra-csv",
): string;

/** Reads `otpauth-migration://` and `otpauth://` URIs: one text with one a line, or several texts. */
export declare function importMigration(uris: string | Iterable<string>): (TOTP | HOTP)[];

/** Writes `otpauth-migration://` URIs, one for each ten items: 6 or 8 digits, 30 seconds, no Steam codes. */
export declare function exportMigration(items: Iterable<TOTP | HOTP | Seed>): string[];
