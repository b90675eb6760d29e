// SPDX-License-Identifier: Apache-2.0
// The demo's Node door: base32 secret on stdin; arguments CODE LAST_STEP NOW. Exits 0 only if the code is accepted.
import { readFileSync } from "node:fs";
import { TOTP } from "../../bindings/node/lib/index.mjs";

const [code, lastStep, now] = process.argv.slice(2);
const totp = new TOTP({ secret: readFileSync(0, "utf8") });
const accepted = totp.verify(code, lastStep, Number(now));
console.log(accepted ? `accepted, step ${accepted.step}` : totp.check(code, lastStep, Number(now)).status);
process.exitCode = accepted ? 0 : 1;
