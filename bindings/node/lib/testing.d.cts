// SPDX-License-Identifier: Apache-2.0
import type { Engine, EnginePool, KeyRing } from "./index.cjs";

/** A clock that stands until it is told otherwise. */
export declare class FakeClock {
  /** @param start Unix time in seconds, or a Date; default 1800000000. */
  constructor(start?: number | Date);
  /** Milliseconds since 1970: the `clock` of an engine. Needs no `this`. */
  readonly now: () => number;
  /** @param by Seconds. */
  advance(by: number): void;
  /** @param time Unix time in seconds, or a Date. */
  set(time: number | Date): void;
}

/** What a phone shows that has read the QR code of an enrollment. */
export declare class FakePhone {
  constructor(uri: string, options?: { clock?: FakeClock | undefined });
  /** @param at Unix time in seconds, or a Date; default: the clock's time. */
  code(at?: number | Date): string;
  /** A code of the right shape that is none of any step near now. */
  wrongCode(): string;
}

export interface MemoryEngineOptions {
  clock?: FakeClock | (() => number) | undefined;
  pool?: EnginePool | undefined;
  /** Default: a ring of one new key. */
  keys?: KeyRing | undefined;
}

/** An engine whose store is gone with it. */
export declare function memoryEngine(options?: MemoryEngineOptions): Promise<Engine>;

/** Faults of an engine's store, from now on. */
export interface Faults {
  /** Every call is `"CSEAL_E_STORE_UNAVAILABLE"`. */
  storeDown(): Promise<void>;
  /** Every write is `"CSEAL_E_STORE_UNKNOWN"`, and did happen. */
  commitUnknown(): Promise<void>;
  /** Every write is `"CSEAL_E_STORE_UNKNOWN"`, and did not happen. */
  commitLost(): Promise<void>;
  /** All is well again. */
  none(): Promise<void>;
}

/** The fault switches of an engine that {@link memoryEngine} made. */
export declare function faults(engine: Engine): Faults;
