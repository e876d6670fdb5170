import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../src/lib/digest.ts';
import { badInput } from '../../src/lib/error.ts';
import { startIn } from '../../src/cli/commands/wiring/start-stack.ts';
import { openOwnState, removeState } from '../../stack/state/own-state.ts';
import { createProgress } from '../../stack/progress.ts';
import { command, remote } from '../command.ts';
import { createStackClient, type StackClient } from '../stack-client.ts';
import { storyA } from '../stories/story-a.ts';
import { tourCommands, tourText, type TourStep } from './tour-text.ts';

/**
 * `airlock tour`: runs story A of the demo on a temporary stack and writes what a reader needs to follow the incident: a
 * README.md with the output of commands, the approved dossier, and an export of the journal, which `airlock journal
 * verify` checks with the public key beside it.
 * @param folder Is replaced. Either it does not exist yet, or it is empty, or it contains an earlier tour.
 * @throws AirlockError `bad-input` for any other folder, before anything starts; Error if the story missed something.
 */
export async function tour(checkout: string, folder: string): Promise<void> {
  await mayReplace(folder);
  const progress = createProgress();
  const state = await openOwnState('demo');
  try {
    const client = await createStackClient(await startIn(checkout, state, { progress }));
    progress.step('running one incident, from its alert to its end');
    const { missing } = await storyA.run(client, (label, text) => progress.say(`${label.padEnd(12)} ${text}`));
    if (missing.length > 0) throw new Error(missing.join('; '));
    const [incident] = await client.api.incidents();
    if (!incident?.dossier) throw new Error('the story ended without a dossier');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await write(client, { folder, incident: incident.id, dossier: incident.dossier.digest });
    progress.say(`written: ${folder}`);
  } finally {
    progress.done();
    await removeState(state);
  }
}

/** Guards against a mistyped folder: the tour deletes only what an earlier tour wrote. */
async function mayReplace(folder: string): Promise<void> {
  const there: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw badInput('folder', `cannot be read: ${error.message}`);
  });
  const isTour = ['README.md', 'dossier.json', 'checkpoint.key'].every((name) => there.includes(name));
  if (there.length > 0 && !isTour)
    throw badInput('folder', `${folder} contains files that are not a tour: choose another folder`);
}

interface Subject {
  folder: string;
  incident: string;
  dossier: Digest;
}

async function write(client: StackClient, subject: Subject): Promise<void> {
  const { folder, incident, dossier } = subject;
  await writeFile(join(folder, 'dossier.json'), await client.api.document(incident, 'dossiers', dossier));
  await copyFile(client.stack.checkpointKeyFile, join(folder, 'checkpoint.key'));
  const steps: TourStep[] = [];
  for (const { title, args } of tourCommands(incident)) {
    steps.push({ title, args, printed: await run(client, args, folder) });
  }
  await writeFile(join(folder, 'README.md'), tourText(subject, steps));
}

/** Runs a command in the tour's folder, as a reader would. @returns its standard output. */
async function run({ stack }: StackClient, args: readonly string[], cwd: string): Promise<string> {
  const { code, out, text } = await command(args, { env: remote(stack), cwd });
  if (code !== 0) throw new Error(`airlock ${args.join(' ')} ended with exit code ${code}: ${text}`);
  return out;
}
