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

/** That an event is in the log: a proof of inclusion (RFC 6962). Hashes have 32 bytes. */
export interface EventProof {
  /** Of the log of this size. */
  readonly root: Uint8Array;
  /** Of the event. */
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** That a log went on from an earlier size: a proof of consistency (RFC 6962). */
export interface GrowthProof {
  readonly root: Uint8Array;
  /** Of the earlier size. */
  readonly firstRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
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
export interface ExportedLog {
  /** UTF-8. Pages behind each other are the whole. */
  readonly data: Uint8Array;
  readonly nEvents: number;
  /** `after` of the next page; `null` at the end. */
  readonly next: number | null;
}

/** What left a log. */
export interface Erased {
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
  proveEvent(seq: number, size: number, options?: CallOptions): Promise<EventProof>;
  /** That the log of this size begins with the one of size `first`. */
  proveGrowth(first: number, size: number, options?: CallOptions): Promise<GrowthProof>;
  /** The events for outside, page by page. */
  export(options?: ExportOptions): Promise<ExportedLog>;
  /** Forgets who the events of a subject were about; what can be proved stays. */
  erasePerson(subject: string, options: AuthorityOptions): Promise<Erased>;
  /**
   * Leaves only the hashes of the events before a time, six years back or more.
   *
   * @param before Unix time in seconds, or a Date.
   */
  purgeEvents(before: number | Date, options: AuthorityOptions): Promise<Erased>;
  /**
   * Compares the rows of the tenant with what follows from its log. A store that disagrees is an answer with `faults`,
   * no error.
   */
  verifyState(options?: VerifyStateOptions): Promise<StateReport>;
}
