import { log, setHandler } from '@temporalio/workflow';
import { deliverySchema, type Alert, type Delivery } from '../src/domain/alert.ts';
import { byteParts } from '../src/domain/byte-parts.ts';
import { createKnownAlerts, keyOf } from '../src/domain/known-alerts.ts';
import type { TakenAlerts } from '../src/governance/ports.ts';
import { alertsSignal, type RemediationInput } from './messages.ts';

// Inputs of activities stay small however large a group and its alerts are; one group is about one subject.
const shownAtMost = 50;
const shownBytes = 512 * 1024;

/** The alerts of an incident, as they come and resolve. */
export interface Alerts {
  any(): boolean;
  /** True once every alert that fired is resolved. */
  resolved(): boolean;
  /** Those that fire first; at most 50, and as many as 512 KiB hold. */
  shown(): Alert[];
  /** How often the incident has fired again so far, in its earlier openings too. */
  flaps(): number;
  /** What this incident has dealt with, delivery by delivery. */
  taken(): TakenAlerts[];
  /** From now on, what says anything new is no longer this incident's. */
  turnAway(): void;
  /** Nothing that came was this incident's. */
  giveUp(): void;
  /** What was turned away, and not yet taken out. */
  turnedAway(): Delivery[];
  /** Takes the first of them out. */
  handedOn(): void;
}

/** Takes deliveries of alerts from now on; first what an earlier incident of the group turned away. */
export function takeAlerts({ opening, carried = [] }: Pick<RemediationInput, 'opening' | 'carried'>): Alerts {
  const known = createKnownAlerts(opening?.since);
  const own: Delivery[] = [];
  const late: Delivery[] = [];
  let open = true;
  let flaps: number | undefined;
  const away = (): void => {
    open = false;
    flaps ??= known.flaps();
  };
  const take = (delivery: Delivery): void => {
    const news = known.take(delivery.alerts);
    if (open) own.push(delivery);
    else if (news.length > 0) late.push(delivery);
  };
  carried.forEach(take);
  setHandler(alertsSignal, (delivery) => {
    const parsed = deliverySchema.safeParse(delivery);
    // Only the relay sends these; what another hand sent must not stall the workflow.
    if (parsed.success) take(parsed.data);
    else log.warn('a signal that is no delivery of alerts was left out');
  });
  return {
    any: known.any,
    resolved: known.resolved,
    shown: () => byteParts(known.all().slice(0, shownAtMost), shownBytes)[0] ?? [],
    flaps: () => (opening?.flaps ?? 0) + (flaps ?? known.flaps()),
    taken: () => countByTrace(own),
    turnAway: away,
    giveUp() {
      away();
      late.unshift(...own.splice(0));
    },
    turnedAway: () => [...late],
    handedOn: () => void late.shift(),
  };
}

function countByTrace(deliveries: readonly Delivery[]): TakenAlerts[] {
  const keys = new Map<string, Set<string>>();
  for (const { trace, alerts } of deliveries) {
    const seen = keys.get(trace) ?? new Set();
    keys.set(trace, seen);
    for (const alert of alerts) seen.add(`${alert.status} ${keyOf(alert)}`);
  }
  return [...keys].map(([trace, seen]) => ({ trace, alerts: seen.size }));
}
