// SPDX-License-Identifier: Apache-2.0
import type { FileUrl, KeyRing } from "./key_ring.cjs";
import type { Tenant } from "./tenant.cjs";

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
  /** Connections to the store, 1 to 256; default 4. */
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
  /** What a forked child may do. Default `"reopen"`. */
  onFork?: "reopen" | "refuse" | undefined;
}

/** Counters since the engine was opened. */
export interface EngineStats {
  /** How often each operation had which status. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
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
  /** Asks the store for a sign of life. A store that is down is an answer, no error. */
  health(options?: HealthOptions): Promise<EngineHealth>;
  /** Lets what is pending finish, then closes the store. Later calls are `"CSEAL_E_CLOSED"`. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
