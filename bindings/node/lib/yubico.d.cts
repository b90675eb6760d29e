// SPDX-License-Identifier: Apache-2.0
import type { Status } from "./index.cjs";

/** What {@link YubicoOtp} takes. */
export interface YubicoOtpOptions {
  /** The AES key: 16 bytes. They are copied: wipe yours afterwards. */
  key: Uint8Array;
  /** What stands at the front of every OTP: modhex in either case, usually 12 characters, at most 32. */
  publicId: string;
  /** The private identifier: 6 bytes. They are copied too. */
  privateId: Uint8Array;
}

/** What rises with every Yubico OTP: a counter, and the uses since the key was plugged in. */
export interface YubicoUse {
  counter: number;
  sessionUse: number;
}

/** A stored {@link YubicoUse}; -1 in both says "never". Bigints and decimal text, as drivers return, are fine. */
export interface YubicoLast {
  counter: number | bigint | string;
  sessionUse: number | bigint | string;
}

/** Why a Yubico OTP was accepted or refused. */
export interface YubicoCheck {
  status: Status;
  /** `null` unless accepted. */
  counter: number | null;
  /** `null` unless accepted. */
  sessionUse: number | null;
}

/**
 * The Yubico OTP of one YubiKey: the 32 modhex characters, or more, that a touch types.
 *
 * Holds no state. Nothing shows the key or the private identifier.
 *
 * @throws {CountersealError} where an option breaks a rule; the message names the option and the rule.
 */
export declare class YubicoOtp {
  constructor(options: YubicoOtpOptions);
  /**
   * Reads the public identifier at the front of a Yubico OTP, to look up whose key it is.
   *
   * Timing: the length of otp, which characters are no modhex, and the public identifier may leak; the characters
   * behind it do not.
   *
   * @param otp What the key typed; outer ASCII blanks are dropped.
   * @returns It in small letters; `""` where the key has none, `null` for what is no Yubico OTP.
   */
  static publicIdOf(otp: unknown): string | null;

  /** In small letters. */
  readonly publicId: string;

  /**
   * Checks a Yubico OTP.
   *
   * Accepted is what decrypts to a good CRC and the private identifier, and was made after the stored pair. All
   * right-shaped OTPs take the same way. One with another public identifier is "wrong": somebody else's key.
   *
   * Timing: the length of otp, which characters are no modhex, publicId, the pairs and the status may leak; the key,
   * the private identifier and the characters of the OTP do not. The decryption is the provider's: OpenSSL's AES has no
   * table and no branch on CPUs with AES instructions or vector permutation.
   *
   * @remarks An OTP must be accepted once. Store the pair with one conditional update and let in only if it changed a
   *   row: `UPDATE factor SET last_counter = $c, last_use = $u WHERE id = $id AND (last_counter < $c OR (last_counter =
   *   $c AND last_use < $u))`.
   *
   * @param otp What the key typed; outer ASCII blanks are dropped; null is malformed. In JavaScript: capital letters
   *   are fine, for somebody's caps lock may be on. Anything that is no string is refused like any other malformed OTP.
   * @param last The pair stored at the last acceptance; `null` says "never".
   * @returns The pair to store; `null` if refused.
   */
  verify(otp: unknown, last: YubicoLast | null): YubicoUse | null;

  /** As `verify`, and says why: for logs. Decide with `verify`. */
  check(otp: unknown, last: YubicoLast | null): YubicoCheck;
}
