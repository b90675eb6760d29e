// SPDX-License-Identifier: Apache-2.0
// For types.test.mjs, never run: passkeys as a user of `import` may write them, and what the compiler must refuse.
import { webauthn } from "counterseal";
import { FakePasskey } from "counterseal/testing";

const options = webauthn.registrationOptions({
  rpId: "example.org",
  rpName: "Maple",
  userId: new Uint8Array(16),
  userName: "ada",
  userVerification: "required",
});
const challenge: Uint8Array = options.challenge;
const alg: number | undefined = options.toJSON().pubKeyCredParams[0]?.alg;
const passkey = new FakePasskey({ userVerified: true });
const response = passkey.register(options, { origin: "https://example.org" });
const done = webauthn.verifyRegistration({ response, challenge, origins: "https://example.org", rpId: "example.org" });
// @ts-expect-error refused registrations have no credential
done.credential;
if (done.accepted) {
  const credential: webauthn.StoredCredential = done.credential;
  const text: string = credential.toJSON();
  const trust: webauthn.Trust = done.trust;
  const login = webauthn.verifyAuthentication({
    response: "",
    challenge,
    origins: ["https://example.org"],
    rpId: "example.org",
    credential: webauthn.StoredCredential.fromJSON(text),
  });
  const regressed: boolean = login.accepted && login.signCountRegressed;
  console.log(trust, regressed);
} else {
  const step: string = done.step;
  console.log(done.status, step, done.refusal);
}
// @ts-expect-error credentials come from fromJSON or from a ceremony
new webauthn.StoredCredential("{}");
// @ts-expect-error challenges are bytes
webauthn.verifyRegistration({ response, challenge: "AAAA", origins: "https://example.org", rpId: "example.org" });
// @ts-expect-error no such requirement
webauthn.authenticationOptions({ rpId: "example.org", userVerification: "yes" });
console.log(alg, webauthn.credentialId(response)?.length, passkey.clone().counts);
