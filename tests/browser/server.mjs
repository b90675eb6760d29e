// SPDX-License-Identifier: Apache-2.0
// The smallest relying party: options, both verifications, credentials in memory. The walk tells it what to ask for and
// what to accept. Prints its origin, and stops when its standard input ends, or after five minutes.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { webauthn } from "counterseal";

const RP_ID = "localhost";
const LIFETIME_MS = 300_000;
const page = readFileSync(new URL("page.html", import.meta.url));
const userId = Buffer.from("8f21a2b3c4d5e6f708192a3b4c5d6e7f", "hex");
/** What a database would hold. */
let stored = new Map();
/** What a session would hold. */
let session = {};

const keyOf = (id) => Buffer.from(id).toString("hex");

/** A challenge is used once: it is gone before the response is looked at. */
function taken() {
  const { challenge } = session;
  session = {};
  return challenge;
}

const doors = {
  "/reset": () => {
    stored = new Map();
    session = {};
    return {};
  },
  "/register/options": ({ options }) => {
    const made = webauthn.registrationOptions({
      rpId: RP_ID,
      rpName: "Maple Practice",
      userId,
      userName: "ada",
      exclude: [...stored.values()].map((column) => webauthn.StoredCredential.fromJSON(column)),
      ...options,
    });
    session = { challenge: made.challenge };
    return made;
  },
  "/register/verify": ({ rules, response }) => {
    const challenge = taken();
    if (challenge === undefined) return { accepted: false, refusal: "no challenge" };
    const done = webauthn.verifyRegistration({ response, challenge, origins: origin, rpId: RP_ID, ...rules });
    if (done.accepted) stored.set(keyOf(done.credential.id), done.credential.toJSON());
    return done;
  },
  "/login/options": ({ options, isUsernameless }) => {
    const allow = [...stored.values()].map((column) => webauthn.StoredCredential.fromJSON(column));
    const made = webauthn.authenticationOptions({ rpId: RP_ID, ...(isUsernameless ? {} : { allow }), ...options });
    session = { challenge: made.challenge, isUsernameless };
    return made;
  },
  "/login/verify": ({ rules, response }) => {
    const usernameless = session.isUsernameless === true;
    const challenge = taken();
    if (challenge === undefined) return { accepted: false, refusal: "no challenge" };
    const column = stored.get(keyOf(webauthn.credentialId(response) ?? []));
    if (column === undefined) return { accepted: false, refusal: "no credential" };
    const done = webauthn.verifyAuthentication({
      response,
      challenge,
      origins: origin,
      rpId: RP_ID,
      credential: webauthn.StoredCredential.fromJSON(column),
      userHandle: userId,
      usernameless,
      ...rules,
    });
    if (done.accepted) stored.set(keyOf(done.credential.id), done.credential.toJSON());
    return done;
  },
};

async function bodyOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString() || "{}");
}

const server = createServer(async (request, response) => {
  try {
    const door = doors[request.url];
    if (request.method === "POST" && door !== undefined) {
      const answer = door(await bodyOf(request));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } else if (request.url === "/") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    } else {
      response.writeHead(404).end();
    }
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
  }
});

let origin = "";
server.listen(0, "127.0.0.1", () => {
  origin = `http://localhost:${server.address().port}`;
  console.log(origin);
});
process.stdin.resume().on("end", () => process.exit(0));
setTimeout(() => process.exit(1), LIFETIME_MS).unref();
