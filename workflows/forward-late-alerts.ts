import type { Opening } from '../src/domain/incident/routing.ts';
import { governance } from './activity-options.ts';
import type { IncidentState } from './incident-state.ts';

/**
 * Forwards late alerts to the incident that they belong to now. The API acknowledged them with a 2xx, so nobody sends
 * them again.
 * @returns the occurrence that this workflow itself has to continue with; the remaining late alerts belong to it.
 */
export async function forwardLateAlerts({ input, alerts }: IncidentState): Promise<Opening | undefined> {
  const { incident } = input;
  for (;;) {
    const [delivery] = alerts.late();
    if (!delivery) return undefined;
    const { opening } = await governance.handOn({ incident, delivery });
    if (opening) return opening;
    alerts.forwarded();
  }
}
