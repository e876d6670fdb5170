import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import { incidentView } from './incident-view.ts';
import type { JournalRecord, RecordKind } from '../journal/journal.ts';
import type { Json } from '../../lib/json.ts';

const about = {
  name: 'CrashLooping',
  cause: 'alert',
  cluster: 'east',
  startsAt: '2026-11-21T12:00:00Z',
  workflow: 'wf-1',
};
const dossier = { digest: digestOf('dossier'), expiresAt: '2026-11-21T13:00:00Z', asked: ['sre'] };

function record(kind: RecordKind, body: Json = {}, process = 'airlock_serve'): JournalRecord {
  return { kind, body, process, incident: 'inc-1', trace: 't', fact: 'f', seq: 1, at: '2026-11-21T12:00:01Z' };
}
const opened = record('incident.opened', about);

test('OK: open, with where it stands', () => {
  const view = incidentView([record('alert.received'), opened, record('plan.made', {}, 'airlock_reason')]);
  assert.deepEqual(view, { ...about, id: 'inc-1', trace: 't', openedAt: opened.at, stage: 'plan.made', flaps: 0 });
});

test('OK: the latest dossier, and how it ended', () => {
  const closed = record('incident.closed', { outcome: 'repaired', reason: 'r' });
  const offers = [
    record('dossier.offered', { ...dossier, digest: digestOf('older') }),
    record('dossier.offered', dossier),
  ];
  const view = incidentView([opened, ...offers, closed]);
  assert.deepEqual(view?.dossier, dossier);
  assert.deepEqual(view?.outcome, { outcome: 'repaired', reason: 'r' });
});

test('OK: who was asked so far: the first group, and those that were reminded of this very dossier', () => {
  const reminded = (group: string, of = dossier.digest, process = 'airlock_serve'): JournalRecord =>
    record('dossier.reminded', { dossier: of, group, tier: 'high' }, process);
  const offered = record('dossier.offered', dossier);
  const others = [reminded('other', digestOf('older')), reminded('forged', dossier.digest, 'airlock_observe')];
  const view = incidentView([opened, offered, reminded('lead'), ...others, reminded('owner')]);
  assert.deepEqual(view?.dossier?.asked, ['sre', 'lead', 'owner']);
});

test('OK: since it was last opened: no older dossier, no older ending, and how often it fired again', () => {
  const closed = record('incident.closed', { outcome: 'repaired', reason: 'r' });
  const again = { ...record('incident.reopened', { opening: 2, flaps: 1 }), at: '2026-11-21T12:30:00Z' };
  const view = incidentView([opened, record('dossier.offered', dossier), closed, record('alert.received'), again]);
  assert.deepEqual(
    [view?.dossier, view?.outcome, view?.flaps, view?.stage, view?.openedAt],
    [undefined, undefined, 1, 'incident.reopened', '2026-11-21T12:30:00Z'],
  );
  const merged = record('incident.closed', { outcome: 'merged', reason: 'other' });
  assert.equal(incidentView([opened, closed, again, merged])?.outcome?.outcome, 'merged');
  assert.equal(incidentView([opened, closed, { ...again, process: 'airlock_reason' }])?.outcome?.outcome, 'repaired');
});

test('not believed: openings, dossiers and endings that another process wrote', () => {
  assert.equal(incidentView([record('incident.opened', about, 'airlock_reason')]), undefined);
  const forged = record('dossier.offered', dossier, 'airlock_observe');
  const ended = record('incident.closed', { outcome: 'repaired', reason: 'r' }, 'airlock_reason');
  const view = incidentView([opened, forged, ended]);
  assert.deepEqual([view?.dossier, view?.outcome], [undefined, undefined]);
});

test('none: no records, or never opened', () => {
  assert.equal(incidentView([]), undefined);
  assert.equal(incidentView([record('lease.opened')]), undefined);
});
