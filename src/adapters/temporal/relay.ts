import type { LogContext } from '../../domain/incident/log-context.ts';
import type { Delivery } from '../../domain/alert/alert.ts';
import type { AlertGroup, IncidentSignaler, InboxQueue, Route, RoutingStates } from '../../governance/ports.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import { jittered } from '../../platform/jittered.ts';
import type { Logger } from '../../platform/logger.ts';
import { pause } from '../../platform/pause.ts';
import { deliveryFailureOf, type DeliveryFailure } from './delivery-failure.ts';

const pollEveryMs = 200;
const longestWaitMs = 10_000;
/**
 * Each wait is lengthened at random by at most this fraction. So several `airlock serve` processes retry at different
 * moments.
 */
const jitter = 0.2;
/**
 * The relay reads the inbox only while fewer than `maxGroups` groups are in progress. So the relay does not fill its
 * memory with deliveries while Temporal hangs.
 */
const maxGroups = 100;

/** What the relay needs from outside. */
export interface RelayDeps {
  signaler: IncidentSignaler;
  inbox: InboxQueue;
  routingStates: Pick<RoutingStates, 'route'>;
  log: Logger;
  tracing: Tracing;
}

/**
 * Sends deliveries from the inbox to the workflows of incidents until `stop` is aborted. A delivery consists of the
 * alerts of one webhook call. A delivery may be sent more than once.
 *
 * The relay sends the deliveries of a group in order. If a delivery fails, the relay retries that delivery with backoff
 * before it sends the group's next delivery. Other groups are not delayed. If Temporal refuses a delivery permanently, or
 * if a delivery has failed three times, the relay parks the delivery in the inbox, logs why, and continues. While a
 * server does not answer, the relay retries without end and counts no failure.
 */
export async function runRelay(deps: RelayDeps, stop: AbortSignal): Promise<void> {
  const groups = createGroups(deps, stop);
  let waitMs = pollEveryMs;
  while (!stop.aborted) {
    try {
      if (groups.hasCapacity()) groups.start(await deps.inbox.waiting(groups.busy()));
      waitMs = pollEveryMs;
    } catch (error) {
      waitMs = longerWait(waitMs);
      deps.log.warn({ problem: (error as Error).message, waitMs }, 'the inbox cannot be read: trying again');
    }
    await pause(jittered(waitMs, jitter), stop);
  }
  await groups.allEnded();
}

/**
 * Keeps track of busy groups. A group is busy while its deliveries are being sent, and while the group waits for a
 * retry. For a retry, the relay reads the deliveries of the group from the inbox again.
 */
function createGroups(deps: RelayDeps, stop: AbortSignal) {
  const busy = new Map<string, Promise<void>>();
  /** For each group whose last attempt failed: the wait after this attempt, milliseconds. */
  const waits = new Map<string, number>();
  /** Number of groups whose deliveries are being sent. Groups that wait for a retry do not count. */
  let inProgress = 0;
  const finish = async (key: string, delivered: boolean): Promise<void> => {
    inProgress--;
    if (delivered) {
      waits.delete(key);
      return;
    }
    const waitMs = longerWait(waits.get(key) ?? pollEveryMs);
    waits.set(key, waitMs);
    await pause(jittered(waitMs, jitter), stop);
  };
  return {
    hasCapacity: () => inProgress < maxGroups,
    busy: () => [...busy.keys()].map(groupOf),
    start(waiting: readonly Delivery[]) {
      for (const [key, deliveries] of Map.groupBy(waiting, keyOf)) {
        inProgress++;
        const ended = relayGroup(deps, deliveries, stop).then((delivered) => finish(key, delivered));
        busy.set(
          key,
          ended.finally(() => busy.delete(key)),
        );
      }
    },
    allEnded: () => Promise.all(busy.values()),
  };
}

/**
 * Relays deliveries of one group in order, until one fails or `stop` is aborted.
 * @returns true if all deliveries were relayed.
 */
async function relayGroup(deps: RelayDeps, deliveries: readonly Delivery[], stop: AbortSignal): Promise<boolean> {
  for (const delivery of deliveries) {
    if (stop.aborted || !(await tryRelay(deps, delivery))) return false;
  }
  return true;
}

/**
 * Relays one delivery. Then marks the delivery in the inbox as relayed, or parks it.
 * @returns false if the delivery has to be relayed again.
 */
async function tryRelay(deps: RelayDeps, delivery: Delivery): Promise<boolean> {
  const { trace, cluster, alerts } = delivery;
  const context = { trace, cluster, alerts: alerts.length };
  try {
    const failure = await relayTraced(deps, delivery).then(() => undefined, deliveryFailureOf);
    if (!failure) await deps.inbox.markRelayed(delivery);
    else if (!(await isParked(deps.inbox, delivery, failure))) throw new Error(failure.reason);
    else
      deps.log.error(
        { ...context, problem: failure.reason },
        'alerts are parked: they stay in the inbox and are not sent to any incident',
      );
    return true;
  } catch (error) {
    deps.log.warn(
      { ...context, problem: (error as Error).message },
      'alerts were not relayed, or not marked as relayed in the inbox: trying again',
    );
    return false;
  }
}

/** @returns true if the delivery is parked after this failure. */
async function isParked(inbox: InboxQueue, delivery: Delivery, failure: DeliveryFailure): Promise<boolean> {
  if (!failure.isPermanent) return inbox.countFailure(delivery, failure.reason);
  await inbox.park(delivery, failure.reason);
  return true;
}

/**
 * Relays a delivery, then writes a span and a log line. If the route has an occurrence, both contain the id of its
 * incident.
 */
async function relayTraced(deps: RelayDeps, delivery: Delivery): Promise<void> {
  const start = new Date().toISOString();
  const route = await relay(deps, delivery);
  const { id: incident, trace = delivery.trace } = route?.occurrence?.incident ?? {};
  const context = omitUndefined<LogContext>({ trace, incident });
  const alerts = delivery.alerts.length;
  deps.tracing.recordSpan(context, { name: 'relay', start, end: new Date().toISOString(), attributes: { alerts } });
  deps.log.info(
    { ...context, alerts },
    route ? 'alerts were routed to a workflow' : 'a closed incident has already accepted these alerts',
  );
}

/**
 * Routes a delivery and sends its alerts to the workflow of the route.
 * @returns the route; undefined if a closed incident has already accepted all alerts of the delivery. Nothing is then
 * sent.
 * @throws errors of Temporal's client and of the routing states. After an error, the delivery can be relayed again.
 */
export async function relay(
  deps: Pick<RelayDeps, 'routingStates' | 'signaler'>,
  delivery: Delivery,
): Promise<Route | undefined> {
  const route = await deps.routingStates.route(delivery);
  if (route) await deps.signaler(route);
  return route;
}

const keyOf = ({ cluster, group }: AlertGroup): string => JSON.stringify([cluster, group]);

function groupOf(key: string): AlertGroup {
  const [cluster, group] = JSON.parse(key) as [string, string];
  return { cluster, group };
}

const longerWait = (ms: number): number => Math.min(ms * 2, longestWaitMs);
