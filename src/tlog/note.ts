import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { fromBase64, toBase64 } from '../lib/base64.ts';
import { refused } from '../lib/error.ts';
import { sameBytes } from './merkle.ts';

/** A key that signs notes: its name, and 32 bytes of an Ed25519 public key (C2SP signed-note). */
export interface NoteKey {
  name: string;
  publicKey: Uint8Array;
}

/** Checks an Ed25519 signature (RFC 8032). Handed in, because the domain holds no cryptography but hashes. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** C2SP signed-note, "Signature types". */
const ed25519 = 1;
const [publicKeyBytes, keyIdBytes, signatureBytes] = [32, 4, 64];
/** Far above what notes with the signatures of many witnesses have. */
const maxNoteLength = 64 * 1024;

/** Which key it is: the first four bytes of a hash; tells keys apart and proves nothing. */
function keyId({ name, publicKey }: NoteKey): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(`${name}\n`), Uint8Array.of(ed25519), publicKey)).slice(0, keyIdBytes);
}

/** The key as one line that people can pass on: `<name>+<key id>+<base64>` (a "vkey"). */
export function verifierKey(key: NoteKey): string {
  const encoded = concatBytes(Uint8Array.of(ed25519), key.publicKey);
  return `${key.name}+${bytesToHex(keyId(key))}+${toBase64(encoded)}`;
}

/** A key from its line. @throws AirlockError `key-refused` where the line is not the one form of an Ed25519 key. */
export function parseVerifierKey(line: string): NoteKey {
  const [, name = '', , encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  const key = { name, publicKey: bytes?.slice(1) ?? new Uint8Array() };
  if (bytes?.[0] === ed25519 && key.publicKey.length === publicKeyBytes && verifierKey(key) === line) return key;
  throw refused('key-refused', 'that is no verifier key of the form <name>+<key id>+<base64>, or not of Ed25519');
}

/** The note with its one signature. */
export function signedNote(text: string, key: NoteKey, signature: Uint8Array): string {
  return `${text}\n— ${key.name} ${toBase64(concatBytes(keyId(key), signature))}\n`;
}

/**
 * The text of a note that one of the keys signed. Signatures of other keys are passed over, as the format asks; one of
 * these keys that does not verify spoils the note, whatever else it carries.
 * @throws AirlockError `checkpoint-refused` with the reason.
 */
export function openNote(note: string, keys: readonly NoteKey[], verify: VerifySignature): string {
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const lines = note.slice(end + 1).split('\n');
  const malformed = /[\u0000-\u0009\u000b-\u001f]/.test(note) || note.length > maxNoteLength || end === 0;
  if (malformed || lines.pop() !== '') throw refused('checkpoint-refused', 'it is no signed note');
  const signatures = lines.map(parseSignature);
  const known = signatures.flatMap((signature) => {
    const key = keys.find(
      (candidate) => candidate.name === signature.name && sameBytes(keyId(candidate), signature.id),
    );
    return key ? [{ key, signature }] : [];
  });
  if (known.length === 0)
    throw refused('checkpoint-refused', `none of its signatures is of ${keys.map(verifierKey).join(', ')}`);
  for (const { key, signature } of known) {
    const good = signature.bytes.length === signatureBytes && verify(key.publicKey, utf8ToBytes(text), signature.bytes);
    if (!good)
      throw refused(
        'checkpoint-refused',
        `the signature of ${key.name} is not over this text: it is forged or damaged`,
      );
  }
  return text;
}

function parseSignature(line: string): { name: string; id: Uint8Array; bytes: Uint8Array } {
  const [, name, encoded = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!name || !bytes) throw refused('checkpoint-refused', 'one of its signature lines is none');
  return { name, id: bytes.slice(0, keyIdBytes), bytes: bytes.slice(keyIdBytes) };
}
