// SPDX-License-Identifier: Apache-2.0
import type { ErrorCode, Status } from "./status.cjs";

export * from "./batch.cjs";
export * from "./channels.cjs";
export * from "./decision.cjs";
export * from "./engine.cjs";
export * from "./key_ring.cjs";
export * from "./key_table.cjs";
export * from "./log.cjs";
export * from "./ocra.cjs";
export * from "./passkey.cjs";
export * from "./seeds.cjs";
export type { ErrorCode, Status } from "./status.cjs";
export * from "./tenant.cjs";
export * as webauthn from "./webauthn.cjs";
export * from "./yubico.cjs";

/** The version of the library that runs, as `"0.1.0"`. */
export declare const version: string;

/** A broken rule, or trouble in the library. A refused code is `null`, a wrong JavaScript type a `TypeError`. */
export declare class CountersealError extends Error {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions);
  /** The C name, for example `"CSEAL_E_RANGE"`. */
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
}

/** Hash algorithms of RFC 6238 section 1.2. Phones that ignore the algorithm compute SHA-1. */
export type Algorithm = "SHA1" | "SHA256" | "SHA512";

/** What {@link TOTP} and {@link HOTP} take besides the secret. */
export interface FactorSettings {
  /** Default `"SHA1"`. */
  algorithm?: Algorithm | undefined;
  /** 6 to 10; default 6. */
  digits?: number | undefined;
  /** Who runs the login, for example the practice's name. */
  issuer?: string | undefined;
  /** Whose factor it is, for example a staff member's name. */
  account?: string | undefined;
}

/** What {@link HOTP} takes besides the secret. */
export interface HotpSettings extends FactorSettings {
  /** The counter expected next when the person enrolls, for the URI; `verify` does not read it. Default 0. */
  counter?: number | bigint | undefined;
  /**
   * What a YubiKey types before its digits: 12 letters or digits, in either case. `verify`, `check` and `resync` then
   * take codes with and without it.
   */
  tokenId?: string | undefined;
}

/** How a truncated number becomes a code: digits, or the five letters of Steam's phone app. */
export type Encoder = "decimal" | "steam";

/** What {@link TOTP} takes besides the secret. */
export interface TotpSettings extends FactorSettings {
  /** Default `"decimal"`. With `"steam"` no `digits` may be given. */
  encoder?: Encoder | undefined;
  /** Seconds a step lasts, 1 to 86400; default 30. */
  period?: number | undefined;
  /** Unix time in seconds at which step 0 starts; default 0. */
  t0?: number | undefined;
  /** Lifts the upper bound of `period`. */
  allowLongPeriod?: boolean | undefined;
}

export interface HotpOptions extends HotpSettings {
  /** Base32, as people type it: either case, blanks, with or without padding. */
  secret: string;
  /** Drops hyphens and reads 0 as O and 8 as B; `warnings` says what was done. Default false. */
  repair?: boolean | undefined;
}

export interface TotpOptions extends TotpSettings {
  /** Base32, as people type it: either case, blanks, with or without padding. */
  secret: string;
  /** Drops hyphens and reads 0 as O and 8 as B; `warnings` says what was done. Default false. */
  repair?: boolean | undefined;
}

/** An accepted TOTP code. */
export interface TotpMatch {
  /** What to store as the last used step: the highest one in the window that has this code. */
  step: number;
  /** That step minus the current one: below 0 where the phone's clock is late. */
  delta: number;
}

/** Why a TOTP code was accepted or refused. */
export interface TotpCheck {
  status: Status;
  /** `null` unless accepted. */
  step: number | null;
  /** `null` unless accepted. */
  delta: number | null;
}

/** A number if a number came in, a bigint if a bigint or text did. */
export type CounterOut<C> = C extends number ? number : bigint;

/** An accepted HOTP code. */
export interface HotpMatch<N extends number | bigint = number | bigint> {
  /** The counter of the code; of the second one, in `resync`. */
  counter: N;
  /** What to store as the next expected counter: `counter` plus 1. */
  nextCounter: N;
}

