// SPDX-License-Identifier: Apache-2.0
import type {
  BatchCodes,
  BatchCounters,
  BatchOptions,
  BatchSteps,
  BatchTimes,
  BatchVerdict,
  HotpBatchOptions,
  HotpBatchVerdict,
} from "./batch.cjs";
import type { Algorithm } from "./index.cjs";

/**
 * Who keeps the last used steps. `"thisProcess"`: an accepted code moves its row's step, so that this table accepts it
 * once; that is one process only, and only until it ends. `"reportOnly"`: the table's steps stay; decide with a
 * conditional update of your store.
 */
export type Replay = "thisProcess" | "reportOnly";

/** Rows of a {@link KeyTable} that are added. */
export interface NewRows {
  /** Bytes of each key where all stand in one Uint8Array; default 20, 32 or 64, as the algorithm. */
  keyLen?: number | undefined;
  /** The highest step accepted for each key so far; default: none was used. */
  lastSteps?: BatchSteps | undefined;
}

/** Rows of a {@link HOTPKeyTable} that are added. */
export interface NewHotpRows {
  /** Bytes of each key where all stand in one Uint8Array; default 20, 32 or 64, as the algorithm. */
  keyLen?: number | undefined;
  /** The counter expected next for each key, below 2^63; default 0. */
  nextCounters?: BatchCounters | undefined;
}

/** What {@link KeyTable} takes besides the keys. */
export interface KeyTableOptions extends NewRows {
  /** Of all its keys; default `"SHA1"`. */
  algorithm?: Algorithm | undefined;
  /** There is no default. */
  replay: Replay;
}

/** What {@link HOTPKeyTable} takes besides the keys. */
export interface HotpKeyTableOptions extends NewHotpRows {
  /** Of all its keys; default `"SHA1"`. */
  algorithm?: Algorithm | undefined;
  /** There is no default. */
  replay: Replay;
}

/** What {@link KeyTable.verify} takes besides codes and time. */
export interface TableVerifyOptions extends BatchOptions {
  /** The row of the table that each code is for; without it there is one code for each row of the table. */
  rows?: Uint32Array | readonly number[] | undefined;
  /** What the store knows of last used steps; the higher one of this and the table's counts. */
  lastSteps?: BatchSteps | undefined;
}

/** What {@link HOTPKeyTable.verify} takes besides the codes. */
export interface HotpTableVerifyOptions extends HotpBatchOptions {
  /** The row of the table that each code is for; without it there is one code for each row of the table. */
  rows?: Uint32Array | readonly number[] | undefined;
  /** What the store knows of next counters; the higher one of this and the table's counts. */
  nextCounters?: BatchCounters | undefined;
}

/** How {@link KeyTable.at} makes codes. */
export interface TableAtOptions {
  /** Default: all of them. */
  rows?: Uint32Array | readonly number[] | undefined;
  digits?: number | undefined;
  period?: number | undefined;
  t0?: number | undefined;
}

/** How {@link HOTPKeyTable.at} makes codes. */
export interface HotpTableAtOptions {
  /** Default: all of them. */
  rows?: Uint32Array | readonly number[] | undefined;
  /** Default: those that the table expects next; the higher one counts. */
  nextCounters?: BatchCounters | undefined;
  digits?: number | undefined;
}

/**
 * Prepared TOTP keys of many users, to verify many codes in one call. Rows are numbered from 0 and stay where they are;
 * one takes 64 bytes, with SHA-256 72, with SHA-512 136.
 *
 * A worker has tables of its own; none can be sent to another thread. JSON, `util.inspect`, `structuredClone` and error
 * texts do not show a key, and all are wiped when the object is collected.
 *
 * @throws {CountersealError} where an option breaks a rule; the message names the option and the rule.
 */
export declare class KeyTable {
  /** Keys are copied: wipe yours afterwards. `undefined`: none yet. */
  constructor(keys: readonly Uint8Array[] | Uint8Array | undefined, options: KeyTableOptions);

  readonly algorithm: Algorithm;
  readonly replay: Replay;
  /** How many rows there are, removed ones included. */
  readonly length: number;

  /**
   * Verifies TOTP codes against the keys of a table.
   *
   * Timing: as {@link TOTP.verify} for each row; row numbers and counts may leak.
   *
   * @remarks It equals {@link TOTP.verify} row by row. Rows of one key that follow an accepted one of the same call are
   *   judged against the step which that has left.
   *
   * The calling thread does the work: a million rows take tens of milliseconds. {@link KeyTable.verifyAsync} does not.
   *
   * @param at Unix time in seconds or a Date, for all rows or for each.
   * @returns The status of a row is 7 where it was removed, -2 where there is no such row or its last step is out of
   *   bounds, -4 where its time is.
   */
  verify(codes: BatchCodes, at: BatchTimes, options?: TableVerifyOptions): BatchVerdict;

  /**
   * As `verify`, on a thread of this library: at most one for each core, and none of libuv's. All arguments are copied
   * before it returns, so your arrays may be written to at once. What is wrong with the call rejects the promise.
   */
  verifyAsync(codes: BatchCodes, at: BatchTimes, options?: TableVerifyOptions): Promise<BatchVerdict>;

