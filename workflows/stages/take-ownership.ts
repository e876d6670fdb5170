import type { Digest } from '../../src/lib/digest.ts';
import { governance } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import type { Outcome } from '../incident/outcome.ts';

/**
 * Makes the incident the owner of the Kubernetes object that it is about. So no two incidents of alerts repair the same
 * object at the same time. Incidents that a request or a schedule opened have no occurrence and take no ownership.
 * @returns the outcome `merged` if another open incident already owns the object. That incident continues for both.
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
