import { readFile } from 'node:fs/promises';
import { badInput } from '../../lib/error.ts';
import { parseVerifierKey, type NoteKey } from '../../tlog/note.ts';

/**
 * Reads the public keys that verify a journal.
 * @param field name of the input, such as `--key`. The error message contains this name.
 * @param keyOrFile one verifier key, or the name of a file with one verifier key per line.
 * @throws AirlockError `bad-input`.
 */
export async function readJournalKeys(field: string, keyOrFile: string): Promise<NoteKey[]> {
  if (isVerifierKey(keyOrFile)) return [parseVerifierKey(keyOrFile)];
  const text = await readFile(keyOrFile, 'utf8').catch((error: Error) => {
    throw badInput(field, `is neither a verifier key nor a readable file: ${error.message}`);
  });
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 0 || !lines.every(isVerifierKey)) {
    throw badInput(field, 'each line of the file must be a verifier key, and the file must contain at least one key');
  }
  return lines.map(parseVerifierKey);
}

function isVerifierKey(text: string): boolean {
  try {
    parseVerifierKey(text);
    return true;
  } catch {
    return false;
  }
}
