import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { fromBase64, toBase64 } from '../lib/base64.ts';
import { refused } from '../lib/error.ts';
import { sameBytes } from './merkle.ts';

/** The name and the Ed25519 public key (32 bytes) of a signer of notes (C2SP signed-note). */
export interface NoteKey {
  name: string;
  publicKey: Uint8Array;
}

/**
 * Returns true if the Ed25519 signature of the message is valid (RFC 8032). The caller supplies this function, because
 * this folder contains no cryptography except hash functions.
 */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** The number of the signature type Ed25519 (C2SP signed-note, "Signature types"). */
const ed25519 = 1;
/** Length of an Ed25519 public key, bytes. */
const publicKeyBytes = 32;
/** Length of a key id, bytes. */
const keyIdBytes = 4;
/** Length of an Ed25519 signature, bytes. */
const signatureBytes = 64;
/** Size limit of a note, characters. A signed checkpoint is far smaller. */
const maxNoteLength = 64 * 1024;

/** What a person should do about a refused note. Error messages end with this text. */
const advice = 'do not trust this note, and get the checkpoint again';

/**
 * Returns the key id: the first four bytes of a hash of the key. A signature line contains the id of its key, so that a
 * verifier finds the right key. Anyone can write this id, so the id alone proves nothing.
 */
function keyId({ name, publicKey }: NoteKey): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(`${name}\n`), Uint8Array.of(ed25519), publicKey)).slice(0, keyIdBytes);
}

/** Returns the verifier key of a signer: one line of text (a vkey), `<name>+<key id>+<base64>`. */
export function verifierKey(key: NoteKey): string {
  const encoded = concatBytes(Uint8Array.of(ed25519), key.publicKey);
  return `${key.name}+${bytesToHex(keyId(key))}+${toBase64(encoded)}`;
}

/**
 * Parses a verifier key.
 * @throws AirlockError `key-refused` if the line is not a verifier key as `verifierKey` returns it.
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

/** Returns a signed note with this text. `signature` is the signature of the text by this key. */
export function signedNote(text: string, key: NoteKey, signature: Uint8Array): string {
  return `${text}\n— ${key.name} ${toBase64(concatBytes(keyId(key), signature))}\n`;
}

/**
 * Verifies a signed note and returns the text of the note. At least one key of `keys` must have signed the note. Every
 * signature by a key of `keys` must be valid. Signatures by other keys are ignored, as the format demands.
 * @throws AirlockError `checkpoint-refused` with the reason.
 */
export function openNote(note: string, keys: readonly NoteKey[], verify: VerifySignature): string {
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const lines = note.slice(end + 1).split('\n');
  const unacceptable = /[\u0000-\u0009\u000b-\u001f]/.test(note) || note.length > maxNoteLength || end === 0;
  if (unacceptable || lines.pop() !== '')
    throw refused('checkpoint-refused', `the signed note is malformed or too long: ${advice}`);
  const signatures = lines.map(parseSignature);
  const knownSignatures = signatures.flatMap((signature) => {
    const key = keys.find(
      (candidate) => candidate.name === signature.keyName && sameBytes(keyId(candidate), signature.keyId),
    );
    return key ? [{ key, signature }] : [];
  });
  if (knownSignatures.length === 0) {
    const expected = keys.map(verifierKey).join(' or ') || 'a known key';
    throw refused(
      'checkpoint-refused',
      `the note has no signature of ${expected}: if another key should have signed the note, give that key; otherwise ${advice}`,
    );
  }
  for (const { key, signature } of knownSignatures) {
    const valid =
      signature.bytes.length === signatureBytes && verify(key.publicKey, utf8ToBytes(text), signature.bytes);
    if (!valid) {
      const problem = `the signature of ${key.name} does not match the text: the note is forged or damaged; ${advice}`;
      throw refused('checkpoint-refused', problem);
    }
  }
  return text;
}

function parseSignature(line: string): { keyName: string; keyId: Uint8Array; bytes: Uint8Array } {
  const [, keyName, encoded = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!keyName || !bytes)
    throw refused('checkpoint-refused', `the note contains a malformed signature line: ${advice}`);
  return { keyName, keyId: bytes.slice(0, keyIdBytes), bytes: bytes.slice(keyIdBytes) };
}
