import type { Delivery } from '../alert/alert.ts';
import type { Incident } from './incident.ts';
import { incidentId } from '../names.ts';

/** Returns a new incident for a delivery of alerts. Returns undefined if no alert of the delivery is firing. */
export function incidentOf({ cluster, group, trace, alerts }: Delivery): Incident | undefined {
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const [first] = firing.sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
  if (!first) return undefined;
  return { id: incidentId(cluster, group, first.startsAt), cluster, trace, startsAt: first.startsAt };
}
