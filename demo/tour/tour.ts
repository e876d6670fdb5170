import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../src/lib/digest.ts';
import { badInput } from '../../src/lib/error.ts';
import { startIn } from '../../src/cli/commands/wiring/start-stack.ts';
import { openOwnState, removeState } from '../../stack/state/own-state.ts';
import { createProgress } from '../../stack/progress.ts';
import { command, clientEnvironment } from '../command.ts';
import { createStackClient, type StackClient } from '../stack-client.ts';
import { storyA } from '../stories/story-a.ts';
import { tourCommands, tourText, type TourStep } from './tour-text.ts';

/**
 * `airlock tour`: runs story A of the demo on a temporary stack, and writes a folder about its incident:
 * - `README.md` with commands and their output.
 * - `dossier.json`: the approved dossier.
 * - `journal/`: an export of the journal.
 * - `checkpoint.key`: the public key for `airlock journal verify`.
 * @param folder the folder to write. Its content is replaced. The folder must be absent, empty, or an earlier tour.
 * @throws AirlockError `bad-input` for any other folder, before anything starts. Error if a command failed, or if the
 * story did not show something that it must show.
 */
export async function tour(checkout: string, folder: string): Promise<void> {
  await requireReplaceable(folder);
  const progress = createProgress();
  const state = await openOwnState('demo');
  try {
    const client = await createStackClient(await startIn(checkout, state, { progress }));
    progress.step('running one incident, from its alert to its end');
    const { missing } = await storyA.run(client, (label, text) => progress.say(`${label.padEnd(12)} ${text}`));
    if (missing.length > 0)
      throw new Error(
        `story A did not show: ${missing.join('; ')}; find the cause with \`npm run demo -- --keep\`, then run the tour again`,
      );
    const [incident] = await client.api.incidents();
    if (!incident?.dossier)
      throw new Error(
        'story A ended without a dossier: run `npm run demo -- --keep`, and read the journal of its incident',
      );
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await write(client, { folder, incident: incident.id, dossier: incident.dossier.digest });
    progress.say(`written: ${folder}`);
  } finally {
    progress.done();
    await removeState(state);
  }
}

/**
 * Throws if the folder contains files and is not an earlier tour. Without this check, the tour would delete the files
 * of a mistyped folder.
 */
async function requireReplaceable(folder: string): Promise<void> {
  const names: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw badInput('folder', `cannot be read: ${error.message}`);
  });
  const isTour = ['README.md', 'dossier.json', 'checkpoint.key'].every((name) => names.includes(name));
  if (names.length > 0 && !isTour)
    throw badInput('folder', `${folder} contains files that are not a tour: choose another folder`);
}

interface TourSource {
  folder: string;
  incident: string;
  dossier: Digest;
}

async function write(client: StackClient, source: TourSource): Promise<void> {
  const { folder, incident, dossier } = source;
  await writeFile(join(folder, 'dossier.json'), await client.api.document(incident, 'dossiers', dossier));
  await copyFile(client.stack.checkpointKeyFile, join(folder, 'checkpoint.key'));
  const steps: TourStep[] = [];
  for (const { title, args } of tourCommands(incident)) {
    steps.push({ title, args, printed: await run(client, args, folder) });
  }
  await writeFile(join(folder, 'README.md'), tourText(source, steps));
}

/** Runs a command in the folder of the tour. @returns the standard output of the command. */
async function run({ stack }: StackClient, args: readonly string[], cwd: string): Promise<string> {
  const { code, out, text } = await command(args, { env: clientEnvironment(stack), cwd });
  if (code !== 0) throw new Error(`airlock ${args.join(' ')} ended with exit code ${code}: ${text}`);
  return out;
}
