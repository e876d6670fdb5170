import type { Obligation, Tier } from '../src/domain/verdict.ts';
import { turnsOf, unanswered } from '../src/domain/waiting.ts';
import type { Ending } from './ending.ts';

/** What people are asked about, and how long. */
export interface Asked {
  tier: Tier;
  obligation: Obligation;
  /** ISO 8601. */
  expiresAt: string;
}

/** Time and the world as waiting needs them: workflow time in a workflow, a clock of its own in a test. */
export interface Around {
  now(): number;
  /** Ends as soon as it holds: with true, or with false after so many milliseconds. */
  holds(condition: () => boolean, withinMs: number): Promise<boolean>;
  /** True once there is nothing to wait for any more. */
  settled(): boolean;
  /** True while no decision is at the gateway. */
  quiet(): boolean;
  /** Lets a group know that it is its turn. */
  remind(group: string): Promise<void>;
}

// The gateway answers or fails long before (activity-options.ts); what does not is no decision.
const answerWithinMs = 10 * 60_000;

/**
 * Waits until people have decided, and reminds group after group while they have not. One thing at a time: a reminder
 * is on record before the next look at decisions, and no reminder goes out and nothing expires while one is at the gateway.
 * @returns the ending where the dossier's time is over, else undefined.
 */
export async function waitForPeople(
  { tier, obligation, expiresAt }: Asked,
  around: Around,
): Promise<Ending | undefined> {
  const expires = Date.parse(expiresAt);
  for (const { group, from } of turnsOf(obligation, around.now(), expires).slice(1)) {
    if (await settledBy(from, around)) return undefined;
    await around.remind(group);
  }
  if (await settledBy(expires, around)) return undefined;
  const { outcome, sentence } = unanswered[tier];
  return { outcome, reason: `${sentence} (it waited until ${expiresAt})` };
}

async function settledBy(instant: number, { now, holds, settled, quiet }: Around): Promise<boolean> {
  if (await holds(settled, Math.max(1, instant - now()))) return true;
  if (!quiet()) await holds(() => settled() || quiet(), answerWithinMs);
  return settled();
}
