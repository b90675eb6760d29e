// SPDX-License-Identifier: Apache-2.0
// For workers.test.mjs: verifies and provokes errors `count` times, and leaves live objects behind.
import { parentPort, workerData } from "node:worker_threads";
import { CountersealError, TOTP, YubicoOtp } from "counterseal";

const { seed, count } = workerData;
const kept = [];
const yubikey = new YubicoOtp({
  key: Buffer.from("ecde18dbe76fbd0c33330f1c354871db", "hex"),
  publicId: "dteffuje",
  privateId: Buffer.from("8792ebfe26cc", "hex"),
});
let accepted = 0;
let errors = 0;
for (let i = 0; i < count; ++i) {
  const totp = TOTP.generate({ algorithm: ["SHA1", "SHA256", "SHA512"][(seed + i) % 3] });
  const now = 1e9 + seed * 1e6 + i * 30;
  const used = yubikey.verify("dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh", null);
  if (totp.verify(totp.at(now), null, now) !== null && used?.sessionUse === 17) ++accepted;
  try {
    totp.verify("000000", null, now, 21);
  } catch (error) {
    if (error instanceof CountersealError && error.code === "CSEAL_E_RANGE") ++errors;
  }
  if (i % 10 === 0) kept.push(totp, yubikey);
  if (i === 0 && count === Infinity) parentPort.postMessage("busy");
}
globalThis.kept = kept;
parentPort.postMessage({ accepted, errors });
