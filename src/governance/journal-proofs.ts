import { badInput } from '../lib/error.ts';
import { leafHash } from '../tlog/merkle.ts';
import { createMerkleTree } from '../tlog/merkle-tree.ts';
import type { JournalEntries } from '../domain/journal/ports.ts';
import { encodeBundle, tileWidth } from '../tlog/tiles.ts';

/** An entry of the journal's tree with its inclusion proof. */
interface RecordProof {
  entry: Uint8Array;
  proof: Uint8Array[];
}

/**
 * Proofs from the journal's Merkle tree. Clients verify these proofs with a signed checkpoint, so they need not trust
 * this process. Every method throws AirlockError `bad-input` for numbers that are out of range.
 */
export interface JournalProofs {
  /** Returns record `seq` (from 1), and the proof that it is in the tree of the first `size` records. */
  inclusion(seq: number, size: number): Promise<RecordProof>;
  /** Returns the proof that the tree of `second` records starts with the tree of `first` records. */
  consistency(first: number, second: number): Promise<Uint8Array[]>;
  /** Returns bundle number `index` (from 0) of the first `size` records: up to 256 entries (C2SP tlog-tiles). */
  bundle(index: number, size: number): Promise<Uint8Array>;
}

const tooLarge = 'is larger than the number of records in the journal';

/**
 * Creates the proofs. The tree stays in memory, so each call adds only the new records to it. The tree needs 64 bytes
 * per record, plus Node's overhead.
 */
export function createJournalProofs(entries: JournalEntries): JournalProofs {
  const tree = createMerkleTree();
  let growing: Promise<void> = Promise.resolve();

  const grow = async (size: number): Promise<void> => {
    while (tree.size < size) {
      const page = await entries.read(tree.size + 1, Math.min(tree.size + tileWidth, size));
      for (const entry of page) tree.append(leafHash(entry));
    }
  };
  // Calls wait for each other, so no two calls add the same records. If a call failed, the next call reads the missing
  // records again.
  const growTo = async (size: number, field: string): Promise<void> => {
    if (size > tree.size && size > (await entries.size())) throw badInput(field, tooLarge);
    growing = growing.catch(() => undefined).then(() => grow(size));
    await growing;
  };

  return {
    async inclusion(seq, size) {
      if (seq > size) throw badInput('query.seq', 'is larger than size');
      await growTo(size, 'query.size');
      const [entry = new Uint8Array()] = await entries.read(seq, seq);
      return { entry, proof: tree.inclusion(seq - 1, size) };
    },
    async consistency(first, second) {
      if (first > second) throw badInput('query.first', 'is larger than second');
      await growTo(second, 'query.second');
      return tree.consistency(first, second);
    },
    async bundle(index, size) {
      const firstSeq = index * tileWidth + 1;
      if (firstSeq > size) throw badInput('params.bundle', 'starts after the last of the query.size records');
      if (size > (await entries.size())) throw badInput('query.size', tooLarge);
      return encodeBundle(await entries.read(firstSeq, Math.min(firstSeq + tileWidth - 1, size)));
    },
  };
}
