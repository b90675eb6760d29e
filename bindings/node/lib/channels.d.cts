// SPDX-License-Identifier: Apache-2.0
import type { Decision, Reason } from "./decision.cjs";
import type { ErrorCode } from "./status.cjs";

/** On the channels `"counterseal:opened"` and `"counterseal:closed"` of `node:diagnostics_channel`: an engine. */
export interface EngineMessage {
  /** What the URL begins with: `"sqlite"`, `"postgresql"` or `"memory"`. */
  readonly store: string;
}

/** On `"counterseal:decision"`: what `evaluate` or `verifyChallenge` decided. There is no secret in it. */
export interface DecisionMessage {
  readonly operation: "evaluate" | "verifyChallenge";
  readonly tenant: string;
  readonly subject: string;
  readonly outcome: Decision["outcome"];
  readonly reason: Reason;
  /** Of `evaluate`, as the next one. */
  readonly path: string | null;
  readonly action: string | null;
  readonly challengeId: string | null;
  readonly assurance: number | null;
  readonly retryAfterS: number | null;
  readonly policyVersion: number | null;
}

/** On `"counterseal:trouble"`: the store, the keys, the clock or the machine. What a caller got wrong is not told. */
export interface TroubleMessage {
  /** Which call, for example `"evaluate"`, `"open"`, `"reloadKeys"`. */
  readonly operation: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly message: string;
}

/** On `"counterseal:checkpoint"`: one was made on request, some wait to be kept elsewhere, or some were kept. */
export type CheckpointMessage =
  | { readonly event: "made"; readonly tenant: string; readonly size: number }
  | { readonly event: "waiting"; readonly nWaiting: number; readonly hasMore: boolean }
  | { readonly event: "kept"; readonly tenant: string; readonly size: number; readonly nReleased: number };

/** On `"counterseal:keys"`: the engine took another ring. */
export interface KeysMessage {
  readonly event: "reloaded";
}
