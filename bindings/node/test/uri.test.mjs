// SPDX-License-Identifier: Apache-2.0
// otpauth URIs: tests/cases/uri.json, and otpauth's parser on what we build.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CountersealError, HOTP, TOTP } from "counterseal";
import * as OTPAuth from "otpauth";
import { assertRefused, assertWrongType, RFC_SECRET, readJson } from "./support.mjs";

const { cases } = readJson("tests/cases/uri.json");

function assertFields(made, expect) {
  assert.equal(made.revealBase32(), expect.secret);
  assert.equal(made.algorithm, expect.algorithm);
  assert.equal(made.issuer ?? "", expect.issuer);
  assert.equal(made.account ?? "", expect.account);
  assert.equal(made.labelPrefix ?? "", expect.label_prefix);
  if (expect.kind === "hotp") {
    assert.equal(made.counter, BigInt(expect.counter));
  } else {
    assert.equal(made.period, expect.period);
    assert.equal(made.encoder, expect.encoder);
  }
  assert.equal(made.digits, expect.encoder === "steam" ? 5 : expect.digits);
}

function assertGood({ uri, expect }) {
  const [kind, other] = expect.kind === "totp" ? [TOTP, HOTP] : [HOTP, TOTP];
  const made = kind.fromUri(uri);
  assertFields(made, expect);
  assertRefused(() => other.fromUri(uri), "CSEAL_E_ARGUMENT", "uri");
  if (expect.canonical === null) {
    assert.throws(() => made.uri(), CountersealError);
    return;
  }
  assert.equal(made.uri(), expect.canonical);
  const again = kind.fromUri(expect.canonical);
  assert.equal(again.uri(), expect.canonical);
  assert.equal(made.warnings.length - again.warnings.length, expect.notices);
}

/** otpauth knows no Steam, and cuts no prefix from an account that starts with the issuer's name. */
function assertOtherReaderAgrees({ expect }) {
  const theirs = OTPAuth.URI.parse(expect.canonical);
  assert.equal(theirs.secret.base32, expect.secret);
  assert.equal(theirs.issuer, expect.issuer);
  assert.equal(theirs.label, expect.account);
  assert.equal(theirs.digits, expect.digits);
  if (expect.kind === "totp") {
    assert.equal(theirs.period, expect.period);
    assert.equal(theirs.generate({ timestamp: 59_000 }), TOTP.fromUri(expect.canonical).at(59));
  } else if (Number.isSafeInteger(expect.counter)) {
    assert.equal(theirs.counter, expect.counter);
  }
}

let compared = 0;
for (const one of cases) {
  test(one.id, () => {
    const { error } = one.expect;
    if (error !== undefined) {
      for (const kind of [TOTP, HOTP]) assertRefused(() => kind.fromUri(one.uri), "CSEAL_MALFORMED", `${error} must `);
      return;
    }
    assertGood(one);
    if (one.expect.canonical !== null && one.expect.encoder === "decimal" && one.expect.account !== "") {
      assertOtherReaderAgrees(one);
      compared += 1;
    }
  });
}

test("enough was compared with another reader", () => assert.ok(compared >= 40, `${compared}`));

test("what no URI can say", () => {
  for (const kind of [TOTP, HOTP]) {
    assertRefused(() => new kind({ secret: RFC_SECRET }).uri(), "CSEAL_E_ARGUMENT", "account");
    const made = new kind({ secret: RFC_SECRET, issuer: "Klinik: Nord", account: "a" });
    assertRefused(() => made.uri(), "CSEAL_E_ARGUMENT", "issuer must not contain a colon");
    assert.match(made.uri({ stripColons: true }), /\/Klinik%20Nord:a\?/);
    assertWrongType(() => made.uri({ stripColons: 1 }), "stripColons");
    assertWrongType(() => made.uri({ stripColon: true }), "stripColon");
    assertWrongType(() => made.uri(true), "uri");
    for (const uri of [undefined, null, 7, Buffer.from("otpauth://totp/a")]) {
      assertWrongType(() => kind.fromUri(uri), "uri");
    }
  }
  assertRefused(() => new TOTP({ secret: RFC_SECRET, account: "a", t0: 1 }).uri(), "CSEAL_E_UNSUPPORTED", "t0");
});
