import type { RecordKind } from '../../src/domain/journal/journal.ts';
import type { RestartableServer } from '../../stack/process/restart.ts';

/**
 * When a process is killed. A record kind: while a process appends a record of that kind. `intake`: an alert is stored in
 * the inbox and not yet relayed. `rehearsal` and `preflight`: the sandbox runs. `waiting`: a dossier is offered. `cut`:
 * the target has applied the change and a proxy holds its answer back.
 */
export type Moment = RecordKind | 'intake' | 'rehearsal' | 'preflight' | 'waiting' | 'cut';

/** `runner` is the process of a rehearsal, `control plane` the API server in it. */
export interface KillPoint {
  at: Moment;
  kill: RestartableServer | 'runner' | 'control plane';
}

const killing = (kill: KillPoint['kill'], ...moments: Moment[]): KillPoint[] => moments.map((at) => ({ at, kill }));

/** Moments before a decision is possible. */
export const undecided: readonly Moment[] = [
  'intake',
  'alert.received',
  'incident.opened',
  'lease.issued',
  'evidence.collected',
  'playbook.evaluated',
  'plan.created',
  'rehearsal',
  'rehearsal.completed',
  'verdict.issued',
  'dossier.offered',
  'waiting',
];

/** Moments at which the servers that every process needs are killed. */
const everywhere: Moment[] = [
  'incident.opened',
  'evidence.collected',
  'rehearsal',
  'verdict.issued',
  'waiting',
  'decision.admitted',
  'preflight',
  'grant.minted',
  'step.applied',
  'execution.finished',
  'verification.completed',
  'incident.closed',
];

/** All kill points, by what is killed. Each list is in the order of one incident's stages. */
export const allKillPoints: Record<string, KillPoint[]> = {
  reason: killing('reason', 'evidence.collected', 'playbook.evaluated', 'plan.created'),
  observe: killing(
    'observe',
    'lease.issued',
    'evidence.collected',
    'rehearsal',
    'rehearsal.completed',
    'waiting',
    'preflight',
    'preflight.completed',
    'verification.completed',
    'lease.revoked',
  ),
  serve: killing(
    'serve',
    'intake',
    'alert.received',
    'incident.opened',
    'evidence.collected',
    'plan.created',
    'rehearsal',
    'rehearsal.completed',
    'verdict.issued',
    'dossier.offered',
    'waiting',
    'decision.admitted',
    'execution.prepared',
    'preflight',
    'grant.minted',
    'step.applied',
    'execution.finished',
    'verification.completed',
    'lease.revoked',
    'incident.closed',
  ),
  gateway: killing(
    'gateway',
    'waiting',
    'decision.admitted',
    'execution.prepared',
    'preflight',
    'grant.minted',
    'step.intended',
    'cut',
    'step.applied',
    'grant.revoked',
    'execution.finished',
    'verification.completed',
  ),
  temporal: killing('temporal', ...everywhere),
  postgres: killing('postgres', ...everywhere),
  'a rehearsal': [
    ...killing('runner', 'rehearsal'),
    ...killing('control plane', 'rehearsal', 'preflight'),
    ...killing('runner', 'preflight'),
  ],
};

/** Every process and server once, each at the moment with the most to go wrong. */
export const sample: KillPoint[] = [
  ...killing('reason', 'plan.created'),
  ...killing('control plane', 'rehearsal'),
  ...killing('serve', 'verdict.issued'),
  ...killing('temporal', 'waiting'),
  ...killing('observe', 'preflight'),
  ...killing('gateway', 'cut'),
  ...killing('postgres', 'execution.finished'),
];
