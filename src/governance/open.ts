import type { Cause } from '../domain/approval/dossier.ts';
import { incidentView, latestGovernanceRecord } from '../domain/incident/incident-view.ts';
import type { Journal, JournalReader } from '../domain/journal/ports.ts';
import { causeOf } from './dossier/cause-of.ts';
import type { OpenedIncident, RoutingStates } from './ports.ts';

/** What `open` needs from outside. */
export interface OpenDeps {
  journal: Journal & Pick<JournalReader, 'read'>;
  routingStates: Pick<RoutingStates, 'isOpen'>;
}

/**
 * Writes to the journal which alerts arrived, then that their incident is open or reopened. A retry writes nothing twice.
 * @returns false when the occurrence has closed: its workflow was started once more after its end.
 */
export async function open({ journal, routingStates }: OpenDeps, opened: OpenedIncident): Promise<{ opened: boolean }> {
  const { incident, occurrence, alerts, requestCause, workflow } = opened;
  if (occurrence && !(await routingStates.isOpen(workflow, occurrence))) return { opened: false };
  const records = await journal.read(incident.id);
  const view = incidentView(records);
  if (view && !view.outcome) return { opened: true };
  const cause = causeOf(alerts, requestCause);
  const of = { incident: incident.id, trace: incident.trace };
  const received = {
    ...of,
    kind: 'alert.received',
    message: `${cause.name}: ${alerts.length} alert(s) from ${incident.cluster}`,
    body: alerts.map(({ fingerprint, startsAt, status, labels }) => ({ fingerprint, startsAt, status, labels })),
  } as const;
  // An earlier attempt may have failed between the two records.
  if (alerts.length > 0 && latestGovernanceRecord(records)?.kind !== 'alert.received') await journal.append(received);
  await journal.append(view ? { ...of, ...reopened(cause, opened) } : { ...of, ...openedFirst(cause, opened) });
  return { opened: true };
}

function openedFirst({ name, kind: cause }: Cause, { incident: { cluster, startsAt }, workflow }: OpenedIncident) {
  const message = `${name} in ${cluster} since ${startsAt}`;
  return { kind: 'incident.opened', message, body: { name, cause, cluster, startsAt, workflow } } as const;
}

function reopened({ name }: Cause, { occurrence }: OpenedIncident) {
  const { number = 1, flaps = 0, flapLimit = 1 } = occurrence ?? {};
  const message = `${name}: occurrence ${number}; fired again ${flaps} of at most ${flapLimit} times`;
  return { kind: 'incident.reopened', message, body: { occurrence: number, flaps } } as const;
}
