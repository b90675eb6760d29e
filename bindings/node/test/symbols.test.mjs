// SPDX-License-Identifier: Apache-2.0
// What the addon takes from its process and shows to it. Node exports an OpenSSL of its own: an addon that leaves such
// a symbol open runs on that one without a word.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ADDON } from "./support.mjs";

const options = { skip: process.platform === "linux" ? false : "nm -D is for ELF" };

function symbols(which, file = ADDON) {
  const text = execFileSync("nm", ["-D", "--format=posix", which, file], { encoding: "utf8", maxBuffer: 1e9 });
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

test("nothing that Node itself shows is taken from it but Node-API", options, (t) => {
  const shown = new Set(symbols("--defined-only", process.execPath));
  if (!shown.has("EVP_CIPHER_CTX_new")) t.diagnostic("this Node shows no OpenSSL: nothing could be taken by accident");
  const taken = symbols("--undefined-only").filter((name) => shown.has(name));
  assert.deepEqual(
    // The streams of the C library are data, of which every program has a copy.
    taken.filter((name) => !/^(napi_|node_api_|std(in|out|err)$)/.test(name)),
    [],
  );
});

test("OpenSSL is inside", options, () => {
  assert.ok(readFileSync(ADDON).includes("OpenSSL Default Provider"), "the addon holds no provider of OpenSSL");
  const needed = execFileSync("readelf", ["--dynamic", "--wide", ADDON], { encoding: "utf8" });
  assert.doesNotMatch(needed, /NEEDED.*lib(crypto|ssl|expat|qrcodegen)/);
  assert.match(needed, /NODELETE/, "OpenSSL inside cannot be unloaded: threads call it when they end");
});

test("nothing but the C library and Node-API is taken", options, () => {
  const foreign = symbols("--undefined-only").filter((name) => /^(_Z|cseal_|v8|node_|uv_)/.test(name));
  assert.deepEqual(foreign, []);
});

test("only what Node looks for is shown", options, () => {
  const shown = symbols("--defined-only").sort();
  assert.deepEqual(shown, ["napi_register_module_v1", "node_api_module_get_api_version_v1"]);
});
