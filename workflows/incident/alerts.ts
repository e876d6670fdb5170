import { log } from '@temporalio/workflow';
import { deliverySchema, type Alert, type Delivery } from '../../src/domain/alert/alert.ts';
import { byteParts } from '../../src/lib/byte-parts.ts';
import { createKnownAlerts, keyOf } from '../../src/domain/alert/known-alerts.ts';
import type { AcceptedAlerts } from '../../src/governance/ports.ts';
import type { RemediationInput } from '../messages.ts';

// Limits on the alerts in the input of an activity. A group may have thousands of alerts, but all are about one object,
// so some of them are enough.
const maxShown = 50;
const maxShownBytes = 512 * 1024;

/** The alerts of an incident, as they fire and resolve. */
export interface Alerts {
  /** Handles the Signal `alerts`. */
  receive(delivery: unknown): void;
  /** Returns true if an alert has arrived. */
  any(): boolean;
  /** Returns true if at least one alert has arrived and no alert is firing. */
  resolved(): boolean;
  /** Returns the alerts for the input of an activity: firing alerts first, at most 50 and at most 512 KiB. */
  shown(): Alert[];
  /**
   * Returns how often the incident's alerts have fired again, in this occurrence and in earlier ones. Late deliveries
   * do not count.
   */
  flaps(): number;
  /** Returns how many alerts this incident has accepted from each delivery. The trace id names the delivery. */
  accepted(): AcceptedAlerts[];
  /**
   * From now on deliveries are late: they belong to another incident or occurrence. A late delivery without any change
   * is ignored.
   */
  stopAccepting(): void;
  /** Stops accepting, and makes the deliveries that were accepted before late too. */
  releaseAccepted(): void;
  /** Returns the late deliveries that are not forwarded yet, oldest first. */
  late(): Delivery[];
  /** Removes the first late delivery, after it was forwarded. */
  removeFirstLate(): void;
}

/**
 * Creates the alerts of an incident, beginning with the deliveries that the previous run of this workflow carried over.
 */
export function createAlerts({ occurrence, carried = [] }: Pick<RemediationInput, 'occurrence' | 'carried'>): Alerts {
  const known = createKnownAlerts(occurrence?.since);
  const accepted: Delivery[] = [];
  const late: Delivery[] = [];
  let accepting = true;
  let flapsAtStop: number | undefined;
  const stopAccepting = (): void => {
    accepting = false;
    flapsAtStop ??= known.flaps();
  };
  const take = (delivery: Delivery): void => {
    const news = known.add(delivery.alerts);
    if (accepting) accepted.push(delivery);
    else if (news.length > 0) late.push(delivery);
  };
  carried.forEach(take);
  return {
    receive(delivery) {
      const parsed = deliverySchema.safeParse(delivery);
      // Any client of Temporal can send this Signal. If the handler threw the parse error, Temporal would retry the
      // workflow task for ever.
      if (parsed.success) take(parsed.data);
      else log.warn('ignored a malformed alerts signal');
    },
    any: known.hasAlerts,
    resolved: known.allResolved,
    shown: () => byteParts(known.all().slice(0, maxShown), maxShownBytes)[0] ?? [],
    flaps: () => (occurrence?.flaps ?? 0) + (flapsAtStop ?? known.flaps()),
    accepted: () => countByTrace(accepted),
    stopAccepting,
    releaseAccepted() {
      stopAccepting();
      late.unshift(...accepted.splice(0));
    },
    late: () => [...late],
    removeFirstLate() {
      late.shift();
    },
  };
}

/** Counts the alerts of each delivery. An alert that arrived twice with the same status counts once. */
function countByTrace(deliveries: readonly Delivery[]): AcceptedAlerts[] {
  const keys = new Map<string, Set<string>>();
  for (const { trace, alerts } of deliveries) {
    const seen = keys.get(trace) ?? new Set();
    keys.set(trace, seen);
    for (const alert of alerts) seen.add(`${alert.status} ${keyOf(alert)}`);
  }
  return [...keys].map(([trace, seen]) => ({ trace, alerts: seen.size }));
}
