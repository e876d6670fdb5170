import { badInput } from '../lib/error.ts';
import { leafHash } from '../tlog/merkle.ts';
import { createMerkleTree } from '../tlog/merkle-tree.ts';
import { entryOf } from '../domain/journal/journal-entry.ts';
import type { StoredRecords } from '../domain/journal/ports.ts';
import { encodeBundle, tileWidth } from '../tlog/tiles.ts';

/** An entry of the journal, and the proof that the journal's Merkle tree contains this entry. */
interface RecordProof {
  entry: Uint8Array;
  proof: Uint8Array[];
}

/**
 * Returns entries of the journal, and proofs from the journal's Merkle tree. A client verifies a proof against a signed
 * checkpoint, so the client need not trust this process. Every method throws AirlockError `bad-input` if a number is
 * too large.
 */
export interface JournalProofs {
  /**
   * Returns the entry of record `seq` (from 1). Also returns the proof that the tree of the first `size` records
   * contains this entry.
   */
  inclusion(seq: number, size: number): Promise<RecordProof>;
  /** Returns the proof that the tree of `second` records begins with the tree of `first` records. */
  consistency(first: number, second: number): Promise<Uint8Array[]>;
  /** Returns entry bundle `index` (from 0) of the first `size` records: up to 256 entries (C2SP tlog-tiles). */
  bundle(index: number, size: number): Promise<Uint8Array>;
}

const tooLarge = 'is larger than the number of records in the journal';

/**
 * Creates an object that keeps the Merkle tree in memory: 64 bytes per record, plus the overhead of Node.js. Before
 * `inclusion` and `consistency` make a proof, they add the missing records up to the requested size.
 */
export function createJournalProofs(records: StoredRecords): JournalProofs {
  const tree = createMerkleTree();
  let growing: Promise<void> = Promise.resolve();

  const addRecordsUpTo = async (size: number): Promise<void> => {
    while (tree.size < size) {
      const page = await records.read(tree.size + 1, Math.min(tree.size + tileWidth, size));
      for (const record of page) tree.append(leafHash(entryOf(record)));
    }
  };
  // Calls add records one after another, so no record is added twice. If a call failed, the next call reads the missing
  // records again.
  const growTo = async (size: number, sizeField: string): Promise<void> => {
    if (size > tree.size && size > (await records.size())) throw badInput(sizeField, tooLarge);
    growing = growing.catch(() => undefined).then(() => addRecordsUpTo(size));
    await growing;
  };

  return {
    async inclusion(seq, size) {
      if (seq > size) throw badInput('query.seq', 'is larger than size');
      await growTo(size, 'query.size');
      const [entry = new Uint8Array()] = (await records.read(seq, seq)).map(entryOf);
      return { entry, proof: tree.inclusion(seq - 1, size) };
    },
    async consistency(first, second) {
      if (first > second) throw badInput('query.first', 'is larger than second');
      await growTo(second, 'query.second');
      return tree.consistency(first, second);
    },
    async bundle(index, size) {
      const firstSeq = index * tileWidth + 1;
      if (firstSeq > size) throw badInput('params.bundle', 'is too large for a tree of query.size records');
      if (size > (await records.size())) throw badInput('query.size', tooLarge);
      const bundled = await records.read(firstSeq, Math.min(firstSeq + tileWidth - 1, size));
      return encodeBundle(bundled.map(entryOf));
    },
  };
}
