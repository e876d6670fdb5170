import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import proto, { type temporal } from '@temporalio/proto';

// Protobuf's binary form: the SDK's JSON conversion needs one copy of protobufjs, and npm installs several.
const { History } = proto.temporal.api.history.v1;

/** The history of a workflow: its events. */
export type WorkflowHistory = temporal.api.history.v1.IHistory;

/** File of a behaviour's recorded history, as `temporal.api.history.v1.History`. */
export function historyFile(name: string): string {
  return fileURLToPath(new URL(`recorded/${name}.binpb`, import.meta.url));
}

/** Reads the recorded history of a behaviour. */
export async function readHistory(name: string): Promise<WorkflowHistory> {
  return History.decode(await readFile(historyFile(name)));
}

/** Writes a history, without the stack traces of its failures, which contain local paths. Replaces an earlier one. */
export async function writeHistory(name: string, history: WorkflowHistory): Promise<void> {
  const copy = History.decode(History.encode(history).finish());
  dropStacks(copy);
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
