import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

/** Size of a hash, bytes (SHA-256). */
export const hashBytes = 32;

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** Returns the leaf hash of an entry (RFC 6962, section 2.1; RFC 9162, section 2.1.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(leafPrefix, entry));
}

/**
 * Returns the hash of an inner node. The inputs of leaf hashes and of node hashes begin with different bytes. So no
 * entry can have the hash of an inner node.
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(nodePrefix, left, right));
}

/** Root of the empty tree. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array());

/** An inclusion proof, and the statement to prove: the tree with this size and root has this leaf at this index. */
export interface Inclusion {
  /** Hash of the leaf. */
  leaf: Uint8Array;
  /** Index of the leaf, from 0. */
  index: number;
  /** Number of leaves of the tree. */
  size: number;
  /** Root hash of the tree. */
  root: Uint8Array;
  proof: readonly Uint8Array[];
}

/** Checks an inclusion proof (RFC 9162, section 2.1.3.2). Returns false for every invalid or malformed proof. */
export function verifyInclusion({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!isWholeNumber(index) || !isWholeNumber(size) || index >= size) return false;
  const position = { index, last: size - 1 };
  let hash = leaf;
  for (const sibling of proof) {
    if (position.last === 0) return false;
    hash = siblingIsLeft(position) ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    moveToParent(position);
  }
  return position.last === 0 && sameBytes(hash, root);
}

/** A consistency proof, and the statement to prove: the second tree begins with all leaves of the first tree. */
export interface Consistency {
  first: { size: number; root: Uint8Array };
  second: { size: number; root: Uint8Array };
  proof: readonly Uint8Array[];
}

/**
 * Checks a consistency proof (RFC 9162, section 2.1.4.2). Returns false for every invalid or malformed proof. If the
 * first tree is empty, or has the size of the second tree, the proof must be empty.
 */
export function verifyConsistency(consistency: Consistency): boolean {
  const { first, second, proof } = consistency;
  if (!isWholeNumber(first.size) || !isWholeNumber(second.size) || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && sameBytes(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && sameBytes(first.root, emptyRoot);
  return leadsToBothRoots(consistency);
}

function leadsToBothRoots({ first, second, proof }: Consistency): boolean {
  // The check starts at a node that both trees have. The first hash of the proof is the hash of this node. Exception:
  // if the size of the first tree is a power of two, this node is the first tree's root, which the proof omits.
  const [start, ...rest] = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  if (!start) return false;
  const position = { index: first.size - 1, last: second.size - 1 };
  while (position.index % 2 === 1) halve(position);
  let [hashInFirst, hashInSecond] = [start, start];
  for (const sibling of rest) {
    if (position.last === 0) return false;
    if (siblingIsLeft(position)) {
      hashInFirst = nodeHash(sibling, hashInFirst);
      hashInSecond = nodeHash(sibling, hashInSecond);
    } else {
      hashInSecond = nodeHash(hashInSecond, sibling);
    }
    moveToParent(position);
  }
  return position.last === 0 && sameBytes(hashInFirst, first.root) && sameBytes(hashInSecond, second.root);
}

/** The tree node that the check of a proof has reached. For a consistency proof: a node of the second tree. */
interface Position {
  /** Index of the node in its level. */
  index: number;
  /** Index of the last node of this level. */
  last: number;
}

/**
 * Returns true if the next hash of the proof is a left sibling. A right child has a left sibling. If the last node of a
 * level is a left child, the next sibling, on a higher level, is also a left sibling.
 */
function siblingIsLeft({ index, last }: Position): boolean {
  return index % 2 === 1 || index === last;
}

/**
 * Moves to the parent. The last node of a level can be a left child, which has no sibling in this level. Such a node is
 * also the last node of the next level, with the same hash. So this function first moves up to the level in which the
 * node has a sibling.
 */
function moveToParent(position: Position): void {
  if (siblingIsLeft(position)) while (position.index % 2 === 0 && position.index !== 0) halve(position);
  halve(position);
}

// Does not use `>> 1`, because bit operations convert numbers to 32 bits. The index of a leaf may need more bits.
function halve(position: Position): void {
  position.index = Math.floor(position.index / 2);
  position.last = Math.floor(position.last / 2);
}

function isWholeNumber(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Returns true if the integer is a power of two. Above 2^48, the result can be wrong, because `Math.log2` rounds. */
export function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

/** Returns true if the byte arrays are equal. Not for secrets, because the comparison is not constant-time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
