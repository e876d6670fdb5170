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

/** Verifies the signatures of ID tokens, but does not check the claims. */
export interface TokenVerifier {
  /**
   * Verifies the signature with the public keys of the configured issuer. The gateway fetches these keys itself.
   * @returns the claims and the public key that verified the signature, or the reason of the refusal.
   * @throws AirlockError `issuer-unavailable` (retry).
   */
  verify(token: string): Promise<{ claims: unknown; key: Json } | { refused: string }>;
  /** Verifies the signature with the key that was archived with the token. Makes no network request. */
  verifyArchived(token: string, key: Json): Promise<{ claims: unknown } | { refused: string }>;
}

/** An admitted decision in the gateway's archive, with everything that is needed to verify its token again. */
export interface ArchivedDecision {
  decision: Decision;
  issuer: string;
  /** The claim `sub` of the token. */
  subject: string;
  groups: string[];
  /** Public JWK that verified the token. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
}

/** The gateway's own archive of admitted decisions and their tokens. The archive is append-only. */
export interface DecisionArchive {
  /** Returns the decision that was admitted with this token; undefined if none was. */
  find(token: string): Promise<ArchivedDecision | undefined>;
  /**
   * Archives the decision, unless the archive already has a decision with this token.
   * @returns the decision that the archive now has for the token.
   */
  add(decision: ArchivedDecision): Promise<ArchivedDecision>;
  /** Returns all admitted decisions on a dossier. */
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

/** The gateway's own archive of admitted requests, admitted edits and their tokens. The archive is append-only. */
export interface RequesterRecords {
  /** Returns the request or edit that was admitted with this token; undefined if none was. */
  find(token: string): Promise<RequesterRecord | undefined>;
  /**
   * Archives the request or edit, unless the archive already has one with this token.
   * @returns the request or edit that the archive now has for the token.
   */
  add(record: RequesterRecord): Promise<RequesterRecord>;
  /** Returns all admitted requests and edits of an incident. */
  ofIncident(incident: string): Promise<RequesterRecord[]>;
  /** Returns the admitted edit that invalidated the dossier; undefined if nobody edited the dossier. */
  editOf(dossier: Digest): Promise<RequesterRecord | undefined>;
}

/** What the ledger stores about an execution when its first attempt begins. */
export interface ExecutionIdentity {
  id: string;
  dossier: Digest;
  direction: Direction;
  incident: string;
  trace: string;
  cluster: string;
  /** Start of the attempt: ISO 8601, by the gateway's clock. The ledger keeps only the start of the first attempt. */
  startedAt: string;
}

/** What the ledger contains about an execution that has started, except the leases (see `unrevokedLeases`). */
export interface ExecutionRecord extends ExecutionIdentity {
  /** One receipt for each step that was written or may have been written, in the order of the steps. */
  receipts: Receipt[];
  result?: ExecutionResult;
  /** When the result was written: ISO 8601, by the gateway's clock. Absent if `result` is absent. */
  finishedAt?: string;
}

/** A Vault lease of an execution. `leaseId` is absent if it is unknown, for example because Vault's answer was lost. */
export interface LeaseRecord {
  execution: string;
  cluster: string;
  leaseId?: string;
}

/**
 * The exclusive lock of one execution, and the writes to the ledger that need this lock. The lock ends when it is
 * disposed, or when the process or its database connection dies. Then a new attempt can begin. From then on, the ledger
 * refuses every write of the old attempt with `execution-busy`.
 */
export interface ExecutionLock extends AsyncDisposable {
  /** Reads what the ledger now contains about the execution. */
  record(): Promise<ExecutionRecord>;
  /**
   * Records that a step is about to be written. Called before the write.
   * @param resourceVersion version of the object before the write.
   */
  markIntended(step: string, resourceVersion: string): Promise<void>;
  /** Records that a step was written. @param resourceVersion version of the object after the write. */
  markApplied(step: string, resourceVersion: string): Promise<void>;
  /** Records that a lease of this execution is about to be created. Called before the request to Vault. */
  markMinting(): Promise<void>;
  /** Records the lease that Vault created. Called before the first use of the credential. */
  markMinted(lease: { leaseId: string; serviceAccount: string }): Promise<void>;
  /** Records that all leases of this execution are revoked. Called after Vault has confirmed the revocation. */
  markRevoked(): Promise<void>;
  /** Returns the leases of this execution that are not recorded as revoked. */
  unrevokedLeases(): Promise<LeaseRecord[]>;
  /** Writes the result. The database refuses a second result. @param at time of the result, by the gateway's clock. */
  finish(result: ExecutionResult, at: Date): Promise<void>;
}

/**
 * The lock of an execution, held only to prevent attempts: while the lock is held, no attempt of the execution can
 * begin. The gateway holds this lock while it admits an edit.
 */
export interface LockHandle extends AsyncDisposable {
  /** True if the execution had started before the lock was acquired. */
  readonly started: boolean;
  /** @throws AirlockError `ledger-unavailable` (retry) if the connection, and with it the lock, is lost. */
  assertHeld(): Promise<void>;
}

/** The gateway's database of executions. Its locks and receipts ensure that each step is applied at most once. */
export interface Ledger {
  /** Returns what the ledger contains about an execution; undefined if the execution has not started. */
  find(execution: string): Promise<ExecutionRecord | undefined>;
  /**
   * Acquires the lock and begins an attempt.
   * @throws AirlockError `execution-busy` (retry) if the lock is held, or if the gateway runs as many executions as it
   * can.
   */
  acquire(execution: ExecutionIdentity): Promise<ExecutionLock>;
  /** Acquires the lock but begins no attempt. @throws AirlockError `execution-busy` (retry), like `acquire`. */
  lockWithoutStarting(execution: string): Promise<LockHandle>;
  /** Returns the leases, of any execution, that are not recorded as revoked. */
  unrevokedLeases(): Promise<LeaseRecord[]>;
}

/** The challenge of one execution. The report of the preflight rehearsal must contain this random value. */
export interface Challenge {
  /** 32 random bytes, base64url. */
  challenge: string;
  /** ISO 8601, by the gateway's clock. */
  madeAt: string;
  /** Digest of the first report that the gateway admitted for this challenge. Absent until then. */
  redeemedBy?: Digest;
}

/** The store of challenges. An execution has at most one challenge. A challenge can be redeemed by only one report. */
export interface Challenges {
  /** Returns the challenge of an execution; undefined if the execution was not prepared. */
  find(execution: string): Promise<Challenge | undefined>;
  /** Stores the challenge, unless the execution already has one. @returns the challenge that the execution now has. */
  open(execution: string, challenge: Omit<Challenge, 'redeemedBy'>): Promise<Challenge>;
  /**
   * Redeems the challenge with this report, unless an earlier report has redeemed it. Atomic.
   * @returns digest of the report that has redeemed the challenge: this report or the earlier one.
   */
  redeem(execution: string, report: Digest): Promise<Digest>;
}

/** Input of `Grants.mint`. A grant is the credential of one execution. */
export interface GrantRequest {
  execution: string;
  cluster: string;
  /** Absent if the rules are about cluster-scoped objects. */
  namespace?: string | undefined;
  action: ActionName;
  rules: PolicyRule[];
}

/**
 * The credential of one execution: a Vault lease on a new ServiceAccount of the target cluster. Only `api` has the
 * ServiceAccount's token. Disposing the grant closes the connections of `api`, but does not revoke the lease.
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
   * Mints a grant. The caller must call `revoke` even if `mint` fails. Vault may have created the lease although its
   * answer was lost.
   * @throws AirlockError of the Vault client. If a guardrail of the target cluster refuses the grant, the error has
   * `next: 'stop'` and quotes the API server.
   */
  mint(request: GrantRequest): Promise<Grant>;
  /**
   * Revokes the lease, and deletes the Vault role of the execution. Without `leaseId`, revokes every lease of the
   * execution, even a lease that the ledger does not contain. Idempotent.
   */
  revoke(lease: LeaseRecord): Promise<void>;
  /** Returns the ids of the executions that have a Vault role for this cluster. */
  executionsWithRole(cluster: string): Promise<string[]>;
}

/** Signs checkpoints. Only the gateway may use the signing key. */
export interface CheckpointSigner {
  /** Returns the public keys that verify checkpoints: one for each version of the signing key. */
  keys(): Promise<NoteKey[]>;
  /** Signs the text of a checkpoint. @returns the signed note. */
  sign(text: string): Promise<string>;
}

/** The last checkpoint that this gateway signed, stored where an intruder in the database cannot change it. */
export interface KeptCheckpoint {
  /** Returns the signed note; undefined before the first checkpoint. */
  read(): Promise<string | undefined>;
  write(note: string): Promise<void>;
}
