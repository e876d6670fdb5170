import type { Standing, SystemStatus } from '../../domain/incident/system-status.ts';
import { visible } from '../../lib/escape-for-terminal.ts';

/** How things stand, for people: a part per paragraph, each with its own trouble where it has one. */
export function renderStatus(status: SystemStatus): string {
  const { versions, dependencies, queues, inbox, leases, phases, incidents } = status;
  return [
    `versions    airlock ${visible(versions.airlock)}, node ${visible(versions.node)}`,
    ...table('servers', Object.entries(dependencies)),
    ...part('queues', queues, (is) => is.map(({ plane, ...queue }) => [plane, queueLine(queue)])),
    ...part('inbox', inbox, inboxRows),
    ...part('leases', leases, leaseRows),
    ...part('phases', phases, phaseRows),
    ...part('incidents', incidents, (is) => Object.entries(is).map(([stage, open]) => [stage, `${open} open`])),
  ].join('\n');
}

/** True where every dependency is well and every part was had. */
export function isWell({ dependencies, queues, ...parts }: SystemStatus): boolean {
  const { inbox, leases, phases, incidents } = parts;
  const answered = [queues, inbox, leases, phases, incidents].every((one) => 'is' in one);
  const served = 'is' in queues && queues.is.every(({ pollers }) => pollers > 0);
  return answered && served && Object.values(dependencies).every((state) => state === 'ok');
}

type Row = readonly [string, string];

function part<T>(name: string, answer: { is: T } | { problem: string }, rowsOf: (is: T) => Row[]): string[] {
  return table(name, 'is' in answer ? rowsOf(answer.is) : [['no answer:', answer.problem]]);
}

function table(name: string, rows: readonly Row[]): string[] {
  const shown = rows.length > 0 ? rows : [['none', ''] as const];
  return shown.map(([left, right], index) =>
    `${(index === 0 ? name : '').padEnd(11)} ${visible(left).padEnd(19)} ${visible(right)}`.trimEnd(),
  );
}

function queueLine({ pollers, backlog }: Omit<Standing['queues'][number], 'plane'>): string {
  return pollers === 0 ? `NOBODY works on it, ${backlog} waiting` : `${pollers} working on it, ${backlog} waiting`;
}

function inboxRows({ waiting, refused, since }: Standing['inbox']): Row[] {
  const parked: Row[] = refused > 0 ? [[`${refused} refused`, 'by Temporal, for good; the log says why']] : [];
  return [[`${waiting} waiting`, since ? `since ${since}` : ''], ...parked];
}

function leaseRows({ read, grants }: Standing['leases']): Row[] {
  const rows = (what: string, leases: Standing['leases']['read']): Row[] =>
    leases.map(({ cluster, incident, alive }) => [`${alive} ${what}`, `on ${cluster} for ${incident}`]);
  return [...rows('reading', read), ...rows('grant', grants)];
}

function phaseRows({ default: usual, scopes }: Standing['phases']): Row[] {
  const exceptions = scopes.map(({ phase, ...scope }): Row => {
    const where = Object.entries(scope).filter(([, value]) => value !== undefined);
    return [
      phase,
      `where ${where.map(([field, value]) => `${field} is ${String(value)}`).join(', ') || 'nothing is said'}`,
    ];
  });
  return [[usual, 'by default'], ...exceptions];
}
