// SPDX-License-Identifier: Apache-2.0
// What an engine does for one tenant. The public words are in tenant.d.cts.
"use strict";

const { checkOf, decisionOf, eventOf, factorOf, textOf } = require("./decision.cjs");
const { id, safeNumber, text } = require("./engine_arguments.cjs");
const { OK, OP } = require("./engine_calls.cjs");
const { CountersealError, StepUpRequired } = require("./error.cjs");
const { Log } = require("./log.cjs");
const passkeys = require("./passkey_requests.cjs");
const { STATUS_BY_NUMBER } = require("./status.cjs");
const requests = require("./tenant_requests.cjs");
const { TotpEnrollment } = require("./totp_enrollment.cjs");
const { Options } = require("./webauthn_options.cjs");

/** @implements {import("./index.cjs").Tenant} */
class Tenant {
  #calls;
  #name;
  #log;

  /**
   * @param {import("./engine_calls.cjs").EngineCalls} calls
   * @param {unknown} name
   */
  constructor(calls, name) {
    this.#calls = calls;
    this.#name = id(name, "tenant");
    this.#log = new Log(calls, this.#name);
  }

  get name() {
    return this.#name;
  }

  get log() {
    return this.#log;
  }

  /**
   * @param {object} document
   * @param {import("./index.cjs").AuthorityOptions} options
   * @returns {Promise<number>}
   */
  async setPolicy(document, options) {
    return (await this.#ask(OP.setPolicy, requests.setPolicy(document, options))).body.version;
  }

  /**
   * @param {import("./index.cjs").PolicyOptions} [options]
   * @returns {Promise<import("./index.cjs").Policy | null>}
   */
  async policy(options = {}) {
    const { body } = await this.#ask(OP.policy, requests.policy(options));
    if (body.version === null) return null;
    const { version, actor, reason, policy: document } = body;
    return Object.freeze({ version, effective: new Date(body.effective_us / 1000), actor, reason, document });
  }

  /**
   * @param {string} subject
   * @param {import("./index.cjs").EnrollTotpOptions} [options]
   */
  async enrollTotp(subject, options = {}) {
    const { body, secret } = await this.#enroll(OP.enrollTotp, requests.enrollTotp(subject, options));
    return new TotpEnrollment(body.factor_id, new Date(body.expires_us / 1000), textOf(secret));
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {unknown} response
   * @param {import("./index.cjs").CallOptions} [options]
   */
  async confirm(subject, factorId, response, options = {}) {
    return (await this.#ask(OP.confirm, requests.confirm(subject, factorId, response, options))).status === OK;
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {unknown} response
   * @param {import("./index.cjs").CallOptions} [options]
   */
  async confirmDetails(subject, factorId, response, options = {}) {
    return checkOf(await this.#ask(OP.confirm, requests.confirm(subject, factorId, response, options)));
  }

  /**
   * @param {string} subject
   * @param {import("./index.cjs").EnrollPasskeyOptions} [options]
   * @returns {Promise<import("./index.cjs").PasskeyEnrollment>}
   */
  async enrollPasskey(subject, options = {}) {
    const { body } = await this.#enroll(OP.enrollPasskey, passkeys.enrollPasskey(subject, options));
    const expires = new Date(body.expires_us / 1000);
    return Object.freeze({ factorId: body.factor_id, options: new Options(body.options), expires });
  }

  /**
   * @param {import("./index.cjs").BeginPasskeyOptions} options
   * @returns {Promise<import("./index.cjs").PasskeyQuestion>}
   */
  async beginPasskey(options) {
    const { body } = await this.#ask(OP.beginPasskey, passkeys.beginPasskey(options));
    const { reason, challenge_id: challengeId, options: asked, expires_us: expiresUs } = body;
    const expires = expiresUs === null ? null : new Date(expiresUs / 1000);
    return Object.freeze({ reason, challengeId, options: asked === null ? null : new Options(asked), expires });
  }

  /**
   * @param {unknown} response
   * @param {import("./index.cjs").CallOptions} [options]
   * @returns {Promise<import("./index.cjs").PasskeyOwner | null>}
   */
  async passkeyOwner(response, options = {}) {
    const { subject, factor_id: factorId } = (
      await this.#ask(OP.passkeyOwner, passkeys.passkeyOwner(response, options))
    ).body;
    return subject === null ? null : Object.freeze({ subject, factorId });
  }

  /**
   * @param {string} subject
   * @param {string} challengeId
   * @param {unknown} response
   * @param {import("./index.cjs").VerifyPasskeyOptions} options
   */
  async verifyPasskey(subject, challengeId, response, options) {
    return decisionOf(
      await this.#ask(OP.verifyPasskey, passkeys.verifyPasskey(subject, challengeId, response, options)),
    );
  }

  /**
   * @param {string} subject
   * @param {import("./webauthn.cjs").StoredCredential} credential
   * @param {import("./index.cjs").ImportCredentialOptions} options
   * @returns {Promise<import("./index.cjs").ImportedFactor>}
   */
  async importCredential(subject, credential, options) {
    const { body } = await this.#ask(OP.importPasskey, passkeys.importCredential(subject, credential, options));
    return Object.freeze({ factorId: body.factor_id, warnings: Object.freeze(body.warnings) });
  }

  /**
   * @param {string} subject
   * @param {import("./index.cjs").GrantOptions} [options]
   */
  async recoveryCodes(subject, options = {}) {
    const { secret } = await this.#enroll(OP.recoveryCodes, requests.recoveryCodes(subject, options));
    return textOf(secret).split("\n").slice(0, -1);
  }

  /**
   * @param {string} subject
   * @param {import("./index.cjs").TOTP | import("./index.cjs").HOTP} otp
   * @param {import("./index.cjs").ImportFactorOptions} options
   * @returns {Promise<import("./index.cjs").ImportedFactor>}
   */
  async importFactor(subject, otp, options) {
    const { body } = await this.#ask(OP.importFactor, requests.importFactor(subject, otp, options));
    return Object.freeze({ factorId: body.factor_id, warnings: Object.freeze(body.warnings) });
  }

  /**
   * @param {string | null} [subject]
   * @param {import("./index.cjs").PageOptions<string>} [options]
   * @returns {Promise<import("./index.cjs").Page<import("./index.cjs").Factor, string>>}
   */
  async listFactors(subject, options = {}) {
    const { body } = await this.#ask(OP.listFactors, requests.page("listFactors", subject, options, text));
    return Object.freeze({ items: Object.freeze(body.factors.map(factorOf)), next: body.next });
  }

  /**
   * @param {string} subject
   * @param {import("./index.cjs").EvaluateOptions} options
   */
  async evaluate(subject, options) {
    return decisionOf(await this.#ask(OP.evaluate, requests.evaluate(subject, options)));
  }

  /**
   * @param {string} subject
   * @param {string} challengeId
   * @param {string | null} factorId
   * @param {unknown} response
   * @param {import("./index.cjs").AnswerOptions} options
   */
  async verifyChallenge(subject, challengeId, factorId, response, options) {
    const request = requests.verifyChallenge(subject, challengeId, factorId, response, options);
    return decisionOf(await this.#ask(OP.verifyChallenge, request));
  }

  /**
   * @param {string | null | undefined} grant
   * @param {import("./index.cjs").GrantValidOptions} options
   */
  async grantValid(grant, options) {
    return (await this.#ask(OP.grantValid, requests.grantValid(grant, options))).status === OK;
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {unknown} response
   * @param {import("./index.cjs").PurposeOptions} options
   * @returns {Promise<import("./index.cjs").FactorMatch | null>}
   */
  async verifyFactor(subject, factorId, response, options) {
    const answer = await this.#ask(OP.verifyFactor, requests.verifyFactor(subject, factorId, response, options));
    if (answer.status !== OK) return null;
    const { step, nextCounter } = checkOf(answer);
    return Object.freeze({ step, nextCounter });
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {unknown} response
   * @param {import("./index.cjs").PurposeOptions} options
   */
  async verifyFactorDetails(subject, factorId, response, options) {
    return checkOf(await this.#ask(OP.verifyFactor, requests.verifyFactor(subject, factorId, response, options)));
  }

  /**
   * @param {readonly import("./index.cjs").BatchItem[]} items
   * @param {import("./index.cjs").PurposeOptions} options
   * @returns {Promise<import("./index.cjs").FactorBatchVerdict>}
   */
  async verifyBatch(items, options) {
    const { body } = await this.#ask(OP.verifyBatch, requests.verifyBatch(items, options));
    const codes = Int8Array.from(body.statuses);
    const ok = Uint8Array.from(codes, (code) => (code === OK ? 1 : 0));
    const values = BigInt64Array.from(body.values, BigInt);
    return Object.freeze({ ok, codes, values, nOk: ok.reduce((sum, one) => sum + one, 0) });
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {import("./index.cjs").AuthorityOptions} options
   */
  async suspend(subject, factorId, options) {
    return this.#change(OP.suspend, requests.change("suspend", subject, factorId, options));
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {import("./index.cjs").AuthorityOptions} options
   */
  async resume(subject, factorId, options) {
    return this.#change(OP.resume, requests.change("resume", subject, factorId, options));
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {import("./index.cjs").AuthorityOptions} options
   */
  async revoke(subject, factorId, options) {
    return this.#change(OP.revoke, requests.change("revoke", subject, factorId, options));
  }

  /**
   * @param {string} subject
   * @param {string} factorId
   * @param {import("./index.cjs").AuthorityOptions} options
   */
  async unlock(subject, factorId, options) {
    return this.#change(OP.unlock, requests.change("unlock", subject, factorId, options));
  }

  /**
   * @param {string} subject
   * @param {import("./index.cjs").AuthorityOptions} options
   * @returns {Promise<import("./index.cjs").Reset>}
   */
  async adminReset(subject, options) {
    const { status, body } = await this.#ask(OP.adminReset, requests.adminReset(subject, options));
    if (status !== OK)
      throw new CountersealError("CSEAL_E_ARGUMENT", "subject must be one that has something to reset");
    return Object.freeze({ epoch: body.epoch, revoked: body.revoked });
  }

  /**
   * @param {import("./index.cjs").AuthorityOptions} options
   * @returns {Promise<import("./index.cjs").ClockChange>}
   */
  async setClock(options) {
    const { body } = await this.#ask(OP.setClock, requests.authority(options, "setClock"));
    return Object.freeze({ before: new Date(body.from_us / 1000), after: new Date(body.to_us / 1000) });
  }

  /**
   * @param {string | null} [subject]
   * @param {import("./index.cjs").PageOptions<number>} [options]
   * @returns {Promise<import("./index.cjs").Page<import("./index.cjs").EngineEvent, number>>}
   */
  async events(subject, options = {}) {
    const { body } = await this.#ask(OP.events, requests.page("events", subject, options, safeNumber));
    return Object.freeze({ items: Object.freeze(body.events.map(eventOf)), next: body.next });
  }

  /**
   * @param {number} op
   * @param {import("./tenant_requests.cjs").Request} request
   */
  #ask(op, { members, secret, signal }) {
    return this.#calls.ask(op, { tenant: this.#name, ...members }, secret, signal);
  }

  /**
   * @param {number} op
   * @param {import("./tenant_requests.cjs").Request} request
   */
  async #enroll(op, request) {
    const answer = await this.#ask(op, request);
    if (answer.status !== OK) throw new StepUpRequired();
    return answer;
  }

  /**
   * Nobody looks at what an administrator's call returns: what was not done is an error.
   * @param {number} op
   * @param {import("./tenant_requests.cjs").Request} request
   * @returns {Promise<import("./index.cjs").FactorState>}
   */
  async #change(op, request) {
    const { status, body } = await this.#ask(op, request);
    if (status === OK) return body.state;
    if (STATUS_BY_NUMBER[status] !== "deny") {
      throw new CountersealError("CSEAL_E_ARGUMENT", "factorId must be that of a factor of this subject");
    }
    throw new CountersealError("CSEAL_DENY", `factorId must be that of a factor in another state: it is ${body.state}`);
  }

  /**
   * @param {number} _depth
   * @param {import("node:util").InspectOptions} options
   * @param {typeof import("node:util").inspect} inspect
   */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `Tenant ${inspect({ name: this.#name }, options)}`;
  }
}

module.exports = { Tenant };
