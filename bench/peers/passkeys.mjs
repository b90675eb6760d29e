// SPDX-License-Identifier: Apache-2.0
// Logins with passkeys beside @simplewebauthn/server: the JSON that a browser sends, whole, keys without a counter.
import assert from "node:assert/strict";
import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { webauthn } from "counterseal";
import { FakePasskey } from "counterseal/testing";
import { measure } from "./rates.mjs";

const ORIGIN = "https://example.org";
const RP_ID = "example.org";
const KINDS = { es256: -7, rs256: -257 };
const OURS = "counterseal, credential held";
const OURS_READ = "counterseal, column read";
const THEIRS = "@simplewebauthn/server";

export const CLAIMS = { es256: [[OURS, THEIRS, 3.5]], rs256: [[OURS, THEIRS, 4]] };

function loginOf(algorithm) {
  const browser = new FakePasskey();
  const userId = new Uint8Array(16).fill(0x8f);
  const algorithms = [algorithm];
  const asked = webauthn.registrationOptions({
    rpId: RP_ID,
    rpName: "Maple Practice",
    userId,
    userName: "ada",
    algorithms,
  });
  const made = webauthn.verifyRegistration({
    response: browser.register(asked, { origin: ORIGIN }),
    challenge: asked.challenge,
    origins: ORIGIN,
    rpId: RP_ID,
    algorithms,
  });
  assert(made.accepted);
  const options = webauthn.authenticationOptions({ rpId: RP_ID, allow: [made.credential] });
  const response = browser.authenticate(options, { origin: ORIGIN });
  const credential = made.credential;
  return {
    challenge: options.challenge,
    expectedChallenge: Buffer.from(options.challenge).toString("base64url"),
    response,
    credential,
    column: credential.toJSON(),
    theirs: { id: response.id, publicKey: credential.publicKey, counter: 0 },
  };
}

/** Held: the host keeps the object, and the key in it ready. Read: from the stored column each time. */
function contestants(logins) {
  return {
    [OURS]() {
      let n = 0;
      for (const { response, challenge, credential } of logins) {
        if (webauthn.verifyAuthentication({ response, challenge, origins: ORIGIN, rpId: RP_ID, credential }).accepted)
          n++;
      }
      return n;
    },
    [OURS_READ]() {
      let n = 0;
      for (const { response, challenge, column } of logins) {
        const credential = webauthn.StoredCredential.fromJSON(column);
        if (webauthn.verifyAuthentication({ response, challenge, origins: ORIGIN, rpId: RP_ID, credential }).accepted)
          n++;
      }
      return n;
    },
    async [THEIRS]() {
      let n = 0;
      for (const { response, expectedChallenge, theirs: credential } of logins) {
        const { verified } = await verifyAuthenticationResponse({
          response,
          expectedChallenge,
          expectedOrigin: ORIGIN,
          expectedRPID: RP_ID,
          credential,
          requireUserVerification: false,
        });
        if (verified) n++;
      }
      return n;
    },
  };
}

export async function rowsOfPasskeys(users, plan) {
  const rows = [];
  for (const [name, algorithm] of Object.entries(KINDS)) {
    const logins = Array.from({ length: users }, () => loginOf(algorithm));
    const alike = Object.entries(contestants(logins)).map(([who, run]) => ({ who, run, users, nRight: users }));
    rows.push(...(await measure(name, alike, plan)));
  }
  return rows;
}
