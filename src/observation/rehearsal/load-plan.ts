import type { Digest } from '../../lib/digest.ts';
import { refused } from '../../lib/error.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { planSchema, type Plan } from '../../domain/plan/plan.ts';
import type { Blobs } from '../../domain/journal/ports.ts';

/**
 * Loads a plan, and checks that the plan is for the incident's cluster.
 * @throws AirlockError `plan-invalid`, and the errors of `blobs.get`.
 */
export async function loadPlan(blobs: Blobs, digest: Digest, incident: Incident): Promise<Plan> {
  const advice = 'a person has to handle the incident';
  const parsed = planSchema.safeParse(await blobs.get(digest));
  if (!parsed.success)
    throw refused('plan-invalid', `document ${digest} does not match the schema of plans: ${advice}`);
  const { cluster } = parsed.data;
  if (cluster === incident.cluster) return parsed.data;
  throw refused(
    'plan-invalid',
    `plan ${digest} is for cluster ${cluster}, but the incident is in cluster ${incident.cluster}: ${advice}`,
  );
}
