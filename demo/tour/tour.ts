import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../src/lib/digest.ts';
import { badInput } from '../../src/lib/error.ts';
import { startIn } from '../../src/cli/commands/stack-commands.ts';
import { openOwnState, removeState } from '../../stack/state/own-state.ts';
import { createProgress } from '../../stack/progress.ts';
import { command, remote } from '../command.ts';
import { createStage, type Stage } from '../stage.ts';
import { storyA } from '../stories/story-a.ts';
import { tourCommands, tourText, type TourPart } from './tour-text.ts';

/**
 * `airlock tour`: has one incident happen on a stack of its own (story A of the demo), and writes down what a reader needs
 * to follow it: README.md with what the commands print, the dossier that was signed, and the journal as an export that
 * `airlock journal verify` checks with nothing but the public key beside it.
 * @param folder is replaced; it is not there yet, empty, or an earlier tour.
 * @throws AirlockError `bad-input` for any other folder, before anything starts; Error where the story did not show everything that it promises.
 */
export async function tour(checkout: string, folder: string): Promise<void> {
  await mayReplace(folder);
  const progress = createProgress();
  const state = await openOwnState('demo');
  try {
    const stage = await createStage(await startIn(checkout, state, { progress }));
    progress.step('one incident, from its alert to its end');
    const { missing } = await storyA.tell(stage, (word, fact) => progress.say(`${word.padEnd(12)} ${fact}`));
    if (missing.length > 0) throw new Error(missing.join('; '));
    const [incident] = await stage.api.incidents();
    if (!incident?.dossier) throw new Error('the story left no incident with a dossier');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await write(stage, { folder, incident: incident.id, dossier: incident.dossier.digest });
    progress.say(`written: ${folder}`);
  } finally {
    progress.done();
    await removeState(state);
  }
}

/** Whoever mistypes a folder loses nothing: only what a tour wrote is deleted for the next one. */
async function mayReplace(folder: string): Promise<void> {
  const there: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw badInput('folder', `cannot be read: ${error.message}`);
  });
  const isTour = ['README.md', 'dossier.json', 'checkpoint.key'].every((name) => there.includes(name));
  if (there.length > 0 && !isTour)
    throw badInput('folder', `${folder} holds something that no tour wrote: name another`);
}

interface Subject {
  folder: string;
  incident: string;
  dossier: Digest;
}

async function write(stage: Stage, subject: Subject): Promise<void> {
  const { folder, incident, dossier } = subject;
  await writeFile(join(folder, 'dossier.json'), await stage.api.document(incident, 'dossiers', dossier));
  await copyFile(stage.stack.checkpointKeyFile, join(folder, 'checkpoint.key'));
  const parts: TourPart[] = [];
  for (const { title, args } of tourCommands(incident)) {
    parts.push({ title, args, printed: await run(stage, args, folder) });
  }
  await writeFile(join(folder, 'README.md'), tourText(subject, parts));
}

/** Runs a command in the tour's folder, as a reader of it would. @returns what it printed on standard output. */
async function run({ stack }: Stage, args: readonly string[], cwd: string): Promise<string> {
  const { code, out, text } = await command(args, { env: remote(stack), cwd });
  if (code !== 0) throw new Error(`airlock ${args.join(' ')} ended with ${code}: ${text}`);
  return out;
}
