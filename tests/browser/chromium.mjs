// SPDX-License-Identifier: Apache-2.0
// Headless Chromium, spoken to over a pipe (--remote-debugging-pipe): messages of JSON with a NUL behind each.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_MS = 60_000;

export class Chromium {
  #process;
  #profile;
  #number = 0;
  #waiting = new Map();
  #rest = "";

  constructor(program) {
    this.#profile = mkdtempSync(join(tmpdir(), "counterseal-browser-"));
    // The sandbox does not run as root; only our own pages are opened.
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
    flags.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
    flags.push("--host-resolver-rules=MAP localhost 127.0.0.1", "--remote-debugging-pipe");
    this.#process = spawn(program, [...flags, `--user-data-dir=${this.#profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#process.stdio[4].setEncoding("utf8").on("data", (text) => this.#read(text));
    this.#process.on("error", (error) => this.#fail(error));
    this.#process.on("exit", (code) => this.#fail(new Error(`Chromium ended with ${code}`)));
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #read(text) {
    const messages = (this.#rest + text).split("\0");
    this.#rest = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      const waiting = this.#waiting.get(message.id);
      if (waiting === undefined) continue; // an event, which nobody here waits for
      this.#waiting.delete(message.id);
      if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
      else waiting.resolve(message.result);
    }
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#number;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer in a minute`)), PATIENCE_MS);
      const settled = (by) => (value) => {
        clearTimeout(timer);
        by(value);
      };
      this.#waiting.set(id, { method, resolve: settled(resolve), reject: settled(reject) });
      this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** A tab that shows `url`, in a profile of its own. */
  async open(url) {
    const { browserContextId } = await this.send("Target.createBrowserContext");
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank", browserContextId });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const tab = new Tab(this, sessionId, browserContextId);
    await tab.send("Page.enable");
    await tab.send("Page.navigate", { url });
    await tab.run(
      "new Promise((done) => (document.readyState === 'complete' ? done() : addEventListener('load', done)))",
    );
    return tab;
  }

  async close() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    await this.send("Browser.close").catch(() => {});
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000))]);
    this.#process.kill("SIGKILL");
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Tab {
  constructor(browser, sessionId, contextId) {
    this.browser = browser;
    this.sessionId = sessionId;
    this.contextId = contextId;
  }

  send(method, params) {
    return this.browser.send(method, params, this.sessionId);
  }

  /** The value of an expression, awaited. */
  async run(expression) {
    const done = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (done.exceptionDetails) throw new Error(done.exceptionDetails.exception?.description ?? "the page threw");
    return done.result.value;
  }

  async screenshot() {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }

  close() {
    return this.browser.send("Target.disposeBrowserContext", { browserContextId: this.contextId });
  }
}
