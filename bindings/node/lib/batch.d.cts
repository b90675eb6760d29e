// SPDX-License-Identifier: Apache-2.0
import type { Algorithm } from "./index.cjs";

/**
 * The codes of a batch, one a row. Numbers are fast; texts may be typed as in {@link TOTP.verify}, and what is no
 * string is a malformed row.
 */
export type BatchCodes = Uint32Array | readonly unknown[];

/**
 * Unix time in seconds or a Date, for all rows or for each. For all rows it is checked as in {@link TOTP.verify}; that
 * of one row may make its status -4.
 */
export type BatchTimes = number | Date | BigUint64Array | readonly (number | Date)[];

/** Last used steps, one a row; `null`: never used. Bigints and decimal text, as drivers return, are fine. */
export type BatchSteps = BigInt64Array | readonly (number | bigint | string | null)[];

/** Counters expected next, one a row. Bigints and decimal text, as drivers return, are fine. */
export type BatchCounters = BigUint64Array | readonly (number | bigint | string)[];

/** How TOTP codes of a batch are made, and how far clocks may differ; as in {@link TOTP}. */
export interface BatchOptions {
  /** 6 to 10; default 6. */
  digits?: number | undefined;
  /** Seconds a step lasts, 1 to 86400; default 30. */
  period?: number | undefined;
  /** Unix time in seconds at which step 0 starts; default 0. */
  t0?: number | undefined;
  /** Steps before the current one still accepted; default 1. */
  past?: number | undefined;
  /** Steps after the current one still accepted; default 1; past + future at most 20. */
  future?: number | undefined;
}

/** How HOTP codes of a batch are made, and how far tokens may be ahead; as in {@link HOTP}. */
export interface HotpBatchOptions {
  /** 6 to 10; default 6. */
  digits?: number | undefined;
  /** Counters beyond the expected one still accepted, at most 100; default 0. */
  lookAhead?: number | undefined;
}

/** Keys that are given with the batch. */
export interface RawKeyOptions {
  /** Default `"SHA1"`. */
  algorithm?: Algorithm | undefined;
  /** Bytes of each key where all stand in one Uint8Array; default 20, 32 or 64, as the algorithm. */
  keyLen?: number | undefined;
  /**
   * Whose key each row has: rows with the same number have the same key. Without it rows of one key are not seen, and
   * one code can be accepted twice in a batch.
   */
  ids?: BigUint64Array | readonly (number | bigint)[] | undefined;
}

/**
 * The answer to a batch, one element a row. It is no boolean: like every object it counts as true, whatever it says.
 * Ask `ok[i] === 1`, or `nOk`.
 */
export interface BatchVerdict {
  /** 1: accepted; 0: refused. */
  readonly ok: Uint8Array;
  /** Why, by number: 0 accepted, 1 wrong, 2 replayed, 3 malformed, 7 revoked; below zero: not to be looked at. */
  readonly codes: Int8Array;
  /** What to store as the last used step of an accepted row; the one given in for any other. */
  readonly steps: BigInt64Array;
  /** How many rows are accepted. */
  readonly nOk: number;
}

/** The answer to a batch of HOTP codes; no boolean either, see {@link BatchVerdict}. */
export interface HotpBatchVerdict {
  /** 1: accepted; 0: refused. */
  readonly ok: Uint8Array;
  /** Why, by number; as in {@link BatchVerdict}. */
  readonly codes: Int8Array;
  /** What to store as the next counter of an accepted row; the one given in for any other. */
  readonly nextCounters: BigUint64Array;
  /** How many rows are accepted. */
  readonly nOk: number;
}

/**
 * Checks many TOTP codes against raw keys. It equals {@link TOTP.verify} row by row. Keys that are used again and again
 * are faster in a {@link KeyTable}.
 *
 * A code must be accepted once: store each accepted step with one conditional update, as after {@link TOTP.verify}, and
 * let in only if it changed a row.
 *
 * @param keys One Uint8Array a row, or all of them in one. They are not kept: wipe yours afterwards.
 * @param lastSteps The highest step accepted for each key so far; `null`: never used.
 * @throws {CountersealError} where an option breaks a rule; the message names the option and the rule.
 */
export declare function verifyBatch(
  keys: readonly Uint8Array[] | Uint8Array,
  codes: BatchCodes,
  at: BatchTimes,
  lastSteps: BatchSteps,
  options?: BatchOptions & RawKeyOptions,
): BatchVerdict;

/**
 * As {@link verifyBatch}, on a thread of this library; see {@link KeyTable.verifyAsync}. Keys are copied before it
 * returns: wipe yours then.
 */
export declare function verifyBatchAsync(
  keys: readonly Uint8Array[] | Uint8Array,
  codes: BatchCodes,
  at: BatchTimes,
  lastSteps: BatchSteps,
  options?: BatchOptions & RawKeyOptions,
): Promise<BatchVerdict>;

/**
 * Checks many HOTP codes against raw keys. It equals {@link HOTP.verify} row by row.
 *
 * A code must be accepted once: store each accepted row's next counter with one conditional update, as after
 * {@link HOTP.verify}, and let in only if it changed a row.
 *
 * @param keys One Uint8Array a row, or all of them in one. They are not kept: wipe yours afterwards.
 * @param nextCounters The counter expected next for each key.
 * @throws {CountersealError} where an option breaks a rule; the message names the option and the rule.
 */
export declare function verifyHotpBatch(
  keys: readonly Uint8Array[] | Uint8Array,
  codes: BatchCodes,
  nextCounters: BatchCounters,
  options?: HotpBatchOptions & RawKeyOptions,
): HotpBatchVerdict;

/**
 * As {@link verifyHotpBatch}, on a thread of this library; see {@link KeyTable.verifyAsync}. Keys are copied before it
 * returns: wipe yours then.
 */
export declare function verifyHotpBatchAsync(
  keys: readonly Uint8Array[] | Uint8Array,
  codes: BatchCodes,
  nextCounters: BatchCounters,
  options?: HotpBatchOptions & RawKeyOptions,
): Promise<HotpBatchVerdict>;
