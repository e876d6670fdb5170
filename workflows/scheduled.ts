import { uuid4, workflowInfo } from '@temporalio/workflow';
import { canonicalJson } from '../src/lib/json.ts';
import { incidentId } from '../src/domain/names.ts';
import type { ScheduledInput } from './messages.ts';
import type { Outcome } from './incident/outcome.ts';
import { remediation } from './remediation.ts';

/**
 * One run of a schedule: an incident that starts at the scheduled time. It runs in this workflow itself, not in a child
 * workflow, so the schedule's overlap policy sees that it is still running and starts no second one.
 */
export async function scheduled({ id, requested, cluster, signIn }: ScheduledInput): Promise<Outcome> {
  const startsAt = scheduledTime().toISOString();
  const group = canonicalJson(['schedule', id]);
  const trace = uuid4().replaceAll('-', '');
  const incident = { id: incidentId(cluster, group, startsAt), cluster, trace, startsAt };
  return remediation({ incident, signIn, scheduled: { id, requested } });
}

/** Temporal sets this search attribute on workflows that a schedule starts. Others start now. */
function scheduledTime(): Date {
  const { searchAttributes, startTime } = workflowInfo();
  const [time] = searchAttributes['TemporalScheduledStartTime'] ?? [];
  return time instanceof Date ? time : startTime;
}
