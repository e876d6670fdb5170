import type { Digest } from '../../lib/digest.ts';
import { refused } from '../../lib/error.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { planSchema, type Plan } from '../../domain/plan/plan.ts';
import type { Blobs } from '../../domain/ports.ts';

/** A plan of this incident's cluster. @throws AirlockError `plan-invalid`, `blob-missing`, `blob-corrupt`. */
export async function loadPlan(blobs: Blobs, digest: Digest, incident: Incident): Promise<Plan> {
  const parsed = planSchema.safeParse(await blobs.get(digest));
  if (!parsed.success) throw refused('plan-invalid', `plan ${digest} has not the form of a plan: plan again`);
  if (parsed.data.cluster === incident.cluster) return parsed.data;
  throw refused('plan-invalid', `plan ${digest} is for another cluster than its incident: plan again`);
}
