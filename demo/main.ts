import { AirlockError } from '../src/lib/error.ts';
import { startIn } from '../src/cli/commands/stack-commands.ts';
import { openOwnState, removeState } from '../stack/state/own-state.ts';
import type { StackDescription } from '../stack/state/description.ts';
import { alive, stopAll } from '../stack/process/process.ts';
import { createProgress, type Progress } from '../stack/progress.ts';
import { defaultStatePath, openState, type StateFolder } from '../stack/state/state.ts';
import { ensureParts } from '../stack/toolchain/toolchain.ts';
import { lanesOf } from './lanes.ts';
import { createMortalGateway, type MortalGateway } from './stories/killable-gateway.ts';
import { createStage, type Stage } from './stage.ts';
import type { Story, StoryResult } from './stories/story.ts';
import { jsonOf, keepHints, tablesOf, type Telling } from './tables.ts';

export interface DemoOptions {
  json?: boolean;
  keep?: boolean;
}

/**
 * `npm run demo`: a stack of its own, its stories side by side where they can be, one line per stage, a table at the end.
 * Stops and removes what it started, also when it is interrupted.
 * @throws AirlockError `demo-failed` when a story did not show everything that it promises, `interrupted`.
 */
export async function demo(checkout: string, { json = false, keep = false }: DemoOptions): Promise<void> {
  const progress = createProgress();
  const parts = await ensureParts(progress);
  const state = keep ? await freeDefaultState() : await openOwnState('demo');
  let kept = false;
  await using gateway = await createMortalGateway('east', { checkout, parts });
  const starting = startIn(checkout, state, { progress, reach: gateway.reach }).then((stack) => {
    gateway.passTo(state, stack);
    return stack;
  });
  try {
    const told = await Promise.race([tellOn(starting, gateway, progress), interruption()]);
    if (keep) await gateway.settle();
    process.stdout.write(json ? `${JSON.stringify(jsonOf(told), undefined, 2)}\n` : tablesOf(told));
    kept = keep;
    if (keep) process.stderr.write(keepHints(told));
    if (told.results.every(({ passed }) => passed)) return;
    throw new AirlockError({ code: 'demo-failed', message: 'not everything was seen: see above', next: 'ask' });
  } finally {
    progress.done();
    if (!kept) await stop(state, { starting, remove: !keep });
  }
}

/** What is still being started when its servers are stopped fails, and nothing is started after that. */
async function stop(
  state: StateFolder,
  { starting, remove }: { starting: Promise<unknown>; remove: boolean },
): Promise<void> {
  await stopAll(state);
  await starting.catch(() => undefined); // told already, or caused by the stop
  await (remove ? removeState(state) : stopAll(state));
}

async function tellOn(
  starting: Promise<StackDescription>,
  gateway: MortalGateway,
  progress: Progress,
): Promise<Telling> {
  const begun = Date.now();
  const stack = await starting;
  const stackSeconds = secondsSince(begun);
  progress.done();
  progress.say(`stack ready after ${stackSeconds.toFixed(1)} s: two clusters, six servers, four processes`);
  const started = Date.now();
  const results = await tellAll(lanesOf(gateway), await createStage(stack), progress);
  return { stack, results, seconds: secondsSince(started), stackSeconds };
}

/** Whoever interrupts gets a clean stop: what was started is on record, whatever is under way. */
function interruption(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.stderr.write(`${signal}: stopping what was started\n`);
        reject(new AirlockError({ code: 'interrupted', message: `stopped by ${signal}`, next: 'ask' }));
      });
    }
  });
}

async function tellAll(lanes: Story[][], stage: Stage, progress: Progress): Promise<StoryResult[]> {
  const started = Date.now();
  const stories = lanes.flat().sort((a, b) => a.id.localeCompare(b.id));
  progress.say(`stories: ${stories.map(({ id, title }) => `${id}. ${title}`).join('; ')}`);
  const say = (line: string): void => progress.say(`${clock(started)}  ${line}`);
  const results: StoryResult[] = [];
  const tellLane = async (lane: Story[]): Promise<void> => {
    for (const story of lane) results.push(await tellOne(story, stage, say));
  };
  await Promise.all(lanes.map(tellLane));
  return results.sort((a, b) => a.id.localeCompare(b.id));
}

async function tellOne(story: Story, stage: Stage, say: (line: string) => void): Promise<StoryResult> {
  const { id, title } = story;
  const started = Date.now();
  const tell = (word: string, fact: string): void => say(`${id}  ${word.padEnd(12)} ${fact}`);
  const told = await story.tell(stage, tell).catch((error: Error) => {
    const problem = `the story broke off: ${error.message}`;
    return { outcome: 'broken', missing: [problem], comparison: [] };
  });
  for (const sentence of told.missing) tell('MISSING', sentence);
  return { id, title, ...told, passed: told.missing.length === 0, seconds: secondsSince(started) };
}

async function freeDefaultState(): Promise<StateFolder> {
  const state = await openState(defaultStatePath());
  const running = await Promise.all((await state.records()).map(alive));
  if (!running.includes(true)) return state;
  const message = `a stack is up in ${state.path}: stop it first with \`npx airlock down\`, or leave --keep out`;
  throw new AirlockError({ code: 'stack-is-up', message, next: 'ask' });
}

function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 100) / 10;
}

function clock(start: number): string {
  return `${secondsSince(start).toFixed(1).padStart(5)} s`;
}
