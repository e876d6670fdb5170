import { readFile } from 'node:fs/promises';
import { badInput } from '../../lib/error.ts';
import { parseVerifierKey, type NoteKey } from '../../tlog/note.ts';

/**
 * Reads the keys with which a journal is verified.
 * @param field name of the input in the error, such as `--key`.
 * @param keyOrFile one verifier key, or the name of a file with one verifier key per line.
 * @throws AirlockError `bad-input` naming `field`.
 */
export async function readJournalKeys(field: string, keyOrFile: string): Promise<NoteKey[]> {
  if (keyOrFile.includes('+') && isKey(keyOrFile)) return [parseVerifierKey(keyOrFile)];
  const text = await readFile(keyOrFile, 'utf8').catch((error: Error) => {
    throw badInput(field, `is neither a verifier key nor a readable file: ${error.message}`);
  });
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length === 0 || !lines.every(isKey)) {
    throw badInput(field, 'expected a verifier key, or a file of them, one per line');
  }
  return lines.map(parseVerifierKey);
}

function isKey(line: string): boolean {
  try {
    parseVerifierKey(line);
    return true;
  } catch {
    return false;
  }
}
