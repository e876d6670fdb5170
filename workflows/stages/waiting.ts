import type { Obligation, Tier } from '../../src/domain/policy/verdict.ts';
import { roundsOf, expiryOutcomes } from '../../src/domain/approval/reminder-rounds.ts';
import type { Outcome } from '../incident/outcome.ts';

/** The dossier that waits for the decisions of people. */
interface OfferedDossier {
  tier: Tier;
  /** How many approvals, of which groups, the dossier needs. */
  obligation: Obligation;
  /** ISO 8601. */
  expiresAt: string;
}

/** The functions that `waitForPeople` needs. A workflow uses Temporal's clock and messages; a test simulates both. */
export interface WaitingDeps {
  now(): number;
  /** Resolves to true as soon as the condition is true, or to false when `withinMs` milliseconds have passed. */
  waitFor(condition: () => boolean, withinMs: number): Promise<boolean>;
  /** Returns true if nothing is left to wait for. */
  isSettled(): boolean;
  /** Returns true if the gateway is checking neither a decision nor an edit. */
  isIdle(): boolean;
  /** Records in the journal that the dossier waits for this group of approvers. */
  remind(group: string): Promise<void>;
}

// Limit in milliseconds on the wait for the gateway's answer to a decision or edit. The activity that asks the gateway
// ends sooner, even with all its retries (activity-options.ts).
const answerWithinMs = 10 * 60_000;

/**
 * Waits until nothing is left to wait for, and reminds one group of approvers after another. Each reminder is in the
 * journal before decisions are evaluated again. While the gateway is checking a decision or an edit, no reminder is
 * written and the dossier does not expire.
 * @returns the outcome if the dossier has expired, otherwise undefined.
 */
export async function waitForPeople(
  { tier, obligation, expiresAt }: OfferedDossier,
  deps: WaitingDeps,
): Promise<Outcome | undefined> {
  const expires = Date.parse(expiresAt);
  // The group of the first round was asked when the dossier was offered, so it gets no reminder.
  for (const { group, start } of roundsOf(obligation, deps.now(), expires).slice(1)) {
    if (await settledBy(start, deps)) return undefined;
    await deps.remind(group);
  }
  if (await settledBy(expires, deps)) return undefined;
  const { outcome, sentence } = expiryOutcomes[tier];
  return { outcome, reason: `${sentence} (it expired at ${expiresAt})` };
}

/**
 * Waits until `instant`, or until nothing is left to wait for. If the gateway is checking a decision or an edit at
 * `instant`, waits for the answer. @returns true if nothing is left to wait for.
 */
async function settledBy(instant: number, { now, waitFor, isSettled, isIdle }: WaitingDeps): Promise<boolean> {
  if (await waitFor(isSettled, Math.max(1, instant - now()))) return true;
  if (!isIdle()) await waitFor(() => isSettled() || isIdle(), answerWithinMs);
  return isSettled();
}
