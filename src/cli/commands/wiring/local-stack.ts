import { readDescription, type StackDescription } from '../../../../stack/state/description.ts';
import { isRunning } from '../../../../stack/process/process.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { renderTable, type Cell } from '../../render/table.ts';
import type { Terminal } from '../../render/terminal.ts';

/** The embedded stack. `processes` are its recorded processes: the servers and the four processes of Airlock. */
interface EmbeddedStack {
  description: StackDescription;
  processes: { name: string; pid: number; running: boolean }[];
}

/**
 * Reads the state folder of the embedded stack, and checks which recorded processes run.
 * @throws AirlockError `stack-not-running` if the folder has no description of a stack. `state-corrupt` if a file in
 * the folder is malformed.
 */
export async function readEmbeddedStack(): Promise<EmbeddedStack> {
  const state = await openState(defaultStatePath());
  const description = await readDescription(state);
  const records = (await state.records()).sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
  const processes = records.map((record) => ({ name: record.name, pid: record.pid, running: isRunning(record) }));
  return { description, processes };
}

/**
 * Returns one phrase for each recorded process that does not run, such as `process serve: not running`. If no process
 * is recorded, as after `airlock down`, returns only a phrase about that.
 */
export function processProblems({ processes }: EmbeddedStack): string[] {
  if (processes.length === 0) return ['no process is recorded'];
  return processes.flatMap(({ name, running }) => (running ? [] : [`process ${name}: not running`]));
}

/** Renders a table of the processes, and then the table of `renderAddresses`. */
export function renderEmbeddedStack({ description, processes }: EmbeddedStack, terminal: Terminal): string[] {
  const rows = processes.map(({ name, pid, running }): Cell[] => [
    name,
    String(pid),
    running ? { text: 'running', style: 'green' } : { text: 'NOT RUNNING', style: 'red' },
  ]);
  const columns = [{ title: 'PROCESS' }, { title: 'PID', align: 'right' }, { title: 'STATUS' }] as const;
  return [...renderTable({ columns, rows }, terminal), '', ...renderAddresses(description, terminal)];
}

/** Renders the addresses of the embedded stack, and says which operating system users run Airlock's processes. */
export function renderAddresses(description: StackDescription, terminal: Terminal): string[] {
  const { api, issuer, ownUsers, targets, usersFile } = description;
  const rows = [
    ['API', api],
    ['sign-in', `${issuer}, test users in ${usersFile}`],
    ...targets.map(({ name, kubeconfigFile }) => [`target ${name}`, `kubectl --kubeconfig ${kubeconfigFile}`]),
    ['system users', ownUsers ? 'one for each process of Airlock' : 'one for all processes: see SECURITY.md'],
  ];
  return renderTable({ columns: [{}, { fit: 'wrap' }], rows }, terminal);
}
