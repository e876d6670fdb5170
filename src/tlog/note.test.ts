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
  test("OK: another implementation's key, there and back", () => assert.equal(verifierKey(keys[0]!), vkey));

  const others: [string, string][] = [
    ['another key id', vkey.replace('c74f20a3', 'c74f20a4')],
    ['another name', vkey.replace('Peter', 'Petra')],
    ['another algorithm', vkey.replace('+AR', '+BR')],
    ['a bit of the key', vkey.replace('DE4', 'DE5')],
    ['a key that is too short', 'x+00000000+AQ=='],
    ['nothing', ''],
    ['two lines', `${vkey}\n`],
  ];
  for (const [name, line] of others) {
    test(`refused: ${name}`, () => assert.throws(() => parseVerifierKey(line), { code: 'key-refused' }));
  }
});

describe('notes', () => {
  test("OK: another implementation's note", () => assert.equal(open(note), text));
  test('OK: signatures of unknown keys are passed over, and one of several known keys is enough', () => {
    const other = newJournalKey('else.where');
    const stranger = other.sign(text).slice(text.length + 1);
    assert.equal(open(`${text}\n${stranger}${signature}${stranger}`), text);
    assert.equal(open(note, [other.key, ...keys]), text);
  });
  test('no known signature', () => {
    const { key, sign } = newJournalKey('PeterNeumann');
    assert.throws(() => open(sign(text)), refusal(/none of its signatures is of PeterNeumann\+c74f20a3/));
    assert.throws(() => open(note, [key]), refusal(/none of its signatures/));
    assert.throws(() => open(note, []), refusal(/none of its signatures/));
  });
  test('a signature that is not of the known key spoils the note, also beside a good one', () => {
    const forged = signature.replace('x08go/ZJ', 'x08go/AJ');
    assert.throws(() => open(`${text}\n${forged}`), refusal(/forged or damaged/));
    assert.throws(() => open(`${note}${forged}`), refusal(/forged or damaged/));
    assert.throws(() => open(`${text}\n— PeterNeumann x08gow==\n`), refusal(/forged or damaged/));
  });

  const malformed: [string, string][] = [
    ['empty', ''],
    ['only text', text],
    ['no signature', `${text}\n`],
    ['no last line feed', note.slice(0, -1)],
    ['a carriage return', note.replace('\n', '\r\n')],
    ['a hyphen for the dash', note.replace('—', '-')],
    ['two spaces', note.replace('— ', '—  ')],
    ['base64 that says the same in another way', note.replace('nAM=', 'nAN=')],
    ['too long', `${'x'.repeat(70_000)}${note}`],
  ];
  for (const [name, tried] of malformed) {
    test(`refused: ${name}`, () => assert.throws(() => open(tried), { code: 'checkpoint-refused' }));
  }
});
