import type { Digest } from '../../src/lib/digest.ts';
import { governance } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import type { Outcome } from '../incident/outcome.ts';

/**
 * Makes the incident the owner of its subject: the Kubernetes object that the incident is about. So at any time, at
 * most one incident of alerts can repair this object. An incident of a request or schedule takes no ownership.
 * @returns the outcome `merged` if another open incident already owns the object, otherwise undefined.
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
