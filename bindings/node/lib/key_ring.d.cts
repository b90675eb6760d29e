// SPDX-License-Identifier: Apache-2.0

/** A `file:` URL: an object of Node's class `URL`. */
export interface FileUrl {
  readonly href: string;
  readonly pathname: string;
}

/** A new key of random bytes, another key that seals, or a key less, which is never the one that seals. */
export type KeyChange = "add" | "promote" | "remove";

/**
 * The keys of an installation: one of them seals what is new, the others still open what is old. Whoever loses it loses
 * every secret that was sealed with it. Nothing but
 * `revealText` shows a key.
 *
 * @throws {CountersealError} `"CSEAL_E_KEYS"`: there is no such file or variable, or it holds no ring.
 */
export declare class KeyRing {
  private constructor();
  /**
   * Reads a ring from a file. One that everybody may read or that others may write to is refused.
   *
   * Timing: ids and the lengths of lines may leak.
   *
   * @param path The file's path. In JavaScript: or a `file:` URL.
   * @param options With `create` a ring of one new key is made where there is no file yet, readable by its owner alone.
   */
  static fromFile(path: string | FileUrl, options?: { create?: boolean | undefined }): Promise<KeyRing>;
  /**
   * Adds, promotes or removes a key in the file of a ring. Whoever reads the file meanwhile finds the old ring or the
   * new one, whole, also after a crash; of two callers one waits for the other. Owner and mode of the file stay. A
   * symbolic link, a file with several names, and one that its group may read, as of a secret that a container is
   * given, are refused.
   *
   * Timing: ids and the lengths of lines may leak.
   *
   * @remarks The rules are those of `changed`. The promise is of the ring that the file holds afterwards.
   *
   * @param path The file's path. In JavaScript: or a `file:` URL.
   * @param what Whether to add, promote or remove a key.
   * @param id Name of the key.
   */
  static changeFile(path: string | FileUrl, what: KeyChange, id: string): Promise<KeyRing>;
  /** Reads a ring from a variable of the environment. */
  static fromEnv(name: string): KeyRing;
  /**
   * Makes a ring of keys that the host has unwrapped: 32 bytes each, by their ids. They are copied: wipe yours
   * afterwards.
   */
  static fromKeys(keys: Readonly<Record<string, Uint8Array>>, options: { active: string }): KeyRing;
  /** Another ring, with such a change. */
  changed(what: KeyChange, id: string): KeyRing;
  /** The ring as text: what a file or a variable of the environment holds. It is as secret as the keys. */
  revealText(): string;
}
