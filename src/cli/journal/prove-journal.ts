import { fromBase64, toBase64 } from '../../lib/base64.ts';
import { journalOrigin, openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { AirlockError, refused } from '../../lib/error.ts';
import { journalRecord, parseEntry } from '../../domain/journal/journal-entry.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../../tlog/merkle.ts';
import type { NoteKey } from '../../tlog/note.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import { waitFor } from '../../platform/wait-for.ts';
import type { ApiClient } from '../api/api-client.ts';
import { print, type Output } from '../render/output.ts';
import { renderRecord } from '../render/record.ts';

interface ProveDeps {
  api: Pick<ApiClient, 'journal' | 'checkpoint' | 'inclusion' | 'consistency'>;
  /** Must not come from the API: a compromised API could sign a false journal with its own key and send that key. */
  keys: readonly NoteKey[];
  /** Formats `table` and `wide` print each record when it is proved. Format `json` prints one document at the end. */
  output: Output;
  /** How long to wait, in milliseconds, until the gateway has signed the incident's last record. */
  patienceMs?: number;
}

/**
 * `airlock journal prove <incident>`: proves on this machine that the signed journal contains each record that
 * the API lists for the incident. The command prints the proved entries of the Merkle tree, not the listed records. It
 * cannot notice that the API omits a record from the list.
 * @param olderNote signed note of an older checkpoint. The journal must begin with the records that this checkpoint
 * covers.
 * @throws AirlockError `journal-proof-invalid`, `checkpoint-refused`, `checkpoint-pending`, and the errors of the API.
 */
export async function proveJournal({ patienceMs = 30_000, ...deps }: ProveDeps, incident: string, olderNote?: string) {
  const { api, keys, output } = deps;
  const listed = await api.journal(incident);
  const last = Math.max(...listed.map(({ seq }) => seq));
  const checkpoint = await checkpointCovering(deps, last, patienceMs);
  if (olderNote !== undefined) await verifyContinues(api, openCheckpoint(olderNote, keys, verifyEd25519), checkpoint);
  const records: JournalRecord[] = [];
  for (const { seq } of listed) {
    const record = await proveRecord(api, { seq, incident }, checkpoint);
    records.push(record);
    printProved(output, record);
  }
  const { size } = checkpoint;
  const root = toBase64(checkpoint.root);
  const summary = `${records.length} records are in ${journalOrigin}; its checkpoint covers ${size} records and has root ${root}`;
  print(output, { records, checkpoint: { origin: journalOrigin, size, root } }, () => [summary]);
}

/** Prints one proved record as text. Format `wide` adds the trace. */
function printProved({ format, terminal, write }: Output, record: JournalRecord): void {
  if (format === 'json') return;
  const before = format === 'wide' ? ['proved', record.trace] : ['proved'];
  for (const line of renderRecord(record, terminal, before)) write(`${line}\n`);
}

/**
 * Waits until the latest checkpoint covers record number `last`, and returns that checkpoint.
 * @throws AirlockError `checkpoint-pending`.
 */
async function checkpointCovering({ api, keys }: ProveDeps, last: number, patienceMs: number): Promise<Checkpoint> {
  let size = 0;
  const otherwise = (): never => {
    throw notSigned(last, size);
  };
  const wait = { what: `a checkpoint that covers record ${last}`, every: 500, within: patienceMs, otherwise };
  return waitFor(wait, async () => {
    const note = await api.checkpoint().catch(noneYet);
    if (note === undefined) return undefined;
    const checkpoint = openCheckpoint(note, keys, verifyEd25519);
    size = checkpoint.size;
    return size >= last && checkpoint;
  });
}

/** Turns `not-found` into undefined, because the gateway has not signed a checkpoint yet. Rethrows other errors. */
function noneYet(error: unknown): undefined {
  if (!(error instanceof AirlockError) || error.code !== 'not-found') throw error;
}

async function proveRecord(
  api: ProveDeps['api'],
  { seq, incident }: { seq: number; incident: string },
  { size, root }: Checkpoint,
): Promise<JournalRecord> {
  const answer = await api.inclusion(seq, size);
  const proof = hashes(answer.proof);
  const entry = new TextEncoder().encode(answer.entry);
  if (!proof || !verifyInclusion({ leaf: leafHash(entry), index: seq - 1, size, root, proof })) {
    throw invalid(`record ${seq} is not in the signed journal of ${size} records`);
  }
  const record = journalRecord(parseEntry(entry, seq));
  if (record.seq !== seq || record.incident !== incident) throw invalid(`record ${seq} is not a record of ${incident}`);
  return record;
}

/** Proves that the journal at the checkpoint `second` begins with all records of the older checkpoint `first`. */
async function verifyContinues(api: ProveDeps['api'], first: Checkpoint, second: Checkpoint): Promise<void> {
  if (first.size > second.size) {
    throw invalid(`the older checkpoint covers ${first.size} records, the latest one only ${second.size}`);
  }
  const proof = first.size === 0 ? [] : hashes((await api.consistency(first.size, second.size)).proof);
  if (proof && verifyConsistency({ first, second, proof })) return;
  throw invalid(
    `the first ${first.size} records are not those of the older checkpoint, so the journal was rewritten or forked`,
  );
}

function hashes(proof: readonly string[]): Uint8Array[] | undefined {
  const bytes = proof.map(fromBase64);
  return bytes.every((hash) => hash !== undefined) ? bytes : undefined;
}

function notSigned(last: number, size: number): AirlockError {
  const message = `record ${last} is not signed yet: the latest checkpoint covers ${size} records. Try again, or read the log of airlock gateway`;
  return new AirlockError({ code: 'checkpoint-pending', message });
}

function invalid(problem: string): AirlockError {
  return refused(
    'journal-proof-invalid',
    `the journal is not proved: ${problem}. Keep your checkpoints and exports, and tell the operator of the server`,
  );
}
