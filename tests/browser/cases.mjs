// SPDX-License-Identifier: Apache-2.0
// What is walked, and what the server has to say. `short` ones are part of `make test`.

const OK = { accepted: true };
const no = (refusal, step) => ({ accepted: false, refusal, ...(step ? { step } : {}) });

const CTAP2 = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};
const U2F = { protocol: "u2f", transport: "usb", automaticPresenceSimulation: true };
const required = { options: { userVerification: "required" }, rules: { userVerification: "required" } };
const SYNCED = { ...CTAP2, defaultBackupEligibility: true, defaultBackupState: true };

export const cases = [
  {
    name: "a passkey with the user verified, then a login without a name",
    short: true,
    authenticator: CTAP2,
    async walk({ register, login, again, expect }) {
      const asked = {
        ...required,
        options: { ...required.options, residentKey: "required", extensions: { credProps: true } },
      };
      expect(await register(asked), {
        ...OK,
        uv: true,
        be: false,
        bs: false,
        trust: "none",
        attestationFormat: "none",
      });
      expect(await login({ ...required, isUsernameless: true }), { ...OK, uv: true });
      expect(await login({ ...required, isUsernameless: true }), { ...OK, uv: true });
      expect(await again(), no("no challenge"));
    },
  },
  {
    name: "credProps tells of a resident key",
    authenticator: CTAP2,
    async walk({ register, expect }) {
      const done = await register({ options: { residentKey: "required", extensions: { credProps: true } } });
      expect(done, OK);
      expect(done.extensions.credProps, { rk: true });
    },
  },
  {
    name: "no resident key, nobody verified",
    authenticator: {
      ...CTAP2,
      transport: "usb",
      hasResidentKey: false,
      hasUserVerification: false,
      isUserVerified: false,
    },
    async walk({ register, login, expect }) {
      expect(await register({ options: { residentKey: "discouraged" } }), { ...OK, uv: false });
      expect(await login(), { ...OK, uv: false });
      expect(await login({ rules: { userVerification: "required" } }), no("user_verification", "7.2.17"));
      expect(
        await login({ ...required, options: { ...required.options, timeoutS: 1 } }),
        no("browser: NotAllowedError"),
      );
    },
  },
  {
    name: "a finger that is not recognised: the browser says so, and the server is not asked",
    authenticator: { ...CTAP2, isUserVerified: false },
    async walk({ register, login, setUserVerified, expect }) {
      expect(await register(required), no("browser: NotAllowedError"));
      await setUserVerified(true);
      expect(await register(required), { ...OK, uv: true });
      await setUserVerified(false);
      expect(await login(required), no("browser: NotAllowedError"));
    },
  },
  ...["es256", "rs256"].map((name, i) => ({
    name: `the algorithm that was asked for: ${name}`,
    authenticator: CTAP2,
    async walk({ register, login, expect }) {
      const algorithm = [-7, -257][i];
      const asked = { options: { algorithms: [algorithm] }, rules: { algorithms: [algorithm] } };
      expect(await register(asked), { ...OK, algorithm });
      expect(await login(), OK);
    },
  })),
  {
    name: "an algorithm that was not asked for",
    authenticator: CTAP2,
    async walk({ register, expect }) {
      const asked = { options: { algorithms: [-7] }, rules: { algorithms: [-257] } };
      expect(await register(asked), no("algorithm_not_listed", "7.1.20"));
    },
  },
  {
    name: "packed attestation: valid, trusted by nobody",
    authenticator: { ...CTAP2, transport: "usb" },
    async walk({ register, expect }) {
      expect(await register({ options: { attestation: "direct" } }), {
        ...OK,
        attestationFormat: "packed",
        trust: "none",
      });
    },
  },
  {
    name: "U2F: its attestation, and a login",
    short: true,
    authenticator: U2F,
    async walk({ register, login, expect }) {
      const asked = { options: { attestation: "direct", residentKey: "discouraged", userVerification: "discouraged" } };
      expect(await register(asked), { ...OK, attestationFormat: "fido-u2f", trust: "none", uv: false });
      expect(await login({ options: { userVerification: "discouraged" } }), { ...OK, uv: false });
      expect(await login(required), no("browser: NotAllowedError"));
    },
  },
  {
    name: "a bogus signature",
    short: true,
    authenticator: CTAP2,
    async walk({ register, login, override, expect }) {
      expect(await register(), OK);
      await override({ isBogusSignature: true });
      const refused = await login();
      expect(refused, no(refused.refusal === "signature" ? "signature" : "signature_encoding", "7.2.21"));
      await override({});
      expect(await login(), OK);
    },
  },
  {
    name: "user verification that the authenticator lost",
    short: true,
    authenticator: CTAP2,
    async walk({ register, login, override, expect }) {
      expect(await register(required), { ...OK, uv: true });
      await override({ isBadUV: true });
      expect(await login(required), no("user_verification", "7.2.17"));
      expect(await login(), { ...OK, uv: false });
    },
  },
  {
    name: "user presence that the authenticator lost",
    short: true,
    authenticator: CTAP2,
    async walk({ register, login, override, expect }) {
      expect(await register(), OK);
      await override({ isBadUP: true });
      expect(await login(), no("user_presence", "7.2.16"));
    },
  },
  {
    name: "a synced passkey: its flags, and where it is not wanted",
    authenticator: SYNCED,
    async walk({ register, expect }) {
      expect(await register({ rules: { backupEligibleAllowed: false } }), no("backup_eligible", "7.1.18"));
    },
  },
  {
    name: "a synced passkey logs in, and stops being one",
    authenticator: SYNCED,
    async walk({ register, login, credentials, setProperties, expect }) {
      expect(await register(), { ...OK, be: true, bs: true });
      expect(await login(), { ...OK, be: true, bs: true });
      expect(await login({ rules: { backupEligibleAllowed: false } }), no("backup_eligible", "7.2.18"));
      const [{ credentialId }] = await credentials();
      await setProperties({ credentialId, backupState: false });
      expect(await login(), { ...OK, be: true, bs: false });
      await setProperties({ credentialId, backupEligibility: false });
      expect(await login(), no("backup_eligibility_changed", "7.2.19"));
    },
  },
  {
    name: "a passkey that becomes one that can be copied",
    authenticator: CTAP2,
    async walk({ register, login, credentials, setProperties, expect }) {
      expect(await register(), { ...OK, be: false });
      const [{ credentialId }] = await credentials();
      await setProperties({ credentialId, backupEligibility: true });
      expect(await login(), no("backup_eligibility_changed", "7.2.19"));
      expect(await login({ rules: { backupEligibilityMayRise: true } }), { ...OK, be: true });
    },
  },
  {
    name: "a credential that is backed up and cannot be",
    authenticator: CTAP2,
    async walk({ register, login, credentials, setProperties, expect }) {
      expect(await register(), OK);
      const [{ credentialId }] = await credentials();
      await setProperties({ credentialId, backupState: true });
      expect(await login(), no("backup_state", "7.2.18"));
    },
  },
  {
    name: "a cloned credential: its counter stands still",
    short: true,
    authenticator: { ...CTAP2, transport: "usb" },
    async walk({ register, login, credentials, plant, expect }) {
      expect(await register(), OK);
      const [clone] = await credentials();
      expect(await login(), OK);
      await plant(clone);
      expect(await login(), no("sign_count", "7.2.22")); // the same count as that of the login before
      await plant(clone);
      expect(await login({ rules: { signCountMayStay: true } }), OK);
      await plant({ ...clone, signCount: 0 });
      expect(await login(), no("sign_count", "7.2.22")); // a lower one
    },
  },
  {
    name: "a credential that is registered already",
    authenticator: CTAP2,
    async walk({ register, expect }) {
      expect(await register(), OK);
      expect(await register(), no("browser: InvalidStateError"));
    },
  },
  {
    name: "another origin than the server's",
    short: true,
    authenticator: CTAP2,
    async walk({ register, expect }) {
      expect(await register({ rules: { origins: "https://example.org" } }), no("origin", "7.1.9"));
    },
  },
  {
    name: "a login at another origin than the server's, and at any port of it",
    authenticator: CTAP2,
    async walk({ register, login, expect }) {
      expect(await register(), OK);
      expect(await login({ rules: { origins: ["http://localhost:1"] } }), no("origin", "7.2.12"));
      expect(await login({ rules: { origins: ["http://localhost:1"], anyPort: true } }), OK);
    },
  },
  {
    name: "a login in a frame of another origin",
    authenticator: CTAP2,
    async walk({ register, loginInFrame, other, expect }) {
      expect(await register({ options: { residentKey: "required" } }), OK);
      expect(await loginInFrame({}), no("cross_origin", "7.2.13"));
      expect(
        await loginInFrame({ rules: { crossOrigin: true, topOrigins: ["https://example.org"] } }),
        no("top_origin", "7.2.14"),
      );
      expect(await loginInFrame({ rules: { crossOrigin: true, topOrigins: [other] } }), OK);
    },
  },
  {
    name: "extensions: what the browser answers is typed",
    authenticator: { ...CTAP2, hasLargeBlob: true, hasPrf: true },
    async walk({ register, login, expect }) {
      const options = {
        residentKey: "required",
        extensions: { credProps: true, largeBlob: { support: "preferred" }, prf: { eval: { first: "AAEC" } } },
      };
      const made = await register({ options });
      expect(made, OK);
      expect(made.extensions.largeBlob, { supported: true });
      expect({ enabled: made.extensions.prf?.enabled }, { enabled: true });
      const written = await login({ options: { extensions: { largeBlob: { write: "AAEC" } } } });
      expect(written, OK);
      expect(written.extensions.largeBlob, { written: true });
      const read = await login({ options: { extensions: { largeBlob: { read: true } } } });
      expect(read.extensions.largeBlob, { blob: "AAEC" });
    },
  },
];
