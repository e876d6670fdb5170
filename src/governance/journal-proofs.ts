import { badInput } from '../lib/error.ts';
import { leafHash } from '../tlog/merkle.ts';
import { createMerkleTree } from '../tlog/merkle-tree.ts';
import type { JournalEntries } from '../domain/ports.ts';
import { encodeBundle, tileWidth } from '../tlog/tiles.ts';

/** A record, and that it stands in the tree of a size. */
export interface RecordProof {
  entry: Uint8Array;
  proof: Uint8Array[];
}

/** Answers of the journal's tree. Whoever asks believes none of them, and checks them against a checkpoint. */
export interface JournalProofs {
  /** Record `seq`, from 1, in the tree of the first `size` records. @throws AirlockError `bad-input`. */
  inclusion(seq: number, size: number): Promise<RecordProof>;
  /** That the first `second` records begin with the first `first`. @throws AirlockError `bad-input`. */
  consistency(first: number, second: number): Promise<Uint8Array[]>;
  /** The `index`-th bundle of entries of the first `size` records. @throws AirlockError `bad-input`. */
  bundle(index: number, size: number): Promise<Uint8Array>;
}

/** Keeps the tree in memory, 64 bytes per record and what Node adds, and reads only records that are new. */
export function createJournalProofs(entries: JournalEntries): JournalProofs {
  const tree = createMerkleTree();
  let growing: Promise<void> = Promise.resolve();

  const grow = async (size: number): Promise<void> => {
    while (tree.size < size) {
      const page = await entries.read(tree.size + 1, Math.min(tree.size + tileWidth, size));
      for (const entry of page) tree.append(leafHash(entry));
    }
  };
  // One after the other, so that no two add the same records; a failure is the failing one's alone.
  const upTo = async (size: number, field: string): Promise<void> => {
    if (size > tree.size && size > (await entries.size())) throw badInput(field, 'is more than the journal has');
    growing = growing.catch(() => undefined).then(() => grow(size));
    await growing;
  };

  return {
    async inclusion(seq, size) {
      if (seq > size) throw badInput('query.seq', 'is larger than size');
      await upTo(size, 'query.size');
      const [entry = new Uint8Array()] = await entries.read(seq, seq);
      return { entry, proof: tree.inclusion(seq - 1, size) };
    },
    async consistency(first, second) {
      if (first > second) throw badInput('query.first', 'is larger than second');
      await upTo(second, 'query.second');
      return tree.consistency(first, second);
    },
    async bundle(index, size) {
      const from = index * tileWidth + 1;
      if (from > size) throw badInput('params.bundle', 'is beyond size');
      if (size > (await entries.size())) throw badInput('query.size', 'is more than the journal has');
      return encodeBundle(await entries.read(from, Math.min(from + tileWidth - 1, size)));
    },
  };
}
