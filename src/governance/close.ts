import type { Incident, IncidentOutcome } from '../domain/incident.ts';
import type { Journal } from '../domain/ports.ts';

export interface CloseDeps {
  journal: Journal;
}

/** Writes down how an incident ended. */
export async function close(
  { journal }: CloseDeps,
  { incident, outcome, reason }: { incident: Incident; outcome: IncidentOutcome; reason: string },
): Promise<void> {
  await journal.append({
    kind: 'incident.closed',
    incident: incident.id,
    trace: incident.trace,
    fact: `${outcome}: ${reason}`,
    body: { outcome, reason },
  });
}
