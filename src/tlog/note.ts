import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { fromBase64, toBase64 } from '../lib/base64.ts';
import { refused } from '../lib/error.ts';
import { sameBytes } from './merkle.ts';

/**
 * The public part of a key that signs notes: its name and the 32 bytes of its Ed25519 public key (C2SP signed-note).
 */
export interface NoteKey {
  name: string;
  publicKey: Uint8Array;
}

/**
 * Checks an Ed25519 signature (RFC 8032). The caller supplies this function: code in this folder has no cryptography
 * except hash functions.
 */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Signature type of Ed25519 (C2SP signed-note, "Signature types"). */
const ed25519 = 1;
const [publicKeyBytes, keyIdBytes, signatureBytes] = [32, 4, 64];
/** Size limit of a note, characters. A note with the signatures of many witnesses is far smaller. */
const maxNoteLength = 64 * 1024;

/** End of the error messages: what the reader should do with the refused note. */
const advice = 'do not trust this note, and get the checkpoint again';

/**
 * Returns the first four bytes of a hash of the key. A signature contains these bytes as a hint which key to use. The
 * bytes do not prove that this key made the signature, so `openNote` verifies the signature too.
 */
function keyId({ name, publicKey }: NoteKey): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(`${name}\n`), Uint8Array.of(ed25519), publicKey)).slice(0, keyIdBytes);
}

/** Returns the key as one line of text, `<name>+<key id>+<base64>` (a "vkey"). */
export function verifierKey(key: NoteKey): string {
  const encoded = concatBytes(Uint8Array.of(ed25519), key.publicKey);
  return `${key.name}+${bytesToHex(keyId(key))}+${toBase64(encoded)}`;
}

/**
 * Parses a verifier key. @throws AirlockError `key-refused` if the line is not the canonical form of an Ed25519 key.
 */
export function parseVerifierKey(line: string): NoteKey {
  const [, name = '', , encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  const key = { name, publicKey: bytes?.slice(1) ?? new Uint8Array() };
  if (bytes?.[0] === ed25519 && key.publicKey.length === publicKeyBytes && verifierKey(key) === line) return key;
  throw refused(
    'key-refused',
    'malformed verifier key: copy the whole line, <name>+<key id>+<base64> of an Ed25519 key',
  );
}

/** Builds a note from its text and one signature. */
export function signedNote(text: string, key: NoteKey, signature: Uint8Array): string {
  return `${text}\n— ${key.name} ${toBase64(concatBytes(keyId(key), signature))}\n`;
}

/**
 * Verifies a note and returns its text. At least one of the keys must have signed the note. Signatures of unknown keys
 * are ignored, as the format demands. One invalid signature of a known key is enough to refuse the note, even if
 * another known key has a valid signature.
 * @throws AirlockError `checkpoint-refused` with the reason.
 */
export function openNote(note: string, keys: readonly NoteKey[], verify: VerifySignature): string {
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const lines = note.slice(end + 1).split('\n');
  const malformed = /[\u0000-\u0009\u000b-\u001f]/.test(note) || note.length > maxNoteLength || end === 0;
  if (malformed || lines.pop() !== '') throw refused('checkpoint-refused', `malformed signed note: ${advice}`);
  const signatures = lines.map(parseSignature);
  const known = signatures.flatMap((signature) => {
    const key = keys.find(
      (candidate) => candidate.name === signature.name && sameBytes(keyId(candidate), signature.id),
    );
    return key ? [{ key, signature }] : [];
  });
  if (known.length === 0) {
    const names = keys.map(verifierKey).join(', ') || 'a known key';
    throw refused(
      'checkpoint-refused',
      `the note has no signature of ${names}: if you expected another key, give that key; otherwise ${advice}`,
    );
  }
  for (const { key, signature } of known) {
    const valid =
      signature.bytes.length === signatureBytes && verify(key.publicKey, utf8ToBytes(text), signature.bytes);
    if (!valid) {
      const problem = `the signature of ${key.name} does not match the text: the note is forged or damaged; ${advice}`;
      throw refused('checkpoint-refused', problem);
    }
  }
  return text;
}

function parseSignature(line: string): { name: string; id: Uint8Array; bytes: Uint8Array } {
  const [, name, encoded = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!name || !bytes) throw refused('checkpoint-refused', `the note contains a malformed signature line: ${advice}`);
  return { name, id: bytes.slice(0, keyIdBytes), bytes: bytes.slice(keyIdBytes) };
}
