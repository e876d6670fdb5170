import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { entryOf, withParsedBody, parseEntry, type StoredRecord } from './journal-entry.ts';

const stored: StoredRecord = {
  seq: 17,
  at: '2026-11-21T12:00:00.123456Z',
  writer: 'airlock_gateway',
  kind: 'step.applied',
  incident: 'inc-0123456789abcdef',
  trace: 'trace',
  message: 'a "message"\nof two lines, ü\u0001',
  body: '{ "b": 1.0,\n"a": 1e2 }',
};
const text = (entry: Uint8Array): string => Buffer.from(entry).toString('utf8');
const bytes = (entry: string): Uint8Array => new Uint8Array(Buffer.from(entry, 'utf8'));

test('an entry contains every column and the exact body, and parses to the same record', () => {
  const head =
    '{"at":"2026-11-21T12:00:00.123456Z","incident":"inc-0123456789abcdef","kind":"step.applied",' +
    '"message":"a \\"message\\"\\nof two lines, ü\\u0001","seq":17,"trace":"trace","writer":"airlock_gateway"}';
  assert.equal(text(entryOf(stored)), `${head}\n${stored.body}`);
  assert.deepEqual(parseEntry(entryOf(stored), stored.seq), stored);
  assert.deepEqual(withParsedBody(stored).body, { a: 100, b: 1 });
});

test('a change of any column changes the entry', () => {
  const other: StoredRecord = {
    seq: 18,
    at: '2026-11-21T12:00:00.123457Z',
    writer: 'airlock_serve',
    kind: 'step.intended',
    incident: 'inc-1123456789abcdef',
    trace: 'trace ',
    message: 'a "message"\nof two lines, ü',
    body: '{"a":100,"b":1}',
  };
  for (const column of Object.keys(stored) as (keyof StoredRecord)[]) {
    assert.notEqual(text(entryOf({ ...stored, [column]: other[column] })), text(entryOf(stored)), column);
  }
});

describe('parseEntry refuses', () => {
  const good = text(entryOf(stored));
  const others: [string, Uint8Array][] = [
    ['no bytes', bytes('')],
    ['no line feed', bytes(good.replaceAll('\n', ' '))],
    ['a head that is not canonical', bytes(good.replace('{"at"', '{ "at"'))],
    ['a head with an unknown member', bytes(good.replace('{"at"', '{"aa":1,"at"'))],
    ['a head with a duplicate member', bytes(good.replace('{"at"', '{"at":"","at"'))],
    ['a time in milliseconds', bytes(good.replace('123456Z', '123Z'))],
    ['an unnecessary escape', bytes(good.replace('ü', '\\u00fc'))],
    ['a sequence number of 0', bytes(good.replace('"seq":17', '"seq":0'))],
    ['bytes that are not UTF-8', Uint8Array.of(...entryOf(stored), 0xff)],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...entryOf(stored))],
  ];
  for (const [name, entry] of others) {
    test(name, () => assert.throws(() => parseEntry(entry, 1), { code: 'entry-malformed' }));
  }
});
