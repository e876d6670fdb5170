import type { Cause } from '../domain/approval/dossier.ts';
import { incidentView, latestGovernanceRecord } from '../domain/incident/incident-view.ts';
import type { Journal, JournalReader } from '../domain/journal/ports.ts';
import { plural } from '../lib/plural.ts';
import { causeOf } from './dossier/cause-of.ts';
import type { GovernanceActivities } from './contract.ts';
import type { RoutingStates } from './ports.ts';

/** What `open` needs from outside. */
export interface OpenDeps {
  journal: Journal & Pick<JournalReader, 'recent'>;
  routingStates: Pick<RoutingStates, 'isOpen'>;
}

/** Input of the activity `open`, and the id of the calling workflow. */
type OpenInput = Parameters<GovernanceActivities['open']>[0] & { workflowId: string };

/**
 * Writes to the journal that the incident is opened or reopened. If there are alerts, first writes which alerts
 * arrived. Writes nothing if the incident is already open in the journal.
 * @returns `opened: false` if the occurrence has already closed. Nothing is then written. This happens if the workflow
 * of the occurrence has ended and is started a second time.
 */
export async function open({ journal, routingStates }: OpenDeps, input: OpenInput): Promise<{ opened: boolean }> {
  const { incident, occurrence, alerts, requestCause, workflowId } = input;
  if (occurrence && !(await routingStates.isOpen(workflowId, occurrence))) return { opened: false };
  const records = await journal.recent(incident.id);
  const view = incidentView(records);
  if (view && !view.outcome) return { opened: true };
  const cause = causeOf(alerts, requestCause);
  const context = { incident: incident.id, trace: incident.trace };
  const received = {
    ...context,
    kind: 'alert.received',
    message: `${cause.name}: ${plural(alerts.length, 'alert')} from cluster ${incident.cluster}`,
    body: alerts.map(({ fingerprint, startsAt, status, labels }) => ({ fingerprint, startsAt, status, labels })),
  } as const;
  // An earlier attempt may have written `alert.received` and then failed. That record is not written again.
  if (alerts.length > 0 && latestGovernanceRecord(records)?.kind !== 'alert.received') await journal.append(received);
  await journal.append(
    view ? { ...context, ...reopenedRecord(cause, input) } : { ...context, ...openedRecord(cause, input) },
  );
  return { opened: true };
}

function openedRecord({ name, kind: cause }: Cause, { incident: { cluster, startsAt }, workflowId }: OpenInput) {
  const message = `${name} in cluster ${cluster}, start ${startsAt}`;
  return { kind: 'incident.opened', message, body: { name, cause, cluster, startsAt, workflow: workflowId } } as const;
}

function reopenedRecord({ name }: Cause, { occurrence }: OpenInput) {
  const { number = 1, flaps = 0, flapLimit = 1 } = occurrence ?? {};
  const limit = `after ${plural(flapLimit, 'time')} Airlock escalates the incident to a person`;
  const message = `${name}: occurrence ${number}. The alerts have fired again ${plural(flaps, 'time')}; ${limit}`;
  return { kind: 'incident.reopened', message, body: { occurrence: number, flaps } } as const;
}
