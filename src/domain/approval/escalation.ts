import type { IncidentOutcome } from '../incident/incident.ts';
import type { Obligation, Tier } from '../policy/verdict.ts';

/** One round of an escalation: a group that is asked to decide, and since when, milliseconds since the epoch. */
export interface Round {
  group: string;
  from: number;
}

/**
 * The rounds in which the groups of the obligation are asked, in the obligation's order: the first when the dossier is
 * offered, each next one after an equal part of the dossier's lifetime. Groups that were asked earlier may still decide.
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
 * The outcome, by tier, of a dossier that expires with too few approvals. A high tier means that the incident is serious,
 * so a person must look at it.
 */
export const unanswered: Readonly<Record<Tier, { outcome: IncidentOutcome; sentence: string }>> = {
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
