// SPDX-License-Identifier: Apache-2.0
// For types.test.mjs, never run: what a user of batches may write, and what the compiler must refuse.
import {
  type BatchVerdict,
  HOTPKeyTable,
  type HotpBatchVerdict,
  KeyTable,
  type KeyTableOptions,
  type Replay,
  verifyBatch,
  verifyBatchAsync,
  verifyHotpBatch,
  verifyHotpBatchAsync,
} from "counterseal";

declare const keys: Uint8Array[];
declare const column: (number | bigint | string | null)[];
declare const body: { codes: unknown[] };
const options: KeyTableOptions = { replay: "thisProcess", algorithm: "SHA256", lastSteps: [null, 1, 2n, "3"] };
const table = new KeyTable(keys, options);
const flat = new KeyTable(Buffer.alloc(40), { replay: "reportOnly", keyLen: 20, lastSteps: new BigInt64Array(2) });
const empty = new KeyTable(undefined, { replay: "reportOnly" });
const replay: Replay = table.replay;

const verdict: BatchVerdict = table.verify(new Uint32Array(2), new Date(), { rows: [0, 1], past: 0, digits: 8 });
table.verify(["123456", null], 59, { rows: new Uint32Array(2), lastSteps: column }) satisfies BatchVerdict;
table.verify(body.codes, [59, new Date()]).codes satisfies Int8Array;
flat.verify(["123456"] as const, new BigUint64Array(1)).steps satisfies BigInt64Array;
table.verifyAsync(body.codes, 59, { period: 60, t0: 1, future: 0 }) satisfies Promise<BatchVerdict>;
const accepted: boolean = verdict.ok[0] === 1 && verdict.nOk > 0;
const first: number = empty.add(keys, { lastSteps: column });
table.replace(first, new Uint8Array(20), null);
table.remove(first);
const made: [number, BigInt64Array, Uint32Array] = [table.length, table.lastSteps(0, 1), table.at(59, { rows: [0] })];

const tokens = new HOTPKeyTable(keys, { replay: "reportOnly", nextCounters: [1, 2n, "3"] });
tokens.verify(body.codes, { lookAhead: 3, nextCounters: new BigUint64Array(2) }) satisfies HotpBatchVerdict;
tokens.verifyAsync(new Uint32Array(2)) satisfies Promise<HotpBatchVerdict>;
tokens.nextCounters() satisfies BigUint64Array;
tokens.at({ nextCounters: [5] }) satisfies Uint32Array;
tokens.replace(0, new Uint8Array(20), "5");

verifyBatch(keys, body.codes, 59, column, { ids: [1, 2n], algorithm: "SHA512" }) satisfies BatchVerdict;
verifyBatchAsync(new Uint8Array(40), body.codes, 59, [null]) satisfies Promise<BatchVerdict>;
verifyHotpBatch(keys, body.codes, [1, 2n, "3"], { lookAhead: 1 }).nextCounters satisfies BigUint64Array;
verifyHotpBatchAsync(keys, body.codes, new BigUint64Array(1), { keyLen: 20 }) satisfies Promise<HotpBatchVerdict>;

// @ts-expect-error: replay has no default
new KeyTable(keys);
// @ts-expect-error: replay has no default
new KeyTable(keys, {});
// @ts-expect-error: who keeps the steps is one of two
new KeyTable(keys, { replay: "always" });
// @ts-expect-error: text is no key
new KeyTable(["GEZDGNBVGY3TQOJQ"], { replay: "reportOnly" });
// @ts-expect-error: a table of TOTP has no counters
new KeyTable(keys, { replay: "reportOnly", nextCounters: [1] });
// @ts-expect-error: there is no default time
table.verify(body.codes);
// @ts-expect-error: one text is no batch
table.verify("123456", 59);
// @ts-expect-error: what JavaScript's numbers hold is no column of times
table.verify(body.codes, new Float64Array(2));
// @ts-expect-error: a batch is not answered by a boolean
table.verify(body.codes, 59) satisfies boolean;
// @ts-expect-error: a promise is no answer yet
if (table.verifyAsync(body.codes, 59)) console.log();
// @ts-expect-error: a verdict does not change
verdict.nOk = 5;
// @ts-expect-error: a new key says whether it was used
table.replace(0, new Uint8Array(20));
// @ts-expect-error: counters have no null
tokens.replace(0, new Uint8Array(20), null);
// @ts-expect-error: HOTP has no time
tokens.verify(body.codes, 59);
// @ts-expect-error: last steps have no default
verifyBatch(keys, body.codes, 59);
// @ts-expect-error: next counters have no default
verifyHotpBatch(keys, body.codes);
// @ts-expect-error: raw keys have no rows
verifyBatch(keys, body.codes, 59, column, { rows: [0] });

export { accepted, made, replay };
