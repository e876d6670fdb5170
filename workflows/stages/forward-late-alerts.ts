import type { Occurrence } from '../../src/domain/incident/routing.ts';
import { governance } from '../activity-options.ts';
import type { IncidentState } from '../incident/incident-state.ts';

/**
 * Forwards late alerts to the incident that they belong to now. The API acknowledged them with a 2xx, so nobody sends
 * them again.
 * @returns undefined if all are forwarded. If a late alert has opened an occurrence for this workflow id, returns this
 * occurrence: the remaining late alerts belong to it, and this workflow has to continue with it.
 */
export async function forwardLateAlerts({ input, alerts }: IncidentState): Promise<Occurrence | undefined> {
  const { incident } = input;
  for (;;) {
    const [delivery] = alerts.late();
    if (!delivery) return undefined;
    const { occurrence } = await governance.forwardLateAlerts({ incident, delivery });
    if (occurrence) return occurrence;
    alerts.removeFirstLate();
  }
}
