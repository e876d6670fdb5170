import type { AdmittedDecision, Decision } from './decision.ts';
import type { Digest } from './digest.ts';
import type { JournalEntry, JournalRecord } from './journal.ts';
import type { PolicyInput } from './policy-input.ts';
import type { Verdict } from './verdict.ts';

// What more than one plane needs from outside. A plane's own needs stand in its ports.ts.

/** The journal. No append, no action: callers append first and act after. */
export interface Journal {
  /** Returns when the record is durable and ordered. @throws AirlockError `journal-unavailable` (retry). */
  append(entry: JournalEntry): Promise<void>;
}

/** Reading the journal back. */
export interface JournalReader {
  /** Records of one incident in order, or of all. */
  read(incident?: string): Promise<JournalRecord[]>;
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
