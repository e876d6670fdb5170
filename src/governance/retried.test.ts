import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NewRecord, JournalRecord } from '../domain/journal/journal.ts';
import type { Journal, JournalReader } from '../domain/journal/ports.ts';
import { close } from './close.ts';
import { open } from './open.ts';

const incident = { id: 'inc-1', cluster: 'east', trace: 't', startsAt: '2026-11-21T12:00:00Z' };
const closed = {
  incident,
  workflowId: 'w',
  outcome: 'repaired' as const,
  reason: 'every checked prediction came true',
  flaps: 0,
  accepted: [],
};
const firing = { cluster: 'east', fingerprint: 'f', status: 'firing', startsAt: incident.startsAt } as const;
const opened = { incident, alerts: [{ ...firing, labels: {}, annotations: {} }], workflowId: 'w' };
// An incident without an occurrence has no routing state.
const routingStates = { isOpen: () => assert.fail(), close: () => assert.fail() };

/** A journal whose n-th append fails: before the record is stored, or after, so that the writer does not know it. */
function failingAt(
  nth: number,
  when: 'before' | 'after',
): { journal: Journal & Pick<JournalReader, 'recent'>; kinds(): string[] } {
  const records: JournalRecord[] = [];
  let appended = 0;
  const store = (entry: NewRecord): void => {
    records.push({ ...entry, seq: records.length + 1, at: incident.startsAt, writer: 'airlock_serve' });
  };
  return {
    kinds: () => records.map(({ kind }) => kind),
    journal: {
      recent: async () => [...records],
      append: async (entry) => {
        const fails = ++appended === nth;
        if (!fails || when === 'after') store(entry);
        if (fails) throw new Error('killed');
      },
    },
  };
}

describe('an activity that is retried after a crash writes its records once', () => {
  for (const when of ['before', 'after'] as const) {
    for (const [nth, what] of [
      [1, 'the alert'],
      [2, 'the open incident'],
    ] as const) {
      it(`open, killed ${when} the record of ${what}`, async () => {
        const { journal, kinds } = failingAt(nth, when);
        await assert.rejects(open({ journal, routingStates }, opened));
        await open({ journal, routingStates }, opened);
        assert.deepEqual(kinds(), ['alert.received', 'incident.opened']);
      });
    }
    it(`close, killed ${when} its record`, async () => {
      const { journal, kinds } = failingAt(3, when);
      await open({ journal, routingStates }, opened);
      await assert.rejects(close({ journal, routingStates }, closed));
      await close({ journal, routingStates }, closed);
      assert.deepEqual(kinds(), ['alert.received', 'incident.opened', 'incident.closed']);
    });
  }
});
