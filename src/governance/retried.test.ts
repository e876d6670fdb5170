import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JournalEntry, JournalRecord } from '../domain/journal/journal.ts';
import type { Journal, JournalReader } from '../domain/ports.ts';
import { close } from './close.ts';
import { open } from './open.ts';

const incident = { id: 'inc-1', cluster: 'east', trace: 't', startsAt: '2026-11-21T12:00:00Z' };
const ending = {
  incident,
  workflow: 'w',
  outcome: 'repaired' as const,
  reason: 'every prediction came true',
  flaps: 0,
  taken: [],
};
const firing = { cluster: 'east', fingerprint: 'f', status: 'firing', startsAt: incident.startsAt } as const;
const opened = { incident, alerts: [{ ...firing, labels: {}, annotations: {} }], workflow: 'w' };
// An incident without an opening has no place in the table.
const places = { isOpen: () => assert.fail(), close: () => assert.fail() };

/** A journal whose writer dies at the n-th record: before it stands there, or after, without having heard so. */
function dyingAt(
  nth: number,
  when: 'before' | 'after',
): { journal: Journal & Pick<JournalReader, 'read'>; kinds(): string[] } {
  const records: JournalRecord[] = [];
  let appended = 0;
  const keep = (entry: JournalEntry): void => {
    records.push({ ...entry, seq: records.length + 1, at: incident.startsAt, process: 'airlock_serve' });
  };
  return {
    kinds: () => records.map(({ kind }) => kind),
    journal: {
      read: async () => [...records],
      append: async (entry) => {
        const dies = ++appended === nth;
        if (!dies || when === 'after') keep(entry);
        if (dies) throw new Error('killed');
      },
    },
  };
}

describe('what is tried again after a crash stands in the journal once', () => {
  for (const when of ['before', 'after'] as const) {
    for (const [nth, what] of [
      [1, 'the alert'],
      [2, 'the opening'],
    ] as const) {
      it(`open, killed ${when} the record of ${what}`, async () => {
        const { journal, kinds } = dyingAt(nth, when);
        await assert.rejects(open({ journal, places }, opened));
        await open({ journal, places }, opened);
        assert.deepEqual(kinds(), ['alert.received', 'incident.opened']);
      });
    }
    it(`close, killed ${when} its record`, async () => {
      const { journal, kinds } = dyingAt(3, when);
      await open({ journal, places }, opened);
      await assert.rejects(close({ journal, places }, ending));
      await close({ journal, places }, ending);
      assert.deepEqual(kinds(), ['alert.received', 'incident.opened', 'incident.closed']);
    });
  }
});
