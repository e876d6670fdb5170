import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { emptyRoot, leafHash, nodeHash, verifyConsistency, verifyInclusion } from './merkle.ts';
import { createMerkleTree } from './merkle-tree.ts';

// The entries and roots with which the implementations of Certificate Transparency are tested.
const known = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const most = 70;
const leaves = Array.from({ length: most }, (_, index) => leafHash(Uint8Array.of(index, index * 3)));
const tree = createMerkleTree(leaves);

/** Root, computed literally by the definition of RFC 6962, section 2.1. */
function root(range: Uint8Array[]): Uint8Array {
  const [first] = range;
  if (!first) return emptyRoot;
  if (range.length === 1) return first;
  let k = 1;
  while (k * 2 < range.length) k *= 2;
  return nodeHash(root(range.slice(0, k)), root(range.slice(k)));
}

/** All proofs that one change makes of a proof: a flipped bit of each byte, a hash removed, repeated, cut or swapped. */
function* tampered(proof: Uint8Array[]): Generator<Uint8Array[]> {
  for (const [at, hash] of proof.entries()) {
    for (let byte = 0; byte < hash.length; byte += 1) {
      const other = hash.map((value, index) => (index === byte ? value ^ (1 << (byte % 8)) : value));
      yield proof.with(at, other);
    }
    yield proof.toSpliced(at, 1);
    yield proof.toSpliced(at, 0, hash);
    yield proof.with(at, hash.slice(1));
    const next = proof[at + 1];
    if (next) yield proof.with(at, next).with(at + 1, hash);
  }
  yield [...proof, emptyRoot];
  yield [emptyRoot, ...proof];
}

describe('the tree', () => {
  test('has the known roots while it grows', () => {
    const growing = createMerkleTree(known.map((entry) => leafHash(hexToBytes(entry))));
    roots.forEach((expected, size) => assert.equal(bytesToHex(growing.root(size)), expected));
  });
  test('has the root that the definition demands, for each size', () => {
    for (let size = 0; size <= most; size += 1) assert.deepEqual(tree.root(size), root(leaves.slice(0, size)));
  });
  test('refuses a size, a leaf and a subtree that it does not have', () => {
    assert.throws(() => tree.root(most + 1), RangeError);
    assert.throws(() => tree.leaf(most), RangeError);
    assert.throws(() => tree.inclusion(most, most + 1), RangeError);
    assert.throws(() => tree.subtree(3, 8), RangeError);
  });
});

describe('inclusion', () => {
  const of = (index: number, size: number) => ({
    leaf: tree.leaf(index),
    index,
    size,
    root: tree.root(size),
    proof: tree.inclusion(index, size),
  });
  test('accepts each leaf of each size, and refuses another index, size, root or leaf', () => {
    for (let size = 1; size <= most; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const good = of(index, size);
        assert.ok(verifyInclusion(good));
        assert.ok(!verifyInclusion({ ...good, index: (index + 1) % size }) || size === 1);
        assert.ok(!verifyInclusion({ ...good, root: tree.root(size - 1) }));
        assert.ok(!verifyInclusion({ ...good, leaf: emptyRoot }));
        for (const wrong of [0, index, good.proof.length > 0 ? 1 : 2, size * 4]) {
          assert.ok(
            !verifyInclusion({ ...good, size: wrong }),
            `${String(index)} of ${String(size)} as ${String(wrong)}`,
          );
        }
      }
    }
  });
  test('refuses every tampered proof', () => {
    for (const size of [1, 2, 3, 7, 8, 33, 70]) {
      for (let index = 0; index < size; index += 1) {
        const good = of(index, size);
        for (const proof of tampered(good.proof)) assert.ok(!verifyInclusion({ ...good, proof }));
      }
    }
  });
  test('refuses an index or a size that is not a number of leaves', () => {
    const good = of(3, 8);
    for (const wrong of [-1, 2.5, Number.NaN, Infinity, 2 ** 53]) {
      assert.ok(!verifyInclusion({ ...good, index: wrong }));
      assert.ok(!verifyInclusion({ ...good, size: wrong }));
    }
  });
});

describe('consistency', () => {
  const of = (first: number, second: number) => ({
    first: { size: first, root: tree.root(first) },
    second: { size: second, root: tree.root(second) },
    proof: tree.consistency(first, second),
  });
  test('accepts each pair of sizes, and refuses another root or size', () => {
    for (let second = 0; second <= most; second += 1) {
      for (let first = 0; first <= second; first += 1) {
        const good = of(first, second);
        assert.ok(verifyConsistency(good), `${String(first)} to ${String(second)}`);
        const other = leafHash(Uint8Array.of(255));
        assert.ok(!verifyConsistency({ ...good, first: { ...good.first, root: other } }));
        if (first > 0) assert.ok(!verifyConsistency({ ...good, second: { ...good.second, root: other } }));
        if (first !== second) assert.ok(!verifyConsistency({ ...good, first: good.second, second: good.first }));
        if (first !== second && first > 0) assert.ok(!verifyConsistency({ ...good, proof: [] }));
      }
    }
  });
  test('refuses every tampered proof', () => {
    for (const [first, second] of [0, 1, 2, 3, 4, 6, 7, 8, 31, 32, 33, 64, 69].flatMap((a) =>
      [a + 1, 70].map((b) => [a, b]),
    )) {
      const good = of(first ?? 0, second ?? 0);
      for (const proof of tampered(good.proof)) assert.ok(!verifyConsistency({ ...good, proof }));
    }
  });
  test('refuses another history: a leaf below the first size changed, dropped or swapped', () => {
    for (let at = 0; at < 20; at += 1) {
      const histories = [
        leaves.with(at, emptyRoot),
        leaves.toSpliced(at, 1),
        leaves.with(at, tree.leaf(at + 1)).with(at + 1, tree.leaf(at)),
      ];
      for (const history of histories) {
        const other = createMerkleTree(history);
        const first = { size: 21, root: tree.root(21) };
        const second = { size: 60, root: other.root(60) };
        assert.ok(!verifyConsistency({ first, second, proof: other.consistency(21, 60) }));
        assert.ok(!verifyConsistency({ first, second, proof: tree.consistency(21, 60) }));
      }
    }
  });
});
