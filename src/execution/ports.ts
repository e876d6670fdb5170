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

/** Checks signatures of ID tokens. Says nothing about what the claims mean. */
export interface ProofVerifier {
  /**
   * With keys of the configured issuer, fetched by this process.
   * @throws AirlockError `issuer-unavailable` (retry).
   */
  verify(token: string): Promise<{ claims: unknown; key: Json } | { refused: string }>;
  /** With the key that was archived beside the token; asks nobody. */
  verifyArchived(token: string, key: Json): Promise<{ claims: unknown } | { refused: string }>;
}

/** A decision as the gateway archived it: everything that is needed to check it again. */
export interface Admission {
  decision: Decision;
  issuer: string;
  subject: string;
  groups: string[];
  /** Public JWK that verified the proof. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
}

/** The gateway's own archive of proofs: rows are only ever added. */
export interface Admissions {
  /** The archived row of exactly this proof. */
  find(proof: string): Promise<Admission | undefined>;
  /** Stores once per proof; the row that stands is returned, also where another attempt was faster. */
  add(admission: Admission): Promise<Admission>;
  ofDossier(dossier: Digest): Promise<Admission[]>;
}

/** A request or an edit as the gateway archived it: everything that is needed to check it again. */
export type Ask = Person & {
  /** The incident that it opened, or whose dossier it voided. */
  incident: string;
  proof: string;
  groups: string[];
  /** Public JWK that verified the proof. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
} & ({ kind: 'request'; request: Request } | { kind: 'edit'; edit: Omit<Edit, 'proof'> });

/** The gateway's own archive of who asked for what: rows are only ever added. */
export interface Asks {
  /** The archived row of exactly this proof. */
  find(proof: string): Promise<Ask | undefined>;
  /** Stores once per proof; the row that stands is returned, also where another attempt was faster. */
  add(ask: Ask): Promise<Ask>;
  ofIncident(incident: string): Promise<Ask[]>;
  /** The first edit of a dossier: it made it void. */
  editOf(dossier: Digest): Promise<Ask | undefined>;
}

/** One execution as the ledger knows it. */
export interface ExecutionIdentity {
  id: string;
  dossier: Digest;
  direction: Direction;
  incident: string;
  trace: string;
  cluster: string;
  /** When its first attempt began, ISO 8601, the gateway's clock; later attempts do not change it. */
  startedAt: string;
}

/** What the ledger says about an execution that was begun. */
export interface ExecutionRecord extends ExecutionIdentity {
  /** One per step, in order of their first write. */
  receipts: Receipt[];
  result?: ExecutionResult;
  /** When the result was written, ISO 8601, the gateway's clock; there where the result is. */
  finishedAt?: string;
}

/** A lease of Vault's, as it is found again after a crash. `leaseId` is missing where the answer never arrived. */
export interface LeaseRecord {
  execution: string;
  cluster: string;
  leaseId?: string;
}

/**
 * The sole right to act for one execution, until it is disposed or its holder dies. Every write is fenced: a holder
 * that was overtaken gets `execution-busy`.
 */
export interface Claim extends AsyncDisposable {
  record(): Promise<ExecutionRecord>;
  intended(step: string, resourceVersion: string): Promise<void>;
  applied(step: string, resourceVersion: string): Promise<void>;
  /** Before Vault is asked: a lease of this execution may exist from now on. */
  minting(): Promise<void>;
  /** Before the credential's first use. */
  minted(lease: { leaseId: string; serviceAccount: string }): Promise<void>;
  /** After Vault confirmed that no lease of this execution is left. */
  revoked(): Promise<void>;
  unrevoked(): Promise<LeaseRecord[]>;
  /** Once; a second result is refused by the database. @param at the gateway's clock. */
  finish(result: ExecutionResult, at: Date): Promise<void>;
}

/** The same right, held so that nothing begins: whoever holds it acts for nothing. */
export interface Hold extends AsyncDisposable {
  /** Whether the execution was begun before. */
  readonly begun: boolean;
  /** @throws AirlockError (retry) where it was lost meanwhile. */
  stands(): Promise<void>;
}

/** The gateway's record that makes every effect happen at most once. */
export interface Ledger {
  find(execution: string): Promise<ExecutionRecord | undefined>;
  /** @throws AirlockError `execution-busy` (retry) while another attempt acts. */
  claim(execution: ExecutionIdentity): Promise<Claim>;
  /** Keeps an execution from being begun. @throws AirlockError `execution-busy` (retry) while an attempt acts. */
  hold(execution: string): Promise<Hold>;
  /** Leases of executions that nobody acts for, and that are not confirmed as revoked. */
  unrevoked(): Promise<LeaseRecord[]>;
}

/** What was asked of the rehearsal at the door. */
export interface Challenge {
  challenge: string;
  /** ISO 8601, the gateway's clock. */
  madeAt: string;
  /** Digest of the report that used it. */
  redeemedBy?: Digest;
}

/** Challenges: one per execution, used by one report. */
export interface Challenges {
  find(execution: string): Promise<Challenge | undefined>;
  /** Stores the challenge unless there is one; returns the one that stands. */
  open(execution: string, challenge: Omit<Challenge, 'redeemedBy'>): Promise<Challenge>;
  /** Atomic. @returns the report that stands as its user: `report`, or an earlier one. */
  redeem(execution: string, report: Digest): Promise<Digest>;
}

/** Everything that a grant is made of. */
export interface GrantRequest {
  execution: string;
  cluster: string;
  /** Absent where the rules are about cluster-scoped objects. */
  namespace?: string | undefined;
  action: ActionName;
  rules: PolicyRule[];
}

/** One Vault lease for one execution. Its token is inside `api` and nowhere else. Disposing closes its connections. */
export interface Grant extends Disposable {
  readonly leaseId: string;
  readonly serviceAccount: string;
  readonly api: KubernetesApi;
}

/** Credentials minted from plans. */
export interface Grants {
  /**
   * Whoever mints also revokes, even where minting failed: Vault's answer may have been lost.
   * @throws AirlockError of Vault's session: `stop` with the API server's words where a lock of the target refused it.
   */
  mint(request: GrantRequest): Promise<Grant>;
  /** Revokes whatever was minted for an execution, known or not, and deletes its Vault role. Repeatable. */
  revoke(lease: LeaseRecord): Promise<void>;
  /** Executions that a Vault role of this cluster exists for. */
  executionsWithRole(cluster: string): Promise<string[]>;
}

/** The key that signs checkpoints; the gateway alone has it. */
export interface CheckpointSigner {
  /** Public keys by which earlier checkpoints count. */
  keys(): Promise<NoteKey[]>;
  /** @returns the signed note. */
  sign(text: string): Promise<string>;
}

/** The last checkpoint that this gateway signed, where whoever can write to the database cannot reach it. */
export interface KeptCheckpoint {
  read(): Promise<string | undefined>;
  write(note: string): Promise<void>;
}
