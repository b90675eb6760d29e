// SPDX-License-Identifier: Apache-2.0
// OCRA (RFC 6287): Appendix C, tests/cases/ocra.json, and what only JavaScript can get wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import util from "node:util";
import v8 from "node:v8";
import { OCRA } from "counterseal";
import { assertRefused, assertWrongType, readJson } from "./support.mjs";

const KEY = Buffer.from("12345678901234567890");
const PLAIN = "OCRA-1:HOTP-SHA1-6:QN08";
const COUNTED = "OCRA-1:HOTP-SHA1-6:C-QN08";
const TIMED = "OCRA-1:HOTP-SHA1-6:QN08-T1M";
const FULL = "OCRA-1:HOTP-SHA256-8:C-QA08-PSHA1-S020-T1M";
const REFUSED = { step: null, counter: null, nextCounter: null };

test("RFC 6287 Appendix C", async (t) => {
  const vectors = readJson("tests/vectors/rfc6287.json");
  const rows = vectors.groups.flatMap((group) => group.tests.map((row) => ({ ...group, ...row })));
  assert.equal(rows.length, 70);
  for (const { suite, key, C, Q, P, T, expected } of rows) {
    await t.test(`${suite} ${Q} ${C ?? ""}`, () => {
      const ocra = new OCRA({ suite, key: Buffer.from(vectors.keys[key].hex, "hex") });
      const pinHash = P === undefined ? undefined : Buffer.from(vectors.pin_sha1_hex, "hex");
      const step = T === undefined ? null : Number.parseInt(T, 16);
      const time = T === undefined ? undefined : new Date(step * 60_000);
      const inputs = { question: Q, pinHash, time };
      assert.equal(ocra.generate({ ...inputs, counter: C }), expected);
      const ask = { ...inputs, nextCounter: C, lastStep: T === undefined ? undefined : null };
      const match = { step, counter: C ?? null, nextCounter: C === undefined ? null : C + 1 };
      assert.deepEqual(ocra.verify(expected, ask), match);
      assert.deepEqual(ocra.check(expected, ask), { status: "accepted", ...match });
    });
  }
});

const hexOf = (text) => (text === undefined ? undefined : Buffer.from(text, "hex"));
const counterOf = ({ counter }) => (typeof counter === "string" ? BigInt(counter) : counter);
const inputsOf = ({ question, pin_hash, session, time }) => ({
  question,
  pinHash: hexOf(pin_hash),
  session: hexOf(session),
  time,
});
const expectedOf = (c) => ({
  ...inputsOf(c),
  nextCounter: counterOf(c),
  lastStep: c.last_step,
  lookAhead: c.look_ahead,
  past: c.past,
  future: c.future,
});
const made = ({ suite, key }) => new OCRA({ suite, key: hexOf(key) });
const NAMES = { counter: "nextCounter", pin_hash: "pinHash", last_step: "lastStep", look_ahead: "lookAhead" };

const RUN = {
  generate(c) {
    assert.equal(made(c).generate({ ...inputsOf(c), counter: counterOf(c) }), c.expect.code);
  },
  verify(c) {
    const { status, step = null, next_counter: nextCounter = null } = c.expect;
    const match = { step, counter: nextCounter === null ? null : nextCounter - 1, nextCounter };
    const ocra = made(c);
    assert.deepEqual(ocra.verify(c.code, expectedOf(c)), status === "accepted" ? match : null);
    assert.deepEqual(ocra.check(c.code, expectedOf(c)), { status, ...match });
  },
  suite_error(c) {
    const { error, index } = c.expect;
    assert.throws(
      () => new OCRA({ suite: c.suite, key: KEY }),
      (thrown) => {
        assert.equal(thrown.code, error);
        assert.match(thrown.message, /^suite must /);
        assert.ok(thrown.message.endsWith(`(at index ${index})`), thrown.message);
        return true;
      },
    );
  },
  input_error(c) {
    const { kind, argument, error } = c.expect;
    const name = NAMES[argument] ?? argument;
    const call = () => made(c).verify("00000000", expectedOf(c));
    if (kind === "missing") assertWrongType(call, `${name} is missing`);
    else assertRefused(call, error, name);
  },
};

const { cases } = readJson("tests/cases/ocra.json");
test("the cases cover each operation", () => {
  assert.deepEqual([...new Set(cases.map((c) => c.op))].sort(), Object.keys(RUN).sort());
});
for (const c of cases) {
  test(`case ${c.id}: ${c.why}`, () => RUN[c.op](c));
}

test("counters keep the kind of number they came as", () => {
  const ocra = new OCRA({ suite: COUNTED, key: KEY });
  const question = "12345678";
  const code = ocra.generate({ question, counter: 7n });
  assert.equal(ocra.generate({ question, counter: 7 }), code);
  for (const nextCounter of [7n, "7"]) {
    assert.deepEqual(ocra.verify(code, { question, nextCounter }), { step: null, counter: 7n, nextCounter: 8n });
  }
  const ahead = { question, nextCounter: 5, lookAhead: 2 };
  assert.deepEqual(ocra.verify(code, ahead), { step: null, counter: 7, nextCounter: 8 });
  assert.equal(ocra.generate({ question, counter: 2n ** 64n - 1n }).length, 6);
  assertRefused(() => ocra.verify(code, { question, nextCounter: 2 ** 53 }), "CSEAL_E_RANGE", "nextCounter");
  assertRefused(() => ocra.verify(code, { question, nextCounter: 2n ** 64n - 2n }), "CSEAL_E_RANGE", "nextCounter");
});

