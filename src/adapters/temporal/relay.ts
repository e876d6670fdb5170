import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { alertsSignal, remediationWorkflow, type RemediationInput } from '../../../workflows/messages.ts';
import type { Delivery } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import { incidentOf } from '../../domain/incident-of.ts';
import { incidentView } from '../../domain/incident-view.ts';
import { taskQueue, workflowId } from '../../domain/names.ts';
import type { JournalReader } from '../../domain/ports.ts';
import type { InboxQueue } from '../../governance/ports.ts';
import type { Logger } from '../../telemetry.ts';

/** Alerts in one signal: with the largest alerts that intake takes, well below Temporal's limit of 2 MB. */
const alertsPerSignal = 50;
const pollEveryMs = 200;
const slowestRetryMs = 10_000;
const callWithinMs = 15_000;

export interface RelayDeps {
  client: Client;
  inbox: InboxQueue;
  journal: JournalReader;
  proofs: RemediationInput['proofs'];
  log: Logger;
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
        await relay(deps, delivery);
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

/** @throws what Temporal's client or the journal throws; the same delivery can then be relayed again. */
export async function relay({ client, journal, proofs }: RelayDeps, delivery: Delivery): Promise<void> {
  const incident = incidentOf(delivery);
  // An incident that was opened before is signalled while it is open, never started again, however often this runs.
  const starts = incident !== undefined && !(await wasOpened(journal, incident));
  const id = workflowId(delivery.cluster, delivery.group);
  for (let from = 0; from < delivery.alerts.length; from += alertsPerSignal) {
    const part = { ...delivery, alerts: delivery.alerts.slice(from, from + alertsPerSignal) };
    const hand = (): Promise<unknown> =>
      starts ? start(client, id, part, { incident, proofs }) : signal(client, id, part);
    await client.withDeadline(Date.now() + callWithinMs, hand);
  }
}

async function wasOpened(journal: JournalReader, { id }: Incident): Promise<boolean> {
  return incidentView(await journal.read(id)) !== undefined;
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
    // No open incident: what resolves has nothing to cancel, what was sent again has been dealt with.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
