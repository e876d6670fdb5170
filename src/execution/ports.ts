import type { Admission } from '../domain/approval/admission.ts';
import type { Digest } from '../lib/digest.ts';
import type { Direction, ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { NewRecord } from '../domain/journal/journal.ts';
import type { Json } from '../lib/json/json.ts';
import type { ActionName } from '../domain/plan/plan.ts';
import type { PolicyRule } from '../domain/policy/policy-rule.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';

/** The content of one row of the gateway's tables, without its MAC. */
export interface RowContent {
  table: string;
  /** Every column that the gateway later relies on, in a fixed order. */
  columns: readonly Json[];
}

/**
 * Makes and checks the MACs of the gateway's rows. Nothing in the database proves itself: whoever can write the
 * database, but cannot use this key, cannot make a row that the gateway believes.
 */
export interface RowMacs {
  /** Returns one MAC for each row. @throws AirlockError with the codes of VaultRequester. */
  make(rows: readonly RowContent[]): Promise<string[]>;
  /**
   * Returns for each row whether its MAC is valid. A MAC of an older version of the key is valid too.
   * @throws AirlockError `row-key-retired` (ask) if Vault no longer accepts a row's version of the key; the codes of
   * VaultRequester.
   */
  verify(rows: readonly (RowContent & { mac: string })[]): Promise<boolean[]>;
}

/** Verifies the signatures of ID tokens, but does not check the claims. */
export interface TokenVerifier {
  /**
   * Verifies the signature with the public keys of the configured issuer. The gateway fetches these keys itself.
   * @returns the claims and the key that verified the signature. `refused`: why the token is refused.
   * @throws AirlockError `issuer-unavailable` (retry).
   */
  verify(token: string): Promise<{ claims: unknown; key: Json } | { refused: string }>;
  /** Verifies the signature of an archived token with the archived `key`. Makes no network request. */
  verifyArchived(token: string, key: Json): Promise<{ claims: unknown } | { refused: string }>;
}

/**
 * A row of the gateway's archive: one admitted decision, request or edit. `content` and `key` are text, because the
 * gateway must not parse anything of a row before it has verified the row's MAC.
 */
export interface ArchivedAdmission {
  kind: Admission['kind'];
  /** Id of the incident. */
  incident: string;
  /** The decision, request or edit without its token, as canonical JSON. */
  content: string;
  token: string;
  /** The public key that verified the token's signature: a JWK, as canonical JSON. */
  key: string;
  /** When the gateway admitted it, ISO 8601. */
  admittedAt: string;
  /** The MAC of all fields above. */
  mac: string;
  /** Sequence number of the journal record of the admission. */
  record: number;
}

/** The gateway's own archive of admitted decisions, requests and edits. The archive is append-only. */
export interface AdmissionArchive {
  /**
   * Archives an admission and appends its record to the journal, in one transaction. So neither exists without the
   * other. If the archive already has a row with the same token and content, `add` does nothing.
   */
  add(row: Omit<ArchivedAdmission, 'record'>, record: NewRecord): Promise<void>;
  /** Returns all rows of one incident. */
  ofIncident(incident: string): Promise<ArchivedAdmission[]>;
}

/** What the ledger stores about an execution when the first attempt begins. */
export interface ExecutionIdentity {
  id: string;
  dossier: Digest;
  direction: Direction;
  incident: string;
  trace: string;
  cluster: string;
  /**
   * Start of the attempt, ISO 8601, by the gateway's clock. The ledger keeps the value of the first attempt and ignores
   * later values.
   */
  startedAt: string;
}

/** What the ledger contains about an execution that has started, without the execution's leases. */
export interface ExecutionRecord extends ExecutionIdentity {
  /**
   * One receipt for each step whose change happened or may have happened. The receipts are in the order in which the
   * steps began.
   */
  receipts: Receipt[];
  result?: ExecutionResult;
  /** When the execution got its result, ISO 8601, by the gateway's clock. Absent if `result` is absent. */
  finishedAt?: string;
}

/**
 * A Vault lease of an execution. `leaseId` is absent if the gateway does not know the id, for example because Vault's
 * answer was lost. Then Vault may or may not have created the lease.
 */
export interface LeaseRecord {
  execution: string;
  cluster: string;
  leaseId?: string;
}

/**
 * The exclusive lock of one execution, with the ledger operations that need the lock. Acquiring the lock begins an
 * attempt of the execution. The lock ends when it is disposed, or when its database connection is lost. Then the next
 * attempt can begin. Once the next attempt has begun, every write of the old attempt fails.
 */
export interface ExecutionLock extends AsyncDisposable {
  /** Returns what the ledger now contains about the execution. */
  record(): Promise<ExecutionRecord>;
  /**
   * Records that the gateway is about to write the change of a step. The caller must await this call before the write.
   * @param step id of the step. @param resourceVersion of the object before the change.
   */
  markIntended(step: string, resourceVersion: string): Promise<void>;
  /**
   * Records that the change of a step was written.
   * @param step id of the step. @param resourceVersion of the object after the change.
   */
  markApplied(step: string, resourceVersion: string): Promise<void>;
  /** Records that the gateway is about to request a lease. The caller must await this call before it calls Vault. */
  markMinting(): Promise<void>;
  /** Records the lease that Vault created. The caller must await this call before it uses the credential. */
  markMinted(lease: { leaseId: string; serviceAccount: string }): Promise<void>;
  /** Records that all leases of this execution are revoked. The caller must revoke the leases in Vault first. */
  markRevoked(): Promise<void>;
  /** Returns the leases of this execution. Leaves out the leases that are recorded as revoked. */
  unrevokedLeases(): Promise<LeaseRecord[]>;
  /** Writes the result. The ledger refuses a second result. @param at time of the result, by the gateway's clock. */
  finish(result: ExecutionResult, at: Date): Promise<void>;
}

/**
 * The lock of an execution, held while the gateway admits an edit. No attempt of the execution can begin meanwhile.
 */
export interface LockHandle extends AsyncDisposable {
  /** True if the execution had started before the lock was acquired. */
  readonly started: boolean;
  /** Checks that the lock is still held. @throws AirlockError `ledger-unavailable` (retry) if the lock is lost. */
  assertHeld(): Promise<void>;
}

/**
 * The gateway's tables about executions. The locks and receipts ensure that each step is applied at most once. Every
 * call can throw `ledger-unavailable` (retry) and `ledger-rejected` (stop).
 */
export interface Ledger {
  /** Returns what the ledger contains about one execution; undefined if the execution has not started. */
  find(execution: string): Promise<ExecutionRecord | undefined>;
  /**
   * Acquires the lock of one execution and begins an attempt.
   * @throws AirlockError `execution-busy` (retry) if this lock is already held, or if the gateway already holds its
   * maximum number of locks.
   */
  acquire(execution: ExecutionIdentity): Promise<ExecutionLock>;
  /** Acquires the lock, but begins no attempt. @throws AirlockError `execution-busy` (retry), like `acquire`. */
  lockWithoutStarting(execution: string): Promise<LockHandle>;
  /** Returns the leases of all executions. Leaves out the leases that are recorded as revoked. */
  unrevokedLeases(): Promise<LeaseRecord[]>;
}

/** The challenge of one execution: a random value that the report of the preflight rehearsal must contain. */
export interface Challenge {
  /** The random value: 32 bytes, base64url. */
  challenge: string;
  /** When the gateway made the challenge, ISO 8601. */
  madeAt: string;
  /** Digest of the preflight report that the gateway admitted with this challenge. Absent before the admission. */
  redeemedBy?: Digest;
}

/**
 * The store of challenges. An execution has at most one challenge. When the gateway admits a preflight report, the
 * report redeems the challenge. Only one report can redeem a challenge.
 */
export interface Challenges {
  /** Returns the challenge of an execution; undefined if the execution has none yet. */
  find(execution: string): Promise<Challenge | undefined>;
  /** Stores the challenge, unless the execution already has one. @returns the challenge that the execution now has. */
  add(execution: string, challenge: Omit<Challenge, 'redeemedBy'>): Promise<Challenge>;
  /**
   * Records that this report redeems the challenge, unless another report has redeemed the challenge already. Atomic.
   * @returns the digest of the report that has redeemed the challenge: of this report or of the other report.
   */
  redeem(execution: string, report: Digest): Promise<Digest>;
}

/** Input of `Grants.mint`. */
export interface GrantRequest {
  /** Id of the execution. */
  execution: string;
  cluster: string;
  /** Absent if the rules are about cluster-scoped objects. */
  namespace?: string | undefined;
  /** The action of the steps. The name of the ServiceAccount contains the action. */
  action: ActionName;
  /** The RBAC rules of the grant. */
  rules: PolicyRule[];
}

/**
 * The credential of one execution. Vault creates a ServiceAccount in the target cluster, and deletes the ServiceAccount
 * when the lease ends. Only `api` has the ServiceAccount's token. Disposing the grant closes the connections of `api`,
 * but does not revoke the lease.
 */
export interface Grant extends Disposable {
  readonly leaseId: string;
  /** Name of the ServiceAccount that Vault created. */
  readonly serviceAccount: string;
  /** A client of the target cluster's API server, with this credential. */
  readonly api: KubernetesApi;
}

/** Mints and revokes grants. */
export interface Grants {
  /**
   * Mints a grant. The caller must call `revoke` even if `mint` fails, because Vault may have created a lease before
   * the failure.
   * @throws AirlockError `vault-mount-missing` (stop), and the errors of Vault. If a guardrail of the target cluster
   * refuses the grant, the error is `vault-refused` (stop) and quotes the API server.
   */
  mint(request: GrantRequest): Promise<Grant>;
  /**
   * Revokes one lease and deletes the execution's Vault role. Without `leaseId`, revokes every lease of the execution,
   * even a lease that the ledger does not contain. Idempotent.
   */
  revoke(lease: LeaseRecord): Promise<void>;
  /** Returns the ids of all executions that have a Vault role for this cluster. */
  executionsWithRole(cluster: string): Promise<string[]>;
}
