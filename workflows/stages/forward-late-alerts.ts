import type { Occurrence } from '../../src/domain/incident/routing.ts';
import { governance } from '../activity-options.ts';
import type { IncidentState } from '../incident/incident-state.ts';

/**
 * Routes late deliveries again, oldest first. A late delivery contains alerts that this incident does not accept. The
 * API has acknowledged these alerts, so nobody sends the alerts again.
 * @returns the occurrence with which this workflow must continue. The late deliveries that remain then belong to this
 * occurrence. Returns undefined if no late delivery remains.
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
