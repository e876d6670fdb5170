import type { IncidentOutcome } from '../incident/incident.ts';
import type { Obligation, Tier } from '../policy/verdict.ts';

/** One part of a dossier's lifetime. At the start of the round, its group is asked to decide. */
export interface Round {
  group: string;
  /** Start of the round, milliseconds since the epoch. */
  start: number;
}

/**
 * Divides the lifetime of a dossier into rounds of equal length, one for each group of the obligation. The first round
 * starts when the dossier is offered. A round only says when its group is asked: every group may decide at any time.
 * @param offeredAt milliseconds since the epoch.
 * @param expiresAt milliseconds since the epoch.
 * @returns no rounds if no approval is needed.
 */
export function roundsOf({ approvals, groups }: Obligation, offeredAt: number, expiresAt: number): Round[] {
  if (approvals === 0) return [];
  const roundLength = (expiresAt - offeredAt) / groups.length;
  return groups.map((group, index) => ({ group, start: offeredAt + index * roundLength }));
}

/**
 * For each tier (risk of a plan): the outcome of the incident if the dossier expires with too few approvals. For tier
 * high, a person must look at the incident (`escalated`).
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
