import { generateKeyPairSync, sign } from 'node:crypto';
import { journalOrigin } from '../../src/tlog/checkpoint.ts';
import { signedNote, type NoteKey } from '../../src/tlog/note.ts';

/** A key of a journal, made here, and notes that it signs. */
export function newJournalKey(name = journalOrigin): { key: NoteKey; sign: (text: string) => string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = { name, publicKey: new Uint8Array(Buffer.from(x, 'base64url')) };
  return { key, sign: (text) => signedNote(text, key, sign(null, Buffer.from(text), privateKey)) };
}
