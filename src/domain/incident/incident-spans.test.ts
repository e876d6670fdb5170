import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { incidentSpans } from './incident-spans.ts';
import type { JournalRecord, RecordKind } from '../journal/journal.ts';

const incident = 'inc-0123456789abcdef';
const digest = `sha256:${'1'.repeat(64)}`;

function at(second: number): string {
  return new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();
}

/** Records one second apart, each by its usual writer. */
function records(...kinds: RecordKind[]): JournalRecord[] {
  return kinds.map((kind, index) => {
    const writer = kind === 'decision.admitted' ? 'airlock_gateway' : 'airlock_serve';
    const body = { digest, outcome: 'repaired' };
    return { seq: index + 1, at: at(index), writer, kind, incident, trace: 'a'.repeat(32), message: kind, body };
  });
}

describe('incidentSpans', () => {
  it('has the whole incident, and the wait from the offer to the last decision', () => {
    const kinds = ['incident.opened', 'dossier.offered', 'decision.admitted', 'decision.admitted'] as const;
    assert.deepEqual(incidentSpans(records(...kinds, 'execution.prepared', 'incident.closed'), at(-9)), [
      { name: 'incident', start: at(-9), end: at(5), attributes: { incident, outcome: 'repaired' } },
      { name: 'wait for people', start: at(1), end: at(3), attributes: { incident, dossier: digest } },
    ]);
  });

  it('ends a wait without a decision at the next dossier or at the end of the incident', () => {
    const waits = incidentSpans(records('incident.opened', 'dossier.offered', 'dossier.offered', 'incident.closed'));
    assert.deepEqual(
      waits.map(({ name, start, end }) => [name, start, end]),
      [
        ['incident', at(0), at(3)],
        ['wait for people', at(1), at(2)],
        ['wait for people', at(2), at(3)],
      ],
    );
  });

  it('is empty without records, for an open incident, and if another process wrote that it closed', () => {
    assert.deepEqual(incidentSpans([]), []);
    assert.deepEqual(incidentSpans(records('incident.opened')), []);
    const forged = records('incident.opened', 'incident.closed').map((record) => ({
      ...record,
      writer: 'airlock_reason' as const,
    }));
    assert.deepEqual(incidentSpans(forged), []);
  });
});
