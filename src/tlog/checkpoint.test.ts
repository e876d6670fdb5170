import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newJournalKey } from '../../test/journal/key.ts';
import { verifyEd25519 } from '../platform/verify-ed25519.ts';
import { checkpointText, journalOrigin, openCheckpoint } from './checkpoint.ts';
import { leafHash } from './merkle.ts';

const root = leafHash(Uint8Array.of(1));
const text = checkpointText({ size: 1234, root });
const { key, sign } = newJournalKey();
const open = (note: string) => openCheckpoint(note, [key], verifyEd25519);

test('opens a signed checkpoint with its size and root', () => {
  assert.equal(text, `airlock.dev/journal\n1234\n${Buffer.from(root).toString('base64')}\n`);
  assert.deepEqual(open(sign(text)), { size: 1234, root });
});

const others: [string, string][] = [
  ['of another origin', text.replace(journalOrigin, 'airlock.dev/other')],
  ['with a leading zero', text.replace('1234', '01234')],
  ['with a sign', text.replace('1234', '-1234')],
  ['with a size beyond exact numbers', text.replace('1234', '9'.repeat(16))],
  ['with a root that is too short', text.replace(/\n[^\n]+\n$/, '\nAAAA\n')],
  ['without a root', text.replace(/\n[^\n]+\n$/, '\n')],
  ['with an extension line', `${text}more\n`],
];
for (const [name, other] of others) {
  test(`refuses a signed checkpoint ${name}`, () => {
    assert.throws(() => open(sign(other)), { code: 'checkpoint-refused' });
  });
}

test('refuses the signed note after any bit of it is flipped', () => {
  const note = Buffer.from(sign(text));
  for (let bit = 0; bit < note.length * 8; bit += 1) {
    const flipped = Buffer.from(note);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => open(flipped.toString('utf8')), { code: 'checkpoint-refused' }, `bit ${String(bit)}`);
  }
});
