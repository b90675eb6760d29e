// SPDX-License-Identifier: Apache-2.0
// What several test files need.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository, with a slash at the end. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Base32 of "12345678901234567890", the secret of the RFCs. */
export const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

export const ADDON = new URL(`../prebuilds/${process.platform}-${process.arch}/counterseal.node`, import.meta.url)
  .pathname;

export function readJson(path) {
  return JSON.parse(readFileSync(ROOT + path, "utf8"));
}

/** Expects a CountersealError with this C name and a message that starts with the argument. */
export function assertRefused(call, code, argument) {
  assert.throws(call, (error) => {
    assert.equal(error.name, "CountersealError");
    assert.equal(error.code, code);
    assert.ok(error.message.startsWith(argument), `"${error.message}" does not start with "${argument}"`);
    return true;
  });
}

/** Expects a TypeError whose message names the argument. */
export function assertWrongType(call, argument) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof TypeError, `${error.name} instead of TypeError: ${error.message}`);
    assert.ok(error.message.includes(argument), `"${error.message}" does not name "${argument}"`);
    return true;
  });
}