/** Why a HOTP code was accepted or refused. */
export interface HotpCheck<N extends number | bigint = number | bigint> {
  status: Status;
  /** `null` unless accepted. */
  counter: N | null;
  /** `null` unless accepted. */
  nextCounter: N | null;
}

/**
 * Time-based one-time codes (RFC 6238) of one secret: what authenticator apps show.
 *
 * Make it once and keep it, or make it for each login; it holds no state. JSON, `util.inspect`, `structuredClone` and
 * error texts do not show the secret, and it is wiped when the object is collected.
 *
 * @throws {CountersealError} where an option breaks a rule; the message names the option and the rule.
 */
export declare class TOTP {
  constructor(options: TotpOptions);
  /** From the key's bytes. They are copied: wipe yours afterwards. */
  static fromRaw(key: Uint8Array, options?: TotpSettings): TOTP;
  /**
   * Reads a secret in hex (RFC 4648 section 8), either case, ASCII blanks anywhere.
   *
   * Timing: lengths, and which characters lie outside the alphabet, may leak; the secret does not.
   *
   * @param text The secret.
   */
  static fromHex(text: string, options?: TotpSettings): TOTP;
  /**
   * Reads a URI. The issuer parameter wins over the prefix of the label; an issuer Steam without digits means Steam
   * codes; unknown parameters are ignored with a warning, and the same parameter twice with two values is refused.
   *
   * Timing: enrollment material: no claim.
   *
   * @remarks `warnings` says what was ignored or repaired.
   *
   * @param uri The URI, at most 8192 bytes; ASCII blanks around it are ignored.
   */
  static fromUri(uri: string): TOTP;
  /**
   * Makes a new secret from the provider's random generator.
   *
   * Timing: bits may leak.
   *
   * @remarks It has `bits` bits: 128 to 1024, a multiple of 8; default 160.
   */
  static generate(options?: TotpSettings & { bits?: number | undefined }): TOTP;

  readonly algorithm: Algorithm;
  /** How long a code is. */
  readonly digits: number;
  readonly encoder: Encoder;
  /** Seconds a step lasts. */
  readonly period: number;
  /** Unix time in seconds at which step 0 starts. */
  readonly t0: number;
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  /** What stood before the colon of a URI's label, where it is not the issuer. */
  readonly labelPrefix: string | undefined;
  /** What is unusual about the secret although it works: one sentence each. */
  readonly warnings: readonly string[];

  /**
   * Makes the TOTP code of a time.
   *
   * Timing: time and options may leak; the key and the code do not.
   *
   * @param time Unix time in seconds, t0 to 10^11. In JavaScript: or a Date.
   */
  at(time: number | Date): string;
  /** The code at this moment. */
  now(): string;

  /**
   * Checks a TOTP code (RFC 6238 section 4.2 and 5.2).
   *
   * All of the window is computed whatever matches. Neighbouring steps can share a code, so the highest matching step
   * counts: it is returned, and a code whose highest matching step is not above lastStep was used before.
   *
   * Timing: the length of code, which characters are no digits, lastStep, time, options and the status may leak; the
   * key, the digits and the step that matched (but for its return on acceptance) do not.
   *
   * @remarks A code must be accepted once. Store the step with one conditional update and let in only if it changed a
   *   row: `UPDATE factor SET last_step = $step WHERE id = $id AND last_step < $step` (column `NOT NULL DEFAULT -1`).
   *
   * @param code What the person typed; null is malformed. In JavaScript: outer blanks, and single blanks or hyphens
   *   between digits, are fine. Anything that is no string is refused like any other malformed code.
   * @param lastStep The highest step accepted for this key so far; -1: never used. In JavaScript: `null` says "never"
   *   too. A bigint or decimal text, as database drivers return, is fine.
   * @param at Unix time in seconds, t0 to 10^11. In JavaScript: or a Date; default now.
   * @param past Steps before the current one still accepted; default 1.
   * @param future Steps after the current one still accepted; default 1; past + future at most 20.
   * @returns `null` if refused.
   */
  verify(
    code: unknown,
    lastStep: number | bigint | string | null,
    at?: number | Date,
    past?: number,
    future?: number,
  ): TotpMatch | null;

