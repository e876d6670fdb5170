import { incidentView } from '../domain/incident/incident-view.ts';
import type { Journal, JournalReader } from '../domain/journal/ports.ts';
import type { ClosedIncident } from './contract.ts';
import type { RoutingStates } from './ports.ts';

/** What `close` needs from outside. */
export interface CloseDeps {
  journal: Journal & Pick<JournalReader, 'recent'>;
  routingStates: Pick<RoutingStates, 'close'>;
}

/**
 * Writes the outcome of an incident to the journal, unless the journal has an outcome of the latest occurrence already.
 * Then closes the occurrence, if there is one. Airlock routes no more alerts to a closed occurrence.
 */
export async function close({ journal, routingStates }: CloseDeps, closed: ClosedIncident & { workflowId: string }) {
  const { incident, occurrence, outcome, reason, flaps, accepted, workflowId } = closed;
  if (!incidentView(await journal.recent(incident.id))?.outcome) {
    await journal.append({
      kind: 'incident.closed',
      incident: incident.id,
      trace: incident.trace,
      message: `${outcome}: ${reason}`,
      body: { outcome, reason },
    });
  }
  if (occurrence) await routingStates.close(workflowId, occurrence, { flaps, accepted });
}
