import type { Cause } from '../domain/approval/dossier.ts';
import { incidentView, latestGovernanceRecord } from '../domain/incident/incident-view.ts';
import type { Journal, JournalReader } from '../domain/journal/ports.ts';
import { plural } from '../lib/plural.ts';
import { causeOf } from './dossier/cause-of.ts';
import type { OpenedIncident, RoutingStates } from './ports.ts';

/** What `open` needs from outside. */
export interface OpenDeps {
  journal: Journal & Pick<JournalReader, 'read'>;
  routingStates: Pick<RoutingStates, 'isOpen'>;
}

/**
 * Writes to the journal which alerts arrived, if any, and that the incident is opened or reopened. A retry writes
 * nothing twice.
 * @returns `opened: false`, and writes nothing, if the occurrence has closed already. This happens if the workflow of
 * the occurrence has ended and is started a second time.
 */
export async function open({ journal, routingStates }: OpenDeps, opened: OpenedIncident): Promise<{ opened: boolean }> {
  const { incident, occurrence, alerts, requestCause, workflowId } = opened;
  if (occurrence && !(await routingStates.isOpen(workflowId, occurrence))) return { opened: false };
  const records = await journal.read(incident.id);
  const view = incidentView(records);
  if (view && !view.outcome) return { opened: true };
  const cause = causeOf(alerts, requestCause);
  const context = { incident: incident.id, trace: incident.trace };
  const received = {
    ...context,
    kind: 'alert.received',
    message: `${cause.name}: ${plural(alerts.length, 'alert')} from ${incident.cluster}`,
    body: alerts.map(({ fingerprint, startsAt, status, labels }) => ({ fingerprint, startsAt, status, labels })),
  } as const;
  // An earlier attempt may have written `alert.received` and failed before the next record.
  if (alerts.length > 0 && latestGovernanceRecord(records)?.kind !== 'alert.received') await journal.append(received);
  await journal.append(
    view ? { ...context, ...reopened(cause, opened) } : { ...context, ...openedFirst(cause, opened) },
  );
  return { opened: true };
}

function openedFirst({ name, kind: cause }: Cause, { incident: { cluster, startsAt }, workflowId }: OpenedIncident) {
  const message = `${name} in ${cluster} since ${startsAt}`;
  return { kind: 'incident.opened', message, body: { name, cause, cluster, startsAt, workflow: workflowId } } as const;
}

function reopened({ name }: Cause, { occurrence }: OpenedIncident) {
  const { number = 1, flaps = 0, flapLimit = 1 } = occurrence ?? {};
  const message = `${name}: occurrence ${number}. The alerts have fired again ${plural(flaps, 'time')}; after ${plural(flapLimit, 'time')} Airlock escalates the incident`;
  return { kind: 'incident.reopened', message, body: { occurrence: number, flaps } } as const;
}
