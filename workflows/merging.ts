import type { Digest } from '../src/domain/digest.ts';
import type { Incident } from '../src/domain/incident.ts';
import type { Opening } from '../src/domain/place.ts';
import { governance } from './activity-options.ts';
import type { Ending } from './ending.ts';

/** An incident of alerts ends here where another open one is about the same subject, and goes on for both. */
export async function mergeOf(
  { incident, opening }: { incident: Incident; opening: Opening | undefined },
  evidence: Digest,
): Promise<Ending | undefined> {
  if (!opening) return undefined;
  const { owner } = await governance.claim({ incident, opening, evidence });
  return owner && { outcome: 'merged', reason: `${owner.id} is open about the same subject and goes on for both` };
}
