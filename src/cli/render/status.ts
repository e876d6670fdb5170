import type { StatusSections, SystemStatus } from '../../domain/incident/system-status.ts';
import { plural } from '../../lib/plural.ts';
import { plainView, type View } from './output.ts';
import { renderTable, type Cell } from './table.ts';

/** Renders the status as one table. If `airlock serve` could not read a section, the table contains the reason. */
export function renderStatus(status: SystemStatus, { terminal, wide }: View = plainView): string[] {
  const { versions, expiringTokens, dependencies, queues, inbox, leases, phases, incidents } = status;
  const insecure = 'value' in queues ? queues.value.flatMap(insecureRows) : [];
  const rows = [
    ...section('versions', Object.entries(versions)),
    ...(insecure.length > 0 ? section('insecure', insecure) : []),
    ...(expiringTokens.length > 0 ? section('tokens', expiringTokens.map(tokenRow)) : []),
    ...section('servers', Object.entries(dependencies).map(dependencyRow)),
    ...sectionOrProblem('queues', queues, (value) => value.map(queueRow)),
    ...sectionOrProblem('inbox', inbox, inboxRows),
    ...sectionOrProblem('leases', leases, leaseRows),
    ...sectionOrProblem('phases', phases, (value) => phaseRows(value, wide)),
    ...sectionOrProblem('incidents', incidents, (value) => Object.entries(value).map(incidentRow)),
  ];
  const columns = [{ title: 'SECTION' }, { title: 'NAME' }, { title: 'STATUS', fit: 'wrap' }] as const;
  return renderTable({ columns, rows }, terminal);
}

/**
 * Returns one phrase for each problem: a server that is not ok, a section that could not be read, or a queue without
 * workers.
 */
export function degradations({ dependencies, queues, ...sections }: SystemStatus): string[] {
  const { inbox, leases, phases, incidents } = sections;
  const unreadSections = Object.entries({ queues, inbox, leases, phases, incidents }).flatMap(([name, answer]) =>
    'value' in answer ? [] : [`${name}: ${answer.problem}`],
  );
  const failedServers = Object.entries(dependencies).flatMap(([name, state]) =>
    state === 'ok' ? [] : [`${name}: ${state}`],
  );
  const unpolledQueues = 'value' in queues ? queues.value.filter(({ pollers }) => pollers === 0) : [];
  return [...failedServers, ...unreadSections, ...unpolledQueues.map(({ plane }) => `queue ${plane}: no workers`)];
}

/** The cells of one row after the first cell, which is the name of the section. */
type Row = readonly [name: string, status: Cell];

function sectionOrProblem<T>(
  name: string,
  answer: { value: T } | { problem: string },
  rowsOf: (value: T) => Row[],
): Cell[][] {
  if ('value' in answer) return section(name, rowsOf(answer.value));
  return section(name, [['could not be read', { text: answer.problem, style: 'red' }]]);
}

function section(name: string, rows: readonly Row[]): Cell[][] {
  const shown: readonly Row[] = rows.length > 0 ? rows : [['none', '']];
  return shown.map((row, index) => [index === 0 ? name : '', ...row]);
}

function insecureRows({ plane, insecure }: StatusSections['queues'][number]): Row[] {
  const status = { text: 'plain http, allowed by insecure: true in the configuration', style: 'red' } as const;
  return insecure.map((address) => [`${plane}: ${address}`, status]);
}

function tokenRow({ name, expiresAt }: SystemStatus['expiringTokens'][number]): Row {
  return [name, { text: `the API refuses this bearer token from ${expiresAt} on: replace it`, style: 'yellow' }];
}

function dependencyRow([name, state]: [string, string]): Row {
  return [name, { text: state, style: state === 'ok' ? 'green' : 'red' }];
}

function queueRow({ plane, pollers, backlog }: StatusSections['queues'][number]): Row {
  if (pollers === 0) return [plane, { text: `NO WORKERS, ${plural(backlog, 'task')} waiting`, style: 'red' }];
  return [plane, `${plural(pollers, 'worker')}, ${plural(backlog, 'task')} waiting`];
}

function inboxRows({ waiting, since, parked, latestParked }: StatusSections['inbox']): Row[] {
  const rows: Row[] = [[`${plural(waiting, 'alert')} waiting`, since ? `the oldest since ${since}` : '']];
  if (!latestParked) return rows;
  const { cluster, trace, at, reason } = latestParked;
  const text = `not sent to any incident; the latest at ${at}, from ${cluster}, trace ${trace}: ${reason}; remove the cause, then send them again (docs/adr/behaviour/0026)`;
  return [...rows, [`${plural(parked, 'alert')} parked`, { text, style: 'red' }]];
}

function leaseRows({ read, grants }: StatusSections['leases']): Row[] {
  const rows = (kind: string, leases: StatusSections['leases']['read']): Row[] =>
    leases.map(({ cluster, incident, alive }) => [plural(alive, kind), `in ${cluster} for ${incident}`]);
  return [...rows('read lease', read), ...rows('grant', grants)];
}

function phaseRows({ default: defaultPhase, scopes }: StatusSections['phases'], wide: boolean): Row[] {
  const scopeRows = scopes.map(({ phase, ...scope }): Row => {
    const conditions = Object.entries(scope)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) =>
        field === 'playbookDigest' && !wide ? `${field} is pinned (see -o wide)` : `${field} is ${value}`,
      );
    return [phase, conditions.length > 0 ? `where ${conditions.join(' and ')}` : 'everywhere'];
  });
  return [[defaultPhase, 'by default'], ...scopeRows];
}

function incidentRow([latestRecord, open]: [string, number]): Row {
  return [latestRecord, `latest record of ${plural(open, 'open incident')}`];
}
