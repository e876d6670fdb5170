import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../src/lib/digest.ts';
import { badInput } from '../../src/lib/error.ts';
import { checkAndStartStack } from '../../src/cli/commands/wiring/start-stack.ts';
import { createTemporaryState, removeState } from '../../stack/state/own-state.ts';
import { createProgress } from '../../stack/progress.ts';
import { runCommand, clientEnvironment } from '../command.ts';
import { createStackClient, type StackClient } from '../stack-client.ts';
import { storyA } from '../stories/story-a.ts';
import { tourCommands, tourText, type TourStep } from './tour-text.ts';

/**
 * `airlock tour`: runs story A of the demo on a temporary stack, and writes a folder about the incident:
 * - `README.md` with commands and their output.
 * - `dossier.json`: the approved dossier.
 * - `journal/`: an export of the journal.
 * - `checkpoint.key`: the public key for `airlock journal verify`.
 * @param folder must be absent, empty, or an earlier tour. The content of the folder is replaced.
 * @throws AirlockError `bad-input` for any other folder, before anything starts. Error if the story has a problem, if
 * the incident has no dossier, or if a command failed.
 */
export async function tour(checkout: string, folder: string): Promise<void> {
  await requireReplaceable(folder);
  const progress = createProgress();
  const state = await createTemporaryState('demo');
  try {
    const client = await createStackClient(await checkAndStartStack(checkout, state, { progress }));
    progress.step('running one incident, from its alert to its end');
    const { problems } = await storyA.run(client, (label, text) => progress.say(`${label.padEnd(12)} ${text}`));
    if (problems.length > 0)
      throw new Error(
        `story A has problems: ${problems.join('; ')}; find the cause with \`npm run demo -- --keep\`, then run the tour again`,
      );
    const [incident] = await client.api.incidents();
    if (!incident?.dossier)
      throw new Error(
        'the incident of story A has no dossier: run `npm run demo -- --keep`, and read the journal of the incident',
      );
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeTour(client, { folder, incident: incident.id, dossier: incident.dossier.digest });
    progress.say(`written: ${folder}`);
  } finally {
    progress.done();
    await removeState(state);
  }
}

/**
 * Throws if the folder cannot be read, or if it contains files and is not an earlier tour. Without this check, the tour
 * would delete the files of a mistyped folder.
 */
async function requireReplaceable(folder: string): Promise<void> {
  const names: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw badInput('folder', `cannot be read: ${error.message}`);
  });
  const isTour = ['README.md', 'dossier.json', 'checkpoint.key'].every((name) => names.includes(name));
  if (names.length > 0 && !isTour)
    throw badInput('folder', `${folder} contains files and is not an earlier tour: choose another folder`);
}

interface TourContent {
  /** The folder to write. */
  folder: string;
  incident: string;
  dossier: Digest;
}

async function writeTour(client: StackClient, content: TourContent): Promise<void> {
  const { folder, incident, dossier } = content;
  await writeFile(join(folder, 'dossier.json'), await client.api.document(incident, 'dossiers', dossier));
  await copyFile(client.stack.checkpointKeyFile, join(folder, 'checkpoint.key'));
  const steps: TourStep[] = [];
  for (const { title, args } of tourCommands(incident)) {
    steps.push({ title, args, printed: await outputOf(client, args, folder) });
  }
  await writeFile(join(folder, 'README.md'), tourText(content, steps));
}

/** Runs a command in folder `cwd`. @returns the standard output of the command. */
async function outputOf({ stack }: StackClient, args: readonly string[], cwd: string): Promise<string> {
  const { code, out, text } = await runCommand(args, { env: clientEnvironment(stack), cwd });
  if (code !== 0) throw new Error(`airlock ${args.join(' ')} ended with exit code ${code}: ${text}`);
  return out;
}
