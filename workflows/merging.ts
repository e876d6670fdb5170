import type { Digest } from '../src/domain/digest.ts';
import type { Incident } from '../src/domain/incident.ts';
import type { Opening } from '../src/domain/place.ts';
import { governance } from './activity-options.ts';
import { Ended } from './ending.ts';

/**
 * Makes what was observed an incident's own subject.
 * @throws Ended where another open incident is about it already, and goes on for both.
 */
export async function mustOwn(
  { incident, opening }: { incident: Incident; opening: Opening | undefined },
  evidence: Digest,
): Promise<void> {
  if (!opening) return;
  const { owner } = await governance.claim({ incident, opening, evidence });
  if (!owner) return;
  throw new Ended({ outcome: 'merged', reason: `${owner.id} is open about the same subject and goes on for both` });
}
