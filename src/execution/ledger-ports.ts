import type { Direction, ExecutionResult, Receipt } from '../domain/execution/execution.ts';
import type { ClusterObject } from '../domain/execution/object-key.ts';
import type { Digest } from '../lib/digest.ts';
import type { LeaseRecord } from './ports.ts';

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

/** What the ledger contains about an execution that has started. */
export interface ExecutionRecord extends ExecutionIdentity {
  /** Every entry about a step, in the order in which the gateway wrote them. */
  entries: Receipt[];
  /**
   * One receipt for each step whose change happened or may have happened. The receipts are in the order in which the
   * steps began.
   */
  receipts: Receipt[];
  /** Every lease of the execution, also those that are revoked. */
  leases: RecordedLease[];
  result?: ExecutionResult;
  /** When the execution got its result, ISO 8601, by the gateway's clock. Absent if `result` is absent. */
  finishedAt?: string;
}

/** A lease in the ledger. */
export interface RecordedLease extends LeaseRecord {
  /** Number of the attempt that requested the lease. */
  attempt: number;
  /** Name of the ServiceAccount of the lease. Absent if `leaseId` is absent. */
  serviceAccount?: string;
  /** When the gateway recorded that the lease is revoked, ISO 8601. */
  revokedAt?: string;
}

/**
 * One attempt of an execution, with its writes to the ledger. Once a later attempt has begun, every write of this
 * attempt fails with `execution-busy` (retry).
 */
export interface Attempt {
  /** Returns what the ledger now contains about the execution. */
  record(): Promise<ExecutionRecord>;
  /**
   * Throws if this attempt may not change the target. The caller must await this call before each request that can
   * change the target.
   * @throws AirlockError `object-busy` (retry) if a lock on an object of the execution has expired, or if another
   * execution has the lock; `execution-busy` (retry) if a later attempt has begun.
   */
  assertMayWrite(): Promise<void>;
  /**
   * Records that the gateway is about to write the change of a step. The caller must await this call before the write.
   * @param step id of the step. @param resourceVersion of the object before the change.
   * @throws AirlockError `object-busy` (retry), like `assertMayWrite`. The check and the write are one statement.
   */
  markIntended(step: string, resourceVersion: string): Promise<void>;
  /**
   * Records that the change of a step was written. Needs no lock on the object: the change has happened, and a refused
   * receipt would be lost.
   * @param step id of the step. @param resourceVersion of the object after the change.
   */
  markApplied(step: string, resourceVersion: string): Promise<void>;
  /** Records that the gateway is about to request a lease. The caller must await this call before it calls Vault. */
  markMinting(): Promise<void>;
  /** Records the lease that Vault created. The caller must await this call before it uses the credential. */
  markMinted(lease: { leaseId: string; serviceAccount: string }): Promise<void>;
  /** Records that all leases of this execution are revoked. The caller must revoke the leases in Vault first. */
  markRevoked(): Promise<void>;
  /** Writes the result. The ledger refuses a second result. @param at time of the result, by the gateway's clock. */
  finish(result: ExecutionResult, at: Date): Promise<void>;
}

/**
 * The locks of an execution on the objects of its plan. The locks are leases that expire. They are renewed until they
 * are disposed.
 */
export interface ObjectLocks extends AsyncDisposable {
  /** For each object, by its key: the fencing token. The token grows each time when another execution gets the lock. */
  tokens: ObjectTokens;
  /**
   * Lets the locks expire instead of releasing them when they are disposed. For an execution that will be tried again:
   * until then, a change that it has sent may still happen.
   */
  keep(): void;
}

/** The fencing tokens of objects, by the key of the object (object-key.ts). 0: no execution has locked the object. */
export type ObjectTokens = Record<string, number>;

/**
 * The exclusive lock of one execution. The lock ends when it is disposed, or when its database connection is lost. Then
 * the next attempt can begin.
 */
export interface ExecutionLock extends AsyncDisposable {
  /** What the ledger contained when the lock was acquired; undefined if the execution had not started. */
  readonly earlier: ExecutionRecord | undefined;
  /** Checks that the lock is still held. @throws AirlockError `ledger-unavailable` (retry) if the lock is lost. */
  assertHeld(): Promise<void>;
  /**
   * Locks all these objects, or none of them. Needed before an attempt that changes objects.
   * @param objects sorted by key, so two executions cannot wait for each other.
   * @throws AirlockError `object-busy` (retry) if another execution has a lock on one of the objects.
   */
  lockObjects(objects: readonly ClusterObject[]): Promise<ObjectLocks>;
  /** Begins an attempt. @throws AirlockError `execution-busy` (retry) if the lock is lost and an attempt has begun. */
  begin(execution: ExecutionIdentity): Promise<Attempt>;
}

/**
 * The gateway's tables about executions. The locks and receipts ensure that each step is applied at most once. Each row
 * has a MAC, and the ledger verifies each row that it reads. Every call can throw `ledger-unavailable` (retry),
 * `ledger-rejected` (stop), `ledger-corrupt` (stop) if a row was changed, inserted or deleted by anybody but the
 * gateway, and the errors of RowMacs.
 */
export interface Ledger {
  /** Returns what the ledger contains about one execution; undefined if the execution has not started. */
  find(execution: string): Promise<ExecutionRecord | undefined>;
  /**
   * Acquires the lock of one execution, but begins no attempt.
   * @throws AirlockError `execution-busy` (retry) if this lock is already held, or if the gateway already holds its
   * maximum number of locks.
   */
  lock(execution: string): Promise<ExecutionLock>;
  /**
   * Returns the last fencing tokens of the other executions. None of these has a lock on one of the objects now.
   * @throws AirlockError `object-busy` (retry) if an execution other than `execution` has a lock on one of the objects.
   */
  freeObjects(execution: string, objects: readonly ClusterObject[]): Promise<ObjectTokens>;
  /**
   * Returns the executions with a lease that is not recorded as revoked. These rows are not verified, so this is only a
   * hint where to look.
   */
  executionsWithLeases(): Promise<{ execution: string; cluster: string }[]>;
}

/** The challenge of one execution: a random value that the report of the preflight rehearsal must contain. */
export interface Challenge {
  /** The random value: 32 bytes, base64url. */
  challenge: string;
  /** When the gateway made the challenge, ISO 8601. */
  madeAt: string;
  /** The fencing tokens of the plan's objects when the gateway made the challenge. No other execution held them then. */
  objectTokens: ObjectTokens;
  /** Digest of the preflight report that the gateway admitted with this challenge. Absent before the admission. */
  redeemedBy?: Digest;
}

/**
 * The store of challenges. Each row has a MAC. Every call throws `ledger-corrupt` (stop) if a row was changed or
 * inserted by anybody but the gateway. An execution has at most one challenge. When the gateway admits a preflight
 * report, the report redeems the challenge. Only one report can redeem a challenge.
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
