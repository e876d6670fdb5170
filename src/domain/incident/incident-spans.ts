import type { JournalRecord, RecordKind } from '../journal/journal.ts';

/** A span of an incident, with times from its journal records. */
export interface IncidentSpan {
  name: 'incident' | 'wait for people';
  start: string;
  end: string;
  attributes: Record<string, string>;
}

/** Kinds of records that show that the wait for decisions on a dossier is over. */
const kindsThatEndWait: readonly string[] = [
  'execution.prepared',
  'dossier.offered',
  'incident.closed',
] satisfies RecordKind[];

/**
 * Returns the longest spans of a closed incident: the whole incident, and for each dossier the wait for decisions.
 * Processes may restart during such a span, so its times come from the journal. A wait starts at the record
 * `dossier.offered`. The wait ends at the last admitted decision before the next record of `kindsThatEndWait`, or at
 * that record if no decision was admitted.
 * @param receivedAt when Airlock stored the alerts that opened the incident. Default: the time of the first record.
 * @returns no spans if the incident is not closed.
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
    const lastDecision = duringWait.findLast(
      ({ kind, writer }) => kind === 'decision.admitted' && writer === 'airlock_gateway',
    );
    const { digest } = record.body as { digest: string };
    const attributes = { incident, dossier: digest };
    return [
      { name: 'wait for people', start: record.at, end: (lastDecision ?? later[endIndex] ?? last).at, attributes },
    ];
  });
  return [
    { name: 'incident', start: receivedAt ?? first.at, end: last.at, attributes: { incident, outcome } },
    ...waits,
  ];
}
