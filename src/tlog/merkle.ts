import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

/** Size of a hash, bytes (SHA-256). */
export const hashBytes = 32;

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** Returns the hash of the leaf for the exact bytes of an entry (RFC 6962, section 2.1; RFC 9162 has the same tree). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(leafPrefix, entry));
}

/** Returns the hash of an inner node. Nodes and leaves have different prefixes, so no entry can pass for a subtree. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(nodePrefix, left, right));
}

/** Root of the empty tree. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array());

/**
 * An inclusion proof and the claim that it proves: this leaf has this index (from 0) in the tree with this size and
 * root.
 */
export interface Inclusion {
  leaf: Uint8Array;
  index: number;
  size: number;
  root: Uint8Array;
  proof: readonly Uint8Array[];
}

/** Checks an inclusion proof (RFC 9162, section 2.1.3.2). Returns false for every invalid or malformed proof. */
export function verifyInclusion({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  const position = { index, last: size - 1 };
  let hash = leaf;
  for (const sibling of proof) {
    if (position.last === 0) return false;
    hash = siblingIsLeft(position) ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    moveToParent(position);
  }
  return position.last === 0 && sameBytes(hash, root);
}

/** A consistency proof and the claim that it proves: the second tree begins with all leaves of the first. */
export interface Consistency {
  first: { size: number; root: Uint8Array };
  second: { size: number; root: Uint8Array };
  proof: readonly Uint8Array[];
}

/**
 * Checks a consistency proof (RFC 9162, section 2.1.4.2). Returns false for every invalid or malformed proof. The proof
 * must be empty if both sizes are equal or if the first tree is empty: every tree begins with the empty tree.
 */
export function verifyConsistency(consistency: Consistency): boolean {
  const { first, second, proof } = consistency;
  if (!isSize(first.size) || !isSize(second.size) || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && sameBytes(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && sameBytes(first.root, emptyRoot);
  return proof.length > 0 && leadsToBothRoots(consistency);
}

function leadsToBothRoots({ first, second, proof }: Consistency): boolean {
  // A consistency proof starts with a node of the first tree. If the first tree is one complete subtree, this node is
  // the root of the first tree. The verifier has this root, so the proof omits it.
  const [start = emptyRoot, ...rest] = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  const position = { index: first.size - 1, last: second.size - 1 };
  while (position.index % 2 === 1) halve(position);
  let [ofFirst, ofSecond] = [start, start];
  for (const sibling of rest) {
    if (position.last === 0) return false;
    if (siblingIsLeft(position)) {
      ofFirst = nodeHash(sibling, ofFirst);
      ofSecond = nodeHash(sibling, ofSecond);
    } else {
      ofSecond = nodeHash(ofSecond, sibling);
    }
    moveToParent(position);
  }
  return position.last === 0 && sameBytes(ofFirst, first.root) && sameBytes(ofSecond, second.root);
}

/** The tree node that a proof has reached: its index in its level, and the index of the last node of that level. */
interface Position {
  index: number;
  last: number;
}

/** Returns true if the next hash of the proof is a left sibling: the node is a right child or the last of its level. */
function siblingIsLeft({ index, last }: Position): boolean {
  return index % 2 === 1 || index === last;
}

/**
 * Moves to the parent. If the last node of a level is a left child, this node has no sibling. The hash of this node is
 * then used unchanged in the next higher levels, until a right child is reached.
 */
function moveToParent(position: Position): void {
  if (siblingIsLeft(position)) while (position.index % 2 === 0 && position.index !== 0) halve(position);
  halve(position);
}

// Divides by 2 without `>> 1`, because bit operations work on 32 bits and the index of a leaf may need more.
function halve(position: Position): void {
  position.index = Math.floor(position.index / 2);
  position.last = Math.floor(position.last / 2);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Returns true if this integer is a power of two. The result is right up to `Number.MAX_SAFE_INTEGER`. */
export function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

/** Returns true if the byte arrays are equal. The comparison is not constant-time, so do not use it for secrets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
