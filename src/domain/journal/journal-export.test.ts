import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newJournalKey } from '../../../test/journal/key.ts';
import { verifyEd25519 } from '../../platform/verify-ed25519.ts';
import { checkpointText } from '../../tlog/checkpoint.ts';
import { entryOf, type StoredRecord } from './journal-entry.ts';
import { exportFiles, verifyExport, type Trust } from './journal-export.ts';
import { leafHash } from '../../tlog/merkle.ts';
import { createMerkleTree } from '../../tlog/merkle-tree.ts';

const { key, sign } = newJournalKey();
const trust: Trust = { keys: [key], verify: verifyEd25519 };
const size = 300;

function record(seq: number, change: Partial<StoredRecord> = {}): StoredRecord {
  const at = `2026-11-21T12:00:00.${String(seq).padStart(6, '0')}Z`;
  const of = { incident: 'inc-0123456789abcdef', trace: 't', process: 'airlock_serve', kind: 'plan.made' } as const;
  return { seq, at, ...of, fact: `fact ${String(seq)}`, body: '{}', ...change };
}
const entriesOf = (count: number, change = record): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => entryOf(change(index + 1)));
const entries = entriesOf(size);

function note(of: Uint8Array[], by = sign): string {
  return by(checkpointText({ size: of.length, root: createMerkleTree(of.map(leafHash)).root(of.length) }));
}
const files = exportFiles(note(entries), entries);
const since = note(entries.slice(0, 200));
const refused = (tried: Map<string, Uint8Array>, message: RegExp, by: Trust = trust) =>
  assert.throws(() => verifyExport(tried, by), { message });

describe('an export', () => {
  test('OK: of each small size, of whole tiles, and as the continuation of every earlier checkpoint', () => {
    for (const count of [0, 1, 2, 255, 256, 257, size]) {
      const part = entries.slice(0, count);
      assert.equal(verifyExport(exportFiles(note(part), part), trust).size, count);
      assert.equal(verifyExport(files, { ...trust, since: note(part) }).size, size);
    }
  });
  test('a record changed, whatever else is made to fit', () => {
    const other = entriesOf(size, (seq) => record(seq, seq === 17 ? { fact: 'nothing happened' } : {}));
    const bundle = exportFiles(note(entries), other).get('tile/entries/000') ?? new Uint8Array();
    refused(new Map(files).set('tile/entries/000', bundle), /record 17 is not the one that was hashed/);
    refused(exportFiles(note(entries), other), /300 records are not those that the checkpoint was signed for/);
  });
  test('records deleted, inserted, swapped, out of place', () => {
    refused(exportFiles(note(entries), entries.toSpliced(16, 1)), /is no part of a journal of 300 records|is missing/);
    refused(
      exportFiles(note(entries), entries.toSpliced(16, 0, entryOf(record(17)))),
      /is no part of a journal of 300/,
    );
    const swapped = entries.with(16, entries[17]!).with(17, entries[16]!);
    refused(exportFiles(note(entries), swapped), /the record in place 17 says that it is record 18/);
    refused(exportFiles(note(swapped), swapped), /the record in place 17 says that it is record 18/);
  });
  test('files missing and files added', () => {
    for (const path of files.keys()) {
      const fewer = new Map(files);
      fewer.delete(path);
      refused(fewer, new RegExp(`${path.replaceAll('.', '\\.')} is missing|checkpoint`));
    }
    for (const path of ['tile/entries/001', 'tile/0/001.p/43', 'tile/2/000.p/1', 'README', '\u001b[2J']) {
      refused(new Map(files).set(path, new Uint8Array()), /is no part of a journal of 300 records/);
    }
  });
  test('cut off below a known checkpoint, although every byte of it is genuine', () => {
    const part = entries.slice(0, 199);
    refused(exportFiles(note(part), part), /ends at record 199, before the known checkpoint of 200/, {
      ...trust,
      since,
    });
  });
  test("forked or rewritten, with the journal's own key", () => {
    for (const from of [1, 128, 200]) {
      const other = entriesOf(size, (seq) => record(seq, seq >= from ? { fact: 'it was otherwise' } : {}));
      const forged = exportFiles(note(other), other);
      assert.equal(verifyExport(forged, trust).size, size, 'the key alone cannot tell');
      refused(forged, /first 200 records are others.*rewritten or forked/, { ...trust, since });
    }
  });
  test('signed by another key, and a known checkpoint that is none', () => {
    const thief = newJournalKey();
    refused(exportFiles(note(entries, thief.sign), entries), /none of its signatures is of/);
    refused(files, /none of its signatures is of/, { ...trust, keys: [thief.key] });
    refused(files, /none of its signatures is of/, { ...trust, since: note(entries.slice(0, 9), thief.sign) });
  });
  test('more records than the checkpoint signs', () => {
    refused(exportFiles(since, entries), /is no part of a journal of 200 records|is missing/);
  });
});

// A small journal often, so that each file of it is hit in every way; one of several tiles now and then.
for (const [count, tamperings] of [
  [20, 8_000],
  [size, 200],
] as const) {
  test(`${String(tamperings)} random tamperings of ${String(count)} records are each refused`, () => {
    const part = entries.slice(0, count);
    tamper(exportFiles(note(part), part), tamperings);
  });
}

function tamper(whole: Map<string, Uint8Array>, tamperings: number): void {
  const next = generator(20261121);
  const paths = [...whole.keys()];
  const pick = <T>(list: readonly T[]): T => list[next() % list.length]!;
  const kinds: ((bytes: Uint8Array) => Uint8Array)[] = [
    (bytes) => bytes.with(next() % bytes.length, next() & 255),
    (bytes) => flip(bytes, next()),
    (bytes) => bytes.slice(0, next() % bytes.length),
    (bytes) => bytes.slice(1 + (next() % bytes.length)),
    (bytes) => without(bytes, next() % bytes.length, 1 + (next() % 40)),
    (bytes) => insert(bytes, next() % (bytes.length + 1), next() & 255),
    (bytes) => insert(bytes, next() % (bytes.length + 1), ...bytes.slice(0, 1 + (next() % 40))),
    (bytes) => swap(bytes, next() % bytes.length, next() % bytes.length),
    () => whole.get(pick(paths)) ?? new Uint8Array(),
  ];
  for (let tried = 0; tried < tamperings;) {
    const path = pick(paths);
    const before = whole.get(path) ?? new Uint8Array();
    const after = pick(kinds)(before);
    if (Buffer.compare(before, after) === 0) continue;
    tried += 1;
    const what = `${path}, tampering ${String(tried)}`;
    assert.throws(() => verifyExport(new Map(whole).set(path, after), trust), { name: 'AirlockError' }, what);
  }
}

/** The same numbers each time (xorshift). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const index = (at >>> 3) % bytes.length;
  return bytes.with(index, (bytes[index] ?? 0) ^ (1 << (at & 7)));
}

function without(bytes: Uint8Array, from: number, count: number): Uint8Array {
  return Uint8Array.from([...bytes.slice(0, from), ...bytes.slice(from + count)]);
}

function insert(bytes: Uint8Array, at: number, ...what: number[]): Uint8Array {
  return Uint8Array.from([...bytes.slice(0, at), ...what, ...bytes.slice(at)]);
}

function swap(bytes: Uint8Array, a: number, b: number): Uint8Array {
  return bytes.with(a, bytes[b] ?? 0).with(b, bytes[a] ?? 0);
}
