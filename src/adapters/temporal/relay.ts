import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../../domain/alert/alert.ts';
import type { AlertGroup, InboxQueue, Places, Route } from '../../governance/ports.ts';
import type { Logger, Tracing } from '../../platform/telemetry.ts';
import { createCourier, refusalForGood, type CourierDeps } from './incident-signaler.ts';

const pollEveryMs = 200;
const slowestRetryMs = 10_000;
/** With one poll's deliveries on top; Temporal that hangs must not fill the memory. */
const groupsAtOnce = 100;

export interface RelayDeps extends CourierDeps {
  inbox: InboxQueue;
  places: Pick<Places, 'route'>;
  log: Logger;
  tracing: Tracing;
}

/**
 * Hands what is in the inbox to the incidents' workflows, at least once, until `stop` is aborted. Within a group nothing
 * overtakes: what fails is tried again, ever more slowly, before what is behind it. No group waits for another. What
 * Temporal refuses for good is parked: it stays in the inbox, marked, counted and logged, and the next is handed on.
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
      deps.log.warn({ problem: (error as Error).message, waitMs }, 'the inbox gives no alerts; trying again');
    }
    await pause(waitMs, stop);
  }
  await groups.end();
}

/** The groups that are being handed on, or wait to be tried again; of those that wait, nothing is kept but their names. */
function createGroups(deps: RelayDeps, stop: AbortSignal) {
  const busy = new Map<string, Promise<void>>();
  const waits = new Map<string, number>();
  let working = 0;
  const after = async (key: string, done: boolean): Promise<void> => {
    working--;
    if (done) return void waits.delete(key);
    const waitMs = slower(waits.get(key) ?? pollEveryMs);
    waits.set(key, waitMs);
    await pause(waitMs, stop);
  };
  return {
    free: () => working < groupsAtOnce,
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

/** Deliveries of one group, in order, up to the first that has to be tried again. @returns whether there was none. */
async function relayGroup(deps: RelayDeps, deliveries: readonly Delivery[], stop: AbortSignal): Promise<boolean> {
  for (const delivery of deliveries) {
    if (stop.aborted || !(await relayed(deps, delivery))) return false;
  }
  return true;
}

/** @returns false where the same is to be tried again. */
async function relayed(deps: RelayDeps, delivery: Delivery): Promise<boolean> {
  const { trace, cluster, alerts } = delivery;
  const about = { trace, cluster, alerts: alerts.length };
  try {
    const refusal = await relayTraced(deps, delivery).then(() => undefined, refusedForGood);
    if (refusal !== undefined) deps.log.warn({ ...about, refusal }, 'alerts that Temporal refuses are parked');
    await deps.inbox.relayed(delivery, refusal);
    return true;
  } catch (error) {
    deps.log.warn({ ...about, problem: (error as Error).message }, 'alerts wait in the inbox; trying again');
    return false;
  }
}

function refusedForGood(error: unknown): string {
  const refusal = refusalForGood(error);
  if (refusal === undefined) throw error;
  return refusal;
}

/** The relay as a line of the log and a span: of the incident, where the delivery opens or joins one. */
async function relayTraced(deps: RelayDeps, delivery: Delivery): Promise<void> {
  const start = new Date().toISOString();
  const route = await relay(deps, delivery);
  const { id: incident, trace = delivery.trace } = route?.opening?.incident ?? {};
  const about = { trace, ...(incident ? { incident } : {}) };
  const alerts = delivery.alerts.length;
  deps.tracing.past(about, { name: 'relay', start, end: new Date().toISOString(), facts: { alerts } });
  deps.log.info({ ...about, alerts }, 'alerts are with their workflow');
}

/**
 * @returns where the delivery went; undefined where a closed incident dealt with it.
 * @throws what Temporal's client or the table of places throws; the same delivery can then be relayed again.
 */
export async function relay(
  deps: Pick<RelayDeps, 'client' | 'places' | 'proofs'>,
  delivery: Delivery,
): Promise<Route | undefined> {
  const route = await deps.places.route(delivery);
  if (route) await createCourier(deps)(route);
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
