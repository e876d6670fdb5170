import type { Digest } from '../../src/lib/digest.ts';
import { governance } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import type { Outcome } from '../incident/outcome.ts';

/**
 * Makes the incident the owner of the Kubernetes object that it is about, so that no two open incidents repair the same
 * object. Incidents that a request or a schedule opened have no occurrence and take no ownership.
 * @returns the outcome `merged` if another open incident already owns that object. The other incident continues for
 * both.
 */
export async function takeOwnership(
  { incident, occurrence }: Pick<RemediationInput, 'incident' | 'occurrence'>,
  evidence: Digest,
): Promise<Outcome | undefined> {
  if (!occurrence) return undefined;
  const { owner } = await governance.takeOwnership({ incident, occurrence, evidence });
  if (!owner) return undefined;
  return { outcome: 'merged', reason: `incident ${owner.id} is open for the same object and continues for both` };
}
