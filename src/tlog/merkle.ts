import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

/** Bytes of a hash of the tree. */
export const hashBytes = 32;

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** Hash of a leaf from its entry's exact bytes (RFC 6962, section 2.1; RFC 9162 has the same tree). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(leafPrefix, entry));
}

/** Hash of an inner node. Other prefix than a leaf's, so that no entry can pass as a subtree. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(nodePrefix, left, right));
}

/** Root of the tree without entries. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array());

/** That a leaf stands at an index (from 0) of the tree of that size and root. */
export interface Inclusion {
  leaf: Uint8Array;
  index: number;
  size: number;
  root: Uint8Array;
  proof: readonly Uint8Array[];
}

/** Checks an inclusion proof (RFC 9162, section 2.1.3.2). False for every proof that does not hold, of whatever shape. */
export function verifyInclusion({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  const way = { index, last: size - 1 };
  let hash = leaf;
  for (const sibling of proof) {
    if (way.last === 0) return false;
    hash = goesRight(way) ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    rise(way);
  }
  return way.last === 0 && sameBytes(hash, root);
}

/** That the tree of the second size begins with the whole tree of the first. */
export interface Consistency {
  first: { size: number; root: Uint8Array };
  second: { size: number; root: Uint8Array };
  proof: readonly Uint8Array[];
}

/** Checks a consistency proof (RFC 9162, section 2.1.4.2). Every tree begins with the empty one. */
export function verifyConsistency(claim: Consistency): boolean {
  const { first, second, proof } = claim;
  if (!isSize(first.size) || !isSize(second.size) || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && sameBytes(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && sameBytes(first.root, emptyRoot);
  return proof.length > 0 && leadsToBoth(claim);
}

function leadsToBoth({ first, second, proof }: Consistency): boolean {
  // A first tree that is one whole subtree is known by its root already, and the proof leaves that out.
  const [start = emptyRoot, ...rest] = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  const way = { index: first.size - 1, last: second.size - 1 };
  while (way.index % 2 === 1) half(way);
  let [ofFirst, ofSecond] = [start, start];
  for (const sibling of rest) {
    if (way.last === 0) return false;
    if (goesRight(way)) {
      ofFirst = nodeHash(sibling, ofFirst);
      ofSecond = nodeHash(sibling, ofSecond);
    } else {
      ofSecond = nodeHash(ofSecond, sibling);
    }
    rise(way);
  }
  return way.last === 0 && sameBytes(ofFirst, first.root) && sameBytes(ofSecond, second.root);
}

/** Where a proof stands: index of its node on a level, and index of the level's last node. */
interface Way {
  index: number;
  last: number;
}

/** Whether the node is a right child, or the last of its level without a sibling. */
function goesRight({ index, last }: Way): boolean {
  return index % 2 === 1 || index === last;
}

/** To the parent; a last node without siblings is its own parent until it becomes a right child. */
function rise(way: Way): void {
  if (goesRight(way)) while (way.index % 2 === 0 && way.index !== 0) half(way);
  half(way);
}

// No bit operations: they are of 32 bits.
function half(way: Way): void {
  way.index = Math.floor(way.index / 2);
  way.last = Math.floor(way.last / 2);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Exact for every size that a tree can have. */
export function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

/** Equality of public values; takes no care of time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
