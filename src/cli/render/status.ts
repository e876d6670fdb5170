import type { StatusSections, SystemStatus } from '../../domain/incident/system-status.ts';
import { plural } from '../../lib/plural.ts';
import { plainView, type View } from './output.ts';
import { renderTable, type Cell } from './table.ts';

/** Renders the status as one table. If `airlock serve` could not read a section, the table says why. */
export function renderStatus(status: SystemStatus, { terminal, wide }: View = plainView): string[] {
  const { versions, dependencies, queues, inbox, leases, phases, incidents } = status;
  const rows = [
    ...section('versions', Object.entries(versions)),
    ...section('servers', Object.entries(dependencies).map(dependencyRow)),
    ...answered('queues', queues, (value) => value.map(queueRow)),
    ...answered('inbox', inbox, inboxRows),
    ...answered('leases', leases, leaseRows),
    ...answered('phases', phases, (value) => phaseRows(value, wide)),
    ...answered('incidents', incidents, (value) => Object.entries(value).map(([kind, open]) => [kind, `${open} open`])),
  ];
  const columns = [{ title: 'SECTION' }, { title: 'NAME' }, { title: 'STATUS', fit: 'wrap' }] as const;
  return renderTable({ columns, rows }, terminal);
}

/**
 * Returns a phrase for each server that is not ok, each section that could not be read and each queue without workers.
 */
export function degradations({ dependencies, queues, ...sections }: SystemStatus): string[] {
  const { inbox, leases, phases, incidents } = sections;
  const unreadSections = Object.entries({ queues, inbox, leases, phases, incidents }).flatMap(([name, answer]) =>
    'value' in answer ? [] : [`${name}: ${answer.problem}`],
  );
  const servers = Object.entries(dependencies).flatMap(([name, state]) =>
    state === 'ok' ? [] : [`${name}: ${state}`],
  );
  const unserved = 'value' in queues ? queues.value.filter(({ pollers }) => pollers === 0) : [];
  return [...servers, ...unreadSections, ...unserved.map(({ plane }) => `queue ${plane}: no workers`)];
}

type Row = readonly [name: string, status: Cell];

function answered<T>(name: string, answer: { value: T } | { problem: string }, rowsOf: (value: T) => Row[]): Cell[][] {
  if ('value' in answer) return section(name, rowsOf(answer.value));
  return section(name, [['no answer', { text: answer.problem, style: 'red' }]]);
}

function section(name: string, rows: readonly Row[]): Cell[][] {
  const shown: readonly Row[] = rows.length > 0 ? rows : [['none', '']];
  return shown.map(([left, right], index) => [index === 0 ? name : '', left, right]);
}

function dependencyRow([name, state]: [string, string]): Row {
  return [name, { text: state, style: state === 'ok' ? 'green' : 'red' }];
}

function queueRow({ plane, pollers, backlog }: StatusSections['queues'][number]): Row {
  if (pollers === 0) return [plane, { text: `NO WORKERS, ${backlog} tasks waiting`, style: 'red' }];
  return [plane, `${plural(pollers, 'worker')}, ${backlog} tasks waiting`];
}

function inboxRows({ waiting, refused, since }: StatusSections['inbox']): Row[] {
  const rows: Row[] = [[`${waiting} waiting`, since ? `since ${since}` : '']];
  if (refused > 0) {
    rows.push([
      `${refused} refused`,
      { text: 'permanently by Temporal; the log of airlock serve has the reason', style: 'red' },
    ]);
  }
  return rows;
}

function leaseRows({ read, grants }: StatusSections['leases']): Row[] {
  const rows = (kind: string, leases: StatusSections['leases']['read']): Row[] =>
    leases.map(({ cluster, incident, alive }) => [plural(alive, kind), `in ${cluster} for ${incident}`]);
  return [...rows('read lease', read), ...rows('grant', grants)];
}

function phaseRows({ default: usual, scopes }: StatusSections['phases'], wide: boolean): Row[] {
  const exceptions = scopes.map(({ phase, ...scope }): Row => {
    const shown = Object.entries(scope).filter(([field]) => wide || field !== 'playbookDigest');
    const fields = shown.filter(([, value]) => value !== undefined);
    return [phase, `where ${fields.map(([field, value]) => `${field} is ${String(value)}`).join(', ') || 'anything'}`];
  });
  return [[usual, 'by default'], ...exceptions];
}
