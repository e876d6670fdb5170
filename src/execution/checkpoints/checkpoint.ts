import { checkpointText, openCheckpoint, type Checkpoint } from '../../tlog/checkpoint.ts';
import { AirlockError } from '../../lib/error.ts';
import { leafHash, sameBytes } from '../../tlog/merkle.ts';
import { createMerkleTree, type MerkleTree } from '../../tlog/merkle-tree.ts';
import type { Checkpoints, JournalEntries } from '../../domain/ports.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import type { CheckpointSigner, KeptCheckpoint } from '../ports.ts';

export interface CheckpointDeps {
  entries: JournalEntries;
  checkpoints: Checkpoints;
  signer: CheckpointSigner;
  kept: KeptCheckpoint;
}

/** Records that are read at once. */
const pageSize = 256;

/**
 * Makes what signs the journal when it has grown. Each time the whole journal is read anew and compared, hash by hash,
 * with what was read before; the first time with what was signed before this process started. A journal that does not
 * continue what was signed is never signed (C2SP tlog-checkpoint, "Signatures").
 * The returned function gives the new checkpoint, or undefined where nothing was new.
 * @throws AirlockError `journal-broken` (ask) where the records are not those of before; `*-unavailable` (retry).
 */
export function createCheckpointer(deps: CheckpointDeps): () => Promise<Checkpoint | undefined> {
  let tree = createMerkleTree();
  let signed: Checkpoint[] | undefined;
  return async () => {
    signed ??= await signedBefore(deps);
    const size = await deps.entries.size();
    if (size === tree.size && signed.some((checkpoint) => checkpoint.size === size)) return undefined;
    const before = tree;
    tree = createMerkleTree(); // unless this ends well: what was wrong must not be what the next one compares with
    await readAnew(deps.entries, before, size);
    for (const checkpoint of signed) continues(before, checkpoint);
    tree = before;
    if (size === 0) return undefined;
    const checkpoint = { size, root: tree.root(size) };
    const note = await deps.signer.sign(checkpointText(checkpoint));
    await deps.checkpoints.add(size, note);
    signed = [checkpoint];
    await deps.kept.write(note);
    return checkpoint;
  };
}

/** What the database and the gateway's own memory know: usually the same. */
async function signedBefore({ checkpoints, kept, signer }: CheckpointDeps): Promise<Checkpoint[]> {
  const notes = [await checkpoints.latest(), await kept.read()].filter((note) => note !== undefined);
  if (notes.length === 0) return [];
  const keys = await signer.keys();
  return notes.map((note) => openCheckpoint(note, keys, verifyEd25519));
}

/** Reads every record; those that the tree has must be the same still, those that it has not are added. */
async function readAnew(entries: JournalEntries, tree: MerkleTree, size: number): Promise<void> {
  if (size < tree.size) throw broken(`it ends at record ${size}, and had ${tree.size}`);
  for (let from = 1; from <= size; from += pageSize) {
    const page = await entries.read(from, Math.min(from + pageSize - 1, size));
    for (const [at, entry] of page.entries()) addOrCompare(tree, from + at, leafHash(entry));
  }
}

function addOrCompare(tree: MerkleTree, seq: number, leaf: Uint8Array): void {
  if (seq > tree.size) tree.append(leaf);
  else if (!sameBytes(tree.leaf(seq - 1), leaf)) throw broken(`record ${seq} is not what it was`);
}

function continues(tree: MerkleTree, { size, root }: Checkpoint): void {
  if (size > tree.size) throw broken(`it ends at record ${tree.size}, and ${size} were signed`);
  if (!sameBytes(tree.root(size), root)) throw broken(`its first ${size} records are not those that were signed`);
}

function broken(how: string): AirlockError {
  const message = `the journal was changed: ${how}. Nothing is signed until it is as it was: keep the database as it is, find out by whom, restore it`;
  return new AirlockError({ code: 'journal-broken', message, next: 'ask' });
}
