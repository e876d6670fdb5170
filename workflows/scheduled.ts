import { uuid4, workflowInfo } from '@temporalio/workflow';
import { canonicalJson } from '../src/domain/json.ts';
import { incidentId } from '../src/domain/names.ts';
import type { Ending } from './ending.ts';
import type { ScheduledInput } from './messages.ts';
import { remediation } from './remediation.ts';

/**
 * One time of a schedule: an incident since the instant for which it was scheduled, on its way in this very workflow, so
 * that the schedule starts no other one before it has ended.
 */
export async function scheduled({ id, wanted, cluster, proofs }: ScheduledInput): Promise<Ending> {
  const startsAt = scheduledTime().toISOString();
  const group = canonicalJson(['schedule', id]);
  const trace = uuid4().replaceAll('-', '');
  const incident = { id: incidentId(cluster, group, startsAt), cluster, trace, startsAt };
  return remediation({ incident, proofs, scheduled: { id, wanted } });
}

/** Temporal sets this attribute on what a schedule starts; who starts it by hand means now. */
function scheduledTime(): Date {
  const { searchAttributes, startTime } = workflowInfo();
  const [time] = searchAttributes['TemporalScheduledStartTime'] ?? [];
  return time instanceof Date ? time : startTime;
}
