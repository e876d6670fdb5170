import { readDescription, type StackDescription } from '../../../../stack/state/description.ts';
import { alive } from '../../../../stack/process/process.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { renderTable, type Cell } from '../../render/table.ts';
import type { Terminal } from '../../render/terminal.ts';

/** The embedded stack, and its processes: the servers and the four processes of Airlock. */
interface LocalStack {
  description: StackDescription;
  processes: { name: string; pid: number; running: boolean }[];
}

/** Reads the state folder of the embedded stack. @throws AirlockError `stack-not-running`. */
export async function readLocalStack(): Promise<LocalStack> {
  const state = await openState(defaultStatePath());
  const description = await readDescription(state);
  const records = (await state.records()).sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
  const running = await Promise.all(records.map(alive));
  const processes = records.map(({ name, pid }, index) => ({ name, pid, running: running[index] ?? false }));
  return { description, processes };
}

/** Returns one phrase for each process that does not run, such as `process serve: not running`. */
export function endedProcesses({ processes }: LocalStack): string[] {
  if (processes.length === 0) return ['no process is recorded'];
  return processes.flatMap(({ name, running }) => (running ? [] : [`process ${name}: not running`]));
}

/** Renders the processes, then the addresses. */
export function renderLocalStack({ description, processes }: LocalStack, terminal: Terminal): string[] {
  const rows = processes.map(({ name, pid, running }): Cell[] => [
    name,
    String(pid),
    running ? { text: 'running', style: 'green' } : { text: 'NOT RUNNING', style: 'red' },
  ]);
  const columns = [{ title: 'PROCESS' }, { title: 'PID', align: 'right' }, { title: 'STATUS' }] as const;
  return [...renderTable({ columns, rows }, terminal), '', ...renderAddresses(description, terminal)];
}

/** Renders the addresses of an embedded stack. */
export function renderAddresses(description: StackDescription, terminal: Terminal): string[] {
  const { api, issuer, ownUsers, targets, usersFile } = description;
  const rows = [
    ['API', api],
    ['sign-in', `${issuer}, users in ${usersFile}`],
    ...targets.map(({ name, kubeconfigFile }) => [name, `kubectl --kubeconfig ${kubeconfigFile}`]),
    ['users', ownUsers ? 'each process runs as its own user' : 'all processes run as the same user: see SECURITY.md'],
  ];
  return renderTable({ columns: [{}, { fit: 'wrap' }], rows }, terminal);
}
