import { log } from '@temporalio/workflow';
import { deliverySchema, type Alert, type Delivery } from '../../src/domain/alert/alert.ts';
import { byteParts } from '../../src/lib/byte-parts.ts';
import { createKnownAlerts, keyOf } from '../../src/domain/alert/known-alerts.ts';
import type { AcceptedAlerts } from '../../src/governance/ports.ts';
import type { RemediationInput } from '../messages.ts';

// Limits on the alerts in the input of one activity. An incident can have thousands of alerts, and Temporal refuses a
// payload of more than 2 MB.
const maxSampleAlerts = 50;
const maxSampleBytes = 512 * 1024;

/** The alerts of one incident. More alerts can arrive while the workflow runs. */
export interface Alerts {
  /** Handles the Signal `alerts`. */
  receive(delivery: unknown): void;
  /** Returns true if at least one alert has arrived. */
  hasAlerts(): boolean;
  /** Returns true if at least one alert has arrived and no alert is firing. */
  allEnded(): boolean;
  /**
   * Returns alerts for the input of an activity, firing alerts first. Returns at most 50 alerts, with at most 512 KiB
   * of JSON in total. If the first alert is larger than 512 KiB, returns only the first alert.
   */
  sample(): Alert[];
  /**
   * Returns how often the incident's alerts have fired again since the incident was first opened. Alerts that arrived
   * after `stopAccepting` do not count.
   */
  flaps(): number;
  /** Returns how many alerts this incident has accepted from each delivery. A trace id identifies the delivery. */
  accepted(): AcceptedAlerts[];
  /**
   * Stops accepting deliveries. A delivery that arrives after this call is late: its alerts belong to another incident,
   * or to another period in which this incident is open. A late delivery is kept only if it contains a new alert or a
   * newly resolved alert.
   */
  stopAccepting(): void;
  /** Stops accepting deliveries. From now on, all accepted deliveries are late deliveries. */
  releaseAccepted(): void;
  /** Returns the late deliveries that were not removed, oldest first. */
  late(): Delivery[];
  /** Removes the oldest late delivery. Call this function after the delivery was forwarded. */
  removeFirstLate(): void;
}

/** Creates the alerts of an incident. Accepts `carried`, the late deliveries of the previous run of this workflow. */
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
    const changes = known.add(delivery.alerts);
    if (accepting) accepted.push(delivery);
    else if (changes.length > 0) late.push(delivery);
  };
  carried.forEach(take);
  return {
    receive(delivery) {
      const parsed = deliverySchema.safeParse(delivery);
      // Any client of Temporal can send this Signal. If the handler threw the parse error, Temporal would retry the
      // workflow task for ever.
      if (parsed.success) take(parsed.data);
      else log.warn('ignored a Signal with malformed alerts');
    },
    hasAlerts: known.hasAlerts,
    allEnded: known.allEnded,
    sample: () => byteParts(known.all().slice(0, maxSampleAlerts), maxSampleBytes)[0] ?? [],
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

/**
 * Counts the alerts of each delivery. A delivery can arrive in several Signals, and a Signal can arrive twice. So an
 * alert that arrived twice with the same status counts once.
 */
function countByTrace(deliveries: readonly Delivery[]): AcceptedAlerts[] {
  const keys = new Map<string, Set<string>>();
  for (const { trace, alerts } of deliveries) {
    const seen = keys.get(trace) ?? new Set();
    keys.set(trace, seen);
    for (const alert of alerts) seen.add(`${alert.status} ${keyOf(alert)}`);
  }
  return [...keys].map(([trace, seen]) => ({ trace, alerts: seen.size }));
}
