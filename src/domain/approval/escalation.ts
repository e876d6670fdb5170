import type { IncidentOutcome } from '../incident/incident.ts';
import type { Obligation, Tier } from '../policy/verdict.ts';

/** A group's turn to be asked, from an instant on: milliseconds since the epoch. */
export interface Turn {
  group: string;
  from: number;
}

/**
 * Which group is asked when: the obligation's groups in their order, the first when the dossier is offered, each next one
 * after an equal part of the dossier's time. A later turn ends no earlier one: whoever was asked may still decide.
 * @param offered and expires: milliseconds since the epoch.
 * @returns no turns where nobody has to say yes.
 */
export function turnsOf({ approvals, groups }: Obligation, offered: number, expires: number): Turn[] {
  if (approvals === 0) return [];
  const part = (expires - offered) / groups.length;
  return groups.map((group, index) => ({ group, from: offered + index * part }));
}

/**
 * What comes of a dossier on which too few decided in its time, by its tier: what risks little may pass; what was of high
 * tier is bad enough that a person has to look at it, undecided or not.
 */
export const unanswered: Readonly<Record<Tier, { outcome: IncidentOutcome; sentence: string }>> = {
  low: { outcome: 'expired', sentence: 'too few decided; nothing was changed' },
  medium: { outcome: 'expired', sentence: 'too few of those whom a medium tier needs decided; nothing was changed' },
  high: { outcome: 'human', sentence: 'nobody decided in time; nothing was changed, a person has to look at it' },
};
