import { readDescription } from '../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../stack/state/state.ts';
import { reach } from './api-commands.ts';
import { exportJournal, readNote, verifyJournal } from '../export-journal.ts';
import { readJournalKeys } from '../journal-keys.ts';
import { proveJournal } from '../prove-journal.ts';
import { badInput } from '../../lib/error.ts';
import { incidentIdSchema } from '../../domain/incident/incident.ts';
import type { NoteKey } from '../../tlog/note.ts';

// The entry point of the commands that believe no server: what they print was checked here, with a key from elsewhere.

const write = (text: string): void => void process.stdout.write(text);

/** `airlock journal prove` */
export async function prove(incident: string, { key, since }: { key?: string; since?: string }): Promise<void> {
  if (!incidentIdSchema.safeParse(incident).success) throw badInput('incident', 'expected inc-<16 hex digits>');
  const keys = await keysFor(key);
  const older = since === undefined ? undefined : await readNote('--since', since);
  await proveJournal({ api: (await reach()).api, keys, write }, incident, older);
}

/** `airlock journal export` */
export async function exportTo(folder: string, { key }: { key?: string }): Promise<void> {
  await exportJournal({ keys: await keysFor(key), api: (await reach()).api, write }, folder);
}

/** `airlock journal verify`: needs no stack. */
export async function verify(folder: string, { key, since }: { key: string; since?: string }): Promise<void> {
  await verifyJournal({ keys: await readJournalKeys('--key', key), write }, folder, since);
}

/** The key as it was typed; of the embedded stack of this machine, the one that its set-up wrote down. */
async function keysFor(key: string | undefined, env = process.env): Promise<NoteKey[]> {
  if (key !== undefined) return readJournalKeys('--key', key);
  if (env['AIRLOCK_API']) throw badInput('--key', 'is needed for a stack that is not of this machine');
  const { checkpointKeyFile } = await readDescription(await openState(defaultStatePath()));
  return readJournalKeys('checkpointKeyFile', checkpointKeyFile);
}
