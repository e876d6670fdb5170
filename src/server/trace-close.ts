import { incidentSpans } from '../domain/incident/incident-spans.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { JournalReader } from '../domain/journal/ports.ts';
import type { GovernanceActivities } from '../governance/contract.ts';
import type { InboxQueue } from '../governance/ports.ts';
import type { Logger } from '../platform/logger.ts';

/** What `traceClose` needs from outside. */
interface CloseTracingDeps {
  tracing: Tracing;
  log: Logger;
  journal: JournalReader;
  inbox: Pick<InboxQueue, 'storedAt'>;
}

/**
 * Returns the activities with an extended `close`. The extended `close` also writes a span of the whole incident, and a
 * span of the wait for people for each dossier. The times are known only after the incident has closed. If the spans
 * cannot be written, the incident still closes.
 */
export function traceClose(activities: GovernanceActivities, deps: CloseTracingDeps): GovernanceActivities {
  return {
    ...activities,
    async close(input) {
      await activities.close(input);
      await recordIncident(input.incident, deps).catch((error: Error) => {
        const { id: incident, trace } = input.incident;
        deps.log.warn({ incident, trace, problem: error.message }, 'the spans of the whole incident were not written');
      });
    },
  };
}

async function recordIncident(
  { id: incident, trace }: { id: string; trace: string },
  { journal, inbox, tracing }: CloseTracingDeps,
): Promise<void> {
  const spans = incidentSpans(await journal.read(incident), await inbox.storedAt(trace));
  for (const span of spans) tracing[span.name === 'incident' ? 'recordRoot' : 'recordSpan']({ incident, trace }, span);
}
