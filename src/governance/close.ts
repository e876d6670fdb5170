import { incidentView } from '../domain/incident/incident-view.ts';
import type { Journal, JournalReader } from '../domain/ports.ts';
import type { ClosedIncident } from './contract.ts';
import type { Places } from './ports.ts';

export interface CloseDeps {
  journal: Journal & Pick<JournalReader, 'read'>;
  places: Pick<Places, 'close'>;
}

/** Writes down how an incident ended, once, and then that its group is free for what fires next. */
export async function close({ journal, places }: CloseDeps, closed: ClosedIncident & { workflow: string }) {
  const { incident, opening, outcome, reason, flaps, taken, workflow } = closed;
  if (!incidentView(await journal.read(incident.id))?.outcome) {
    await journal.append({
      kind: 'incident.closed',
      incident: incident.id,
      trace: incident.trace,
      fact: `${outcome}: ${reason}`,
      body: { outcome, reason },
    });
  }
  if (opening) await places.close(workflow, opening, { flaps, taken });
}
