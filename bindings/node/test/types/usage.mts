// SPDX-License-Identifier: Apache-2.0
// For types.test.mjs, never run: what a user of `import` may write, and what the compiler must refuse.
import {
  type Algorithm,
  CountersealError,
  type ErrorCode,
  HOTP,
  type HotpMatch,
  type Status,
  TOTP,
  type TotpMatch,
  type TotpOptions,
  version,
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
// @ts-expect-error: this version has no other encoder
new TOTP({ secret: "A", encoder: "steam" });
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
// @ts-expect-error: settings do not change
totp.digits = 8;
// @ts-expect-error: warnings do not change
totp.warnings.push("x");
// @ts-expect-error: only revealBase32 shows a secret
console.log(totp.secret);
// @ts-expect-error: no such status
status satisfies "right";

export { algorithm, asBigint, asEither, codes, fromText, names, next, others, resynced, step, text, warnings };
