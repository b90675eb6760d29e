// SPDX-License-Identifier: Apache-2.0
import type { CounterOut, Status } from "./index.cjs";

/** What {@link OCRA} hashes besides its key. Each is needed where the suite has it, and refused where it has not. */
export interface OcraInputs {
  /** The challenge, or both parties' one after another, in the suite's alphabet. */
  question: string;
  /** The hash of the PIN by the suite's PIN hash. */
  pinHash?: Uint8Array | undefined;
  /** Exactly as many bytes as the suite says. */
  session?: Uint8Array | undefined;
  /** Seconds since 1970, or a Date; default now where the suite has a time step. */
  time?: number | Date | undefined;
}

/** What {@link OCRA.generate} takes. */
export interface OcraChallenge extends OcraInputs {
  counter?: number | bigint | undefined;
}

/** What {@link OCRA.verify} takes besides the code. */
export interface OcraExpected<C extends number | bigint | string = number | bigint | string> extends OcraInputs {
  /** The counter expected next; as in {@link HOTP.verify}. */
  nextCounter?: C | undefined;
  /** As in {@link TOTP.verify}; `null` says "never". No default where the suite has a time step. */
  lastStep?: number | bigint | string | null | undefined;
  /** Default 0. At most 101 codes are compared: `(lookAhead + 1) * (past + future + 1)`. */
  lookAhead?: number | undefined;
  /** Default 1. */
  past?: number | undefined;
  /** Default 1. */
  future?: number | undefined;
}

/** An accepted answer. What the suite does not have is `null`. */
export interface OcraMatch<N extends number | bigint = number | bigint> {
  /** What to store as the last used step. */
  step: number | null;
  /** The counter of the code. */
  counter: N | null;
  /** What to store as the next expected counter. */
  nextCounter: N | null;
}

/** Why an answer was accepted or refused; all `null` unless accepted. */
export interface OcraCheck<N extends number | bigint = number | bigint> extends OcraMatch<N> {
  status: Status;
}

/**
 * Answers to challenges, and signatures that a token shows as a code (RFC 6287).
 *
 * Holds no state, and shows its key as little as {@link TOTP} does. It has no `revealBase32`: no phone scans the key.
 *
 * @throws {CountersealError} where the suite or the key breaks a rule; the message names the rule and the index.
 */
export declare class OCRA {
  /** `suite` as `"OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1"`. The key's bytes are copied: wipe yours afterwards. */
  constructor(options: { suite: string; key: Uint8Array });

  readonly suite: string;
  /** How long a code is. */
  readonly digits: number;

  /**
   * Makes the code that answers a challenge.
   *
   * Timing: question, lengths, counter and time may leak; the key, the PIN's hash, the session and the code do not.
   *
   * @remarks What the suite has is needed, what it has not is refused.
   */
  generate(challenge: OcraChallenge): string;

  /**
   * Checks the answer to a challenge.
   *
   * All of the window is computed whatever matches. A suite with a counter is treated as HOTP: from nextCounter on,
   * never below, the highest match counts. A suite with a time step is treated as TOTP: the highest matching step
   * counts and must be above lastStep. With both, the counter tells the codes of one step apart: the step must not be
   * below lastStep. With neither, a code that was used cannot be told from one that was not: delete the challenge
   * first, and verify only if that changed a row.
   *
   * Timing: the length of code, which characters are no digits, question, lengths, nextCounter, lastStep, time, options
   * and the status may leak; the key, the PIN's hash, the session, the digits and which code matched (but for what is
   * returned on acceptance) do not.
   *
   * @remarks The challenge is the one that this side stored, never one that comes with the answer.
   *
   * An answer must be accepted once. Store `nextCounter` or `step` with one conditional update, as for {@link HOTP} and
   * {@link TOTP}.
   *
   * @param code What the person typed; null is malformed. In JavaScript: as in {@link TOTP.verify}.
   * @returns `null` if refused.
   */
  verify<C extends number | bigint | string>(code: unknown, expected: OcraExpected<C>): OcraMatch<CounterOut<C>> | null;

  /** As `verify`, and says why: for logs. Decide with `verify`. */
  check<C extends number | bigint | string>(code: unknown, expected: OcraExpected<C>): OcraCheck<CounterOut<C>>;
}
