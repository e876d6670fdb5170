import type { JournalRecord, RecordKind } from '../journal/journal.ts';

/** One stretch of an incident's time, as its records have it. */
export interface IncidentSpan {
  name: 'incident' | 'wait for people';
  start: string;
  end: string;
  facts: Record<string, string>;
}

/** What ends the wait that a dossier began, if nobody decided before. */
const endings: readonly string[] = ['execution.prepared', 'dossier.offered', 'incident.closed'] satisfies RecordKind[];

/**
 * What no single process can measure, because processes are restarted meanwhile: the whole incident, and how long each
 * dossier waited for people, from its offer to the last decision that was admitted on it. Where nobody decided, to what
 * ended the wait.
 * @param taken when its first alert or request was taken in; where that is not known, its first record counts.
 */
export function incidentSpans(records: readonly JournalRecord[], taken?: string): IncidentSpan[] {
  const [first] = records;
  const last = records.findLast(({ kind, process }) => kind === 'incident.closed' && process === 'airlock_serve');
  if (!first || !last) return [];
  const { incident } = first;
  const { outcome } = last.body as { outcome: string };
  const waits = records.flatMap((record, index): IncidentSpan[] => {
    if (record.kind !== 'dossier.offered' || record.process !== 'airlock_serve') return [];
    const later = records.slice(index + 1);
    const end = later.findIndex(({ kind }) => endings.includes(kind));
    const meanwhile = later.slice(0, end < 0 ? later.length : end);
    const decided = meanwhile.findLast(
      ({ kind, process }) => kind === 'decision.admitted' && process === 'airlock_gateway',
    );
    const { digest } = record.body as { digest: string };
    const facts = { incident, dossier: digest };
    return [{ name: 'wait for people', start: record.at, end: (decided ?? later[end] ?? last).at, facts }];
  });
  return [{ name: 'incident', start: taken ?? first.at, end: last.at, facts: { incident, outcome } }, ...waits];
}
