import { refused } from '../../lib/error.ts';
import type { Challenge, ObjectTokens } from '../ledger-ports.ts';

/**
 * Finds out whether another execution has locked an object of the plan since the challenge was made. Then the snapshot
 * of the preflight may be older than a write of that execution. Compares fencing tokens, so no clock matters: this
 * execution gets the next token, unless another execution got it before.
 * @param tokens of the locks that this execution has acquired.
 * @returns the reasons to refuse the preflight; empty if there is no such object.
 * @throws AirlockError `ledger-corrupt` if a token is smaller than the next one, because tokens only grow.
 */
export function lockedByOthersSince({ objectTokens }: Pick<Challenge, 'objectTokens'>, tokens: ObjectTokens): string[] {
  const distance = ([object, token]: [string, number]): number => token - (objectTokens[object] ?? 0) - 1;
  const objects = Object.entries(tokens);
  for (const [object] of objects.filter((each) => distance(each) < 0)) {
    throw refused(
      'ledger-corrupt',
      `the ledger lost the row of object_leases (${object}), or has an older one. Only the gateway writes the ledger, so somebody else changed the database: keep a copy of the database, and find out who did it`,
    );
  }
  return objects
    .filter((each) => distance(each) > 0)
    .map(
      ([object]) =>
        `another execution has locked ${object} since the preflight was requested, so the preflight may not show its changes`,
    );
}
