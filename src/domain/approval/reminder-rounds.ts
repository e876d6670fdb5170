import type { IncidentOutcome } from '../incident/incident.ts';
import type { Obligation, Tier } from '../policy/verdict.ts';

/** One round of reminders. At the start of each round, one more group is asked to decide. */
export interface Round {
  group: string;
  /** Start of the round, milliseconds since the epoch. */
  from: number;
}

/**
 * Divides the lifetime of the dossier into rounds of equal length, one for each approver group. The first round starts
 * when the dossier is offered. Groups of earlier rounds may still decide.
 * @param offered milliseconds since the epoch.
 * @param expires milliseconds since the epoch.
 * @returns an empty list when no approval is needed.
 */
export function roundsOf({ approvals, groups }: Obligation, offered: number, expires: number): Round[] {
  if (approvals === 0) return [];
  const roundLength = (expires - offered) / groups.length;
  return groups.map((group, index) => ({ group, from: offered + index * roundLength }));
}

/**
 * For each risk tier: the outcome of the incident if the dossier expires with too few approvals. An incident of tier
 * high is serious, so a person must look at it (`escalated`).
 */
export const expiryOutcomes: Readonly<Record<Tier, { outcome: IncidentOutcome; sentence: string }>> = {
  low: { outcome: 'expired', sentence: 'the dossier expired with too few approvals; nothing was changed' },
  medium: {
    outcome: 'expired',
    sentence: 'the dossier expired with too few approvals of the groups that a medium tier needs; nothing was changed',
  },
  high: {
    outcome: 'escalated',
    sentence: 'the dossier expired with too few approvals; nothing was changed, and a person must look at it',
  },
};
