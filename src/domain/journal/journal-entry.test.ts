import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { entryOf, journalRecord, recordOf, type StoredRecord } from './journal-entry.ts';

const stored: StoredRecord = {
  seq: 17,
  at: '2026-11-21T12:00:00.123456Z',
  process: 'airlock_gateway',
  kind: 'step.applied',
  incident: 'inc-0123456789abcdef',
  trace: 'trace',
  fact: 'a "fact"\nof two lines, ü\u0001',
  body: '{ "b": 1.0,\n"a": 1e2 }',
};
const text = (entry: Uint8Array): string => Buffer.from(entry).toString('utf8');
const bytes = (entry: string): Uint8Array => new Uint8Array(Buffer.from(entry, 'utf8'));

test('OK: every column and the exact body are in it, and come out again', () => {
  const head =
    '{"at":"2026-11-21T12:00:00.123456Z","fact":"a \\"fact\\"\\nof two lines, ü\\u0001","incident":"inc-0123456789abcdef",' +
    '"kind":"step.applied","process":"airlock_gateway","seq":17,"trace":"trace"}';
  assert.equal(text(entryOf(stored)), `${head}\n${stored.body}`);
  assert.deepEqual(recordOf(entryOf(stored)), stored);
  assert.deepEqual(journalRecord(stored).body, { a: 100, b: 1 });
});

test('OK: any other value of any column is another entry', () => {
  const other: StoredRecord = {
    ...{ seq: 18, at: '2026-11-21T12:00:00.123457Z', process: 'airlock_serve', kind: 'step.intended' },
    ...{
      incident: 'inc-1123456789abcdef',
      trace: 'trace ',
      fact: 'a "fact"\nof two lines, ü',
      body: '{"a":100,"b":1}',
    },
  };
  for (const column of Object.keys(stored) as (keyof StoredRecord)[]) {
    assert.notEqual(text(entryOf({ ...stored, [column]: other[column] })), text(entryOf(stored)), column);
  }
});

describe('what is no entry', () => {
  const good = text(entryOf(stored));
  const others: [string, Uint8Array][] = [
    ['nothing', bytes('')],
    ['no line feed', bytes(good.replaceAll('\n', ' '))],
    ['a head in another form', bytes(good.replace('{"at"', '{ "at"'))],
    ['a head with a member more', bytes(good.replace('{"at"', '{"aa":1,"at"'))],
    ['a head with a member twice', bytes(good.replace('{"at"', '{"at":"","at"'))],
    ['an instant in milliseconds', bytes(good.replace('123456Z', '123Z'))],
    ['an escape that is not needed', bytes(good.replace('ü', '\\u00fc'))],
    ['a sequence number that is none', bytes(good.replace('"seq":17', '"seq":0'))],
    ['bytes that are not UTF-8', Uint8Array.of(...entryOf(stored), 0xff)],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...entryOf(stored))],
  ];
  for (const [name, entry] of others) {
    test(name, () => assert.throws(() => recordOf(entry), { code: 'entry-malformed' }));
  }
});
