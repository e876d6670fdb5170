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
  /** Tells a group that a dossier waits for it. */
  remind(group: string): Promise<void>;
}

// Longer than the gateway's activities can take with all their retries (activity-options.ts).
const answerWithinMs = 10 * 60_000;

/**
 * Waits until people have decided, and reminds one group after another. A reminder is in the journal before decisions are
 * looked at again. While the gateway is checking a decision, no reminder is sent and the dossier does not expire.
 * @returns the outcome when the dossier expired, otherwise undefined.
 */
export async function waitForPeople(
  { tier, obligation, expiresAt }: OfferedDossier,
  environment: WaitingDeps,
): Promise<Outcome | undefined> {
  const expires = Date.parse(expiresAt);
  for (const { group, from } of roundsOf(obligation, environment.now(), expires).slice(1)) {
    if (await settledBy(from, environment)) return undefined;
    await environment.remind(group);
  }
  if (await settledBy(expires, environment)) return undefined;
  const { outcome, sentence } = unanswered[tier];
  return { outcome, reason: `${sentence} (it expired at ${expiresAt})` };
}

async function settledBy(
  instant: number,
  { now, waitFor: holds, isSettled: settled, isIdle: quiet }: WaitingDeps,
): Promise<boolean> {
  if (await holds(settled, Math.max(1, instant - now()))) return true;
  if (!quiet()) await holds(() => settled() || quiet(), answerWithinMs);
  return settled();
}
