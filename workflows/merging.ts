import type { Digest } from '../src/lib/digest.ts';
import { governance } from './activity-options.ts';
import type { RemediationInput } from './messages.ts';
import type { Outcome } from './outcome.ts';

/**
 * Makes the incident the owner of the object that was observed.
 * @returns the outcome `merged` when another open incident owns that object already and continues for both.
 */
export async function takeOwnership(
  { incident, opening }: Pick<RemediationInput, 'incident' | 'opening'>,
  evidence: Digest,
): Promise<Outcome | undefined> {
  if (!opening) return undefined;
  const { owner } = await governance.claim({ incident, opening, evidence });
  if (!owner) return undefined;
  return { outcome: 'merged', reason: `${owner.id} is open about the same subject and goes on for both` };
}
