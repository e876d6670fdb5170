import type { JournalRecord, RecordKind } from '../journal/journal.ts';

/** A span of an incident, with times from its journal records. */
export interface IncidentSpan {
  name: 'incident' | 'wait for people';
  start: string;
  end: string;
  attributes: Record<string, string>;
}

/** Kinds of records that end the wait for decisions on a dossier. */
const kindsThatEndWait: readonly string[] = [
  'execution.prepared',
  'dossier.offered',
  'incident.closed',
] satisfies RecordKind[];

/**
 * The longest spans: the whole incident, and for each dossier the wait for decisions. Processes may restart during such
 * a span, so its times come from the journal. A wait starts at the record `dossier.offered`. The wait ends at the last
 * `decision.admitted` before a record of `kindsThatEndWait`. Without a decision, the wait ends at that record.
 * @param receivedAt when intake received the incident's first alert or request. Default: the time of the first record.
 */
export function incidentSpans(records: readonly JournalRecord[], receivedAt?: string): IncidentSpan[] {
  const [first] = records;
  const last = records.findLast(({ kind, writer }) => kind === 'incident.closed' && writer === 'airlock_serve');
  if (!first || !last) return [];
  const { incident } = first;
  const { outcome } = last.body as { outcome: string };
  const waits = records.flatMap((record, index): IncidentSpan[] => {
    if (record.kind !== 'dossier.offered' || record.writer !== 'airlock_serve') return [];
    const later = records.slice(index + 1);
    const endIndex = later.findIndex(({ kind }) => kindsThatEndWait.includes(kind));
    const duringWait = later.slice(0, endIndex < 0 ? later.length : endIndex);
    const decided = duringWait.findLast(
      ({ kind, writer }) => kind === 'decision.admitted' && writer === 'airlock_gateway',
    );
    const { digest } = record.body as { digest: string };
    const attributes = { incident, dossier: digest };
    return [{ name: 'wait for people', start: record.at, end: (decided ?? later[endIndex] ?? last).at, attributes }];
  });
  return [
    { name: 'incident', start: receivedAt ?? first.at, end: last.at, attributes: { incident, outcome } },
    ...waits,
  ];
}
