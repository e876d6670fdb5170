import type { Decision } from '../domain/approval/decision.ts';
import type { Digest } from '../lib/digest.ts';
import type { Edit } from '../domain/approval/edit.ts';
import type { Direction, ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { Json } from '../lib/json.ts';
import type { NoteKey } from '../tlog/note.ts';
import type { ActionName } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { Person } from '../domain/approval/decision-token.ts';
import type { Request } from '../domain/approval/request.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';

/** Verifies the signatures of ID tokens. It does not judge the claims. */
export interface TokenVerifier {
  /**
   * Verifies with the keys of the configured issuer, which this process fetches itself.
   * @throws AirlockError `issuer-unavailable` (retry).
   */
  verify(token: string): Promise<{ claims: unknown; key: Json } | { refused: string }>;
  /** Verifies with the key that was archived beside the token, without any request. */
  verifyArchived(token: string, key: Json): Promise<{ claims: unknown } | { refused: string }>;
}

/** An admitted decision as the gateway archived it: everything that is needed to verify it again. */
export interface Admission {
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
export interface Admissions {
  /** The archived row of this token. */
  find(token: string): Promise<Admission | undefined>;
  /** Stores one row per token. @returns the stored row, which an earlier attempt may have written. */
  add(admission: Admission): Promise<Admission>;
  ofDossier(dossier: Digest): Promise<Admission[]>;
}

/** An admitted request or edit as the gateway archived it: everything that is needed to verify it again. */
export type RequesterRecord = Person & {
  /** The incident that the request opened, or whose dossier the edit invalidated. */
  incident: string;
  token: string;
  groups: string[];
  /** Public JWK that verified the token. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
} & ({ kind: 'request'; request: Request } | { kind: 'edit'; edit: Omit<Edit, 'token'> });

/** The gateway's own archive of who requested what. It is append-only. */
export interface RequesterRecords {
  /** The archived row of this token. */
  find(token: string): Promise<RequesterRecord | undefined>;
  /** Stores one row per token. @returns the stored row, which an earlier attempt may have written. */
  add(record: RequesterRecord): Promise<RequesterRecord>;
  ofIncident(incident: string): Promise<RequesterRecord[]>;
  /** The first edit of a dossier, which invalidated it. */
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

/** What the ledger holds about an execution that has started. */
export interface ExecutionRecord extends ExecutionIdentity {
  /** One per step, in the order of their first write. */
  receipts: Receipt[];
  result?: ExecutionResult;
  /** When the result was written, ISO 8601, by the gateway's clock. Present exactly when `result` is. */
  finishedAt?: string;
}

/** A Vault lease as the ledger knows it after a crash. `leaseId` is absent when Vault's answer never arrived. */
export interface LeaseRecord {
  execution: string;
  cluster: string;
  leaseId?: string;
}

/**
 * The exclusive lock of one execution, held until it is disposed or the process dies. Every write is fenced by the
 * attempt number: a process that has lost the lock gets `execution-busy`.
 */
export interface ExecutionLock extends AsyncDisposable {
  record(): Promise<ExecutionRecord>;
  markIntended(step: string, resourceVersion: string): Promise<void>;
  markApplied(step: string, resourceVersion: string): Promise<void>;
  /** Called before the request to Vault: from now on a lease of this execution may exist. */
  markMinting(): Promise<void>;
  /** Called before the first use of the credential. */
  markMinted(lease: { leaseId: string; serviceAccount: string }): Promise<void>;
  /** Called after Vault has confirmed that no lease of this execution is left. */
  markRevoked(): Promise<void>;
  unrevokedLeases(): Promise<LeaseRecord[]>;
  /** Writes the result once; the database refuses a second one. @param at by the gateway's clock. */
  finish(result: ExecutionResult, at: Date): Promise<void>;
}

/** The same lock, held only to keep the execution from starting or going on. It gives no right to write. */
export interface LockHandle extends AsyncDisposable {
  /** Whether the execution had started before the lock was acquired. */
  readonly started: boolean;
  /** @throws AirlockError (retry) when the lock has been lost. */
  assertHeld(): Promise<void>;
}

/** The gateway's record of executions, which makes every effect happen at most once. */
export interface Ledger {
  find(execution: string): Promise<ExecutionRecord | undefined>;
  /** Starts an attempt under the execution lock. @throws AirlockError `execution-busy` (retry) while another runs. */
  acquire(execution: ExecutionIdentity): Promise<ExecutionLock>;
  /** Acquires the lock without starting the execution. @throws AirlockError `execution-busy` (retry). */
  lockWithoutStarting(execution: string): Promise<LockHandle>;
  /** Leases whose revocation is not confirmed, of all executions. */
  unrevokedLeases(): Promise<LeaseRecord[]>;
}

/** The challenge that the preflight rehearsal of an execution must carry. */
export interface Challenge {
  challenge: string;
  /** ISO 8601, by the gateway's clock. */
  madeAt: string;
  /** Digest of the report that used it. */
  redeemedBy?: Digest;
}

/** Challenges: one per execution, used by one report. */
export interface Challenges {
  find(execution: string): Promise<Challenge | undefined>;
  /** Stores the challenge unless the execution has one. @returns the stored one. */
  open(execution: string, challenge: Omit<Challenge, 'redeemedBy'>): Promise<Challenge>;
  /** Redeems the challenge for a report, atomically. @returns the report that redeemed it: this one or an earlier one. */
  redeem(execution: string, report: Digest): Promise<Digest>;
}

/** What a grant is minted from. */
export interface GrantRequest {
  execution: string;
  cluster: string;
  /** Absent when the rules are about cluster-scoped objects. */
  namespace?: string | undefined;
  action: ActionName;
  rules: PolicyRule[];
}

/** One Vault lease for one execution. Only `api` holds its token. Disposing it closes the connections. */
export interface Grant extends Disposable {
  readonly leaseId: string;
  readonly serviceAccount: string;
  readonly api: KubernetesApi;
}

/** Mints and revokes the credentials of executions. */
export interface Grants {
  /**
   * The caller must revoke, even after a failure: Vault's answer may have been lost.
   * @throws AirlockError of Vault's session: `stop` with the API server's words when a guardrail of the target cluster refused it.
   */
  mint(request: GrantRequest): Promise<Grant>;
  /** Revokes every lease of an execution, also unknown ones, and deletes its Vault role. Idempotent. */
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
  read(): Promise<string | undefined>;
  write(note: string): Promise<void>;
}
