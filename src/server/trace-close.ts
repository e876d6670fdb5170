import { incidentSpans } from '../domain/incident/incident-spans.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { JournalReader } from '../domain/journal/ports.ts';
import type { GovernanceActivities } from '../governance/contract.ts';
import type { InboxQueue } from '../governance/ports.ts';
import type { Logger } from '../platform/logger.ts';

/** What `traceClose` needs from outside. */
interface TraceCloseDeps {
  tracing: Tracing;
  log: Logger;
  journal: JournalReader;
  inbox: Pick<InboxQueue, 'storedAt'>;
}

/**
 * Returns the activities with an extended `close`. After the incident has closed, the extended `close` records spans:
 * one for the whole incident, and one for each dossier. The span of a dossier lasts while Airlock waits for decisions.
 * If the journal or the inbox cannot be read, a warning is logged and no span is recorded.
 */
export function traceClose(activities: GovernanceActivities, deps: TraceCloseDeps): GovernanceActivities {
  return {
    ...activities,
    async close(input) {
      await activities.close(input);
      await recordSpans(input.incident, deps).catch((error: Error) => {
        const { id: incident, trace } = input.incident;
        deps.log.warn(
          { incident, trace, problem: error.message },
          'the spans of the closed incident were not recorded',
        );
      });
    },
  };
}

async function recordSpans(
  { id: incident, trace }: { id: string; trace: string },
  { journal, inbox, tracing }: TraceCloseDeps,
): Promise<void> {
  const spans = incidentSpans(await journal.recent(incident), await inbox.storedAt(trace));
  for (const span of spans) tracing[span.name === 'incident' ? 'recordRoot' : 'recordSpan']({ incident, trace }, span);
}
