import { AirlockError } from '../src/lib/error.ts';
import { startIn } from '../src/cli/commands/wiring/start-stack.ts';
import { terminalOf } from '../src/cli/render/terminal.ts';
import { openOwnState, removeState } from '../stack/state/own-state.ts';
import type { StackDescription } from '../stack/state/description.ts';
import { alive, stopAll } from '../stack/process/process.ts';
import { createProgress, type Progress } from '../stack/progress.ts';
import { defaultStatePath, openState, type StateFolder } from '../stack/state/state.ts';
import { ensureToolchain } from '../stack/toolchain/toolchain.ts';
import { storySequences } from './story-sequences.ts';
import { createKillableGateway, type KillableGateway } from './stories/killable-gateway.ts';
import { createStackClient, type StackClient } from './stack-client.ts';
import type { Story, StoryResult } from './stories/story.ts';
import { jsonOf, keepHints, tablesOf, type DemoRun } from './tables.ts';

/** Options of `airlock demo`, as its help describes them. */
export interface DemoOptions {
  json?: boolean;
  keep?: boolean;
}

/**
 * `npm run demo`: starts a stack, runs the stories, then stops and removes everything, even after a signal. With
 * `keep`, the stack keeps running if all stories have ended. The demo prints a line for each stage and tables at the
 * end. Stories run at the same time where possible.
 * @throws AirlockError `demo-failed` if a story did not show something that it must show, `interrupted`,
 * `stack-running` (with `keep`), or an error of the start.
 */
export async function demo(checkout: string, { json = false, keep = false }: DemoOptions): Promise<void> {
  const progress = createProgress();
  const toolchain = await ensureToolchain(progress);
  const state = keep ? await openUnusedDefaultState() : await openOwnState('demo');
  let kept = false;
  await using gateway = await createKillableGateway('east', { checkout, toolchain });
  const starting = startIn(checkout, state, { progress, gatewayTargetUrls: gateway.targetUrls }).then((stack) => {
    gateway.connectTo(state, stack);
    return stack;
  });
  try {
    const run = await Promise.race([runOn(starting, gateway, progress), interruption()]);
    if (keep) await gateway.restartWithoutProxy();
    process.stdout.write(
      json ? `${JSON.stringify(jsonOf(run), undefined, 2)}\n` : tablesOf(run, terminalOf(process.stdout)),
    );
    kept = keep;
    if (keep) process.stderr.write(keepHints(run));
    if (run.results.every(({ passed }) => passed)) return;
    throw new AirlockError({
      code: 'demo-failed',
      message: 'a story did not show everything that it must show: see the lines marked MISSING above',
    });
  } finally {
    progress.done();
    if (!kept) await stop(state, { starting, remove: !keep });
  }
}

/**
 * Stops the stack, even while it is starting. A start fails when its servers are stopped, but it may launch more
 * servers before it fails. So this function waits until the start has ended, and then stops all servers again.
 */
async function stop(
  state: StateFolder,
  { starting, remove }: { starting: Promise<unknown>; remove: boolean },
): Promise<void> {
  await stopAll(state);
  await starting.catch(() => undefined); // the error was already reported, or the stop caused it
  await (remove ? removeState(state) : stopAll(state));
}

async function runOn(
  starting: Promise<StackDescription>,
  gateway: KillableGateway,
  progress: Progress,
): Promise<DemoRun> {
  const stackStart = Date.now();
  const stack = await starting;
  const stackSeconds = secondsSince(stackStart);
  progress.done();
  progress.say(
    `the stack is ready after ${stackSeconds.toFixed(1)} s: two clusters, six servers, four processes of Airlock`,
  );
  const started = Date.now();
  const results = await runAll(storySequences(gateway), await createStackClient(stack), progress);
  return { stack, results, seconds: secondsSince(started), stackSeconds };
}

/**
 * Rejects at the first SIGINT, SIGTERM or SIGHUP. The caller can then stop all started processes, because the state
 * folder lists them.
 */
function interruption(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.stderr.write(`${signal}: stopping the stack\n`);
        reject(new AirlockError({ code: 'interrupted', message: `stopped by ${signal}` }));
      });
    }
  });
}

async function runAll(sequences: Story[][], client: StackClient, progress: Progress): Promise<StoryResult[]> {
  const started = Date.now();
  const stories = sequences.flat().sort((a, b) => a.id.localeCompare(b.id));
  progress.say(`stories: ${stories.map(({ id, title }) => `${id}. ${title}`).join('; ')}`);
  const say = (line: string): void => progress.say(`${clock(started)}  ${line}`);
  const results: StoryResult[] = [];
  const runSequence = async (sequence: Story[]): Promise<void> => {
    for (const story of sequence) results.push(await runOne(story, client, say));
  };
  await Promise.all(sequences.map(runSequence));
  return results.sort((a, b) => a.id.localeCompare(b.id));
}

async function runOne(story: Story, client: StackClient, say: (line: string) => void): Promise<StoryResult> {
  const { id, title } = story;
  const started = Date.now();
  const print = (label: string, text: string): void => say(`${id}  ${label.padEnd(12)} ${text}`);
  const findings = await story.run(client, print).catch((error: Error) => {
    const problem = `the story ended with an error: ${error.message}`;
    return { outcome: 'broken', missing: [problem], comparison: [] };
  });
  for (const sentence of findings.missing) print('MISSING', sentence);
  return { id, title, ...findings, passed: findings.missing.length === 0, seconds: secondsSince(started) };
}

/** Opens the default state folder. @throws AirlockError `stack-running` if a stack already uses it. */
async function openUnusedDefaultState(): Promise<StateFolder> {
  const state = await openState(defaultStatePath());
  const running = await Promise.all((await state.records()).map(alive));
  if (!running.includes(true)) return state;
  const message = `a stack runs in ${state.path}: stop it with \`npx airlock down\`, or run the demo without --keep`;
  throw new AirlockError({ code: 'stack-running', message });
}

function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 100) / 10;
}

function clock(start: number): string {
  return `${secondsSince(start).toFixed(1).padStart(5)} s`;
}
