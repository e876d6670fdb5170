import { checkpointText, openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { AirlockError } from '../../lib/error.ts';
import { shareRuns } from '../../lib/share-runs.ts';
import { leafHash, sameBytes } from '../../tlog/merkle.ts';
import { createMerkleTree, type MerkleTree } from '../../tlog/merkle-tree.ts';
import { entryOf, withParsedBody, type StoredRecord } from '../../domain/journal/journal-entry.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import type { Checkpoints, StoredRecords } from '../../domain/journal/ports.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { CheckpointSigner, KeptCheckpoints } from './ports.ts';

/** What a signed journal needs from outside. */
export interface SignedJournalDeps {
  records: StoredRecords;
  checkpoints: Checkpoints;
  signer: CheckpointSigner;
  kept: KeptCheckpoints;
}

/** The gateway's own records of one incident among the first `size` records of the journal. */
interface SignedRecords {
  /** Number of records that the last signed checkpoint covers. */
  size: number;
  records: JournalRecord[];
}

/**
 * The journal with the gateway's signature. Each method signs a checkpoint if the journal has grown. A checkpoint
 * covers every record that was durable when the method was called.
 *
 * Every method throws AirlockError `journal-corrupt` if a signed record has changed or is missing; `checkpoint-refused`
 * if a stored checkpoint is not valid; the errors of the signer and of the stores.
 */
export interface SignedJournal {
  /**
   * If the journal has grown, compares all its records with the records that this process has read before.
   * @returns the new checkpoint; undefined if the last checkpoint already covers the journal.
   */
  checkpoint(): Promise<Checkpoint | undefined>;
  /**
   * Returns all records of one incident that a gateway appended. Each of them was compared with the signed tree, so an
   * intruder in the database can neither change nor hide one. The records of other processes are left out: a flood of
   * alerts can append any number of them.
   */
  recordsOf(incident: string): Promise<SignedRecords>;
}

/** What this process has read of the journal: the hash of each record, and which records of each incident are its own. */
interface KnownJournal {
  tree: MerkleTree;
  /** For each incident: the sequence numbers of the gateway's records, in order. */
  seqsOf: Map<string, number[]>;
}

/** Limit on the number of records in one read. */
const pageSize = 256;

/**
 * Creates the signed journal. The first call reads the whole journal. The journal must begin with the records of the
 * last signed checkpoint (C2SP tlog-checkpoint, "Signatures"): of the last one in the database and of the last one that
 * any gateway kept. Later calls read only new records. Only `checkpoint` reads the old records again.
 */
export function createSignedJournal(deps: SignedJournalDeps): SignedJournal {
  let known = emptyJournal();
  /** Number of records that `checkpoint` has compared last. */
  let compared = 0;

  // After `journal-corrupt`, this process drops what it knows. The next call reads the whole journal again, and throws
  // until the journal continues the signed checkpoints.
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AirlockError && error.code === 'journal-corrupt') [known, compared] = [emptyJournal(), 0];
      throw error;
    }
  };
  const sign = shareRuns(async () => {
    const { latest, kept } = await storedCheckpoints(deps);
    const { tree, seqsOf } = known;
    const size = await deps.records.size();
    await extend(deps.records, { tree, seqsOf }, size);
    for (const checkpoint of [...latest, ...kept]) assertBeginsWith(tree, checkpoint);
    const isSigned =
      size === 0 || [latest, kept].every((signed) => signed.some((checkpoint) => checkpoint.size === size));
    return { tree, seqsOf, size, checkpoint: isSigned ? undefined : await signCheckpoint(deps, tree, size) };
  });
  const compareIfGrown = async (): Promise<void> => {
    // In this order: the journal may grow between the two, and `sign` may then extend the tree.
    const { tree, last } = { tree: known.tree, last: known.tree.size };
    const size = await deps.records.size();
    if (size !== compared) await compare(deps.records, tree, { last, size });
  };
  return {
    checkpoint: () =>
      guarded(async () => {
        await compareIfGrown();
        const { checkpoint, size } = await sign();
        compared = size;
        return checkpoint;
      }),
    recordsOf: (incident) =>
      guarded(async () => {
        const { tree, seqsOf, size } = await sign();
        const seqs = (seqsOf.get(incident) ?? []).filter((seq) => seq <= size);
        const records = await deps.records.at(seqs);
        for (const record of records) assertSame(tree, record);
        return { size, records: records.map(withParsedBody) };
      }),
  };
}

function emptyJournal(): KnownJournal {
  return { tree: createMerkleTree(), seqsOf: new Map() };
}

async function signCheckpoint(
  { signer, checkpoints, kept }: SignedJournalDeps,
  tree: MerkleTree,
  size: number,
): Promise<Checkpoint> {
  const checkpoint = { size, root: tree.root(size) };
  const note = await signer.sign(checkpointText(checkpoint));
  await checkpoints.add(size, note);
  await kept.write(size, note);
  return checkpoint;
}

/**
 * Returns the last checkpoint in the database (none or one), and the last checkpoints that the gateways kept. An
 * intruder in the database could put an older checkpoint there, but could not change the kept ones.
 */
async function storedCheckpoints({ checkpoints, kept, signer }: SignedJournalDeps) {
  const latest = await checkpoints.latest();
  const notes = { latest: latest === undefined ? [] : [latest], kept: await kept.read() };
  const keys = await signer.keys();
  const open = (note: string): Checkpoint => openCheckpoint(note, keys, verifyEd25519);
  return { latest: notes.latest.map(open), kept: notes.kept.map(open) };
}

/** Reads the records after those that the tree has, up to record `size`, and adds them. */
async function extend(records: StoredRecords, { tree, seqsOf }: KnownJournal, size: number): Promise<void> {
  assertNotShorter(tree.size, size);
  while (tree.size < size) {
    for (const record of await records.read(tree.size + 1, Math.min(tree.size + pageSize, size))) {
      tree.append(leafHash(entryOf(record)));
      if (record.writer !== 'airlock_gateway') continue;
      const seqs = seqsOf.get(record.incident);
      if (seqs) seqs.push(record.seq);
      else seqsOf.set(record.incident, [record.seq]);
    }
  }
}

/**
 * Compares the records that the tree has with the records in the database.
 * @param numbers.last number of records that the tree had before the database was asked for its `size`.
 */
async function compare(
  records: StoredRecords,
  tree: MerkleTree,
  { last, size }: { last: number; size: number },
): Promise<void> {
  assertNotShorter(last, size);
  for (let from = 1; from <= last; from += pageSize) {
    for (const record of await records.read(from, Math.min(from + pageSize - 1, last))) assertSame(tree, record);
  }
}

function assertNotShorter(before: number, size: number): void {
  if (size < before) throw corrupt(`it ends at record ${size}, but had ${before} records before`);
}

function assertSame(tree: MerkleTree, record: StoredRecord): void {
  if (!sameBytes(tree.leaf(record.seq - 1), leafHash(entryOf(record))))
    throw corrupt(`record ${record.seq} has changed`);
}

function assertBeginsWith(tree: MerkleTree, { size, root }: Checkpoint): void {
  if (size > tree.size) throw corrupt(`it ends at record ${tree.size}, but ${size} records were signed`);
  if (!sameBytes(tree.root(size), root))
    throw corrupt(`its first ${size} records are not the records that were signed`);
}

function corrupt(how: string): AirlockError {
  const message = `the journal was changed: ${how}; the gateway signs nothing until the journal is restored. Keep a copy of the database, find out who changed the journal, then restore the journal`;
  return new AirlockError({ code: 'journal-corrupt', message });
}
