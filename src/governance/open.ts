import { incidentView } from '../domain/incident-view.ts';
import type { Journal, JournalReader } from '../domain/ports.ts';
import { alertName } from './alert-name.ts';
import type { OpenedIncident } from './ports.ts';

export interface OpenDeps {
  journal: Journal & JournalReader;
}

/**
 * Writes down which alerts came and that an incident is open for them, once, however often it is asked. The record of
 * the opening is also what the relay knows an incident by that has been there before.
 */
export async function open({ journal }: OpenDeps, { incident, alerts, workflow }: OpenedIncident): Promise<void> {
  if (incidentView(await journal.read(incident.id))) return;
  const name = alertName(alerts);
  const of = { incident: incident.id, trace: incident.trace };
  await journal.append({
    ...of,
    kind: 'alert.received',
    fact: `${name}: ${alerts.length} alert(s) from ${incident.cluster}`,
    body: alerts.map(({ fingerprint, startsAt, status, labels }) => ({ fingerprint, startsAt, status, labels })),
  });
  await journal.append({
    ...of,
    kind: 'incident.opened',
    fact: `${name} in ${incident.cluster} since ${incident.startsAt}`,
    body: { name, cluster: incident.cluster, startsAt: incident.startsAt, workflow },
  });
}