  /** As `verify`, and says why: for logs. Decide with `verify`. */
  check(
    code: unknown,
    lastStep: number | bigint | string | null,
    at?: number | Date,
    past?: number,
    future?: number,
  ): TotpCheck;

  /**
   * Builds the URI of a seed: percent-encoded by RFC 3986 (a blank is %20), the secret in base32 without padding, the
   * issuer both before the account and as a parameter, and of algorithm, digits and period what is not SHA1, 6 and 30.
   *
   * Timing: enrollment material, shown on purpose: no claim.
   *
   * @remarks A phone reads it from a QR code; it holds the secret. Needs an issuer or an account; a colon in one of
   *   them is refused, or dropped with `stripColons`.
   */
  uri(options?: { stripColons?: boolean | undefined }): string;

  /**
   * The QR code of `uri()`, which a phone reads; `"text"` is for a dark terminal, `"ansi"` for any. Drawn in the
   * process: no web service sees the secret. Show it once, over TLS, and do not store it.
   */
  qr(kind: "svg" | "text" | "ansi"): string;
  qr(kind: "png"): import("./tenant.cjs").PngImage;

  /**
   * Writes a secret as base32 (RFC 4648 section 6), upper case without padding: the form that authenticator apps take.
   *
   * Timing: lengths may leak; the secret does not.
   *
   * @remarks For the person who enrolls, and to store it encrypted.
   */
  revealBase32(): string;
}

/**
 * Counter-based one-time codes (RFC 4226) of one secret: what hardware tokens with a button show.
 *
 * Holds no state, and shows its secret as little as {@link TOTP} does.
 *
 * @throws {CountersealError} where an option breaks a rule; the message names the option and the rule.
 */
export declare class HOTP {
  constructor(options: HotpOptions);
  /** From the key's bytes. They are copied: wipe yours afterwards. */
  static fromRaw(key: Uint8Array, options?: HotpSettings): HOTP;
  /**
   * Reads a secret in hex (RFC 4648 section 8), either case, ASCII blanks anywhere.
   *
   * Timing: lengths, and which characters lie outside the alphabet, may leak; the secret does not.
   *
   * @param text The secret.
   */
  static fromHex(text: string, options?: HotpSettings): HOTP;
  /**
   * Reads a URI. The issuer parameter wins over the prefix of the label; an issuer Steam without digits means Steam
   * codes; unknown parameters are ignored with a warning, and the same parameter twice with two values is refused.
   *
   * Timing: enrollment material: no claim.
   *
   * @remarks `warnings` says what was ignored or repaired.
   *
   * @param uri The URI, at most 8192 bytes; ASCII blanks around it are ignored.
   */
  static fromUri(uri: string): HOTP;
  /**
   * Makes a new secret from the provider's random generator.
   *
   * Timing: bits may leak.
   *
   * @remarks It has `bits` bits: 128 to 1024, a multiple of 8; default 160.
   */
  static generate(options?: HotpSettings & { bits?: number | undefined }): HOTP;

  /**
   * Reads the token identifier in front of a HOTP code, to look up whose token it is.
   *
   * Timing: the length of code, which characters are no digits, and the identifier may leak; the digits do not.
   *
   * @param code What was typed.
   * @param digits How many the code has, 6 to 10. In JavaScript: default 6.
   * @returns It in small letters; `""` for a code that stands alone, `null` for what is no code of that many digits.
   */
  static tokenIdOf(code: unknown, digits?: number): string | null;

