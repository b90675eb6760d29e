// SPDX-License-Identifier: Apache-2.0
// For types.test.mjs, never run: what a user of `import` may write, and what the compiler must refuse.
import {
  type Algorithm,
  CountersealError,
  type ErrorCode,
  HOTP,
  type HotpMatch,
  OCRA,
  type OcraMatch,
  type Status,
  TOTP,
  type TotpMatch,
  type TotpOptions,
  version,
  YubicoOtp,
  type YubicoUse,
} from "counterseal";

const text: string = version;
const options: TotpOptions = { secret: "GEZDGNBVGY3TQOJQ", algorithm: "SHA256", digits: 8, period: 60, t0: 0 };
const totp = new TOTP({ ...options, issuer: "Maple", account: undefined, encoder: "decimal", allowLongPeriod: true });
const others: TOTP[] = [TOTP.fromRaw(new Uint8Array(20)), TOTP.fromHex("00"), TOTP.generate({ bits: 256, digits: 8 })];
const hotp: HOTP = HOTP.fromRaw(Buffer.alloc(20), { algorithm: "SHA512" });

const algorithm: Algorithm = totp.algorithm;
const numbers: number[] = [totp.digits, totp.period, totp.t0, hotp.digits];
const names: (string | undefined)[] = [totp.issuer, totp.account, hotp.issuer, hotp.account];
const warnings: readonly string[] = totp.warnings;
const codes: string[] = [totp.now(), totp.at(59), totp.at(new Date()), hotp.at(1), hotp.at(1n), totp.revealBase32()];

declare const body: { code: unknown };
for (const lastStep of [null, 1, 1n, "1"] as const) {
  const match: TotpMatch | null = totp.verify(body.code, lastStep, new Date(), 1, 1);
  if (match) numbers.push(match.step, match.delta);
}
const status: Status = totp.check(body.code, null).status;
const step: number | null = totp.check(body.code, null).step;

const asNumber: HotpMatch<number> | null = hotp.verify(body.code, 5, 3);
const asBigint: HotpMatch<bigint> | null = hotp.verify(body.code, 5n);
const fromText: HotpMatch<bigint> | null = hotp.verify(body.code, "5");
declare const column: number | bigint | string;
const asEither: HotpMatch | null = hotp.verify(body.code, column);
const resynced: HotpMatch<bigint> | null = hotp.resync("1", "2", 5n, 10);
const next: bigint | null = hotp.check(body.code, "5").nextCounter;

const ocra = new OCRA({ suite: "OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-T1M", key: new Uint8Array(20) });
const pinHash = new Uint8Array(20);
codes.push(ocra.suite, ocra.generate({ question: "12345678", counter: 1n, pinHash, time: new Date() }));
numbers.push(ocra.digits);
const expected = { question: "12345678", pinHash, lastStep: null };
const answered: OcraMatch<number> | null = ocra.verify(body.code, { ...expected, nextCounter: 5, lookAhead: 3 });
const answeredText: OcraMatch<bigint> | null = ocra.verify(body.code, { ...expected, nextCounter: "5", past: 2 });
const why: Status = ocra.check(body.code, { question: "12345678" }).status;

try {
  totp.now();
} catch (error) {
  if (error instanceof CountersealError) {
    const code: ErrorCode = error.code;
    const again: boolean = error.retryable;
    console.log(code, again, error.message, error.cause);
  }
}

// @ts-expect-error: a secret is needed
new TOTP();
// @ts-expect-error: a secret is needed
new TOTP({});
// @ts-expect-error: bytes go to fromRaw
new TOTP({ secret: new Uint8Array(20) });
const yubikey = new YubicoOtp({ key: new Uint8Array(16), publicId: "", privateId: new Uint8Array(6) });
yubikey.verify(body.code, null) satisfies YubicoUse | null;
yubikey.verify(body.code, { counter: 1n, sessionUse: "2" })?.counter satisfies number | undefined;
yubikey.check(body.code, null).status satisfies Status;
YubicoOtp.publicIdOf(body.code) satisfies string | null;
HOTP.tokenIdOf(body.code, 8) satisfies string | null;
new HOTP({ secret: "A", tokenId: "ubhe01234567" }).tokenId satisfies string | undefined;

// @ts-expect-error: last has no default
yubikey.verify(body.code);
// @ts-expect-error: last is a pair
yubikey.verify(body.code, 19);
// @ts-expect-error: text is no key
new YubicoOtp({ key: "00", publicId: "", privateId: new Uint8Array(6) });
// @ts-expect-error: text goes to the constructor
TOTP.fromRaw("GEZDGNBVGY3TQOJQ");
// @ts-expect-error: no such hash
new TOTP({ secret: "A", algorithm: "MD5" });
// @ts-expect-error: no such option
new TOTP({ secret: "A", digit: 8 });
// @ts-expect-error: HOTP has no period
new HOTP({ secret: "A", period: 30 });
// @ts-expect-error: numbers are not text
new TOTP({ secret: "A", digits: "6" });
// @ts-expect-error: there is no such encoder
new TOTP({ secret: "A", encoder: "base26" });
// @ts-expect-error: lastStep has no default
totp.verify(body.code);
// @ts-expect-error: lastStep has no default
totp.verify(body.code, undefined);
// @ts-expect-error: refused codes are null
console.log(totp.verify(body.code, null).step);
// @ts-expect-error: a time is a number or a Date
totp.at("2026-01-01");
// @ts-expect-error: a time is a number or a Date
totp.verify(body.code, null, 59n);
// @ts-expect-error: text is no counter to make a code for
hotp.at("5");
// @ts-expect-error: nextCounter has no default
hotp.verify(body.code);
// @ts-expect-error: a bigint in, a bigint out
asNumber satisfies HotpMatch<bigint> | null;
// @ts-expect-error: text in, a bigint out
hotp.verify(body.code, "5")?.nextCounter satisfies number | undefined;
// @ts-expect-error: the key of a suite is bytes
new OCRA({ suite: "OCRA-1:HOTP-SHA1-6:QN08", key: "12345678" });
// @ts-expect-error: a suite is needed
new OCRA({ key: new Uint8Array(20) });
// @ts-expect-error: every suite has a challenge
ocra.generate({ counter: 1 });
// @ts-expect-error: every suite has a challenge
ocra.verify(body.code, {});
// @ts-expect-error: text is no counter to make a code for
ocra.generate({ question: "1234", counter: "5" });
// @ts-expect-error: a bigint in, a bigint out
answeredText satisfies OcraMatch<number> | null;
// @ts-expect-error: settings do not change
totp.digits = 8;
// @ts-expect-error: warnings do not change
totp.warnings.push("x");
// @ts-expect-error: only revealBase32 shows a secret
console.log(totp.secret);
// @ts-expect-error: no such status
status satisfies "right";

export {
  algorithm,
  answered,
  asBigint,
  asEither,
  codes,
  fromText,
  names,
  next,
  others,
  resynced,
  step,
  text,
  warnings,
  why,
};
