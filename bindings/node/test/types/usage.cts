// SPDX-License-Identifier: Apache-2.0
// For types.test.mjs, never run: what a user of `require` may write, and what the compiler must refuse.
import counterseal = require("counterseal");

import type { HotpMatch, TotpMatch } from "counterseal";

const totp = new counterseal.TOTP({ secret: "GEZDGNBVGY3TQOJQ" });
const hotp = counterseal.HOTP.generate({ bits: 160 });
const match: TotpMatch | null = totp.verify(totp.now(), null);
const next: HotpMatch<number> | null = hotp.verify("000000", 0, 10);
const error = new counterseal.CountersealError("CSEAL_E_RANGE", "digits must be 6 to 10", {
  cause: counterseal.version,
});

// @ts-expect-error: there is no default export
counterseal.default;
// @ts-expect-error: lastStep has no default
totp.verify(totp.now());
// @ts-expect-error: no such code
new counterseal.CountersealError("E_RANGE", "");

export = { match, next, error };
