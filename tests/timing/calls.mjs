// SPDX-License-Identifier: Apache-2.0
// Whole calls in Node, one call a sample: calls.mjs SAMPLES SEED, a line of JSON as timing_rows writes it.
//
// The times are nanoseconds and hold the reading of the clock, which is the same for all classes. The clock is
// process.hrtime.bigint(): performance.now() is coarser. All classes share the same users, and the texts of a pass are
// made in its order: objects of a class that lie together in memory would be faster or slower together.
import { createHash, createHmac } from "node:crypto";
import { TOTP } from "counterseal";

const AT = 1_700_000_000;
const STEP = Math.floor(AT / 30);
const CLASSES = ["wrong", "accept", "wrong step", "replayed", "malformed"];
const USERS = 256;
const PER_PASS = 500; // of each class

const [samples, seed] = process.argv.slice(2).map(Number);

/** Numbers below n from the seed, the same in every run. */
function* numbers() {
  for (let block = 0; ; block++) {
    const bytes = createHash("shake256", { outputLength: 1 << 16 })
      .update(`${seed} ${block}`)
      .digest();
    for (let i = 0; i < bytes.length; i += 4) yield bytes.readUInt32LE(i);
  }
}
const source = numbers();
const below = (n) => source.next().value % n;

/** RFC 4226 section 5.3 as it is written. */
function codeOf(key, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A user, and what is typed in each class. */
function makeUser() {
  for (;;) {
    const key = Uint8Array.from({ length: 20 }, () => below(256));
    const window = [-1, 0, 1].map((offset) => codeOf(key, STEP + offset));
    const far = codeOf(key, STEP + 7);
    if (window.includes(far)) continue;
    const digits = Array.from({ length: 6 }, (_, at) => {
      const left = [..."0123456789"].filter((digit) => window.every((code) => code[at] !== digit));
      return left[below(left.length)];
    });
    const wrong = digits.join("");
    const codes = [wrong, window[1], far, window[1], `${wrong.slice(0, 5)}x`];
    const typed = Object.fromEntries(CLASSES.map((ofClass, i) => [ofClass, Buffer.from(codes[i], "latin1")]));
    return { totp: TOTP.fromRaw(key), typed };
  }
}

/** With a text of its own, as it comes from a request. */
function makeInput({ totp, typed }, ofClass) {
  return { totp, code: typed[ofClass].toString("latin1"), lastStep: ofClass === "replayed" ? STEP + 1 : STEP - 9 };
}

/** The loop that measures knows no classes. */
function onePass(inputs, times, verdicts) {
  for (let i = 0; i < inputs.length; i++) {
    const { totp, code, lastStep } = inputs[i];
    const start = process.hrtime.bigint();
    const verdict = totp.verify(code, lastStep, AT);
    const end = process.hrtime.bigint();
    times[i] = Number(end - start);
    verdicts[i] = verdict !== null;
  }
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
}

const madeLike = [...CLASSES, CLASSES[0]];
const users = Array.from({ length: USERS }, makeUser);
const perPass = Math.min(samples, PER_PASS);
const labels = madeLike.flatMap((_, label) => Array(perPass).fill(label));
const counts = madeLike.map(() => new Map());
const times = new Float64Array(labels.length);
const verdicts = new Array(labels.length).fill(false);
// The first passes warm up: the compiler has then seen all there is.
for (let done = -20 * perPass; done < samples; done += perPass) {
  shuffle(labels);
  const inputs = labels.map((label) => makeInput(users[below(USERS)], madeLike[label]));
  onePass(inputs, times, verdicts);
  labels.forEach((label, i) => {
    if (verdicts[i] !== (madeLike[label] === "accept")) {
      throw new Error(`${madeLike[label]} is answered by ${verdicts[i]}`);
    }
    if (done >= 0) counts[label].set(times[i], (counts[label].get(times[i]) ?? 0) + 1);
  });
}
const row = {
  kind: "call",
  function: "TOTP.verify",
  what: `Node ${process.versions.node}, whole call`,
  classes: CLASSES,
  times: counts.map((count) => [...count].sort(([a], [b]) => a - b)),
};
console.log(JSON.stringify(row));
