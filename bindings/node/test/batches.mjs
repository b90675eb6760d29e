// SPDX-License-Identifier: Apache-2.0
// What the tests of batches share.
import { createHash } from "node:crypto";

/** The numbers of the words of `check()`. */
export const STATUS = { accepted: 0, wrong: 1, replayed: 2, malformed: 3, revoked: 7 };

/** Numbers below a bound, the same ones for the same seed. */
export function numbers(seed) {
  let count = 0;
  return (bound) => createHash("sha256").update(`${seed} ${count++}`).digest().readUIntBE(0, 6) % bound;
}

/** n keys, each of its own; 20 bytes, or as many as lenOf(i) tells. */
export function keysOf(n, lenOf = () => 20) {
  return Array.from({ length: n }, (_, i) => {
    const block = createHash("sha512").update(`key ${i}`).digest();
    return new Uint8Array(Buffer.concat(new Array(4).fill(block)).subarray(0, lenOf(i)));
  });
}
