import { emptyRoot, isPowerOfTwo, nodeHash } from './merkle.ts';

/**
 * A Merkle tree (RFC 6962, section 2.1) that grows. Indexes start at 0. A method throws a RangeError if its result
 * needs a leaf or subtree that the tree does not have.
 */
export interface MerkleTree {
  /** Number of leaves. */
  readonly size: number;
  /** Appends the hash of a leaf. */
  append(leaf: Uint8Array): void;
  /** Returns the hash of the leaf at this index. */
  leaf(index: number): Uint8Array;
  /** Returns the root of the tree that consists of the first `size` leaves. */
  root(size: number): Uint8Array;
  /**
   * Returns the inclusion proof of the leaf at this index, for the tree of the first `size` leaves. The proof begins
   * with the sibling of the leaf. The caller must check that `index` is smaller than `size`.
   */
  inclusion(index: number, size: number): Uint8Array[];
  /**
   * Returns the proof that the tree of size `secondSize` begins with all leaves of the tree of size `firstSize`. The
   * proof is empty if `firstSize` is 0 or equals `secondSize`. The caller must check that `firstSize` is not larger
   * than `secondSize`.
   */
  consistency(firstSize: number, secondSize: number): Uint8Array[];
  /**
   * Returns the root of a complete subtree with 2^height leaves. `index` counts the subtrees of this height from the
   * left.
   */
  subtree(height: number, index: number): Uint8Array;
}

/** The leaves with the indexes `start` to `start + count - 1`. RFC 6962 writes this range as D[start:start + count]. */
interface LeafRange {
  start: number;
  count: number;
}

/**
 * Creates a tree. The tree keeps the root of every complete subtree in memory: 64 bytes per leaf. The time for a proof
 * grows with the logarithm of the size.
 */
export function createMerkleTree(leaves: Iterable<Uint8Array> = []): MerkleTree {
  // `levels[height][index]` is the root of the complete subtree with this index and 2^height leaves.
  const levels: Uint8Array[][] = [[]];
  const subtree = (height: number, index: number): Uint8Array => at(levels[height], index);

  const rootOf = (range: LeafRange): Uint8Array => {
    if (range.count === 0) return emptyRoot;
    // A range of this length starts at a multiple of the length. So the range is a complete subtree.
    if (isPowerOfTwo(range.count)) return subtree(Math.log2(range.count), range.start / range.count);
    const [left, right] = split(range);
    return nodeHash(rootOf(left), rootOf(right));
  };

  // PATH of RFC 6962, section 2.1.1.
  const inclusionPath = (index: number, range: LeafRange): Uint8Array[] => {
    if (range.count === 1) return [];
    const [left, right] = split(range);
    if (index < right.start) return [...inclusionPath(index, left), rootOf(right)];
    return [...inclusionPath(index, right), rootOf(left)];
  };

  // SUBPROOF of RFC 6962, section 2.1.2.
  const consistencyPath = (firstSize: number, range: LeafRange): Uint8Array[] => {
    const isFirstTree = range.start === 0 && range.count === firstSize;
    if (isFirstTree) return []; // The verifier already has the root of the first tree.
    if (range.start + range.count === firstSize) return [rootOf(range)];
    const [left, right] = split(range);
    if (firstSize <= right.start) return [...consistencyPath(firstSize, left), rootOf(right)];
    return [...consistencyPath(firstSize, right), rootOf(left)];
  };

  const append = (leaf: Uint8Array): void => {
    let hash = leaf;
    for (let height = 0; ; height += 1) {
      const level = (levels[height] ??= []);
      level.push(hash);
      if (level.length % 2 === 1) return;
      hash = nodeHash(at(level, level.length - 2), hash);
    }
  };

  const firstLeaves = (size: number): LeafRange => {
    if (size > leafCount(levels)) throw new RangeError(`the tree has fewer than ${size} leaves`);
    return { start: 0, count: size };
  };

  for (const leaf of leaves) append(leaf);
  return {
    get size() {
      return leafCount(levels);
    },
    append,
    leaf: (index) => subtree(0, index),
    root: (size) => rootOf(firstLeaves(size)),
    inclusion: (index, size) => inclusionPath(index, firstLeaves(size)),
    consistency: (firstSize, secondSize) =>
      firstSize === 0 ? [] : consistencyPath(firstSize, firstLeaves(secondSize)),
    subtree,
  };
}

function leafCount(levels: readonly Uint8Array[][]): number {
  return levels[0]?.length ?? 0;
}

/** Splits a range. `leftCount` is the largest power of two that is smaller than `count`. */
function split({ start, count }: LeafRange): [left: LeafRange, right: LeafRange] {
  const leftCount = 2 ** Math.floor(Math.log2(count - 1));
  return [
    { start, count: leftCount },
    { start: start + leftCount, count: count - leftCount },
  ];
}

function at(level: readonly Uint8Array[] | undefined, index: number): Uint8Array {
  const hash = level?.[index];
  if (!hash) throw new RangeError(`the tree has no complete subtree with index ${index} at the requested height`);
  return hash;
}
