import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newJournalKey } from '../../../test/journal/key.ts';
import { entryOf, withParsedBody, type StoredRecord } from '../../domain/journal/journal-entry.ts';
import { toBase64 } from '../../lib/base64.ts';
import { checkpointText } from '../../tlog/checkpoint.ts';
import { leafHash } from '../../tlog/merkle.ts';
import { createMerkleTree } from '../../tlog/merkle-tree.ts';
import type { Output } from '../render/output.ts';
import { plainTerminal } from '../render/terminal.ts';
import { proveJournal } from './prove-journal.ts';

const incident = 'inc-0123456789abcdef';
const trace = '0123456789abcdef0123456789abcdef';
const of = { incident, trace, writer: 'airlock_reason', kind: 'plan.created', body: '{}' } as const;
const stored: StoredRecord[] = ['a plan for a narrow terminal', 'another plan'].map((message, index) => {
  return { ...of, seq: index + 1, at: '2026-11-21T12:00:00.000000Z', message };
});
const records = stored.map(withParsedBody);
const entries = stored.map(entryOf);
const tree = createMerkleTree(entries.map(leafHash));
const root = toBase64(tree.root(2));
const { key, sign } = newJournalKey();

const api = {
  journal: async () => records,
  checkpoint: async () => sign(checkpointText({ size: 2, root: tree.root(2) })),
  inclusion: async (seq: number, size: number) => {
    const entry = new TextDecoder().decode(entries[seq - 1]);
    return { entry, proof: tree.inclusion(seq - 1, size).map(toBase64) };
  },
  consistency: () => assert.fail('no older checkpoint was given'),
};

async function proved(format: Output['format'], terminal = plainTerminal): Promise<string> {
  let text = '';
  const write = (chunk: string): void => {
    text += chunk;
  };
  await proveJournal({ api, keys: [key], output: { format, terminal, write } }, incident);
  return text;
}

test('a table has one line per record, and the checkpoint', async () => {
  assert.deepEqual((await proved('table')).split('\n'), [
    'proved      1  2026-11-21T12:00:00.000000Z  reason   plan.created            a plan for a narrow terminal',
    'proved      2  2026-11-21T12:00:00.000000Z  reason   plan.created            another plan',
    `the journal airlock.dev/journal contains 2 records of ${incident}; its checkpoint covers 2 records and has root ${root}`,
    '',
  ]);
});

test('the message wraps at the width of the terminal', async () => {
  const lines = (await proved('table', { ...plainTerminal, columns: 100 })).split('\n').slice(0, -2);
  assert.equal(lines.filter((line) => line.startsWith('proved ')).length, 2);
  assert.ok(lines.length > 2, lines.join('\n'));
  assert.ok(
    lines.every((line) => line.length <= 100),
    lines.join('\n'),
  );
});

test('format wide adds the trace', async () => {
  assert.equal((await proved('wide')).split(`proved  ${trace}  `).length, 3);
});

test('format json is one document with the proved records and the checkpoint', async () => {
  const checkpoint = { origin: 'airlock.dev/journal', size: 2, root };
  assert.deepEqual(JSON.parse(await proved('json')), { records, checkpoint });
});
