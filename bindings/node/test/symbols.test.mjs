// SPDX-License-Identifier: Apache-2.0
// What the addon takes from its process and shows to it. Node exports an OpenSSL of its own: an addon that leaves such
// a symbol open runs on that one without a word.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { ADDON } from "./support.mjs";

const options = { skip: process.platform === "linux" ? false : "nm -D is for ELF" };

function symbols(which) {
  const text = execFileSync("nm", ["-D", "--format=posix", which, ADDON], { encoding: "utf8" });
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(/[ @]/)[0]);
}

test("no symbol of OpenSSL is left open", options, () => {
  const open = symbols("--undefined-only");
  assert.ok(open.includes("napi_create_function"), "nm shows nothing");
  const openssl = /^(OPENSSL|CRYPTO|EVP|HMAC|SHA\d|RAND|BN|EC|RSA|X509|ERR|OSSL|BIO|ASN1|SSL)_?[A-Za-z0-9_]*$/;
  assert.deepEqual(
    open.filter((name) => openssl.test(name)),
    [],
  );
});

test("nothing but the C library and Node-API is taken", options, () => {
  const foreign = symbols("--undefined-only").filter((name) => /^(_Z|cseal_|v8|node_|uv_)/.test(name));
  assert.deepEqual(foreign, []);
});

test("only what Node looks for is shown", options, () => {
  const shown = symbols("--defined-only").sort();
  assert.deepEqual(shown, ["napi_register_module_v1", "node_api_module_get_api_version_v1"]);
});
