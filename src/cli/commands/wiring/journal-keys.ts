import { readDescription } from '../../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { badInput } from '../../../lib/error.ts';
import type { NoteKey } from '../../../tlog/note.ts';
import { readJournalKeys } from '../../journal/journal-keys.ts';
import { isEmbedded } from './connect.ts';

/**
 * The key as it was typed, or the one that the set-up of the embedded stack wrote down.
 * @throws AirlockError `bad-input` where the API is another machine's and no key was typed: its own word is not enough.
 */
export async function keysFor(key: string | undefined): Promise<NoteKey[]> {
  if (key !== undefined) return readJournalKeys('--key', key);
  if (!isEmbedded()) throw badInput('--key', 'is required for a stack that is not the embedded one of this machine');
  const { checkpointKeyFile } = await readDescription(await openState(defaultStatePath()));
  return readJournalKeys('checkpointKeyFile', checkpointKeyFile);
}
