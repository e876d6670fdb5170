import type { RecordKind } from '../../src/domain/journal/journal.ts';
import type { Restartable } from '../../stack/process/restart.ts';

/**
 * Where something is killed. A kind of record: while that record is being written, by whomever. Else: `intake`, an alert
 * is stored and not handed on; `rehearsal` and `door`, the sandbox runs; `waiting`, a dossier is offered; `cut`, the
 * target has applied the change, and its answer is held back.
 */
export type Moment = RecordKind | 'intake' | 'rehearsal' | 'door' | 'waiting' | 'cut';

/** `runner` is the process of a rehearsal, `control plane` the API server in it. */
export interface KillPoint {
  at: Moment;
  kill: Restartable | 'runner' | 'control plane';
}

const killing = (kill: KillPoint['kill'], ...moments: Moment[]): KillPoint[] => moments.map((at) => ({ at, kill }));

/** Moments that come before anybody can decide. */
export const undecided: readonly Moment[] = [
  ...(['intake', 'alert.received', 'incident.opened', 'lease.opened', 'evidence.taken'] as const),
  ...(['playbook.considered', 'plan.made', 'rehearsal', 'rehearsal.done', 'verdict.given'] as const),
  ...(['dossier.offered', 'waiting'] as const),
];

/** Stages at which a server that everybody needs is killed. */
const everywhere: Moment[] = [
  ...(['incident.opened', 'evidence.taken', 'rehearsal', 'verdict.given', 'waiting', 'decision.admitted'] as const),
  ...(['door', 'grant.minted', 'step.applied', 'execution.finished', 'verification.done', 'incident.closed'] as const),
];

/** All kill points, each list in the order of one incident's way. */
export const allKillPoints: Record<string, KillPoint[]> = {
  reason: killing('reason', 'evidence.taken', 'playbook.considered', 'plan.made'),
  observe: killing(
    'observe',
    ...(['lease.opened', 'evidence.taken', 'rehearsal', 'rehearsal.done', 'waiting'] as const),
    ...(['door', 'door.rehearsed', 'verification.done', 'lease.closed'] as const),
  ),
  serve: killing(
    'serve',
    ...(['intake', 'alert.received', 'incident.opened', 'evidence.taken', 'plan.made', 'rehearsal'] as const),
    ...(['rehearsal.done', 'verdict.given', 'dossier.offered', 'waiting', 'decision.admitted'] as const),
    ...(['execution.prepared', 'door', 'grant.minted', 'step.applied', 'execution.finished'] as const),
    ...(['verification.done', 'lease.closed', 'incident.closed'] as const),
  ),
  gateway: killing(
    'gateway',
    ...(['waiting', 'decision.admitted', 'execution.prepared', 'door', 'grant.minted', 'step.intended'] as const),
    ...(['cut', 'step.applied', 'grant.revoked', 'execution.finished', 'verification.done'] as const),
  ),
  temporal: killing('temporal', ...everywhere),
  postgres: killing('postgres', ...everywhere),
  'a rehearsal': [
    ...killing('runner', 'rehearsal'),
    ...killing('control plane', 'rehearsal', 'door'),
    ...killing('runner', 'door'),
  ],
};

/** Every process and server once, each where most can go wrong. */
export const sample: KillPoint[] = [
  ...killing('reason', 'plan.made'),
  ...killing('control plane', 'rehearsal'),
  ...killing('serve', 'verdict.given'),
  ...killing('temporal', 'waiting'),
  ...killing('observe', 'door'),
  ...killing('gateway', 'cut'),
  ...killing('postgres', 'execution.finished'),
];
