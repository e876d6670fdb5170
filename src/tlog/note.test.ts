import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyEd25519 } from '../platform/verify-ed25519.ts';
import { newJournalKey } from '../../test/journal/key.ts';
import { openNote, parseVerifierKey, verifierKey } from './note.ts';

// The key and note that Go's implementation of the format is tested with (golang.org/x/mod/sumdb/note).
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const text =
  'If you think cryptography is the answer to your problem,\n' + "then you don't know what your problem is.\n";
const signature =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const note = `${text}\n${signature}`;
const keys = [parseVerifierKey(vkey)];
const open = (tried: string, by = keys): string => openNote(tried, by, verifyEd25519);
const refusal = (message: RegExp) => ({ code: 'checkpoint-refused', message });

describe('verifier keys', () => {
  test('parses and prints a key of another implementation', () => assert.equal(verifierKey(keys[0]!), vkey));

  const others: [string, string][] = [
    ['another key id', vkey.replace('c74f20a3', 'c74f20a4')],
    ['another name', vkey.replace('Peter', 'Petra')],
    ['another algorithm', vkey.replace('+AR', '+BR')],
    ['a changed bit of the key', vkey.replace('DE4', 'DE5')],
    ['a key that is too short', 'x+00000000+AQ=='],
    ['an empty line', ''],
    ['two lines', `${vkey}\n`],
  ];
  for (const [name, line] of others) {
    test(`refuses ${name}`, () => assert.throws(() => parseVerifierKey(line), { code: 'key-refused' }));
  }
});

describe('notes', () => {
  test('opens a note of another implementation', () => assert.equal(open(note), text));
  test('ignores signatures of unknown keys, and needs a signature of only one of several known keys', () => {
    const other = newJournalKey('else.where');
    const stranger = other.sign(text).slice(text.length + 1);
    assert.equal(open(`${text}\n${stranger}${signature}${stranger}`), text);
    assert.equal(open(note, [other.key, ...keys]), text);
  });
  test('refuses a note without a signature of a known key', () => {
    const { key, sign } = newJournalKey('PeterNeumann');
    assert.throws(() => open(sign(text)), refusal(/the note has no signature of PeterNeumann\+c74f20a3/));
    assert.throws(() => open(note, [key]), refusal(/the note has no signature of/));
    assert.throws(() => open(note, []), refusal(/the note has no signature of/));
  });
  test('refuses an invalid signature of a known key, also beside a valid one', () => {
    const forged = signature.replace('x08go/ZJ', 'x08go/AJ');
    assert.throws(() => open(`${text}\n${forged}`), refusal(/forged or damaged/));
    assert.throws(() => open(`${note}${forged}`), refusal(/forged or damaged/));
    assert.throws(() => open(`${text}\n— PeterNeumann x08gow==\n`), refusal(/forged or damaged/));
  });

  const malformed: [string, string][] = [
    ['an empty note', ''],
    ['text without a signature block', text],
    ['an empty signature block', `${text}\n`],
    ['a note without the last line feed', note.slice(0, -1)],
    ['a carriage return', note.replace('\n', '\r\n')],
    ['a hyphen in place of the dash', note.replace('—', '-')],
    ['two spaces', note.replace('— ', '—  ')],
    ['base64 that is not canonical', note.replace('nAM=', 'nAN=')],
    ['a note that is too long', `${'x'.repeat(70_000)}${note}`],
  ];
  for (const [name, tried] of malformed) {
    test(`refuses ${name}`, () => assert.throws(() => open(tried), { code: 'checkpoint-refused' }));
  }
});
