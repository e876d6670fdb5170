import type { Decision } from '../domain/approval/decision.ts';
import type { Digest } from '../lib/digest.ts';
import type { Edit } from '../domain/approval/edit.ts';
import type { Direction, ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { Json } from '../lib/json/json.ts';
import type { NoteKey } from '../tlog/note.ts';
import type { ActionName } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Person } from '../domain/approval/decision-token.ts';
import type { Request } from '../domain/approval/request.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';

/** Verifies the signatures of ID tokens. It does not check the claims. */
export interface TokenVerifier {
  /**
   * Verifies with the public keys of the configured issuer. The gateway fetches these keys itself.
   * @throws AirlockError `issuer-unavailable` (retry).
   */
  verify(token: string): Promise<{ claims: unknown; key: Json } | { refused: string }>;
  /** Verifies with the key that was archived with the token. Makes no network request. */
  verifyArchived(token: string, key: Json): Promise<{ claims: unknown } | { refused: string }>;
}

/** An admitted decision in the gateway's archive, with everything that is needed to verify its token again. */
export interface ArchivedDecision {
  decision: Decision;
  issuer: string;
  subject: string;
  groups: string[];
  /** Public JWK that verified the token. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
}

/** The gateway's own archive of decisions and their tokens. It is append-only. */
export interface DecisionArchive {
  /** The archived row of this token. */
  find(token: string): Promise<ArchivedDecision | undefined>;
  /** Stores one row per token. @returns the stored row, which an earlier attempt may have written. */
  add(decision: ArchivedDecision): Promise<ArchivedDecision>;
  /** All admitted decisions on a dossier. */
  ofDossier(dossier: Digest): Promise<ArchivedDecision[]>;
}

/** An admitted request or edit in the gateway's archive, with everything that is needed to verify its token again. */
export type RequesterRecord = Person & {
  /** For a request: the incident that it opened. For an edit: the incident of the edited dossier. */
  incident: string;
  token: string;
  groups: string[];
  /** Public JWK that verified the token. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
} & ({ kind: 'request'; request: Request } | { kind: 'edit'; edit: Omit<Edit, 'token'> });

/** The gateway's own archive of requests, edits and their tokens. It is append-only. */
export interface RequesterRecords {
  /** The archived row of this token. */
  find(token: string): Promise<RequesterRecord | undefined>;
  /** Stores one row per token. @returns the stored row, which an earlier attempt may have written. */
  add(record: RequesterRecord): Promise<RequesterRecord>;
  /** All admitted requests and edits for an incident. */
  ofIncident(incident: string): Promise<RequesterRecord[]>;
  /** The first edit of a dossier. This edit invalidated the dossier. */
  editOf(dossier: Digest): Promise<RequesterRecord | undefined>;
}

/** The identity of one execution in the ledger. */
export interface ExecutionIdentity {
  id: string;
  dossier: Digest;
  direction: Direction;
  incident: string;
  trace: string;
  cluster: string;
  /** Start of the first attempt, ISO 8601, by the gateway's clock. Later attempts do not change it. */
  startedAt: string;
}

/** The ledger's record of an execution that has started. */
export interface ExecutionRecord extends ExecutionIdentity {
  /** One receipt for each step that was written or may have been written, in order. */
  receipts: Receipt[];
  result?: ExecutionResult;
  /** When the result was written, ISO 8601, by the gateway's clock. Present if and only if `result` is present. */
  finishedAt?: string;
}

/** A Vault lease as the ledger records it. `leaseId` is absent when the gateway has not received Vault's answer. */
export interface LeaseRecord {
  execution: string;
  cluster: string;
  leaseId?: string;
}

/**
 * The exclusive lock of one execution. The lock is held until it is disposed or the process dies. If a newer attempt
 * exists, the ledger refuses every write of this attempt with `execution-busy`. So a process that has lost the lock
 * cannot disturb the process that holds the lock now.
 */
export interface ExecutionLock extends AsyncDisposable {
  /** The current content of the ledger for this execution. */
  record(): Promise<ExecutionRecord>;
  /** Called before the write of a step: from now on the write may have happened. */
  markIntended(step: string, resourceVersion: string): Promise<void>;
  /** Called after the write of a step has succeeded. */
  markApplied(step: string, resourceVersion: string): Promise<void>;
  /** Called before the request to Vault: from now on a lease of this execution may exist. */
  markMinting(): Promise<void>;
  /** Called before the first use of the credential. */
  markMinted(lease: { leaseId: string; serviceAccount: string }): Promise<void>;
  /** Called after Vault has confirmed that no lease of this execution is left. */
  markRevoked(): Promise<void>;
  /** Leases of this execution whose revocation is not confirmed. */
  unrevokedLeases(): Promise<LeaseRecord[]>;
  /**
   * Writes the result once: the database refuses a second result. @param at time of the result, by the gateway's clock.
   */
  finish(result: ExecutionResult, at: Date): Promise<void>;
}

/**
 * The lock of an execution, for a caller that does not execute. While the caller holds it, the execution can neither
 * start nor continue. The caller cannot write to the ledger.
 */
export interface LockHandle extends AsyncDisposable {
  /** Whether the execution had started before the lock was acquired. */
  readonly started: boolean;
  /** @throws AirlockError (retry) when the lock has been lost. */
  assertHeld(): Promise<void>;
}

/** The gateway's database of executions. With it, each step is applied at most once. */
export interface Ledger {
  /** The record of an execution; undefined if it has not started. */
  find(execution: string): Promise<ExecutionRecord | undefined>;
  /**
   * Acquires the lock and starts an attempt.
   * @throws AirlockError `execution-busy` (retry) while another attempt runs.
   */
  acquire(execution: ExecutionIdentity): Promise<ExecutionLock>;
  /** Acquires the lock without starting the execution. @throws AirlockError `execution-busy` (retry). */
  lockWithoutStarting(execution: string): Promise<LockHandle>;
  /** All leases whose revocation is not confirmed. They may belong to any execution. */
  unrevokedLeases(): Promise<LeaseRecord[]>;
}

/** The challenge that the report of an execution's preflight rehearsal must contain. */
export interface Challenge {
  /** 32 random bytes, base64url. */
  challenge: string;
  /** ISO 8601, by the gateway's clock. */
  madeAt: string;
  /** Digest of the preflight report that redeemed the challenge. Absent until then. */
  redeemedBy?: Digest;
}

/** The store of challenges: each execution has one challenge, and one report redeems this challenge. */
export interface Challenges {
  /** The challenge of an execution, if it has one. */
  find(execution: string): Promise<Challenge | undefined>;
  /** Stores the challenge unless the execution has one already. @returns the challenge that the execution now has. */
  open(execution: string, challenge: Omit<Challenge, 'redeemedBy'>): Promise<Challenge>;
  /**
   * Redeems the challenge for a report, unless an earlier report has redeemed it. Atomic.
   * @returns the report that redeemed the challenge: this one or the earlier one.
   */
  redeem(execution: string, report: Digest): Promise<Digest>;
}

/** The permissions of a new grant (the credential of one execution). */
export interface GrantRequest {
  execution: string;
  cluster: string;
  /** Absent when the rules are about cluster-scoped objects. */
  namespace?: string | undefined;
  action: ActionName;
  rules: PolicyRule[];
}

/**
 * The credential of one execution: a Vault lease on a new ServiceAccount of the target cluster. The token of the
 * ServiceAccount is only inside `api`. Disposing the grant closes the connections; it does not revoke the lease.
 */
export interface Grant extends Disposable {
  readonly leaseId: string;
  /** Name of the ServiceAccount that Vault created. */
  readonly serviceAccount: string;
  /** The target cluster's API, with this credential. */
  readonly api: KubernetesApi;
}

/** Mints and revokes the credentials of executions. */
export interface Grants {
  /**
   * Mints a grant. The caller must call `revoke`, even after a failure: Vault may have created the lease and its answer
   * may be lost.
   * @throws AirlockError of the Vault adapter. When a guardrail of the target cluster refuses the grant, the error has
   * `next: 'stop'` and quotes the API server.
   */
  mint(request: GrantRequest): Promise<Grant>;
  /**
   * Revokes every lease of an execution and deletes its Vault role. Also finds leases that are not in the ledger.
   * Idempotent.
   */
  revoke(lease: LeaseRecord): Promise<void>;
  /** Executions for which a Vault role of this cluster exists. */
  executionsWithRole(cluster: string): Promise<string[]>;
}

/** The key that signs checkpoints. Only the gateway has it. */
export interface CheckpointSigner {
  /** Public keys that verify earlier checkpoints. */
  keys(): Promise<NoteKey[]>;
  /** @returns the signed note. */
  sign(text: string): Promise<string>;
}

/** The last checkpoint that this gateway signed, stored where an intruder in the database cannot change it. */
export interface KeptCheckpoint {
  /** The signed note; undefined before the first checkpoint. */
  read(): Promise<string | undefined>;
  write(note: string): Promise<void>;
}
