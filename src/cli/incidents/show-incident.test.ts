import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  deployment,
  dossierOf,
  incident,
  observer,
  safeReport,
  scalePlan,
  signed,
} from '../../../test/execution/fixture.ts';
import { dossierDigest } from '../../domain/approval/dossier.ts';
import type { IncidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal/journal.ts';
import { digestOf } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json/json.ts';
import { plainTerminal } from '../render/terminal.ts';
import { showIncident } from './show-incident.ts';

const plan = scalePlan([deployment('web', 2)], { web: 3 });
const report = await signed(observer().sign, safeReport(plan));
const dossier = dossierOf(plan, report, new Date());
const { id, cluster, trace, startsAt } = incident;
const offered = { digest: dossierDigest(dossier), expiresAt: dossier.expiresAt, notified: ['sre', 'lead'] };
const view: IncidentView = {
  id,
  trace,
  cluster,
  name: 'TooFew',
  cause: 'alert',
  workflow: 'w',
  startsAt,
  openedAt: startsAt,
  latestRecord: 'dossier.offered',
  flaps: 0,
};

function record(kind: RecordKind, body: JournalRecord['body'] = {}): JournalRecord {
  return { seq: 1, at: startsAt, writer: 'airlock_serve', kind, incident: id, trace, message: 'm', body };
}

async function shown(change: Partial<IncidentView>, journal: JournalRecord[], document: object = dossier) {
  const chunks: string[] = [];
  const api = {
    incident: async () => ({ ...view, ...change }),
    journal: async () => journal,
    document: async () => new TextEncoder().encode(canonicalJson(document)),
  };
  await showIncident(api, id, { format: 'table', terminal: plainTerminal, write: (line) => chunks.push(line) });
  return chunks.join('');
}

describe('showIncident', () => {
  test('an offered dossier: the groups that were asked, the expiry, and the commands that decide', async () => {
    const text = await shown({ dossier: offered }, [record('dossier.offered')]);
    assert.match(
      text,
      /^ {2}status +waiting for a decision\n {2}asked to decide +sre, then lead\n {2}decide before +20/m,
    );
    assert.match(
      text,
      /^TO DECIDE\n {2}airlock approve inc-\w+ --dossier sha256:\w+ --reason "\.\.\."\n {2}airlock deny /m,
    );
  });

  test('a dossier that is being executed: shows no asked group and no command', async () => {
    const records = [record('dossier.offered'), record('execution.prepared')];
    const text = await shown({ dossier: offered, latestRecord: 'execution.prepared' }, records);
    assert.match(text, /^ {2}status +open \(latest record: execution\.prepared\)$/m);
    assert.doesNotMatch(text, /asked to decide|TO DECIDE/);
  });

  test('a closed incident: outcome and reason', async () => {
    const outcome = { outcome: 'repaired', reason: 'all as predicted' } as const;
    const text = await shown({ dossier: offered, outcome }, [record('dossier.offered')]);
    assert.match(text, /^ {2}status +repaired\n {2}reason +all as predicted$/m);
    assert.doesNotMatch(text, /asked to decide|TO DECIDE/);
  });

  test('no dossier: what the rehearsal found', async () => {
    const text = await shown({}, [record('rehearsal.completed', { report: digestOf(report) })], report);
    assert.match(text, /No dossier was offered/);
    assert.match(text, /^WHAT CHANGES$/m);
  });

  test('refuses a document with another digest than the journal records', async () => {
    const other = { ...dossier, trace: 'another' };
    await assert.rejects(shown({ dossier: offered }, [record('dossier.offered')], other), {
      code: 'document-mismatch',
    });
  });
});
