import { log, setHandler } from '@temporalio/workflow';
import { deliverySchema, type Alert, type Delivery } from '../src/domain/alert.ts';
import { alertsSignal } from './messages.ts';

// Inputs of activities stay small however large a group is; one group is about one subject.
const shownAtMost = 50;

/** The alerts of an incident, as they come and resolve. */
export interface Alerts {
  any(): boolean;
  /** True once every alert that fired is resolved. */
  resolved(): boolean;
  /** Those that fire first; at most 50. */
  shown(): Alert[];
  /** From now on, alerts that were not known are no longer this incident's. */
  turnAway(): void;
  /** What was turned away and still fires. */
  turnedAway(): Delivery[];
}

/**
 * Takes deliveries of alerts from now on. The same alert twice, and a firing after its resolved, change nothing.
 * @param carried what an earlier incident of the group turned away.
 */
export function takeAlerts(carried: readonly Delivery[] = []): Alerts {
  const known = new Map<string, Alert>();
  let late: Delivery[] | undefined;
  const all = (status: Alert['status']): Alert[] => [...known.values()].filter((alert) => alert.status === status);
  const isFiring = (alert: Alert): boolean => known.get(keyOf(alert))?.status === 'firing';
  const take = (delivery: Delivery): void => {
    const fresh = delivery.alerts.filter((alert) => !known.has(keyOf(alert)));
    if (fresh.length > 0) late?.push({ ...delivery, alerts: fresh });
    for (const alert of delivery.alerts) {
      if (known.get(keyOf(alert))?.status !== 'resolved') known.set(keyOf(alert), alert);
    }
  };
  carried.forEach(take);
  setHandler(alertsSignal, (delivery) => {
    const parsed = deliverySchema.safeParse(delivery);
    // Only the relay sends these; what another hand sent must not stall the workflow.
    if (parsed.success) take(parsed.data);
    else log.warn('a signal that is no delivery of alerts was left out');
  });
  return {
    any: () => known.size > 0,
    resolved: () => known.size > 0 && all('firing').length === 0,
    shown: () => [...all('firing'), ...all('resolved')].slice(0, shownAtMost),
    turnAway: () => void (late = []),
    turnedAway: () =>
      (late ?? [])
        .map((delivery) => ({ ...delivery, alerts: delivery.alerts.filter(isFiring) }))
        .filter((delivery) => delivery.alerts.length > 0),
  };
}

function keyOf({ fingerprint, startsAt }: Alert): string {
  return JSON.stringify([fingerprint, startsAt]);
}
