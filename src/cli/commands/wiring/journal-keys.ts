import { readDescription } from '../../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { badInput } from '../../../lib/error.ts';
import type { NoteKey } from '../../../tlog/note.ts';
import { readJournalKeys } from '../../journal/journal-keys.ts';
import { usesEmbeddedStack } from './connect.ts';

/**
 * Reads the keys with which the journal is verified: the keys that `--key` gives, or else the keys in the
 * key file of the embedded stack. The API is never asked for a key, because a compromised API could send a false key.
 * @param keyOrFile value of `--key`: one key, or the name of a file with keys.
 * @throws AirlockError `bad-input` if the key or the file is not usable, or if `--key` is missing although the command
 * does not use the embedded stack. `stack-not-running` or `state-corrupt` if the description of the embedded stack
 * cannot be read.
 */
export async function readKeysOrDefault(keyOrFile: string | undefined): Promise<NoteKey[]> {
  if (keyOrFile !== undefined) return readJournalKeys('--key', keyOrFile);
  if (!usesEmbeddedStack())
    throw badInput('--key', 'is required for every stack except the embedded stack of this machine');
  const { checkpointKeyFile } = await readDescription(await openState(defaultStatePath()));
  return readJournalKeys('checkpointKeyFile', checkpointKeyFile);
}
