import type { Opening } from '../src/domain/place.ts';
import type { Alerts } from './alerts.ts';
import { governance } from './activity-options.ts';
import type { RemediationInput } from './messages.ts';

/**
 * What came too late for an incident has its 2xx all the same, and is handed on: to the incident that goes on for it, or
 * to the next one of its group.
 * @returns where it is this workflow that has to go on, with everything that was turned away and is left.
 */
export async function handOn({ incident }: RemediationInput, alerts: Alerts): Promise<Opening | undefined> {
  for (;;) {
    const [delivery] = alerts.turnedAway();
    if (!delivery) return undefined;
    const { opening } = await governance.handOn({ incident, delivery });
    if (opening) return opening;
    alerts.handedOn();
  }
}
