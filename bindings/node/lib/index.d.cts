// SPDX-License-Identifier: Apache-2.0
import type { ErrorCode, Status } from "./status.cjs";

export type { ErrorCode, Status } from "./status.cjs";

/** The version of the library that runs, as `"0.1.0"`. */
export declare const version: string;

/**
 * A setting that breaks a rule, or trouble in the library. A refused code is `null`, never an error, and a wrong
 * JavaScript type is a `TypeError`.
 */
export declare class CountersealError extends Error {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions);
  /** The C name, for example `"CSEAL_E_RANGE"`. */
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
}

/** Hash algorithms of RFC 6238 section 1.2. Phones that ignore the algorithm compute SHA-1. */
export type Algorithm = "SHA1" | "SHA256" | "SHA512";

/** What {@link HOTP} takes besides the secret. */
export interface HotpSettings {
  /** Default `"SHA1"`. */
  algorithm?: Algorithm | undefined;
  /** 6 to 10; default 6. */
  digits?: number | undefined;
  /** Only `"decimal"`, the default. */
  encoder?: "decimal" | undefined;
  /** Who runs the login, for example the practice's name. */
  issuer?: string | undefined;
  /** Whose factor it is, for example a staff member's name. */
  account?: string | undefined;
}

/** What {@link TOTP} takes besides the secret. */
export interface TotpSettings extends HotpSettings {
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
}

export interface TotpOptions extends TotpSettings {
  /** Base32, as people type it: either case, blanks, with or without padding. */
  secret: string;
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
  /** From hex, either case, blanks anywhere. */
  static fromHex(text: string, options?: TotpSettings): TOTP;
  /** With a new random secret of `bits` bits: 128 to 1024, a multiple of 8; default 160. */
  static generate(options?: TotpSettings & { bits?: number | undefined }): TOTP;

  readonly algorithm: Algorithm;
  readonly digits: number;
  /** Seconds a step lasts. */
  readonly period: number;
  /** Unix time in seconds at which step 0 starts. */
  readonly t0: number;
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  /** What is unusual about the secret although it works: one sentence each. */
  readonly warnings: readonly string[];

  /** The code at a time: seconds since 1970, or a Date. */
  at(time: number | Date): string;
  /** The code at this moment. */
  now(): string;

  /**
   * Checks what a person typed. All of the window is computed whatever matches.
   *
   * A code must be accepted once. Store the step with one conditional update and let in only if it changed a row:
   * `UPDATE factor SET last_step = $step WHERE id = $id AND last_step < $step` (column `NOT NULL DEFAULT -1`).
   *
   * @param code What was typed: outer blanks, and single blanks or hyphens between digits, are fine. Anything that is
   *   no string is refused like any other malformed code.
   * @param lastStep The highest step accepted so far; `null` or -1 says "never". A bigint or decimal text, as database
   *   drivers return, is fine.
   * @param at Seconds since 1970, or a Date; default now.
   * @param past Steps before the current one still accepted; default 1. `past + future` is at most 20.
   * @param future Steps after the current one still accepted; default 1.
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

  /** The secret as upper-case base32 without padding, for the person who enrolls. Nothing else shows it. */
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
  /** From hex, either case, blanks anywhere. */
  static fromHex(text: string, options?: HotpSettings): HOTP;
  /** With a new random secret of `bits` bits: 128 to 1024, a multiple of 8; default 160. */
  static generate(options?: HotpSettings & { bits?: number | undefined }): HOTP;

  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  /** What is unusual about the secret although it works: one sentence each. */
  readonly warnings: readonly string[];

  /** The code of a counter: any 64-bit number, as a bigint from 2^53 on. */
  at(counter: number | bigint): string;

  /**
   * Checks what a person typed against the counters from `nextCounter` to `nextCounter + lookAhead`.
   *
   * A code must be accepted once. Store the next counter with one conditional update and let in only if it changed a
   * row: `UPDATE factor SET next_counter = $next WHERE id = $id AND next_counter < $next`.
   *
   * @param code As in {@link TOTP.verify}.
   * @param nextCounter The counter expected next. Numbers must stay below 2^53; a bigint or decimal text has all 64
   *   bits, and the answer is a bigint then.
   * @param lookAhead How many counters beyond it are still accepted, at most 100; default 0.
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
   * Finds a token again that ran far ahead, by two codes in a row (RFC 4226 section 7.4).
   *
   * @param lookAhead How far beyond `nextCounter` the first code may be, at most 100; default 50.
   */
  resync<C extends number | bigint | string>(
    code1: unknown,
    code2: unknown,
    nextCounter: C,
    lookAhead?: number,
  ): HotpMatch<CounterOut<C>> | null;

  /** The secret as upper-case base32 without padding, for the person who enrolls. Nothing else shows it. */
  revealBase32(): string;
}
