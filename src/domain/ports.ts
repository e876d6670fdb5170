import type { AdmittedDecision, Decision } from './approval/decision.ts';
import type { Digest } from '../lib/digest.ts';
import type { AdmittedEdit, Edit } from './approval/edit.ts';
import type { JournalEntry, JournalRecord } from './journal/journal.ts';
import type { PolicyInput } from './policy/policy-input.ts';
import type { AdmittedRequest, ProvenRequest } from './approval/request.ts';
import type { Incident } from './incident/incident.ts';
import type { Verdict } from './policy/verdict.ts';

// What more than one plane needs from outside. A plane's own needs stand in its ports.ts.

/** The journal. No append, no action: callers append first and act after. */
export interface Journal {
  /** Returns when the record is durable and ordered. @throws AirlockError `journal-unavailable` (retry). */
  append(entry: JournalEntry): Promise<void>;
}

/** Reading the journal back. */
export interface JournalReader {
  /** Records of one incident, in order. */
  read(incident: string): Promise<JournalRecord[]>;
  /** Of every incident what a view of it is made of (incident-view.ts), in order: not the whole journal. */
  overview(): Promise<JournalRecord[]>;
  /** At most `limit` records that follow `seq`, in order. Sequence numbers have no gaps and are committed in order. */
  readAfter(seq: number, limit: number): Promise<JournalRecord[]>;
  /** Sequence number of the latest record; 0 where there is none. */
  last(): Promise<number>;
}

/** The journal as the entries of its tree (journal-entry.ts), as they stand in the database now. */
export interface JournalEntries {
  /** How many records there are. */
  size(): Promise<number>;
  /**
   * Entries of the records `from` to `to`, both included, counted from 1.
   * @throws AirlockError `journal-broken` where one of them is missing.
   */
  read(from: number, to: number): Promise<Uint8Array[]>;
}

/** Checkpoints that the gateway signed. */
export interface Checkpoints {
  /** The signed note of the largest size. */
  latest(): Promise<string | undefined>;
  /** Once per size; the first one stays. */
  add(size: number, note: string): Promise<void>;
}

/** What is kept by digest: evidence, plans, snapshots, reports, dossiers. Values are canonical JSON. */
export interface Blobs {
  put(value: unknown): Promise<Digest>;
  /** Checks that the bytes have that digest. @throws AirlockError `blob-missing`, `blob-corrupt`. */
  get(digest: Digest): Promise<unknown>;
}

/** Replaces texts by keyed digests (HMAC in Vault, key `redaction`). Same text, same answer; order is kept. */
export interface Redactor {
  hmac(texts: readonly string[]): Promise<string[]>;
}

/** Checks the observer's signature on the canonical JSON of a statement, with keys that it fetched itself. */
export interface ReportVerifier {
  verify(statement: unknown, signature: string): Promise<boolean>;
}

/** Asks policy. Every failure to get an answer is an error, never an allow. */
export interface Policy {
  verdict(input: PolicyInput): Promise<Verdict>;
}

/** The answer to a decision that was sent. Sent again: the same answer. */
export type DecisionAnswer = { admitted: AdmittedDecision } | { refused: string };

/** A decision on its way to an incident. */
export interface DecisionOn {
  incident: string;
  trace: string;
  decision: Decision;
}

/** The answer to a request, to whoever started its incident. Sent again: the same answer. */
export type RequestAnswer = { admitted: AdmittedRequest } | { refused: string };

/** A request on its way to the gateway, with the incident that it opened. */
export interface RequestOn {
  incident: Incident;
  request: ProvenRequest;
}

/** The answer to an edit that was sent. Sent again: the same answer. */
export type EditAnswer = { admitted: AdmittedEdit } | { refused: string };

/** An edit on its way to an incident. */
export interface EditOn {
  incident: string;
  trace: string;
  edit: Edit;
}
