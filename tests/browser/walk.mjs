// SPDX-License-Identifier: Apache-2.0
// Walks through real ceremonies: Chromium with its virtual authenticator, against the server in Node and the one in
// Python. Every verdict is asserted.
//
//     node tests/browser/walk.mjs [--short] [--screenshots FOLDER]
//
// PYTHON and PYTHONPATH name the interpreter and the module of a build, CHROMIUM the browser.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases } from "./cases.mjs";
import { Chromium } from "./chromium.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values: given } = parseArgs({ options: { short: { type: "boolean" }, screenshots: { type: "string" } } });

/** A server of ours, when it has said where it is. */
function started(program, file) {
  const server = spawn(program, [here(file)], { stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    server.on("error", reject).on("exit", (code) => reject(new Error(`${file} ended with ${code}`)));
    createInterface(server.stdout).once("line", (origin) => resolve({ file, origin, stop: () => server.stdin.end() }));
  });
}

class Difference extends Error {}

/** Every member that is expected, and no more of it. */
function expect(got, wanted) {
  for (const [name, value] of Object.entries(wanted)) {
    if (JSON.stringify(got?.[name]) !== JSON.stringify(value)) {
      throw new Difference(
        `${name} is ${JSON.stringify(got?.[name])}, not ${JSON.stringify(value)}: ${JSON.stringify(got)}`,
      );
    }
  }
}

/** What a case can do. */
async function helpersOf(tab, server, other, authenticator) {
  await tab.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await tab.send("WebAuthn.addVirtualAuthenticator", { options: authenticator });
  const called =
    (name) =>
    (argument = {}) =>
      tab.run(`${name}(${JSON.stringify(argument)})`);
  return {
    expect,
    other: other.origin,
    register: called("register"),
    login: called("login"),
    again: called("again"),
    loginInFrame: async (asked) => {
      await tab.send("Page.navigate", { url: other.origin });
      await tab.run(
        "new Promise((done) => (document.readyState === 'complete' ? done() : addEventListener('load', done)))",
      );
      return await called("loginInFrame")({ ...asked, frame: `${server.origin}/` });
    },
    override: (bits) => tab.send("WebAuthn.setResponseOverrideBits", { authenticatorId, ...bits }),
    setUserVerified: (isUserVerified) => tab.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    setProperties: (of) => tab.send("WebAuthn.setCredentialProperties", { authenticatorId, ...of }),
    credentials: async () => (await tab.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    plant: async (credential) => {
      await tab.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credential.credentialId });
      await tab.send("WebAuthn.addCredential", { authenticatorId, credential });
    },
  };
}

async function walked(browser, server, other, one) {
  await fetch(`${server.origin.replace("localhost", "127.0.0.1")}/reset`, { method: "POST", body: "{}" });
  const tab = await browser.open(server.origin);
  try {
    await one.walk(await helpersOf(tab, server, other, one.authenticator));
    return undefined;
  } catch (error) {
    return error instanceof Difference ? error.message : String(error.stack);
  } finally {
    if (given.screenshots) {
      mkdirSync(given.screenshots, { recursive: true });
      const name = `${server.file.replace("server.", "")}-${one.name.replaceAll(/[^a-z0-9]+/gi, "-")}.png`;
      writeFileSync(join(given.screenshots, name), await tab.screenshot());
    }
    await tab.close();
  }
}

const servers = [
  await started(process.execPath, "server.mjs"),
  await started(process.env.PYTHON ?? "python3", "server.py"),
];
const browser = new Chromium(process.env.CHROMIUM ?? "chromium");
let passed = 0;
let failed = 0;
try {
  for (const [i, server] of servers.entries()) {
    for (const one of cases.filter(({ short }) => short || !given.short)) {
      const fault = await walked(browser, server, servers[1 - i], one);
      if (fault === undefined) passed += 1;
      else failed += 1;
      console.log(`browser: ${fault === undefined ? "ok    " : "FAILED"} ${server.file} ${one.name}`);
      if (fault !== undefined) console.log(`         ${fault}`);
    }
  }
} finally {
  await browser.close();
  for (const server of servers) server.stop();
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
