import type { IncidentOutcome } from '../incident/incident.ts';
import type { Obligation, Tier } from '../policy/verdict.ts';

/** One round of reminders. From its start on, one more group is asked to decide. */
export interface Round {
  group: string;
  /** Start of the round, milliseconds since the epoch. */
  from: number;
}

/**
 * The rounds in which the approver groups are asked to decide. The lifetime of the dossier is divided into equal parts,
 * one for each group. At the start of each part, the next group is asked, so the first group is asked when the dossier
 * is offered. Groups that were asked earlier may still decide.
 * @param offered milliseconds since the epoch.
 * @param expires milliseconds since the epoch.
 * @returns an empty list when no approval is needed.
 */
export function roundsOf({ approvals, groups }: Obligation, offered: number, expires: number): Round[] {
  if (approvals === 0) return [];
  const part = (expires - offered) / groups.length;
  return groups.map((group, index) => ({ group, from: offered + index * part }));
}

/**
 * The outcome of an incident whose dossier expires with too few approvals, by risk tier. The incident of a high tier is
 * serious, so it is escalated to a person.
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
