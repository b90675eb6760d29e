// SPDX-License-Identifier: Apache-2.0
import type { CallOptions } from "./engine.cjs";
import type { AuthorityOptions, Page } from "./tenant.cjs";

/** A signed root of a tenant's log: who holds one notices when anything before it is changed, left out or put in. */
export interface Checkpoint {
  readonly tenant: string;
  /** How many events it covers. */
  readonly size: number;
  readonly at: Date;
  /** The signed note (C2SP `tlog-checkpoint`): what the host keeps. */
  readonly note: string;
}

/** Where a page of checkpoints ends. */
export interface CheckpointMark {
  readonly tenant: string;
  readonly size: number;
}

export type CheckpointPage = Page<Checkpoint, CheckpointMark>;

/** What checks the signature of a tenant's checkpoints. */
export interface LogVerifier {
  /** The first line of their notes. */
  readonly origin: string;
  /** The public key, as `signed-note` writes it. */
  readonly verifier: string;
}

/** That an event is in the log (RFC 9162, 2.1.3). Hashes have 32 bytes. */
export interface InclusionProof {
  /** Of the log of this size. */
  readonly root: Uint8Array;
  /** Of the event. */
  readonly leaf: Uint8Array;
  /** What leads from the one to the other. */
  readonly hashes: readonly Uint8Array[];
}

/** That the log of some size is the log of an earlier size, gone on (RFC 9162, 2.1.4). */
export interface ConsistencyProof {
  readonly root: Uint8Array;
  /** Of the earlier size. */
  readonly firstRoot: Uint8Array;
  /** What shows it. */
  readonly hashes: readonly Uint8Array[];
}

export interface ExportOptions extends CallOptions {
  /** `next` of the page before. */
  after?: number | null | undefined;
  /** Events, 1 to 10000; default 1000. */
  limit?: number | undefined;
  /** Default `"lines"`, which alone can be verified; the others are for systems that take events in. */
  format?: "lines" | "csv" | "fhir" | "ocsf" | "cef" | undefined;
}

/** A part of a log for outside. */
export interface LogPart {
  /** UTF-8. Pages behind each other are the whole. */
  readonly data: Uint8Array;
  readonly nEvents: number;
  /** `after` of the next page; `null` at the end. */
  readonly next: number | null;
}

/** What left a log. */
export interface Erasure {
  readonly nEvents: number;
  /** Whether that was all; else call again. */
  readonly isComplete: boolean;
}

export interface VerifyStateOptions extends CallOptions {
  /** Notes that the host kept: the log has to go on from each of them. */
  checkpoints?: readonly string[] | undefined;
  /** How long it may take, in seconds; default 600. */
  timeoutS?: number | undefined;
}

/** A value in the store that is not what the log says. */
export interface StateFault {
  readonly subject: string | null;
  readonly factorId: string | null;
  /** A column, or `"row"`, `"log"`, `"tree"`. */
  readonly what: string;
  readonly stored: string;
  /** What follows from the log. */
  readonly log: string;
}

/** How a tenant's rows compare with its log. It is an object and counts as true: ask for `faults.length`. */
export interface StateReport {
  readonly nEvents: number;
  readonly nFactors: number;
  readonly nSubjects: number;
  /** Of the whole log. */
  readonly root: Uint8Array;
  /** The first 100; none: the store agrees with its log. */
  readonly faults: readonly StateFault[];
}

export interface VerifyLogOptions {
  /** Notes that were kept. Without any, a log that was made anew as a whole is not noticed. */
  checkpoints?: readonly string[] | null | undefined;
  /**
   * Who has to have signed each of them: what `Log.verifier` said while the store was trusted. Without one, whoever
   * keeps them looked at that.
   */
  verifier?: LogVerifier | string | null | undefined;
}

/** How an exported log compares with the checkpoints. It is an object and counts as true: ask for `ok`. */
export type LogReport =
  | {
      readonly ok: true;
      readonly nEvents: number;
      /**
       * How many of them, from the first on, the newest checkpoint covers. Those behind it may have been made by
       * whoever could write to the log.
       */
      readonly nCovered: number;
      /** Of how many it was erased who they were about. */
      readonly nErased: number;
      /** Of how many only the hashes are left. */
      readonly nPurged: number;
      /** How many checkpoints it was compared with. */
      readonly nCheckpoints: number;
      /** Of the whole log. */
      readonly root: Uint8Array;
    }
  | {
      readonly ok: false;
      /** Which line is wrong, and why. */
      readonly problem: string;
    };

/**
 * Checks an exported log against checkpoints that were kept of it. No store is needed, and none is trusted. A log that
 * is not theirs is an answer, no error. A thread of the library's reads a copy of it.
 *
 * @throws {CountersealError} as the rejection of the promise: what is no note or no verifier, or a note that the
 *   verifier has not signed.
 *
 * @param data All of it, as `Log.export` gives it in `"lines"`, from the first event on.
 */
export declare function verifyLog(data: Uint8Array, options?: VerifyLogOptions): Promise<LogReport>;

/**
 * The log of one tenant, as something to prove: the events are the leaves of a Merkle tree, and signed roots are kept
 * outside of the store. Reading what happened is `Tenant.events`.
 *
 * @throws {CountersealError} as the rejection of a promise, where an argument breaks a rule or the engine has trouble.
 */
export interface Log {
  /** Signs the log as it is now; `null` where there are no events since a checkpoint that was released. */
  checkpoint(options?: CallOptions): Promise<Checkpoint | null>;
  /**
   * Says that the host keeps the checkpoints up to this size; the store forgets them.
   *
   * @returns How many were forgotten.
   */
  checkpointsKept(size: number, options?: CallOptions): Promise<number>;
  verifier(options?: CallOptions): Promise<LogVerifier>;
  /** That the event `seq` is in the log of this size. */
  proveInclusion(seq: number, size: number, options?: CallOptions): Promise<InclusionProof>;
  /** That the log of this size begins with the one of size `first`. */
  proveConsistency(first: number, size: number, options?: CallOptions): Promise<ConsistencyProof>;
  /** The events for outside, page by page. */
  export(options?: ExportOptions): Promise<LogPart>;
  /** Forgets who the events of a subject were about; what can be proved stays. */
  erasePerson(subject: string, options: AuthorityOptions): Promise<Erasure>;
  /**
   * Leaves only the hashes of the events before a time, six years back or more.
   *
   * @param before Unix time in seconds, or a Date.
   */
  purgeEvents(before: number | Date, options: AuthorityOptions): Promise<Erasure>;
  /**
   * Compares the rows of the tenant with what follows from its log. A store that disagrees is an answer with `faults`,
   * no error.
   */
  verifyState(options?: VerifyStateOptions): Promise<StateReport>;
}
