import type { Digest } from '../../lib/digest.ts';
import { refused } from '../../lib/error.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { planSchema, type Plan } from '../../domain/plan/plan.ts';
import type { Blobs } from '../../domain/journal/ports.ts';

/**
 * Loads a plan and checks that it is for the incident's cluster.
 * @throws AirlockError `plan-invalid`, `blob-missing`, `blob-corrupt`.
 */
export async function loadPlan(blobs: Blobs, digest: Digest, incident: Incident): Promise<Plan> {
  const parsed = planSchema.safeParse(await blobs.get(digest));
  if (!parsed.success)
    throw refused(
      'plan-invalid',
      `document ${digest} does not match the schema of plans, so the incident needs a new plan`,
    );
  if (parsed.data.cluster === incident.cluster) return parsed.data;
  throw refused(
    'plan-invalid',
    `plan ${digest} is for cluster ${parsed.data.cluster}, but the incident is in ${incident.cluster}: the incident needs a new plan`,
  );
}
