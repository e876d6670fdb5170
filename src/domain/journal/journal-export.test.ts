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
  const of = { incident: 'inc-0123456789abcdef', trace: 't', writer: 'airlock_serve', kind: 'plan.created' } as const;
  return { seq, at, ...of, message: `message ${String(seq)}`, body: '{}', ...change };
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

describe('verifyExport', () => {
  test('accepts small sizes, full tiles, and the continuation of every earlier checkpoint', () => {
    for (const count of [0, 1, 2, 255, 256, 257, size]) {
      const part = entries.slice(0, count);
      assert.equal(verifyExport(exportFiles(note(part), part), trust).size, count);
      assert.equal(verifyExport(files, { ...trust, olderCheckpoint: note(part) }).size, size);
    }
  });
  test('refuses a changed record, also if its bundle or its tile was made to fit', () => {
    const other = entriesOf(size, (seq) => record(seq, seq === 17 ? { message: 'nothing happened' } : {}));
    const bundle = exportFiles(note(entries), other).get('tile/entries/000') ?? new Uint8Array();
    refused(new Map(files).set('tile/entries/000', bundle), /the hash of record 17 is not the hash in tile\/0\/000/);
    refused(
      exportFiles(note(entries), other),
      /the root of the export's 300 records is not the root in the signed checkpoint/,
    );
  });
  test('refuses records that were deleted, inserted or swapped', () => {
    refused(
      exportFiles(note(entries), entries.toSpliced(16, 1)),
      /does not belong to a journal of 300 records|is missing/,
    );
    refused(
      exportFiles(note(entries), entries.toSpliced(16, 0, entryOf(record(17)))),
      /does not belong to a journal of 300/,
    );
    const swapped = entries.with(16, entries[17]!).with(17, entries[16]!);
    refused(exportFiles(note(entries), swapped), /the record at position 17 has the sequence number 18/);
    refused(exportFiles(note(swapped), swapped), /the record at position 17 has the sequence number 18/);
  });
  test('refuses missing and additional files', () => {
    for (const path of files.keys()) {
      const fewer = new Map(files);
      fewer.delete(path);
      refused(fewer, new RegExp(`${path.replaceAll('.', '\\.')} is missing|checkpoint`));
    }
    for (const path of ['tile/entries/001', 'tile/0/001.p/43', 'tile/2/000.p/1', 'README', '\u001b[2J']) {
      refused(new Map(files).set(path, new Uint8Array()), /does not belong to a journal of 300 records/);
    }
  });
  test('refuses an export with fewer records than an older checkpoint, although all its bytes are genuine', () => {
    const part = entries.slice(0, 199);
    refused(
      exportFiles(note(part), part),
      /the older checkpoint covers 200 records, but the export has only 199\. Records were removed, or/,
      {
        ...trust,
        olderCheckpoint: since,
      },
    );
  });
  test("refuses a forked or rewritten journal that the journal's own key signed", () => {
    for (const from of [1, 128, 200]) {
      const other = entriesOf(size, (seq) => record(seq, seq >= from ? { message: 'it was otherwise' } : {}));
      const forged = exportFiles(note(other), other);
      assert.equal(verifyExport(forged, trust).size, size, 'the key alone cannot tell');
      refused(forged, /first 200 records are not the records of the older.*rewritten or forked/, {
        ...trust,
        olderCheckpoint: since,
      });
    }
  });
  test('refuses another key, also as the key of an older checkpoint', () => {
    const thief = newJournalKey();
    refused(exportFiles(note(entries, thief.sign), entries), /the note has no signature of/);
    refused(files, /the note has no signature of/, { ...trust, keys: [thief.key] });
    refused(files, /the note has no signature of/, {
      ...trust,
      olderCheckpoint: note(entries.slice(0, 9), thief.sign),
    });
  });
  test('refuses more records than the checkpoint signs', () => {
    refused(exportFiles(since, entries), /does not belong to a journal of 200 records|is missing/);
  });
});

// Many tamperings of a small journal, so that each kind hits each file; fewer of a journal with several tiles.
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

/** Pseudo-random numbers, the same in each run (xorshift). */
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
