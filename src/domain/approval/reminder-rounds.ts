import type { IncidentOutcome } from '../incident/incident.ts';
import type { Obligation, Tier } from '../policy/verdict.ts';

/** A part of a dossier's lifetime. At `start`, Airlock records in the journal that the group is asked to decide. */
export interface Round {
  group: string;
  /** Milliseconds since the epoch. */
  start: number;
}

/**
 * Divides the lifetime of a dossier into rounds of equal length, one for each group of the obligation. The first round
 * starts when the dossier is offered. In every round, all groups may decide.
 * @param offeredAt milliseconds since the epoch.
 * @param expiresAt milliseconds since the epoch.
 * @returns the rounds in order; none if no approval is needed.
 */
export function roundsOf({ approvals, groups }: Obligation, offeredAt: number, expiresAt: number): Round[] {
  if (approvals === 0) return [];
  const roundLength = (expiresAt - offeredAt) / groups.length;
  return groups.map((group, index) => ({ group, start: offeredAt + index * roundLength }));
}

/**
 * For each tier (the risk of a plan): how the incident ends if its dossier expires with too few approvals. `sentence`
 * is the reason that people read. `escalated` means that a person must take over.
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
