import { incidentSpans } from '../domain/incident/incident-spans.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { JournalReader } from '../domain/journal/ports.ts';
import type { GovernanceActivities } from '../governance/contract.ts';
import type { InboxQueue } from '../governance/ports.ts';
import type { Logger } from '../platform/logger.ts';

interface CloseTracing {
  tracing: Tracing;
  log: Logger;
  journal: JournalReader;
  inbox: Pick<InboxQueue, 'storedAt'>;
}

/**
 * Ends the trace when the incident closes: only then the journal contains the times of the whole incident and of its
 * wait for people. A trace that cannot be written does not keep the incident open.
 */
export function traceClose(activities: GovernanceActivities, deps: CloseTracing): GovernanceActivities {
  return {
    ...activities,
    async close(input) {
      await activities.close(input);
      await recordIncident(input.incident, deps).catch((error: Error) => {
        const { id: incident, trace } = input.incident;
        deps.log.warn({ incident, trace, problem: error.message }, 'cannot write the root span');
      });
    },
  };
}

async function recordIncident(
  { id: incident, trace }: { id: string; trace: string },
  { journal, inbox, tracing }: CloseTracing,
): Promise<void> {
  const spans = incidentSpans(await journal.read(incident), await inbox.storedAt(trace));
  for (const span of spans) tracing[span.name === 'incident' ? 'recordRoot' : 'recordSpan']({ incident, trace }, span);
}
