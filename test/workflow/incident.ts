import assert from 'node:assert/strict';
import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import type { Alert, Delivery } from '../../src/domain/alert/alert.ts';
import type { Decision } from '../../src/domain/approval/decision.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { incidentOf } from '../../src/domain/incident/incident-of.ts';
import type { Occurrence } from '../../src/domain/incident/routing.ts';
import { taskQueue, workflowId } from '../../src/domain/names.ts';
import { alertsSignal, remediationWorkflow, statusQuery } from '../../workflows/messages.ts';
import type { remediation } from '../../workflows/remediation.ts';
import { signIn } from './people.ts';
import type { Activities } from './script.ts';
import type { TestEnvironment } from './environment.ts';
import { waitFor } from '../../src/platform/wait-for.ts';

export const startsAt = '2026-11-21T12:00:00Z';
export const firing: Alert = {
  cluster: 'east',
  fingerprint: 'f1',
  status: 'firing',
  startsAt,
  labels: {},
  annotations: {},
};
export const resolved: Alert = { ...firing, status: 'resolved' };
let groups = 0;

/** Opens an incident of a new group. Its activities succeed, except for `answers`. */
export async function openIncident(
  environment: TestEnvironment,
  answers: Partial<Activities> = {},
  occurrence?: Omit<Occurrence, 'incident'>,
) {
  const delivery: Delivery = { cluster: 'east', group: `group-${++groups}`, trace: 'trace-1', alerts: [firing] };
  const incident = incidentOf({ ...delivery, alerts: [firing] });
  assert.ok(incident);
  const script = environment.script(incident.id, answers);
  const handle = await environment.client.workflow.signalWithStart<typeof remediation, [Delivery]>(
    remediationWorkflow,
    {
      workflowId: workflowId('east', delivery.group),
      taskQueue: taskQueue('governance'),
      args: [omitUndefined({ incident, signIn, occurrence: occurrence && { incident, ...occurrence } })],
      signal: alertsSignal,
      signalArgs: [delivery],
    },
  );
  const decide = createIncidentWorkflows(environment.client).decide;
  return {
    handle,
    script,
    incident,
    delivery,
    decide: (sent: Decision) => decide(handle.workflowId, sent),
    send: (...alerts: Alert[]) => handle.signal(alertsSignal, { ...delivery, alerts }),
    stage: () => handle.query(statusQuery).then((status) => status.stage),
    closed: () => handle.result(),
  };
}

export type TestIncident = Awaited<ReturnType<typeof openIncident>>;

/** Waits until the incident is in the stage `decide`. */
export async function offered(incident: TestIncident): Promise<void> {
  await until(async () => (await incident.stage()) === 'decide');
}

/** Polls until the condition holds, for at most 20 s. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await waitFor({ what: holds.toString(), every: 25, within: 20_000 }, holds);
}

/** A promise that the test resolves. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
