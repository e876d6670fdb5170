import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertsSignal, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import type { Delivery } from '../../domain/alert.ts';
import { taskQueue } from '../../domain/names.ts';
import type { Courier, InboxQueue, Places, Route } from '../../governance/ports.ts';
import type { Logger, Tracing } from '../../telemetry.ts';

/** Alerts in one signal: with the largest alerts that intake takes, well below Temporal's limit of 2 MB. */
const alertsPerSignal = 50;
const pollEveryMs = 200;
const slowestRetryMs = 10_000;
const callWithinMs = 15_000;

export interface RelayDeps {
  client: Client;
  inbox: InboxQueue;
  places: Pick<Places, 'route'>;
  proofs: RemediationInput['proofs'];
  log: Logger;
  tracing: Tracing;
}

/**
 * Hands what is in the inbox to the incidents' workflows, in order, at least once, until `stop` is aborted. What fails
 * is tried again, ever more slowly, and nothing behind it overtakes.
 */
export async function runRelay(deps: RelayDeps, stop: AbortSignal): Promise<void> {
  let waitMs = pollEveryMs;
  while (!stop.aborted) {
    try {
      for (const delivery of await deps.inbox.waiting()) {
        await relayTraced(deps, delivery);
        await deps.inbox.relayed(delivery);
      }
      waitMs = pollEveryMs;
    } catch (error) {
      waitMs = Math.min(waitMs * 2, slowestRetryMs);
      deps.log.warn({ problem: (error as Error).message, waitMs }, 'alerts wait in the inbox; trying again');
    }
    await pause(waitMs, stop);
  }
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

/**
 * Hands a routed delivery to its workflow, in parts that a message can carry. An open incident gets what fires; where
 * none is open, it is started with it: one that closes at the same moment thus loses nothing.
 */
export function createCourier({ client, proofs }: Pick<RelayDeps, 'client' | 'proofs'>): Courier {
  return async ({ workflow, delivery, opening }) => {
    for (let from = 0; from < delivery.alerts.length; from += alertsPerSignal) {
      const part = { ...delivery, alerts: delivery.alerts.slice(from, from + alertsPerSignal) };
      const hand = (): Promise<unknown> =>
        opening
          ? start(client, workflow, part, { incident: opening.incident, opening, proofs })
          : signal(client, workflow, part);
      await client.withDeadline(Date.now() + callWithinMs, hand);
    }
  };
}

function start(client: Client, id: string, delivery: Delivery, input: RemediationInput): Promise<unknown> {
  return client.workflow.signalWithStart(remediationWorkflow, {
    workflowId: id,
    taskQueue: taskQueue('governance'),
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [input],
    signal: alertsSignal,
    signalArgs: [delivery],
  });
}

async function signal(client: Client, id: string, delivery: Delivery): Promise<void> {
  try {
    await client.workflow.getHandle(id).signal(alertsSignal, delivery);
  } catch (error) {
    // No open incident: what resolves has nothing to cancel.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
