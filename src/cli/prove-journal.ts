import { setTimeout as sleep } from 'node:timers/promises';
import { fromBase64, toBase64 } from '../lib/base64.ts';
import { journalOrigin, openCheckpoint, type Checkpoint } from '../tlog/checkpoint.ts';
import { AirlockError, refused } from '../lib/error.ts';
import { journalRecord, recordOf } from '../domain/journal/journal-entry.ts';
import type { JournalRecord } from '../domain/journal/journal.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../tlog/merkle.ts';
import type { NoteKey } from '../tlog/note.ts';
import { verifyEd25519 } from '../platform/verify-ed25519.ts';
import type { ApiClient } from './api-client.ts';
import { renderRecord } from './journal.ts';

export interface ProveDeps {
  api: Pick<ApiClient, 'journal' | 'checkpoint' | 'inclusion' | 'consistency'>;
  /** From somewhere else than the API. */
  keys: readonly NoteKey[];
  write: (text: string) => void;
  /** Until the gateway has signed the incident's last record. */
  patienceMs?: number;
}

/**
 * `airlock journal prove <incident>`: proves here that each of the incident's records stands in the journal that the
 * gateway signed, and prints what was proved: records as the tree holds them, not as the server lists them.
 * @param since signed note of an older checkpoint, which the journal must continue.
 * @throws AirlockError `proof-refused`, `checkpoint-refused`, `not-signed-yet`, and those of the API.
 */
export async function proveJournal({ patienceMs = 30_000, ...deps }: ProveDeps, incident: string, since?: string) {
  const { api, keys, write } = deps;
  const listed = await api.journal(incident);
  const last = Math.max(...listed.map(({ seq }) => seq));
  const checkpoint = await checkpointOf(deps, last, Date.now() + patienceMs);
  if (since !== undefined) await continues(api, openCheckpoint(since, keys, verifyEd25519), checkpoint);
  for (const { seq } of listed) write(`proved ${renderRecord(await prove(api, { seq, incident }, checkpoint))}\n`);
  const { size, root } = checkpoint;
  write(`${listed.length} records stand in ${journalOrigin}: checkpoint of ${size} records, root ${toBase64(root)}\n`);
}

/** The latest checkpoint, once it covers that record. */
async function checkpointOf({ api, keys }: ProveDeps, last: number, deadline: number): Promise<Checkpoint> {
  for (;;) {
    const note = await api.checkpoint().catch(notYet);
    const checkpoint = note === undefined ? undefined : openCheckpoint(note, keys, verifyEd25519);
    if (checkpoint && checkpoint.size >= last) return checkpoint;
    if (Date.now() >= deadline) throw unsigned(last, checkpoint?.size ?? 0);
    await sleep(500);
  }
}

function notYet(error: unknown): undefined {
  if (!(error instanceof AirlockError) || error.code !== 'not-found') throw error;
}

async function prove(
  api: ProveDeps['api'],
  { seq, incident }: { seq: number; incident: string },
  { size, root }: Checkpoint,
): Promise<JournalRecord> {
  const answer = await api.inclusion(seq, size);
  const proof = hashes(answer.proof);
  const entry = new TextEncoder().encode(answer.entry);
  if (!proof || !verifyInclusion({ leaf: leafHash(entry), index: seq - 1, size, root, proof })) {
    throw wrong(`record ${seq} does not stand in the journal of ${size} records that was signed`);
  }
  const record = journalRecord(recordOf(entry));
  if (record.seq !== seq || record.incident !== incident) throw wrong(`record ${seq} is not of ${incident}`);
  return record;
}

async function continues(api: ProveDeps['api'], first: Checkpoint, second: Checkpoint): Promise<void> {
  if (first.size > second.size)
    throw wrong(`it ended at record ${first.size} once and ends at record ${second.size} now`);
  const proof = first.size === 0 ? [] : hashes((await api.consistency(first.size, second.size)).proof);
  if (proof && verifyConsistency({ first, second, proof })) return;
  throw wrong(`its first ${first.size} records are not those of the older checkpoint: it was rewritten or forked`);
}

function hashes(proof: readonly string[]): Uint8Array[] | undefined {
  const bytes = proof.map(fromBase64);
  return bytes.every((hash) => hash !== undefined) ? bytes : undefined;
}

function unsigned(last: number, size: number): AirlockError {
  const message = `record ${last} is not signed yet, the checkpoint is of ${size} records: ask again, or see the log of airlock gateway`;
  return new AirlockError({ code: 'not-signed-yet', message, next: 'retry' });
}

function wrong(what: string): AirlockError {
  return refused('proof-refused', `the journal is not proved: ${what}; keep what you have, and ask who runs it`);
}
