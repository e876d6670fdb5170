import type { Admission } from '../domain/approval/admission.ts';
import type { NewRecord } from '../domain/journal/journal.ts';
import type { Digest } from '../lib/digest.ts';
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
 * Makes and checks the MACs of the gateway's rows. Nothing in the database proves itself: a person who can write the
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
   * other. If the archive already has a row with the same id, `add` does nothing.
   * @param row.id digest of sign-in, kind and content.
   */
  add(row: Omit<ArchivedAdmission, 'record'> & { id: Digest }, record: NewRecord): Promise<void>;
  /** Returns all rows of one incident. */
  ofIncident(incident: string): Promise<ArchivedAdmission[]>;
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