  /**
   * Appends rows: all of them, or none where one cannot be added. Rows are numbered from 0 and stay where they are.
   *
   * Timing: lengths and states may leak.
   *
   * @remarks It waits for the calls of `verifyAsync` that are running, and with it the event loop; those that have not
   *   begun run after it.
   *
   * @returns The number of the first new row.
   */
  add(keys: readonly Uint8Array[] | Uint8Array, options?: NewRows): number;

  /**
   * Gives a row another key and state, also one that was removed.
   *
   * Timing: the length of secret, row and state may leak.
   *
   * @remarks It waits as `add` does.
   *
   * @param row Its number.
   * @param lastStep The highest step accepted for the new key so far; `null`: never used.
   */
  replace(row: number, key: Uint8Array, lastStep: number | bigint | string | null): void;

  /**
   * Wipes a row. Its number is not given to another one; codes for it are "revoked".
   *
   * Timing: row may leak.
   *
   * @remarks It waits as `add` does.
   *
   * @param row Its number; one that was removed already may be removed again.
   */
  remove(row: number): void;

  /**
   * Reads the states of rows, to keep them somewhere. While batches run on other threads, each state is one that the
   * row had at some moment of the call.
   *
   * Timing: no secrets.
   *
   * @param first Default 0.
   * @param n Default: all that follow.
   * @returns Last used steps: -1 where there is none, -(2^63) for a removed row.
   */
  lastSteps(first?: number, n?: number): BigInt64Array;

  /**
   * Makes TOTP codes, to test with, or to compare with the system that keys were taken over from.
   *
   * Timing: as {@link TOTP.at} for each row.
   *
   * @returns Codes as numbers; 2^32 - 1, which is no code, where none can be made: no such row, a removed one, a time
   *   or counter out of bounds.
   */
  at(time: BatchTimes, options?: TableAtOptions): Uint32Array;
}

/**
 * The same for HOTP: prepared keys with the counters that are expected next.
 *
 * @throws {CountersealError} where an option breaks a rule; the message names the option and the rule.
 */
export declare class HOTPKeyTable {
  /** Keys are copied: wipe yours afterwards. `undefined`: none yet. */
  constructor(keys: readonly Uint8Array[] | Uint8Array | undefined, options: HotpKeyTableOptions);

  readonly algorithm: Algorithm;
  readonly replay: Replay;
  /** How many rows there are, removed ones included. */
  readonly length: number;

  /**
   * Verifies HOTP codes against the keys of a table.
   *
   * Timing: as {@link HOTP.verify} for each row; row numbers and counts may leak.
   *
   * @remarks It equals {@link HOTP.verify} row by row. Rows of one key that follow an accepted one of the same call are
   *   judged against the counter which that has left.
   *
   * @returns The status of a row is 7 where it was removed, -2 where there is no such row or its counter is out of
   *   bounds.
   */
  verify(codes: BatchCodes, options?: HotpTableVerifyOptions): HotpBatchVerdict;

  /** As `verify`, on a thread of this library; see {@link KeyTable.verifyAsync}. */
  verifyAsync(codes: BatchCodes, options?: HotpTableVerifyOptions): Promise<HotpBatchVerdict>;

  /**
   * Appends rows: all of them, or none where one cannot be added. Rows are numbered from 0 and stay where they are.
   *
   * Timing: lengths and states may leak.
   *
   * @remarks It waits as {@link KeyTable.add} does.
   *
   * @returns The number of the first new row.
   */
  add(keys: readonly Uint8Array[] | Uint8Array, options?: NewHotpRows): number;

  /**
   * Gives a row another key and state, also one that was removed.
   *
   * Timing: the length of secret, row and state may leak.
   *
   * @remarks It waits as {@link KeyTable.add} does.
   *
   * @param row Its number.
   */
  replace(row: number, key: Uint8Array, nextCounter: number | bigint | string): void;

  /**
   * Wipes a row. Its number is not given to another one; codes for it are "revoked".
   *
   * Timing: row may leak.
   *
   * @remarks It waits as {@link KeyTable.add} does.
   *
   * @param row Its number; one that was removed already may be removed again.
   */
  remove(row: number): void;

  /**
   * Reads the states of rows, to keep them somewhere. While batches run on other threads, each state is one that the
   * row had at some moment of the call.
   *
   * Timing: no secrets.
   *
   * @param first Default 0.
   * @param n Default: all that follow.
   * @returns Next counters; 2^63 for a removed row.
   */
  nextCounters(first?: number, n?: number): BigUint64Array;

  /**
   * Makes HOTP codes of the counters in `states`, or of those that the table expects next. No counter moves.
   *
   * Timing: as {@link HOTP.at} for each row.
   *
   * @remarks `states` are the `nextCounters` of the options.
   *
   * @returns As {@link KeyTable.at}.
   */
  at(options?: HotpTableAtOptions): Uint32Array;
}
