import type { Cause } from '../domain/approval/dossier.ts';
import { incidentView, lastOwn } from '../domain/incident/incident-view.ts';
import type { Journal, JournalReader } from '../domain/ports.ts';
import { causeOf } from './dossier/cause-of.ts';
import type { OpenedIncident, Places } from './ports.ts';

export interface OpenDeps {
  journal: Journal & Pick<JournalReader, 'read'>;
  places: Pick<Places, 'isOpen'>;
}

/**
 * Writes down which alerts came and that an incident is open for them, or open again, once, however often it is asked.
 * @returns false where that opening is over: somebody started its workflow although it had been to its end.
 */
export async function open({ journal, places }: OpenDeps, opened: OpenedIncident): Promise<{ opened: boolean }> {
  const { incident, opening, alerts, asked, workflow } = opened;
  if (opening && !(await places.isOpen(workflow, opening))) return { opened: false };
  const records = await journal.read(incident.id);
  const view = incidentView(records);
  if (view && !view.outcome) return { opened: true };
  const cause = causeOf(alerts, asked);
  const of = { incident: incident.id, trace: incident.trace };
  const received = {
    ...of,
    kind: 'alert.received',
    fact: `${cause.name}: ${alerts.length} alert(s) from ${incident.cluster}`,
    body: alerts.map(({ fingerprint, startsAt, status, labels }) => ({ fingerprint, startsAt, status, labels })),
  } as const;
  // An earlier try may have died between the two.
  if (alerts.length > 0 && lastOwn(records)?.kind !== 'alert.received') await journal.append(received);
  await journal.append(view ? { ...of, ...reopened(cause, opened) } : { ...of, ...openedFirst(cause, opened) });
  return { opened: true };
}

function openedFirst({ name, kind: cause }: Cause, { incident: { cluster, startsAt }, workflow }: OpenedIncident) {
  const fact = `${name} in ${cluster} since ${startsAt}`;
  return { kind: 'incident.opened', fact, body: { name, cause, cluster, startsAt, workflow } } as const;
}

function reopened({ name }: Cause, { opening }: OpenedIncident) {
  const { number = 1, flaps = 0, flapLimit = 1 } = opening ?? {};
  const fact = `${name} is open again, for the ${number}. time; it has fired again ${flaps} of at most ${flapLimit} times`;
  return { kind: 'incident.reopened', fact, body: { opening: number, flaps } } as const;
}