test("now is the default where the suite has a time step", () => {
  const ocra = new OCRA({ suite: TIMED, key: KEY });
  const question = "12345678";
  const code = ocra.generate({ question });
  const accepted = ocra.verify(code, { question, lastStep: null });
  assert.ok(accepted.step > 29_000_000);
  assert.equal(ocra.check(code, { question, lastStep: accepted.step }).status, "replayed");
  assertWrongType(() => ocra.verify(code, { question }), "lastStep is missing");
  assertWrongType(() => ocra.verify(code, { question, lastStep: undefined }), "lastStep is missing");
  assertRefused(() => ocra.generate({ question, time: Date.now() }), "CSEAL_E_TIME", "time");
});

test("wrong types name the argument", () => {
  for (const options of [undefined, null, PLAIN, [PLAIN, KEY]]) assertWrongType(() => new OCRA(options), "OCRA");
  for (const suite of [undefined, null, 7, KEY]) assertWrongType(() => new OCRA({ suite, key: KEY }), "suite");
  for (const key of [
    undefined,
    null,
    "1234",
    [1],
    KEY.buffer,
    new Uint16Array(20),
    new DataView(new ArrayBuffer(20)),
  ]) {
    assertWrongType(() => new OCRA({ suite: PLAIN, key }), "key");
  }
  assertWrongType(() => new OCRA({ suite: PLAIN, secret: KEY }), "secret");
  assertRefused(() => new OCRA({ suite: PLAIN, key: new Uint8Array(0) }), "CSEAL_E_ARGUMENT", "key must not be empty");
  assertRefused(() => new OCRA({ suite: `${PLAIN}\u00e9`, key: KEY }), "CSEAL_E_ARGUMENT", "suite");
  const ocra = new OCRA({ suite: FULL, key: KEY });
  const good = { question: "SIG1", counter: 1, pinHash: new Uint8Array(20), session: new Uint8Array(20), time: 60 };
  assert.equal(ocra.generate(good).length, 8);
  for (const [name, values] of Object.entries({
    question: [undefined, null, 7, KEY, ["SIG1"]],
    counter: ["1", true, null, NaN],
    pinHash: ["0", [1], null, KEY.buffer],
    session: ["0", null, new Uint16Array(10)],
    time: ["60", true, null, NaN, new Date(NaN)],
  })) {
    for (const value of values) assertWrongType(() => ocra.generate({ ...good, [name]: value }), name);
  }
  assertWrongType(() => ocra.generate(), "generate");
  assertWrongType(() => ocra.verify("1"), "verify");
  assertWrongType(() => ocra.verify("1", { ...good }), "counter");
  assertRefused(() => ocra.generate({ ...good, question: "SIG\u0131" }), "CSEAL_E_ARGUMENT", "question");
});

test("surplus inputs are refused, also those that say nothing", () => {
  const ocra = new OCRA({ suite: PLAIN, key: KEY });
  const surplus = { pinHash: new Uint8Array(0), session: new Uint8Array(0), time: 0 };
  for (const [name, value] of Object.entries({ ...surplus, counter: 0 })) {
    assertRefused(() => ocra.generate({ question: "1234", [name]: value }), "CSEAL_E_ARGUMENT", name);
  }
  for (const [name, value] of Object.entries({ ...surplus, nextCounter: 0, lastStep: null })) {
    assertRefused(() => ocra.verify("237653", { question: "1234", [name]: value }), "CSEAL_E_ARGUMENT", name);
  }
});

test("what is no code is malformed", () => {
  const ocra = new OCRA({ suite: PLAIN, key: KEY });
  const question = "00000000";
  for (const code of [undefined, null, 237653, ["237653"], Buffer.from("237653"), "", "２３７６５３", "237653\0", {}]) {
    assert.equal(ocra.verify(code, { question }), null);
    assert.deepEqual(ocra.check(code, { question }), { status: "malformed", ...REFUSED });
  }
  assert.deepEqual(ocra.verify(" 237-653 ", { question }), REFUSED); // accepted: the suite has nothing to store
});

test("the key is copied, and nothing shows it", () => {
  const key = Buffer.from("Not in any text\u00d7");
  const spelled = [key.toString("latin1"), key.toString("hex"), [...key].join(","), [...key].join(", ")];
  const mine = Buffer.from(key);
  const ocra = new OCRA({ suite: PLAIN, key: mine });
  const code = ocra.generate({ question: "1234" });
  mine.fill(0);
  assert.equal(ocra.generate({ question: "1234" }), code);
  const deep = { showHidden: true, depth: Infinity, getters: true, breakLength: Infinity, compact: true };
  for (const text of [
    util.inspect(ocra, deep),
    util.inspect(ocra, { ...deep, customInspect: false }),
    JSON.stringify({ ocra }),
    String(ocra),
    v8.serialize(ocra).toString("latin1"),
  ]) {
    for (const spelling of spelled) assert.equal(text.includes(spelling), false);
  }
  assert.equal(util.inspect(ocra), `OCRA { suite: '${PLAIN}', digits: 6 }`);
  assert.deepEqual(Reflect.ownKeys(ocra), []);
  assert.deepEqual([ocra.suite, ocra.digits], [PLAIN, 6]);
  assert.throws(() => {
    ocra.digits = 8;
  }, TypeError);
  for (const other of [undefined, {}, Object.create(OCRA.prototype), new Proxy(ocra, {})]) {
    assert.throws(() => OCRA.prototype.generate.call(other, { question: "1234" }), TypeError);
  }
});
