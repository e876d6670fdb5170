import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import proto, { type temporal } from '@temporalio/proto';

// Protobuf's binary form: the SDK's JSON conversion needs one copy of protobufjs, and npm installs several.
const { History } = proto.temporal.api.history.v1;

/** The history of a workflow: its events. */
export type WorkflowHistory = temporal.api.history.v1.IHistory;

const recorded = fileURLToPath(new URL('recorded', import.meta.url));

/** File of a behaviour's recorded history, as `temporal.api.history.v1.History`: one folder for each outcome. */
export function historyFile(name: string): string {
  const [outcome = '', ...rest] = name.split('-');
  return join(recorded, outcome, `${rest.join('-')}.binpb`);
}

/** Names of the behaviours that have a recorded history, sorted. */
export async function recordedBehaviours(): Promise<string[]> {
  const files = (await readdir(recorded, { recursive: true })).filter((file) => file.endsWith('.binpb'));
  return files.map((file) => file.replace('/', '-').replace('.binpb', '')).sort();
}

/** Reads the recorded history of a behaviour. */
export async function readHistory(name: string): Promise<WorkflowHistory> {
  return History.decode(await readFile(historyFile(name)));
}

/** Writes a history, without the stack traces of its failures, which contain local paths. Replaces an earlier one. */
export async function writeHistory(name: string, history: WorkflowHistory): Promise<void> {
  const copy = History.decode(History.encode(history).finish());
  dropStacks(copy);
  await mkdir(dirname(historyFile(name)), { recursive: true });
  await writeFile(historyFile(name), History.encode(copy).finish());
}

/** Empties `stackTrace` of every failure and its causes, anywhere in an event. */
function dropStacks(part: unknown): void {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  const members = part as Record<string, unknown>;
  for (const [name, value] of Object.entries(members)) {
    if (name === 'stackTrace') members[name] = '';
    else dropStacks(value);
  }
}
