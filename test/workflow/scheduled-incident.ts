import assert from 'node:assert/strict';
import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import type { Decision } from '../../src/domain/approval/decision.ts';
import { canonicalJson } from '../../src/lib/json/json.ts';
import { incidentId, scheduleId } from '../../src/domain/names.ts';
import { statusQuery } from '../../workflows/messages.ts';
import type { scheduled } from '../../workflows/scheduled.ts';
import { until } from './incident.ts';
import type { Activities } from './script.ts';
import type { TestEnvironment } from './environment.ts';

/**
 * Triggers an existing schedule of cluster east and answers the activities of the incident that it opens. The incident's
 * id is known only once the workflow runs; until then Temporal retries its first activity.
 */
export async function scheduledIncident(environment: TestEnvironment, id: string, answers: Partial<Activities> = {}) {
  const schedule = environment.client.schedule.getHandle(scheduleId(id));
  await schedule.trigger();
  const started = async () => (await schedule.describe()).info.recentActions.at(-1);
  await until(async () => (await started()) !== undefined);
  const action = await started();
  assert.ok(action);
  const { workflowId } = action.action.workflow;
  const handle = environment.client.workflow.getHandle<typeof scheduled>(workflowId);
  const [time] = (await handle.describe()).searchAttributes['TemporalScheduledStartTime'] ?? [];
  assert.ok(time instanceof Date);
  const incident = incidentId('east', canonicalJson(['schedule', id]), time.toISOString());
  return {
    handle,
    script: environment.script(incident, answers),
    decide: (sent: Decision) => createIncidentWorkflows(environment.client).decide(workflowId, sent),
    stage: () => handle.query(statusQuery).then((status) => status.stage),
  };
}
