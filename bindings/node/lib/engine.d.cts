// SPDX-License-Identifier: Apache-2.0
import type { Reason } from "./decision.cjs";
import type { FileUrl, KeyRing } from "./key_ring.cjs";
import type { CheckpointMark, CheckpointPage } from "./log.cjs";
import type { PageOptions, Tenant } from "./tenant.cjs";

declare global {
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** What an `AbortSignal` has. */
export interface CallSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What every call takes. */
export interface CallOptions {
  /**
   * Ends the wait with an `AbortError`. What was begun goes on: a code that was on its way is used up, and a factor may
   * have been made.
   */
  signal?: CallSignal | undefined;
}

/** How many connections and threads an engine has, and how long it waits for the store. */
export interface EnginePool {
  /** Connections to the store that write, and as many that read, 1 to 256; default 4. */
  sessions?: number | undefined;
  /** Threads that run calls, 1 to 64; default 8. */
  threads?: number | undefined;
  /** How long a call may wait for the store, in seconds; default 5. */
  patienceS?: number | undefined;
}

/** How an engine is opened. */
export interface EngineOptions {
  /** The ring that the store was made with, or where its file is. */
  keys: KeyRing | string | FileUrl;
  /** Makes what is not there yet: the SQLite file, the tables in an empty store, the file of the key ring. */
  create?: boolean | undefined;
  /** What happens to tables of another version: refused, or brought to this library's. Default `"check"`. */
  schema?: "check" | "migrate" | undefined;
  /** Milliseconds since 1970, as `Date.now`; asked once in each call. Default: the computer's clock. */
  clock?: (() => number) | undefined;
  pool?: EnginePool | undefined;
  /**
   * What a forked child may do. Default `"reopen"`. In a process that uses an SQLite file a fork waits, ten seconds at
   * most, until calls have left the file. `child_process` forks, too: `spawn` holds the event loop up for as long.
   */
  onFork?: "reopen" | "refuse" | undefined;
  /**
   * What signs the log of a store that is made: Ed25519, or ECDSA on P-256, for where Ed25519 is not approved. A store
   * keeps what it has. Default `"ed25519"`.
   */
  logSignature?: "ed25519" | "p256" | undefined;
  /**
   * Notes of checkpoints that the host kept. A store whose log does not go on from each of them was rolled back or
   * changed: it is not opened (`"CSEAL_E_STORE_ROLLED_BACK"`).
   */
  expectedCheckpoints?: readonly string[] | undefined;
}

/** Counters since the engine was opened, and what it does now. All are of this process. */
export interface EngineStats {
  /** How often each operation had which status. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often each reason of a decision was given. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** The calls of now, this one included: waiting for a thread of the engine, running on one, and done but not told. */
  readonly open: {
    readonly nDirect: number;
    readonly nWaiting: number;
    readonly nRunning: number;
    readonly nDone: number;
  };
  /**
   * Transactions that became durable, the calls that were in them, and how often one was tried again because another
   * one was in the way; how many calls wait for their turn, and how many sessions of the store are at work.
   */
  readonly store: {
    readonly nCommits: number;
    readonly nCalls: number;
    readonly nRetries: number;
    readonly nWaiting: number;
    readonly nBusy: number;
  };
  /** The key that seals, and how many secrets were sealed since the ring was loaded. */
  readonly keys: { readonly active: string; readonly nSealed: number };
}

/** How much is under which key: counts by kind (`"factor"`, `"secret"`, ...) and by the key's id. */
export type CountsByKey = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a step of `reseal` did. */
export interface Resealed {
  /** The key that everything goes under. */
  readonly active: string;
  /** How many rows went under it. */
  readonly nResealed: number;
  /** How many rows were left: they are not as the engine wrote them, or under a key that is not in the ring. */
  readonly nDamaged: number;
  /** What stays under other keys, of what this step looked at. */
  readonly left: CountsByKey;
  /** `after` of the next step; `null`: this was the last one. */
  readonly next: string | null;
}

/** What a part of the store holds under which key. */
export interface KeyCounts {
  /** The key that seals. */
  readonly active: string;
  /** All keys of the ring. */
  readonly keys: readonly string[];
  readonly counts: CountsByKey;
  /** `after` of the next part; `null`: this was the last one. */
  readonly next: string | null;
}

export interface CheckpointsOptions extends PageOptions<CheckpointMark> {
  /** Of this tenant alone. */
  tenant?: string | null | undefined;
}

export interface HealthOptions extends CallOptions {
  /** How long the store may take; default 1. */
  timeoutS?: number | undefined;
}

/** Whether the store answers. */
export interface EngineHealth {
  readonly store: "up" | "down";
  /** The version of its tables. */
  readonly schema: number | null;
  readonly latencyS: number;
}

/**
 * An opened store with its keys: decides about logins so that a code is used once, guesses are counted and every
 * refusal looks the same, in any number of processes.
 *
 * Calls run on threads of the engine's own; neither the event loop nor libuv's pool waits for the store. While one is
 * pending the process stays, an idle engine does not keep it.
 *
 * @throws {CountersealError} as the rejection of a promise: `"CSEAL_E_STORE_UNAVAILABLE"` (`retryable`: nothing
 *   happened), `"CSEAL_E_STORE_UNKNOWN"` (nobody knows whether it happened: let nobody in), `"CSEAL_E_CLOSED"`,
 *   `"CSEAL_E_STORE_CORRUPT"`, `"CSEAL_E_SCHEMA"`, `"CSEAL_E_KEYS"`, `"CSEAL_E_ARGUMENT"`.
 */
export declare class Engine {
  private constructor();
  /**
   * Opens a store.
   *
   * @param url `sqlite:///relative/file`, `sqlite:////absolute/file`, `postgresql://...`, or `memory:` for tests.
   */
  static open(url: string, options: EngineOptions): Promise<Engine>;
  /** The calls of one tenant. It exists from its first write. */
  tenant(name: string): Tenant;
  stats(options?: CallOptions): Promise<EngineStats>;
  /** Asks the store for a sign of life, and never writes. A store that is down is an answer, no error. */
  health(options?: HealthOptions): Promise<EngineHealth>;
  /**
   * Gives an engine other keys while it works: calls that were begun finish with those that they began with, later ones
   * take the new ring. It has to open the store, and to have the key that sealed until now; else nothing changes.
   *
   * Timing: no secrets but the keys, which do not leak.
   *
   * @remarks A ring that is refused is `"CSEAL_E_KEYS"`.
   *
   * @param keys The new ring; copied. In JavaScript: as in `open`; default: what `open` was given, where a file is read
   *   again.
   */
  reloadKeys(keys?: KeyRing | string | FileUrl): Promise<void>;
  /**
   * A step of putting everything under the key that seals: up to `limit` rows in one short transaction. Nothing is lost
   * by stopping anywhere; a walk that has nothing to do is the proof that all is done.
   */
  reseal(options?: PageOptions<string>): Promise<Resealed>;
  /** What up to `limit` rows hold under which key. A key that no part of a whole walk names is needed no more. */
  keyCounts(options?: PageOptions<string>): Promise<KeyCounts>;
  /** Signed checkpoints that the host has to keep. What is kept is told by `Log.checkpointsKept`. */
  checkpoints(options?: CheckpointsOptions): Promise<CheckpointPage>;
  /** Lets what is pending finish, then closes the store. Later calls are `"CSEAL_E_CLOSED"`. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
