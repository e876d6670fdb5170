import type { Obligation, Tier } from '../../src/domain/policy/verdict.ts';
import { roundsOf, expiryOutcomes } from '../../src/domain/approval/reminder-rounds.ts';
import type { Outcome } from '../incident/outcome.ts';

/** A dossier that is open for decisions. */
interface OfferedDossier {
  tier: Tier;
  /** The approvals that the dossier needs. */
  obligation: Obligation;
  /** ISO 8601. */
  expiresAt: string;
}

/** What `waitForPeople` needs from outside. */
export interface WaitingDeps {
  /** Returns the time, milliseconds since the epoch. */
  now(): number;
  /** Resolves to true as soon as the condition is true, or to false when `withinMs` milliseconds have passed. */
  waitFor(condition: () => boolean, withinMs: number): Promise<boolean>;
  /** Returns true if people have approved, denied or edited the dossier, or if alerts have ended the incident. */
  isSettled(): boolean;
  /** Returns false while the gateway is checking a decision or an edit. */
  isIdle(): boolean;
  /** Records in the journal that this group of approvers, too, is asked to decide on the dossier. */
  remind(group: string): Promise<void>;
}

// Longest time to wait until the gateway has answered all decisions and edits, milliseconds. One answer takes at most
// five minutes (activity-options.ts), but people may send more decisions meanwhile.
const answerWithinMs = 10 * 60_000;

/**
 * Waits until `isSettled` returns true, or until the dossier expires. Meanwhile reminds one group of approvers after
 * another. If the gateway is checking a decision or an edit when a reminder is due, the reminder is delayed until the
 * gateway answers, at most 10 minutes. The outcome of an expired dossier is delayed in the same way.
 * @returns the outcome if the dossier has expired, otherwise undefined.
 */
export async function waitForPeople(
  { tier, obligation, expiresAt }: OfferedDossier,
  deps: WaitingDeps,
): Promise<Outcome | undefined> {
  const expires = Date.parse(expiresAt);
  // The group of the first round was asked when the dossier was offered, so this group gets no reminder.
  for (const { group, start } of roundsOf(obligation, deps.now(), expires).slice(1)) {
    if (await settledBy(start, deps)) return undefined;
    await deps.remind(group);
  }
  if (await settledBy(expires, deps)) return undefined;
  const { outcome, sentence } = expiryOutcomes[tier];
  return { outcome, reason: `${sentence} (it expired at ${expiresAt})` };
}

/**
 * Waits until `instant`, or until `isSettled` returns true. If the gateway is checking a decision or an edit at
 * `instant`, also waits for the answer, at most 10 minutes.
 * @param instant milliseconds since the epoch.
 * @returns the result of `isSettled`.
 */
async function settledBy(instant: number, { now, waitFor, isSettled, isIdle }: WaitingDeps): Promise<boolean> {
  if (await waitFor(isSettled, Math.max(1, instant - now()))) return true;
  if (!isIdle()) await waitFor(() => isSettled() || isIdle(), answerWithinMs);
  return isSettled();
}
