import { readDescription } from '../../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { badInput } from '../../../lib/error.ts';
import type { NoteKey } from '../../../tlog/note.ts';
import { readJournalKeys } from '../../journal/journal-keys.ts';
import { isEmbedded } from './connect.ts';

/**
 * Reads the keys of `--key`. Without that option it reads the key file of the embedded stack on this machine.
 * @throws AirlockError `bad-input` if `--key` is missing and `AIRLOCK_API` names another stack. The key must not come
 * from the API of that stack, because a compromised API could send its own key.
 */
export async function keysFor(key: string | undefined): Promise<NoteKey[]> {
  if (key !== undefined) return readJournalKeys('--key', key);
  if (!isEmbedded()) throw badInput('--key', 'is required for every stack except the embedded one of this machine');
  const { checkpointKeyFile } = await readDescription(await openState(defaultStatePath()));
  return readJournalKeys('checkpointKeyFile', checkpointKeyFile);
}
