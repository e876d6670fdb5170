import { AirlockError } from '../src/lib/error.ts';
import { checkAndStartStack } from '../src/cli/commands/wiring/start-stack.ts';
import { terminalOf } from '../src/cli/render/terminal.ts';
import { createTemporaryState, removeState } from '../stack/state/own-state.ts';
import type { StackDescription } from '../stack/state/description.ts';
import { isRunning, stopAll } from '../stack/process/process.ts';
import { createProgress, type Progress } from '../stack/progress.ts';
import { defaultStatePath, openState, type StateFolder } from '../stack/state/state.ts';
import { ensureToolchain } from '../stack/toolchain/toolchain.ts';
import { storySequences } from './story-sequences.ts';
import { createKillableGateway, type KillableGateway } from './stories/killable-gateway.ts';
import { createStackClient, type StackClient } from './stack-client.ts';
import type { Story, StoryResult } from './stories/story.ts';
import { jsonOf, keepHints, tablesOf, type DemoRun } from './tables.ts';

/** Options of `airlock demo`. */
export interface DemoOptions {
  /** If true, the demo prints the results as one JSON document. */
  json?: boolean;
  /** If true, the stack keeps running after the demo. */
  keep?: boolean;
}

/**
 * Starts a stack, runs the stories on the stack, and prints the results.
 *
 * Without `keep`, the demo then stops the stack and deletes the state folder. With `keep`, the stack keeps running,
 * even if a story has problems. After any other error or a signal, the demo stops the stack with and without `keep`.
 * The demo deletes the state folder only without `keep`.
 * @throws AirlockError `demo-failed` if a story has problems. AirlockError `interrupted` after SIGINT, SIGTERM or
 * SIGHUP. AirlockError `stack-running` if `keep` is true and a stack already runs. Also throws the errors of the start.
 */
export async function demo(checkout: string, { json = false, keep = false }: DemoOptions): Promise<void> {
  const progress = createProgress();
  const toolchain = await ensureToolchain(progress);
  const state = keep ? await openUnusedDefaultState() : await createTemporaryState('demo');
  let keepsRunning = false;
  await using gateway = await createKillableGateway('east', { checkout, toolchain });
  const starting = checkAndStartStack(checkout, state, { progress, gatewayTargetUrls: gateway.targetUrls }).then(
    (stack) => {
      gateway.connectTo(state, stack);
      return stack;
    },
  );
  try {
    const run = await Promise.race([runStories(starting, gateway, progress), interruption()]);
    if (keep) await gateway.restartWithoutProxy();
    process.stdout.write(
      json ? `${JSON.stringify(jsonOf(run), undefined, 2)}\n` : tablesOf(run, terminalOf(process.stdout)),
    );
    keepsRunning = keep;
    if (keep) process.stderr.write(keepHints(run));
    if (run.results.every(({ passed }) => passed)) return;
    throw new AirlockError({
      code: 'demo-failed',
      message: 'a story has problems: see the lines marked PROBLEM above',
    });
  } finally {
    progress.done();
    if (!keepsRunning) await stopStack(state, { starting, remove: !keep });
  }
}

/**
 * Stops the stack, even while the stack is starting. The start then fails, but may launch more processes before it
 * fails. So this function waits until the start has ended, and stops all processes again.
 * @param remove if true, the state folder is deleted too.
 */
async function stopStack(
  state: StateFolder,
  { starting, remove }: { starting: Promise<unknown>; remove: boolean },
): Promise<void> {
  await stopAll(state);
  await starting.catch(() => undefined); // `demo` already throws this error, or the `stopAll` above caused it
  await (remove ? removeState(state) : stopAll(state));
}

async function runStories(
  starting: Promise<StackDescription>,
  gateway: KillableGateway,
  progress: Progress,
): Promise<DemoRun> {
  const stackStartedAt = Date.now();
  const stack = await starting;
  const stackSeconds = secondsSince(stackStartedAt);
  progress.done();
  progress.say(`the stack is ready after ${stackSeconds.toFixed(1)} s`);
  const storiesStartedAt = Date.now();
  const results = await runSequences(storySequences(gateway), await createStackClient(stack), progress);
  return { stack, results, seconds: secondsSince(storiesStartedAt), stackSeconds };
}

/**
 * Rejects at the first SIGINT, SIGTERM or SIGHUP. Without this function, the signal would end this process and leave
 * the stack running.
 */
function interruption(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.stderr.write(`${signal}: stopping the stack\n`);
        reject(new AirlockError({ code: 'interrupted', message: `${signal} stopped the demo` }));
      });
    }
  });
}

async function runSequences(sequences: Story[][], client: StackClient, progress: Progress): Promise<StoryResult[]> {
  const startedAt = Date.now();
  const stories = sequences.flat().sort((a, b) => a.id.localeCompare(b.id));
  progress.say(`stories: ${stories.map(({ id, title }) => `${id}. ${title}`).join('; ')}`);
  const say = (line: string): void => progress.say(`${clock(startedAt)}  ${line}`);
  const results: StoryResult[] = [];
  const runSequence = async (sequence: Story[]): Promise<void> => {
    for (const story of sequence) results.push(await runStory(story, client, say));
  };
  await Promise.all(sequences.map(runSequence));
  return results.sort((a, b) => a.id.localeCompare(b.id));
}

async function runStory(story: Story, client: StackClient, say: (line: string) => void): Promise<StoryResult> {
  const { id, title } = story;
  const startedAt = Date.now();
  const print = (label: string, text: string): void => say(`${id}  ${label.padEnd(12)} ${text}`);
  const report = await story.run(client, print).catch((error: Error) => {
    const problem = `the story ended with an error: ${error.message}`;
    return { outcome: 'broken', problems: [problem], comparison: [] };
  });
  for (const problem of report.problems) print('PROBLEM', problem);
  return { id, title, ...report, passed: report.problems.length === 0, seconds: secondsSince(startedAt) };
}

/** Opens the default state folder. @throws AirlockError `stack-running` if a stack already uses this folder. */
async function openUnusedDefaultState(): Promise<StateFolder> {
  const state = await openState(defaultStatePath());
  if (!(await state.records()).some(isRunning)) return state;
  const message = `a stack already runs in ${state.path}: run \`npx airlock down\` first, or run the demo without --keep`;
  throw new AirlockError({ code: 'stack-running', message });
}

function secondsSince(startedAt: number): number {
  return Math.round((Date.now() - startedAt) / 100) / 10;
}

function clock(startedAt: number): string {
  return `${secondsSince(startedAt).toFixed(1).padStart(5)} s`;
}
