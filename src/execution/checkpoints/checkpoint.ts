import { checkpointText, openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { AirlockError } from '../../lib/error.ts';
import { leafHash, sameBytes } from '../../tlog/merkle.ts';
import { createMerkleTree, type MerkleTree } from '../../tlog/merkle-tree.ts';
import type { Checkpoints, JournalEntries } from '../../domain/journal/ports.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { CheckpointSigner, KeptCheckpoint } from './ports.ts';

/** What signing a checkpoint needs from outside. */
export interface CheckpointDeps {
  entries: JournalEntries;
  checkpoints: Checkpoints;
  signer: CheckpointSigner;
  kept: KeptCheckpoint;
}

/** Limit on the number of records in one call of `entries.read`. */
const pageSize = 256;

/**
 * Creates a function that signs a checkpoint of the journal. Before each signature, the function reads the whole
 * journal. The journal must begin with the records of the last signed checkpoint (C2SP tlog-checkpoint, "Signatures").
 * The function keeps the hash of each record in memory, so that an error can name the changed record.
 *
 * The function returns the new checkpoint. If the journal is empty, or as long as in the function's last checkpoint,
 * the function signs nothing and returns undefined.
 * @throws AirlockError `journal-corrupt` if a signed record has changed or is missing; `checkpoint-refused` if a stored
 * checkpoint is not valid; the errors of the signer and of the stores.
 */
export function createCheckpointer(deps: CheckpointDeps): () => Promise<Checkpoint | undefined> {
  let tree = createMerkleTree();
  let signed: Checkpoint[] | undefined;
  return async () => {
    signed ??= await storedCheckpoints(deps);
    const size = await deps.entries.size();
    if (size === tree.size && signed.some((checkpoint) => checkpoint.size === size)) return undefined;
    const grown = tree;
    // Until all checks have passed, `grown` may contain wrong hashes. If a check throws, the next call begins with this
    // empty tree.
    tree = createMerkleTree();
    await compareAndAppend(deps.entries, grown, size);
    for (const checkpoint of signed) assertBeginsWith(grown, checkpoint);
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

/**
 * Returns the last checkpoint in the database and the checkpoint in `kept`. A checkpoint that does not exist is left
 * out. An intruder in the database could put an older checkpoint there, but could not change `kept`.
 */
async function storedCheckpoints({ checkpoints, kept, signer }: CheckpointDeps): Promise<Checkpoint[]> {
  const notes = [await checkpoints.latest(), await kept.read()].filter((note) => note !== undefined);
  if (notes.length === 0) return [];
  const keys = await signer.keys();
  return notes.map((note) => openCheckpoint(note, keys, verifyEd25519));
}

/**
 * Reads the records 1 to `size`. Compares each record with its leaf in the tree. If the tree has no such leaf yet,
 * appends the record's hash to the tree.
 */
async function compareAndAppend(entries: JournalEntries, tree: MerkleTree, size: number): Promise<void> {
  if (size < tree.size) throw corrupt(`it ends at record ${size}, but had ${tree.size} records before`);
  for (let from = 1; from <= size; from += pageSize) {
    const page = await entries.read(from, Math.min(from + pageSize - 1, size));
    for (const [index, entry] of page.entries()) compareOrAppend(tree, from + index, leafHash(entry));
  }
}

function compareOrAppend(tree: MerkleTree, seq: number, leaf: Uint8Array): void {
  if (seq > tree.size) tree.append(leaf);
  else if (!sameBytes(tree.leaf(seq - 1), leaf)) throw corrupt(`record ${seq} has changed`);
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
