import { uuid4, workflowInfo } from '@temporalio/workflow';
import { canonicalJson } from '../src/lib/json/json.ts';
import { incidentId } from '../src/domain/names.ts';
import type { ScheduledInput } from './messages.ts';
import type { Outcome } from './incident/outcome.ts';
import { remediation } from './remediation.ts';

/**
 * One run of a schedule: opens an incident and runs all stages of the incident. These stages run in this workflow, not
 * in a child workflow. So the schedule's overlap policy (skip) starts no second run while the incident is open.
 */
export async function scheduled({ id, requested, cluster, signIn }: ScheduledInput): Promise<Outcome> {
  const startsAt = scheduledTime().toISOString();
  const group = canonicalJson(['schedule', id]);
  const trace = uuid4().replaceAll('-', '');
  const incident = { id: incidentId(cluster, group, startsAt), cluster, trace, startsAt };
  return remediation({ incident, signIn, scheduled: { id, requested } });
}

/**
 * Returns the scheduled time of this run. Temporal stores this time in a search attribute of the workflow. If no
 * schedule started the workflow, the attribute is missing. The result is then the start time of the workflow.
 */
function scheduledTime(): Date {
  const { searchAttributes, startTime } = workflowInfo();
  const [time] = searchAttributes['TemporalScheduledStartTime'] ?? [];
  return time instanceof Date ? time : startTime;
}
