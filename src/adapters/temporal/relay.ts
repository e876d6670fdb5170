import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../../domain/alert/alert.ts';
import type { AlertGroup, InboxQueue, RoutingStates, Route } from '../../governance/ports.ts';
import { defined } from '../../lib/defined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import { jittered } from '../../platform/jittered.ts';
import type { Logger } from '../../platform/logger.ts';
import { createIncidentSignaler, permanentRefusal, type IncidentSignalerDeps } from './incident-signaler.ts';

const pollEveryMs = 200;
const slowestRetryMs = 10_000;
/** Several `airlock serve` processes may meet the same failure at the same time. */
const jitter = 0.2;
/** Most groups in progress, to which one poll may add its deliveries. It limits memory when Temporal hangs. */
const maxGroups = 100;

/** What the relay needs from outside. */
export interface RelayDeps extends IncidentSignalerDeps {
  inbox: InboxQueue;
  routingStates: Pick<RoutingStates, 'route'>;
  log: Logger;
  tracing: Tracing;
}

/**
 * Delivers the alerts of the inbox to the workflows of incidents, at least once, until `stop` is aborted. Deliveries of a
 * group stay in order: a failed one is retried with backoff before the next. Groups do not wait for one another. A
 * delivery that Temporal refuses permanently stays in the inbox, marked, counted and logged, and the next one follows.
 */
export async function runRelay(deps: RelayDeps, stop: AbortSignal): Promise<void> {
  const groups = createGroups(deps, stop);
  let waitMs = pollEveryMs;
  while (!stop.aborted) {
    try {
      if (groups.free()) groups.take(await deps.inbox.waiting(groups.busy()));
      waitMs = pollEveryMs;
    } catch (error) {
      waitMs = slower(waitMs);
      deps.log.warn({ problem: (error as Error).message, waitMs }, 'the inbox cannot be read; retrying');
    }
    await pause(jittered(waitMs, jitter), stop);
  }
  await groups.end();
}

/** The groups in progress, and those that wait for a retry, of which only the names are kept. */
function createGroups(deps: RelayDeps, stop: AbortSignal) {
  const busy = new Map<string, Promise<void>>();
  const waits = new Map<string, number>();
  let working = 0;
  const after = async (key: string, done: boolean): Promise<void> => {
    working--;
    if (done) {
      waits.delete(key);
      return;
    }
    const waitMs = slower(waits.get(key) ?? pollEveryMs);
    waits.set(key, waitMs);
    await pause(jittered(waitMs, jitter), stop);
  };
  return {
    free: () => working < maxGroups,
    busy: () => [...busy.keys()].map(groupOf),
    take(waiting: readonly Delivery[]) {
      for (const [key, deliveries] of Map.groupBy(waiting, keyOf)) {
        working++;
        const ended = relayGroup(deps, deliveries, stop).then((done) => after(key, done));
        busy.set(
          key,
          ended.finally(() => busy.delete(key)),
        );
      }
    },
    end: () => Promise.all(busy.values()),
  };
}

/** Relays deliveries of one group in order, up to the first that has to be retried. @returns false if there is one. */
async function relayGroup(deps: RelayDeps, deliveries: readonly Delivery[], stop: AbortSignal): Promise<boolean> {
  for (const delivery of deliveries) {
    if (stop.aborted || !(await relayed(deps, delivery))) return false;
  }
  return true;
}

/** @returns false when the delivery has to be retried. */
async function relayed(deps: RelayDeps, delivery: Delivery): Promise<boolean> {
  const { trace, cluster, alerts } = delivery;
  const context = { trace, cluster, alerts: alerts.length };
  try {
    const refusal = await relayTraced(deps, delivery).then(() => undefined, permanentRefusalOf);
    if (refusal !== undefined)
      deps.log.warn({ ...context, refusal }, 'Temporal refuses these alerts permanently; they stay in the inbox');
    await deps.inbox.relayed(delivery, refusal);
    return true;
  } catch (error) {
    deps.log.warn({ ...context, problem: (error as Error).message }, 'alerts were not delivered; retrying');
    return false;
  }
}

function permanentRefusalOf(error: unknown): string {
  const refusal = permanentRefusal(error);
  if (refusal === undefined) throw error;
  return refusal;
}

/** Relays a delivery, with a log line and a span. Both name the incident if the delivery opens or joins one. */
async function relayTraced(deps: RelayDeps, delivery: Delivery): Promise<void> {
  const start = new Date().toISOString();
  const route = await relay(deps, delivery);
  const { id: incident, trace = delivery.trace } = route?.occurrence?.incident ?? {};
  const context = defined({ trace, incident });
  const alerts = delivery.alerts.length;
  deps.tracing.recordSpan(context, { name: 'relay', start, end: new Date().toISOString(), attributes: { alerts } });
  deps.log.info({ ...context, alerts }, 'alerts were delivered to their workflow');
}

/**
 * Routes a delivery and sends it to its workflow.
 * @returns its route; undefined when a closed incident has handled it.
 * @throws errors of Temporal's client and of the routing states. The same delivery can be relayed again.
 */
export async function relay(
  deps: Pick<RelayDeps, 'client' | 'routingStates' | 'signIn'>,
  delivery: Delivery,
): Promise<Route | undefined> {
  const route = await deps.routingStates.route(delivery);
  if (route) await createIncidentSignaler(deps)(route);
  return route;
}

const keyOf = ({ cluster, group }: AlertGroup): string => JSON.stringify([cluster, group]);

function groupOf(key: string): AlertGroup {
  const [cluster, group] = JSON.parse(key) as [string, string];
  return { cluster, group };
}

const slower = (ms: number): number => Math.min(ms * 2, slowestRetryMs);

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
