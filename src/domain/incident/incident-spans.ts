import type { JournalRecord, RecordKind } from '../journal/journal.ts';

/** A span in the trace of one incident. `start` and `end` are ISO 8601. */
export interface IncidentSpan {
  name: 'incident' | 'wait for people';
  start: string;
  end: string;
  attributes: Record<string, string>;
}

/** The kinds of journal records that end the wait for decisions on an earlier dossier. */
const kindsThatEndWait: readonly string[] = [
  'execution.prepared',
  'dossier.offered',
  'incident.closed',
] satisfies RecordKind[];

/**
 * Returns spans of a closed incident: one span of the whole incident, and for each dossier one span of the wait for
 * decisions. The times of the spans come from the journal, because processes may restart during these spans. A wait
 * starts at the record `dossier.offered`. The wait ends at the last admitted decision before the next record of
 * `kindsThatEndWait`. If no decision was admitted, the wait ends at this next record.
 * @param alertsStoredAt when Airlock stored the alerts that opened the incident. Default: the time of the first record.
 * @returns the spans; none if the incident is not closed.
 */
export function incidentSpans(records: readonly JournalRecord[], alertsStoredAt?: string): IncidentSpan[] {
  const [first] = records;
  const closed = records.findLast(({ kind, writer }) => kind === 'incident.closed' && writer === 'airlock_serve');
  if (!first || !closed) return [];
  const { incident } = first;
  const { outcome } = closed.body as { outcome: string };
  const waits = records.flatMap((record, index): IncidentSpan[] => {
    if (record.kind !== 'dossier.offered' || record.writer !== 'airlock_serve') return [];
    const later = records.slice(index + 1);
    const endIndex = later.findIndex(({ kind }) => kindsThatEndWait.includes(kind));
    const duringWait = later.slice(0, endIndex < 0 ? later.length : endIndex);
    const lastDecision = duringWait.findLast(
      ({ kind, writer }) => kind === 'decision.admitted' && writer === 'airlock_gateway',
    );
    const { digest } = record.body as { digest: string };
    const attributes = { incident, dossier: digest };
    return [
      { name: 'wait for people', start: record.at, end: (lastDecision ?? later[endIndex] ?? closed).at, attributes },
    ];
  });
  return [
    { name: 'incident', start: alertsStoredAt ?? first.at, end: closed.at, attributes: { incident, outcome } },
    ...waits,
  ];
}
