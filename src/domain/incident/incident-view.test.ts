import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import { incidentView, latestGovernanceRecord } from './incident-view.ts';
import type { JournalRecord, RecordKind, Writer } from '../journal/journal.ts';
import type { Json } from '../../lib/json/json.ts';

const about = {
  name: 'CrashLooping',
  cause: 'alert',
  cluster: 'east',
  startsAt: '2026-11-21T12:00:00Z',
  workflow: 'wf-1',
};
const dossier = { digest: digestOf('dossier'), expiresAt: '2026-11-21T13:00:00Z', notified: ['sre'] };

function record(kind: RecordKind, body: Json = {}, writer: Writer = 'airlock_serve'): JournalRecord {
  return { kind, body, writer, incident: 'inc-1', trace: 't', message: 'f', seq: 1, at: '2026-11-21T12:00:01Z' };
}
const opened = record('incident.opened', about);

test('shows an open incident with its stage', () => {
  const view = incidentView([record('alert.received'), opened, record('plan.created', {}, 'airlock_reason')]);
  assert.deepEqual(view, {
    ...about,
    id: 'inc-1',
    trace: 't',
    openedAt: opened.at,
    latestRecord: 'plan.created',
    flaps: 0,
  });
});

test('a read of the dossier does not change the stage, nor the latest record of governance', () => {
  const records = [opened, record('dossier.offered', dossier), record('dossier.read', {})];
  assert.equal(incidentView(records)?.latestRecord, 'dossier.offered');
  assert.equal(latestGovernanceRecord(records)?.kind, 'dossier.offered');
});

test('shows the latest dossier and the outcome', () => {
  const closed = record('incident.closed', { outcome: 'repaired', reason: 'r' });
  const offers = [
    record('dossier.offered', { ...dossier, digest: digestOf('older') }),
    record('dossier.offered', dossier),
  ];
  const view = incidentView([opened, ...offers, closed]);
  assert.deepEqual(view?.dossier, dossier);
  assert.deepEqual(view?.outcome, { outcome: 'repaired', reason: 'r' });
});

test('lists the groups notified so far: the first, and those that were reminded of this dossier', () => {
  const reminded = (group: string, of = dossier.digest, writer: Writer = 'airlock_serve'): JournalRecord =>
    record('group.reminded', { dossier: of, group, tier: 'high' }, writer);
  const offered = record('dossier.offered', dossier);
  const others = [reminded('other', digestOf('older')), reminded('forged', dossier.digest, 'airlock_observe')];
  const view = incidentView([opened, offered, reminded('lead'), ...others, reminded('owner')]);
  assert.deepEqual(view?.dossier?.notified, ['sre', 'lead', 'owner']);
});

test('shows the latest occurrence only: no earlier dossier or outcome, and the number of flaps', () => {
  const closed = record('incident.closed', { outcome: 'repaired', reason: 'r' });
  const again = { ...record('incident.reopened', { occurrence: 2, flaps: 1 }), at: '2026-11-21T12:30:00Z' };
  const view = incidentView([opened, record('dossier.offered', dossier), closed, record('alert.received'), again]);
  assert.deepEqual(
    [view?.dossier, view?.outcome, view?.flaps, view?.latestRecord, view?.openedAt],
    [undefined, undefined, 1, 'incident.reopened', '2026-11-21T12:30:00Z'],
  );
  const merged = record('incident.closed', { outcome: 'merged', reason: 'other' });
  assert.equal(incidentView([opened, closed, again, merged])?.outcome?.outcome, 'merged');
  assert.equal(incidentView([opened, closed, { ...again, writer: 'airlock_reason' }])?.outcome?.outcome, 'repaired');
});

test('ignores records of other writers that open the incident, offer a dossier or close it', () => {
  assert.equal(incidentView([record('incident.opened', about, 'airlock_reason')]), undefined);
  const forged = record('dossier.offered', dossier, 'airlock_observe');
  const ended = record('incident.closed', { outcome: 'repaired', reason: 'r' }, 'airlock_reason');
  const view = incidentView([opened, forged, ended]);
  assert.deepEqual([view?.dossier, view?.outcome], [undefined, undefined]);
});

test('is undefined without records, or if the incident was never opened', () => {
  assert.equal(incidentView([]), undefined);
  assert.equal(incidentView([record('lease.issued')]), undefined);
});
