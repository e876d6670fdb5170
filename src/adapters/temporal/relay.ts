import type { LogContext } from '../../domain/incident/log-context.ts';
import type { Delivery } from '../../domain/alert/alert.ts';
import type { AlertGroup, IncidentSignaler, InboxQueue, Route, RoutingStates } from '../../governance/ports.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Tracing } from '../../domain/incident/tracing.ts';
import { jittered } from '../../platform/jittered.ts';
import type { Logger } from '../../platform/logger.ts';
import { pause } from '../../platform/pause.ts';
import { permanentRefusal } from './incident-signaler.ts';

const pollEveryMs = 200;
const slowestRetryMs = 10_000;
/**
 * Several `airlock serve` processes may meet the same failure at the same time. With jitter they do not all retry at
 * once.
 */
const jitter = 0.2;
/**
 * The relay polls the inbox only while fewer groups than this are in progress. This limits memory when Temporal hangs.
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
 * Delivers the alerts of the inbox to the workflows of incidents, at least once, until `stop` is aborted. A delivery
 * consists of the alerts of one webhook call. Deliveries of a group stay in order: a failed delivery is retried with
 * backoff before the next one is sent. Groups do not wait for one another. A delivery that Temporal refuses permanently
 * is logged and stays in the inbox, marked as refused; the next delivery follows.
 */
export async function runRelay(deps: RelayDeps, stop: AbortSignal): Promise<void> {
  const groups = createGroups(deps, stop);
  let waitMs = pollEveryMs;
  while (!stop.aborted) {
    try {
      if (groups.hasCapacity()) groups.relay(await deps.inbox.waiting(groups.busy()));
      waitMs = pollEveryMs;
    } catch (error) {
      waitMs = slower(waitMs);
      deps.log.warn({ problem: (error as Error).message, waitMs }, 'the inbox cannot be read: trying again');
    }
    await pause(jittered(waitMs, jitter), stop);
  }
  await groups.allEnded();
}

/**
 * Keeps track of the groups that are in progress or wait for a retry (`busy`). The deliveries of a waiting group are
 * not kept in memory: the relay reads them from the inbox again.
 */
function createGroups(deps: RelayDeps, stop: AbortSignal) {
  const busy = new Map<string, Promise<void>>();
  /** For each group whose last delivery failed: the last wait before a retry, milliseconds. */
  const waits = new Map<string, number>();
  /** Number of groups whose deliveries are being sent. Groups that wait for a retry do not count. */
  let inProgress = 0;
  const waitIfFailed = async (key: string, delivered: boolean): Promise<void> => {
    inProgress--;
    if (delivered) {
      waits.delete(key);
      return;
    }
    const waitMs = slower(waits.get(key) ?? pollEveryMs);
    waits.set(key, waitMs);
    await pause(jittered(waitMs, jitter), stop);
  };
  return {
    hasCapacity: () => inProgress < maxGroups,
    busy: () => [...busy.keys()].map(groupOf),
    relay(waiting: readonly Delivery[]) {
      for (const [key, deliveries] of Map.groupBy(waiting, keyOf)) {
        inProgress++;
        const ended = relayGroup(deps, deliveries, stop).then((delivered) => waitIfFailed(key, delivered));
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
 * Relays deliveries of one group in order.
 * @returns false if a delivery failed or `stop` was aborted. The remaining deliveries are then not sent.
 */
async function relayGroup(deps: RelayDeps, deliveries: readonly Delivery[], stop: AbortSignal): Promise<boolean> {
  for (const delivery of deliveries) {
    if (stop.aborted || !(await tryRelay(deps, delivery))) return false;
  }
  return true;
}

/** Relays one delivery and marks it in the inbox. @returns false if the delivery has to be retried. */
async function tryRelay(deps: RelayDeps, delivery: Delivery): Promise<boolean> {
  const { trace, cluster, alerts } = delivery;
  const context = { trace, cluster, alerts: alerts.length };
  try {
    const refusal = await relayTraced(deps, delivery).then(() => undefined, permanentRefusalOf);
    if (refusal !== undefined)
      deps.log.warn(
        { ...context, refusal },
        'Temporal refuses these alerts permanently: they stay in the inbox and are not sent again',
      );
    await deps.inbox.markRelayed(delivery, refusal);
    return true;
  } catch (error) {
    deps.log.warn(
      { ...context, problem: (error as Error).message },
      'alerts were not delivered to their workflow: trying again',
    );
    return false;
  }
}

function permanentRefusalOf(error: unknown): string {
  const refusal = permanentRefusal(error);
  if (refusal === undefined) throw error;
  return refusal;
}

/** Relays a delivery, and writes a log line and a span about it. Both contain the id of the incident if it is known. */
async function relayTraced(deps: RelayDeps, delivery: Delivery): Promise<void> {
  const start = new Date().toISOString();
  const route = await relay(deps, delivery);
  const { id: incident, trace = delivery.trace } = route?.occurrence?.incident ?? {};
  const context = omitUndefined<LogContext>({ trace, incident });
  const alerts = delivery.alerts.length;
  deps.tracing.recordSpan(context, { name: 'relay', start, end: new Date().toISOString(), attributes: { alerts } });
  deps.log.info({ ...context, alerts }, 'alerts were delivered to their workflow');
}

/**
 * Routes a delivery and sends it to its workflow.
 * @returns the delivery's route; undefined if a closed incident has already handled the delivery.
 * @throws errors of Temporal's client and of the routing states. The same delivery can then be relayed again.
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

const slower = (ms: number): number => Math.min(ms * 2, slowestRetryMs);
