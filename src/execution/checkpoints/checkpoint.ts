import { checkpointText, openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { AirlockError } from '../../lib/error.ts';
import { leafHash, sameBytes } from '../../tlog/merkle.ts';
import { createMerkleTree, type MerkleTree } from '../../tlog/merkle-tree.ts';
import type { Checkpoints, JournalEntries } from '../../domain/journal/ports.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { CheckpointSigner, KeptCheckpoint } from '../ports.ts';

/** What signing checkpoints needs from outside. */
export interface CheckpointDeps {
  entries: JournalEntries;
  checkpoints: Checkpoints;
  signer: CheckpointSigner;
  kept: KeptCheckpoint;
}

/** Number of records in one read. */
const pageSize = 256;

/**
 * Creates the function that signs a checkpoint of the journal. If the journal has new records, a call reads the whole
 * journal and compares the old records with the hashes from the previous call. The first call instead compares the
 * journal with the checkpoints that were signed before this process started. The journal is signed only if it begins
 * with the records of the last signed checkpoint (C2SP tlog-checkpoint, "Signatures"). The function returns the new
 * checkpoint, or undefined if there is no new record.
 * @throws AirlockError `journal-corrupt` (a person has to act) when earlier records have changed; `*-unavailable`
 * (retry).
 */
export function createCheckpointer(deps: CheckpointDeps): () => Promise<Checkpoint | undefined> {
  let tree = createMerkleTree();
  let signed: Checkpoint[] | undefined;
  return async () => {
    signed ??= await signedBefore(deps);
    const size = await deps.entries.size();
    if (size === tree.size && signed.some((checkpoint) => checkpoint.size === size)) return undefined;
    const grown = tree;
    // If this call fails, `grown` may contain changed records. `tree` stays empty until all records are checked, so the
    // call after a failure reads all records anew.
    tree = createMerkleTree();
    await readAll(deps.entries, grown, size);
    for (const checkpoint of signed) assertContinues(grown, checkpoint);
    tree = grown;
    if (size === 0) return undefined;
    const checkpoint = { size, root: tree.root(size) };
    const note = await deps.signer.sign(checkpointText(checkpoint));
    await deps.checkpoints.add(size, note);
    signed = [checkpoint];
    await deps.kept.write(note);
    return checkpoint;
  };
}

/** Returns the last checkpoint in the database and the last in the gateway's own file. Usually the two are the same. */
async function signedBefore({ checkpoints, kept, signer }: CheckpointDeps): Promise<Checkpoint[]> {
  const notes = [await checkpoints.latest(), await kept.read()].filter((note) => note !== undefined);
  if (notes.length === 0) return [];
  const keys = await signer.keys();
  return notes.map((note) => openCheckpoint(note, keys, verifyEd25519));
}

/** Reads every record. Compares the records that are in the tree already, and adds the other records to the tree. */
async function readAll(entries: JournalEntries, tree: MerkleTree, size: number): Promise<void> {
  if (size < tree.size) throw corrupt(`it ends at record ${size}, but had ${tree.size} records before`);
  for (let from = 1; from <= size; from += pageSize) {
    const page = await entries.read(from, Math.min(from + pageSize - 1, size));
    for (const [index, entry] of page.entries()) addOrCompare(tree, from + index, leafHash(entry));
  }
}

function addOrCompare(tree: MerkleTree, seq: number, leaf: Uint8Array): void {
  if (seq > tree.size) tree.append(leaf);
  else if (!sameBytes(tree.leaf(seq - 1), leaf)) throw corrupt(`record ${seq} has changed`);
}

function assertContinues(tree: MerkleTree, { size, root }: Checkpoint): void {
  if (size > tree.size) throw corrupt(`it ends at record ${tree.size}, but ${size} records were signed`);
  if (!sameBytes(tree.root(size), root)) throw corrupt(`its first ${size} records are not the signed ones`);
}

function corrupt(how: string): AirlockError {
  const message = `the journal was changed: ${how}; the gateway signs nothing until the journal is restored. Keep the database as it is, find out who changed it, then restore the journal`;
  return new AirlockError({ code: 'journal-corrupt', message });
}
