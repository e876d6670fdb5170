import { emptyRoot, isPowerOfTwo, nodeHash } from './merkle.ts';

/**
 * A Merkle tree to which leaves are appended. The tree gives proofs for its current size and all earlier sizes. Indexes
 * start at 0. A method throws a RangeError if the tree is smaller than the requested size, or has no such leaf or
 * subtree.
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
   * Returns the proof that the tree of the first `size` leaves has its leaf at this index. The proof begins with the
   * leaf's sibling. The caller must check that `index` is smaller than `size`. Otherwise the returned proof has no
   * meaning.
   */
  inclusion(index: number, size: number): Uint8Array[];
  /**
   * Returns the proof that the tree of size `second` begins with all leaves of the tree of size `first`. The proof is
   * empty if `first` is 0 or if both sizes are equal. The caller must check that `first` is not larger than `second`.
   */
  consistency(first: number, second: number): Uint8Array[];
  /**
   * Returns the root of a complete subtree with 2^height leaves. `index` counts the subtrees of this height from the
   * left.
   */
  subtree(height: number, index: number): Uint8Array;
}

/**
 * The leaves from index `start` to `start + count - 1`: D[start : start + count] in RFC 6962, section 2.1.
 */
interface Range {
  start: number;
  count: number;
}

/**
 * Creates a tree that keeps the root of every complete subtree in memory: 64 bytes per leaf. The time for a proof grows
 * with the logarithm of the size.
 */
export function createMerkleTree(leaves: Iterable<Uint8Array> = []): MerkleTree {
  const levels: Uint8Array[][] = [[]];
  const subtree = (height: number, index: number): Uint8Array => at(levels[height], index);

  const hash = (range: Range): Uint8Array => {
    if (range.count === 0) return emptyRoot;
    // If the length of a range is a power of two, the range starts at a multiple of this length. The range is then a
    // complete subtree, and `levels` contains its root.
    if (isPowerOfTwo(range.count)) return subtree(Math.log2(range.count), range.start / range.count);
    const [left, right] = split(range);
    return nodeHash(hash(left), hash(right));
  };

  const path = (index: number, range: Range): Uint8Array[] => {
    if (range.count === 1) return [];
    const [left, right] = split(range);
    return index < right.start ? [...path(index, left), hash(right)] : [...path(index, right), hash(left)];
  };

  // `end` is the size of the first tree. `known` is true if the range begins with the first leaf. If the range also
  // ends at `end`, the range is the first tree. The verifier already has the root of the first tree, so the proof omits
  // this root.
  const subproof = (end: number, range: Range, known: boolean): Uint8Array[] => {
    if (end === range.start + range.count) return known ? [] : [hash(range)];
    const [left, right] = split(range);
    if (end <= right.start) return [...subproof(end, left, known), hash(right)];
    return [...subproof(end, right, false), hash(left)];
  };

  const append = (leaf: Uint8Array): void => {
    let top = leaf;
    for (let height = 0; ; height += 1) {
      const level = (levels[height] ??= []);
      level.push(top);
      if (level.length % 2 === 1) return;
      top = nodeHash(at(level, level.length - 2), top);
    }
  };

  const upTo = (size: number): Range => {
    if (size > leavesOf(levels)) throw new RangeError(`the tree has fewer than ${size} leaves`);
    return { start: 0, count: size };
  };

  for (const leaf of leaves) append(leaf);
  return {
    get size() {
      return leavesOf(levels);
    },
    append,
    leaf: (index) => subtree(0, index),
    root: (size) => hash(upTo(size)),
    inclusion: (index, size) => path(index, upTo(size)),
    consistency: (first, second) => (first === 0 ? [] : subproof(first, upTo(second), true)),
    subtree,
  };
}

function leavesOf(levels: readonly Uint8Array[][]): number {
  return levels[0]?.length ?? 0;
}

/**
 * Splits a range. The length of the left part is the largest power of two that is smaller than the length of the range.
 */
function split({ start, count }: Range): [left: Range, right: Range] {
  const left = 2 ** Math.floor(Math.log2(count - 1));
  return [
    { start, count: left },
    { start: start + left, count: count - left },
  ];
}

function at(level: readonly Uint8Array[] | undefined, index: number): Uint8Array {
  const hash = level?.[index];
  if (!hash) throw new RangeError(`the tree has no complete subtree ${index} at that height`);
  return hash;
}
