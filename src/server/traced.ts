import { incidentSpans } from '../domain/incident/incident-spans.ts';
import type { JournalReader } from '../domain/ports.ts';
import type { GovernanceActivities } from '../governance/contract.ts';
import type { Intake } from '../governance/intake/intake.ts';
import type { InboxQueue } from '../governance/ports.ts';
import type { Logger, Tracing } from '../platform/telemetry.ts';

interface Watch {
  tracing: Tracing;
  log: Logger;
}

/** Intake as the first span of what it begins. Alerts that were known already begin nothing. */
export function tracedIntake(intake: Intake, { tracing, log }: Watch): Intake {
  return async (...call) => {
    const start = new Date().toISOString();
    const taken = await intake(...call);
    const { trace, received, stored } = taken;
    log.info({ trace, received, stored }, 'alerts are on disk');
    const facts = { received, stored };
    if (stored > 0) tracing.past({ trace }, { name: 'intake', start, end: new Date().toISOString(), facts });
    return taken;
  };
}

export interface CloseWatch extends Watch {
  journal: JournalReader;
  inbox: Pick<InboxQueue, 'takenAt'>;
}

/**
 * Closing as the end of the trace: only then the journal holds the times of the whole incident and of its wait for
 * people. A trace that cannot be written keeps no incident open.
 */
export function tracedClose(activities: GovernanceActivities, watch: CloseWatch): GovernanceActivities {
  return {
    ...activities,
    async close(input) {
      await activities.close(input);
      await recordIncident(input.incident, watch).catch((error: Error) => {
        const { id: incident, trace } = input.incident;
        watch.log.warn({ incident, trace, problem: error.message }, 'the trace has no root');
      });
    },
  };
}

async function recordIncident(
  { id: incident, trace }: { id: string; trace: string },
  { journal, inbox, tracing }: CloseWatch,
): Promise<void> {
  const spans = incidentSpans(await journal.read(incident), await inbox.takenAt(trace));
  for (const span of spans) tracing[span.name === 'incident' ? 'root' : 'past']({ incident, trace }, span);
}
