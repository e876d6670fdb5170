import { readDescription } from '../../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { badInput } from '../../../lib/error.ts';
import type { NoteKey } from '../../../tlog/note.ts';
import { readJournalKeys } from '../../journal/journal-keys.ts';
import { isEmbedded } from './connect.ts';

/**
 * Reads the keys that are given with `--key`. Without this option, reads the key file of the embedded stack.
 * @throws AirlockError `bad-input` if a key is malformed, or if `--key` is missing and the commands use another
 * stack. The key must not come from the API of that stack, because a compromised API could send its own key.
 */
export async function keysFor(key: string | undefined): Promise<NoteKey[]> {
  if (key !== undefined) return readJournalKeys('--key', key);
  if (!isEmbedded()) throw badInput('--key', 'is required for every stack except the embedded stack of this machine');
  const { checkpointKeyFile } = await readDescription(await openState(defaultStatePath()));
  return readJournalKeys('checkpointKeyFile', checkpointKeyFile);
}
