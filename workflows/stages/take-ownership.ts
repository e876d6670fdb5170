import type { Digest } from '../../src/lib/digest.ts';
import { governance } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import type { Outcome } from '../incident/outcome.ts';

/**
 * Makes the incident the owner of the object that was observed.
 * @returns the outcome `merged` when another open incident owns that object already and continues for both.
 */
export async function takeOwnership(
  { incident, occurrence }: Pick<RemediationInput, 'incident' | 'occurrence'>,
  evidence: Digest,
): Promise<Outcome | undefined> {
  if (!occurrence) return undefined;
  const { owner } = await governance.takeOwnership({ incident, occurrence, evidence });
  if (!owner) return undefined;
  return { outcome: 'merged', reason: `${owner.id} is open for the same object and continues for both` };
}
