import type { Obligation, Tier } from '../../src/domain/policy/verdict.ts';
import { roundsOf, unanswered } from '../../src/domain/approval/escalation.ts';
import type { Outcome } from '../incident/outcome.ts';

/** The dossier that waits for people. */
interface OfferedDossier {
  tier: Tier;
  obligation: Obligation;
  /** ISO 8601. */
  expiresAt: string;
}

/** What waiting needs from outside: workflow time and messages in a workflow, a simulated clock in a test. */
export interface WaitingDeps {
  now(): number;
  /** Resolves to true as soon as the condition holds, or to false after so many milliseconds. */
  waitFor(condition: () => boolean, withinMs: number): Promise<boolean>;
  /** True once there is nothing left to wait for. */
  isSettled(): boolean;
  /** True while the gateway is checking neither a decision nor an edit. */
  isIdle(): boolean;
  /** Records that a dossier waits for this group. */
  remind(group: string): Promise<void>;
}

// Longer than the gateway's activities can take with all their retries (activity-options.ts).
const answerWithinMs = 10 * 60_000;

/**
 * Waits until people have decided, and reminds one group after another. Each reminder is in the journal before decisions
 * are evaluated again. While the gateway is checking a decision, no reminder is sent and the dossier does not expire.
 * @returns the outcome when the dossier expired, otherwise undefined.
 */
export async function waitForPeople(
  { tier, obligation, expiresAt }: OfferedDossier,
  deps: WaitingDeps,
): Promise<Outcome | undefined> {
  const expires = Date.parse(expiresAt);
  for (const { group, from } of roundsOf(obligation, deps.now(), expires).slice(1)) {
    if (await settledBy(from, deps)) return undefined;
    await deps.remind(group);
  }
  if (await settledBy(expires, deps)) return undefined;
  const { outcome, sentence } = unanswered[tier];
  return { outcome, reason: `${sentence} (it expired at ${expiresAt})` };
}

async function settledBy(instant: number, { now, waitFor, isSettled, isIdle }: WaitingDeps): Promise<boolean> {
  if (await waitFor(isSettled, Math.max(1, instant - now()))) return true;
  if (!isIdle()) await waitFor(() => isSettled() || isIdle(), answerWithinMs);
  return isSettled();
}
