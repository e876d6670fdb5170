import assert from 'node:assert/strict';
import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import type { Decision } from '../../src/domain/approval/decision.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { incidentId, scheduleId } from '../../src/domain/names.ts';
import { statusQuery } from '../../workflows/messages.ts';
import type { scheduled } from '../../workflows/scheduled.ts';
import { until } from './incident.ts';
import type { Activities } from './script.ts';
import type { World } from './environment.ts';

/**
 * Triggers a schedule of cluster east that is there, and answers the activities of the incident that comes of it. Which
 * one that is is known once it runs; until then its first activity is tried again.
 */
export async function scheduledIncident(world: World, id: string, answers: Partial<Activities> = {}) {
  const schedule = world.client.schedule.getHandle(scheduleId(id));
  await schedule.trigger();
  const started = async () => (await schedule.describe()).info.recentActions.at(-1);
  await until(async () => (await started()) !== undefined);
  const action = await started();
  assert.ok(action);
  const { workflowId } = action.action.workflow;
  const handle = world.client.workflow.getHandle<typeof scheduled>(workflowId);
  const [time] = (await handle.describe()).searchAttributes['TemporalScheduledStartTime'] ?? [];
  assert.ok(time instanceof Date);
  const incident = incidentId('east', canonicalJson(['schedule', id]), time.toISOString());
  return {
    handle,
    script: world.script(incident, answers),
    decide: (sent: Decision) => createIncidentWorkflows(world.client).decide(workflowId, sent),
    stage: () => handle.query(statusQuery).then((status) => status.stage),
  };
}
