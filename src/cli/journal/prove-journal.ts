import { fromBase64, toBase64 } from '../../lib/base64.ts';
import { journalOrigin, openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { AirlockError, refused } from '../../lib/error.ts';
import { withParsedBody, parseEntry } from '../../domain/journal/journal-entry.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../../tlog/merkle.ts';
import { plural } from '../../lib/plural.ts';
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
  /** Formats `table` and `wide` print each record after its proof. Format `json` prints one document at the end. */
  output: Output;
  /** Longest time to wait for a signed checkpoint that covers the incident's last record. Milliseconds. */
  patienceMs?: number;
}

/**
 * `airlock journal prove <incident>`: proves on this machine that the signed journal contains each record that the API
 * lists for the incident. Only the sequence numbers come from this list. The printed records come from the proved
 * entries of the journal. If a record is missing from the list, the command does not notice that.
 * @param olderNote signed note of an older checkpoint. The journal must begin with the records of this checkpoint.
 * @throws AirlockError `journal-proof-invalid`, `checkpoint-refused`, `checkpoint-pending`, `entry-malformed`, and the
 * errors of the API.
 */
export async function proveJournal({ patienceMs = 30_000, ...deps }: ProveDeps, incident: string, olderNote?: string) {
  const { api, keys, output } = deps;
  const listed = await api.journal(incident);
  const lastSeq = Math.max(...listed.map(({ seq }) => seq));
  const checkpoint = await checkpointCovering(deps, lastSeq, patienceMs);
  if (olderNote !== undefined) await proveContinuation(api, openCheckpoint(olderNote, keys, verifyEd25519), checkpoint);
  const records: JournalRecord[] = [];
  for (const { seq } of listed) {
    const record = await proveRecord(api, { seq, incident }, checkpoint);
    records.push(record);
    printProved(output, record);
  }
  const { size } = checkpoint;
  const root = toBase64(checkpoint.root);
  const contained = `the journal ${journalOrigin} contains ${plural(records.length, 'record')} of ${incident}`;
  const summary = `${contained}; its checkpoint covers ${plural(size, 'record')} and has root ${root}`;
  print(output, { records, checkpoint: { origin: journalOrigin, size, root } }, () => [summary]);
}

/** Prints one proved record, except in format `json`. Format `wide` adds the trace id. */
function printProved({ format, terminal, write }: Output, record: JournalRecord): void {
  if (format === 'json') return;
  const leadingCells = format === 'wide' ? ['proved', record.trace] : ['proved'];
  for (const line of renderRecord(record, terminal, leadingCells)) write(`${line}\n`);
}

/**
 * Waits until the latest checkpoint covers the record with sequence number `seq`. Returns this checkpoint.
 * @throws AirlockError `checkpoint-pending`, `checkpoint-refused`, and the errors of the API.
 */
async function checkpointCovering({ api, keys }: ProveDeps, seq: number, patienceMs: number): Promise<Checkpoint> {
  let signedSize = 0;
  const otherwise = (): never => {
    throw notSigned(seq, signedSize);
  };
  const wait = { what: `a checkpoint that covers record ${seq}`, every: 500, within: patienceMs, otherwise };
  return waitFor(wait, async () => {
    const note = await api.checkpoint().catch(noneYet);
    if (note === undefined) return undefined;
    const checkpoint = openCheckpoint(note, keys, verifyEd25519);
    signedSize = checkpoint.size;
    return signedSize >= seq && checkpoint;
  });
}

/** Returns undefined for `not-found`: the gateway has not signed a checkpoint yet. Throws every other error. */
function noneYet(error: unknown): undefined {
  if (!(error instanceof AirlockError) || error.code !== 'not-found') throw error;
}

async function proveRecord(
  api: ProveDeps['api'],
  { seq, incident }: { seq: number; incident: string },
  { size, root }: Checkpoint,
): Promise<JournalRecord> {
  const answer = await api.inclusion(seq, size);
  const proof = decodedHashes(answer.proof);
  const entry = new TextEncoder().encode(answer.entry);
  if (!proof || !verifyInclusion({ leaf: leafHash(entry), index: seq - 1, size, root, proof })) {
    throw invalid(`the API gave no valid proof that record ${seq} is in the signed journal of ${size} records`);
  }
  const record = withParsedBody(parseEntry(entry, seq));
  if (record.seq !== seq || record.incident !== incident) {
    throw invalid(`the entry at position ${seq} is not record ${seq} of ${incident}`);
  }
  return record;
}

/** Proves that the journal of checkpoint `latest` begins with the records of checkpoint `older`. */
async function proveContinuation(api: ProveDeps['api'], older: Checkpoint, latest: Checkpoint): Promise<void> {
  if (older.size > latest.size) {
    throw invalid(`the older checkpoint covers ${older.size} records, but the latest checkpoint only ${latest.size}`);
  }
  const proof = older.size === 0 ? [] : decodedHashes((await api.consistency(older.size, latest.size)).proof);
  if (proof && verifyConsistency({ first: older, second: latest, proof })) return;
  throw invalid(
    `the API gave no valid proof that the journal begins with the ${older.size} records of the older checkpoint`,
  );
}

/** Returns undefined if a hash is not base64. */
function decodedHashes(proof: readonly string[]): Uint8Array[] | undefined {
  const bytes = proof.map(fromBase64);
  return bytes.every((hash) => hash !== undefined) ? bytes : undefined;
}

function notSigned(seq: number, signedSize: number): AirlockError {
  const problem = `record ${seq} is not signed yet: the gateway has signed only ${plural(signedSize, 'record')}`;
  const advice = 'Try again later. If the error remains, read the log of airlock gateway';
  return new AirlockError({ code: 'checkpoint-pending', message: `${problem}. ${advice}` });
}

function invalid(problem: string): AirlockError {
  const advice = 'Keep your checkpoints and exports as evidence, and tell the operator of Airlock';
  return refused('journal-proof-invalid', `the journal may be forged: ${problem}. ${advice}`);
}
