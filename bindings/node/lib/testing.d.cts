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

/** What a phone or a token shows that has the secret of a URI: of TOTP, as an enrollment gives it, or of HOTP. */
export declare class FakePhone {
  constructor(uri: string, options?: { clock?: FakeClock | undefined });
  /**
   * The code of now; of HOTP the next one each time.
   *
   * @param at Of TOTP: Unix time in seconds, or a Date; default: the clock's time.
   */
  code(at?: number | Date): string;
  /** A code of the right shape that is none of any step near now, nor of any counter that is near. */
  wrongCode(): string;
}

/** What a {@link FakePasskey} says of itself; each may be changed at any time. */
export interface FakePasskeySettings {
  /** Default `true`. */
  userPresent?: boolean;
  /** Default `true`. */
  userVerified?: boolean;
  /** Default `false`. */
  backupEligible?: boolean;
  /** Default `false`. */
  backedUp?: boolean;
  /** Has a signature counter, as security keys have and synced passkeys do not. Default `false`. */
  counts?: boolean;
  /** What the browser tells about it. Default `["internal"]`. */
  transports?: readonly string[];
}

/** An authenticator and the browser before it. What it answers is signed; its keys are for tests alone. */
export declare class FakePasskey {
  constructor(settings?: FakePasskeySettings);
  userPresent: boolean;
  userVerified: boolean;
  backupEligible: boolean;
  backedUp: boolean;
  counts: boolean;
  transports: readonly string[];
  /**
   * Answers `webauthn.registrationOptions`: the RegistrationResponseJSON of a new credential.
   *
   * @param how `algorithm`: default the first that was asked for and that a fake has (-7, -8, -19 or -257).
   * `attestation`: `"none"` by default; `"self"` signs with the credential's own key.
   */
  register(
    options: object | string,
    how: { origin: string; topOrigin?: string; algorithm?: number; attestation?: "none" | "self" },
  ): Record<string, unknown>;
  /**
   * Answers `webauthn.authenticationOptions`: the AuthenticationResponseJSON of the newest credential that fits.
   *
   * @param how `nameUser`: whether the response has the user's handle; default `true`.
   * @throws {RangeError} where it has none.
   */
  authenticate(
    options: object | string,
    how: { origin: string; topOrigin?: string; nameUser?: boolean },
  ): Record<string, unknown>;
  /** What somebody has who copied the keys: from now on both count for themselves. */
  clone(): FakePasskey;
}

/** As `Engine.open` has them, where nothing else is said. */
export interface MemoryEngineOptions {
  clock?: FakeClock | (() => number) | undefined;
  /** Default: a ring of one new key. */
  keys?: KeyRing | undefined;
  pool?: EnginePool | undefined;
  onFork?: "reopen" | "refuse" | undefined;
  logSignature?: "ed25519" | "p256" | undefined;
  expectedCheckpoints?: readonly string[] | undefined;
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