  readonly algorithm: Algorithm;
  readonly digits: number;
  /** The counter expected next when the person enrolls. */
  readonly counter: bigint;
  /** What the token types before its digits, in small letters. */
  readonly tokenId: string | undefined;
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  /** What stood before the colon of a URI's label, where it is not the issuer. */
  readonly labelPrefix: string | undefined;
  /** What is unusual about the secret although it works: one sentence each. */
  readonly warnings: readonly string[];

  /**
   * Makes the HOTP code of a counter.
   *
   * Timing: counter and options may leak; the key and the code do not.
   *
   * @param counter Any 64-bit number. In JavaScript: as a bigint from 2^53 on.
   */
  at(counter: number | bigint): string;

  /**
   * Checks a HOTP code (RFC 4226 section 7.2 and 7.4) against the counters nextCounter to nextCounter + lookAhead,
   * never below. Where two of them share the code the higher one is taken, so that the same code is not accepted again.
   *
   * Timing: the length of code, which characters are no digits, nextCounter, options and the status may leak; the key,
   * the digits and the counter that matched (but for its return on acceptance) do not.
   *
   * @remarks A code must be accepted once. Store the next counter with one conditional update and let in only if it
   *   changed a row: `UPDATE factor SET next_counter = $next WHERE id = $id AND next_counter < $next`.
   *
   * @param code What the person typed; null is malformed. In JavaScript: as in {@link TOTP.verify}.
   * @param nextCounter The counter expected next; nextCounter + lookAhead must stay below 2^64 - 2. In JavaScript:
   *   numbers must stay below 2^53; a bigint or decimal text has all 64 bits, and the answer is a bigint then.
   * @param lookAhead Counters beyond the expected one still accepted, at most 100; default 0.
   * @returns `null` if refused, also for a code used before.
   */
  verify<C extends number | bigint | string>(
    code: unknown,
    nextCounter: C,
    lookAhead?: number,
  ): HotpMatch<CounterOut<C>> | null;

  /** As `verify`, and says why: for logs. Decide with `verify`. */
  check<C extends number | bigint | string>(
    code: unknown,
    nextCounter: C,
    lookAhead?: number,
  ): HotpCheck<CounterOut<C>>;

  /**
   * Finds a token again that ran far ahead, by two codes in a row (RFC 4226 section 7.4): the first may be anywhere
   * from nextCounter to nextCounter + lookAhead, the second must be the one after it.
   *
   * Timing: as {@link HOTP.verify}.
   *
   * @param code1 The first code.
   * @param code2 The next code of the same token.
   * @param nextCounter The counter expected next; nextCounter + lookAhead must stay below 2^64 - 2.
   * @param lookAhead Counters beyond the expected one still accepted, at most 100; default 50.
   */
  resync<C extends number | bigint | string>(
    code1: unknown,
    code2: unknown,
    nextCounter: C,
    lookAhead?: number,
  ): HotpMatch<CounterOut<C>> | null;

  /**
   * Builds the URI of a seed: percent-encoded by RFC 3986 (a blank is %20), the secret in base32 without padding, the
   * issuer both before the account and as a parameter, and of algorithm, digits and period what is not SHA1, 6 and 30.
   *
   * Timing: enrollment material, shown on purpose: no claim.
   *
   * @remarks A phone reads it from a QR code; it holds the secret. Needs an issuer or an account; a colon in one of
   *   them is refused, or dropped with `stripColons`.
   */
  uri(options?: { stripColons?: boolean | undefined }): string;

  /**
   * The QR code of `uri()`, which a phone reads; `"text"` is for a dark terminal, `"ansi"` for any. Drawn in the
   * process: no web service sees the secret. Show it once, over TLS, and do not store it.
   */
  qr(kind: "svg" | "text" | "ansi"): string;
  qr(kind: "png"): import("./tenant.cjs").PngImage;

  /**
   * Writes a secret as base32 (RFC 4648 section 6), upper case without padding: the form that authenticator apps take.
   *
   * Timing: lengths may leak; the secret does not.
   *
   * @remarks For the person who enrolls, and to store it encrypted.
   */
  revealBase32(): string;
}
