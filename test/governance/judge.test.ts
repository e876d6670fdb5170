import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPolicy } from '../../src/adapters/opa/policy.ts';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { dossierSchema } from '../../src/domain/approval/dossier.ts';
import type { Report, SignedReport } from '../../src/domain/rehearsal/report.ts';
import type { Phases } from '../../src/domain/policy/phase.ts';
import { judge, type JudgeDeps } from '../../src/governance/dossier/judge.ts';
import { remind } from '../../src/governance/remind.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import {
  anySignIn,
  approverGroups,
  deployment,
  incident,
  observer,
  safeReport,
  scalePlan,
  signed,
} from '../execution/fixture.ts';
import { serveOpa } from './opa.ts';
import { journalOf } from '../journal/journal-of.ts';

const labels = { alertname: 'TooFewReplicas', deployment: 'web' };
const alert: Alert = {
  cluster: 'east',
  fingerprint: 'f1',
  status: 'firing',
  startsAt: incident.startsAt,
  labels,
  annotations: {},
};
const plan = scalePlan([deployment('web', 2)], { web: 3 });
const { sign, reports } = observer();
const now = new Date('2026-11-21T12:00:00Z');
let opa: Awaited<ReturnType<typeof serveOpa>>;
let database: Database;
let deps: JudgeDeps;
let phase: Phases['default'] = 'limited';

before(async () => {
  [opa, database] = await Promise.all([serveOpa(), startDatabase()]);
  deps = {
    blobs: createBlobs(database.pools.serve),
    journal: journalOf(database.pools.serve),
    reports,
    policy: createPolicy(opa.url),
    phases: async () => ({ default: phase, scopes: [] }),
    clusters: [{ name: 'east', class: 'production', namespaceClasses: { bank: 'critical' } }],
    approverGroups,
    dossierSeconds: { low: 600, medium: 300, high: 120 },
    stepUp: anySignIn.stepUp,
    clock: () => now,
  };
});
after(async () => {
  await opa[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface Change {
  report?: Partial<Report>;
  statement?: Partial<SignedReport['statement']>;
  sealedBy?: typeof sign;
  /** The clients that manage `spec.replicas`. */
  managers?: string[];
}

/** Judges a rehearsal that is safe and signed, except for `change`. */
async function judged({ report = {}, statement = {}, sealedBy = sign, managers = ['helm'] }: Change = {}) {
  const object = deployment('web', 2);
  const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
  const managedFields = managers.map((manager) => ({ manager, operation: 'Update', fieldsV1 }));
  const objects = [{ ...object, metadata: { ...object.metadata, managedFields } }];
  const snapshot = await createBlobs(database.pools.observe).put({ objects });
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  const diff = [{ object: ref, path: '/spec/replicas', before: '2', after: '3' }];
  const full = { ...safeReport(plan), unknowns: [], diff, ...report };
  const rehearsal = await signed(sealedBy, full, { snapshot, ...statement });
  const digest = await deps.blobs.put(rehearsal);
  return judge(deps, { incident, alerts: [alert], requesters: [], plan: await deps.blobs.put(plan), report: digest });
}

const read = () => createJournalReader(database.pools.serve).read(incident.id);

/** Groups that are notified first of the latest dossier, from the journal. */
async function askedFirst(): Promise<unknown> {
  const offered = (await read()).findLast(({ kind }) => kind === 'dossier.offered');
  return (offered?.body as { notified?: unknown } | undefined)?.notified;
}

async function journalled(): Promise<string[]> {
  const records = await read();
  return records.map(({ kind, message }) => `${kind}: ${message}`);
}

describe('judge', () => {
  it('makes a complete dossier that expires by its tier, and writes it to the journal', async () => {
    const { verdict, dossier } = await judged();
    assert.ok(verdict.allowed && dossier);
    assert.equal(dossier.expiresAt, '2026-11-21T12:10:00.000Z');
    const stored = dossierSchema.parse(await deps.blobs.get(dossier.digest));
    assert.equal(digestOf(stored), dossier.digest);
    assert.deepEqual(stored.cause, { kind: 'alert', name: 'TooFewReplicas', fingerprints: ['f1'] });
    assert.deepEqual(stored.fieldManagers, [{ field: '/spec/replicas', manager: 'helm' }]);
    assert.deepEqual(
      stored.rules.do.map((rule) => rule.resources[0]),
      ['deployments', 'deployments/scale'],
    );
    assert.equal(stored.stepUp, undefined);
    const [issued, offered] = (await journalled()).slice(-2);
    assert.match(issued ?? '', /^verdict\.issued: tier low in trust phase limited/);
    assert.match(offered ?? '', /^dossier\.offered: scale; the plan needs 1 approval; the dossier expires at 2026/);
  });

  it('policy denies: the verdict has the report’s reason, and there is no dossier', async () => {
    const checks = [{ id: 'scheduled', passed: false, sentence: '2 pods stay unscheduled', details: [] }];
    const { verdict, dossier } = await judged({ report: { outcome: 'unsafe', reason: 'pods stay pending', checks } });
    assert.equal(dossier, undefined);
    assert.deepEqual(verdict.reasons.map(({ sentence }) => sentence).sort(), [
      '2 pods stay unscheduled (failed check: scheduled)',
      'the rehearsal is unsafe: pods stay pending',
    ]);
  });

  it('a dossier has all 200 managers of a field; with more than a person can review, the plan is denied', async () => {
    const many = Array.from({ length: 2_001 }, (_, index) => `client-${index}`);
    const { dossier = assert.fail() } = await judged({ managers: many.slice(0, 200) });
    const { fieldManagers } = dossierSchema.parse(await deps.blobs.get(dossier.digest));
    assert.deepEqual(
      fieldManagers.map(({ manager }) => manager),
      many.slice(0, 200),
    );
    const denied = await judged({ managers: many });
    assert.ok(!denied.verdict.allowed && denied.dossier === undefined);
    const sentence = /^the plan has 2001 entries about other managers .* at most 2000: a person has to repair/;
    assert.deepEqual(
      denied.verdict.reasons.map(({ rule }) => rule),
      ['too-much-to-review'],
    );
    assert.match(denied.verdict.reasons[0]?.sentence ?? '', sentence);
    assert.match((await journalled()).at(-1) ?? '', /^verdict\.issued: denied: the plan has 2001 entries/);
  });

  it('says in the dossier how to sign in for its tier', async () => {
    deps.stepUp = { low: { acr: ['gold'] }, medium: {}, high: { amr: ['otp'] } };
    const { dossier } = await judged();
    deps.stepUp = anySignIn.stepUp;
    const stored = dossierSchema.parse(await deps.blobs.get(dossier?.digest ?? assert.fail()));
    assert.deepEqual(stored.stepUp, { acr: ['gold'] });
  });

  it('a verdict that requires too little is a denial: there is no dossier', async () => {
    const { approverGroups: known } = deps;
    deps.approverGroups = { low: ['lead'], medium: ['lead'], high: ['lead'] };
    const { verdict, dossier } = await judged();
    deps.approverGroups = known;
    assert.ok(!verdict.allowed && dossier === undefined);
    assert.deepEqual(new Set(verdict.reasons.map(({ rule }) => rule)), new Set(['verdict-unfit']));
    assert.match(
      verdict.reasons[0]?.sentence ?? '',
      /names group sre, but approverGroups in the configuration lacks it/,
    );
  });

  it('the first group is notified if the phase allows execution; each next group is reminded once', async () => {
    const { dossier = assert.fail() } = await judged();
    assert.deepEqual(await askedFirst(), ['sre']);
    phase = 'assist';
    await judged();
    assert.deepEqual(await askedFirst(), []);
    phase = 'limited';
    const { serve } = database.pools;
    const journal = journalOf(serve);
    const about = { incident, dossier: dossier.digest, tier: 'low' } as const;
    for (const group of ['lead', 'lead', 'owner', 'lead']) await remind({ journal }, { ...about, group });
    const reminded = (await read()).filter(({ kind }) => kind === 'group.reminded');
    assert.deepEqual(
      reminded.map(({ body }) => body),
      ['lead', 'owner'].map((group) => ({ dossier: dossier.digest, group, tier: 'low' })),
    );
  });

  it('phase shadow makes no dossier; phase assist makes one that is not executed', async () => {
    phase = 'shadow';
    const shadow = await judged();
    phase = 'assist';
    const assist = await judged();
    phase = 'limited';
    assert.deepEqual([shadow.verdict.allowed, shadow.dossier], [true, undefined]);
    assert.ok(assist.verdict.allowed && !assist.verdict.execute && assist.dossier);
  });

  const forgeries: [string, Change, RegExp][] = [
    ['signed by another key', { sealedBy: observer().sign }, /signature/],
    ['changed after it was signed', { sealedBy: () => sign({ other: 'statement' }) }, /signature/],
    ['of another incident', { statement: { incident: 'inc-ffffffffffffffff' } }, /another incident/],
    ['of another cluster', { statement: { cluster: 'west' } }, /another cluster/],
    ['of another plan', { report: { plan: digestOf('other') } }, /another plan/],
    ['of a preflight rehearsal', { statement: { challenge: 'c', execution: 'e' } }, /the report of a preflight, not/],
    ['malformed', { report: { outcome: 'great' as never } }, /schema of signed reports/],
  ];
  for (const [name, change, message] of forgeries) {
    it(`refuses a report that is ${name}`, async () => {
      const before = await journalled();
      await assert.rejects(judged(change), { code: 'report-refused', message });
      assert.deepEqual(await journalled(), before);
    });
  }

  it('refuses an unknown cluster, and a phases file that cannot be read', async () => {
    const { clusters, phases } = deps;
    deps.clusters = [];
    await assert.rejects(judged(), { code: 'cluster-unknown' });
    deps.clusters = clusters;
    deps.phases = () => Promise.reject(new Error('unreadable'));
    await assert.rejects(judged(), /unreadable/);
    deps.phases = phases;
  });

  it('makes no dossier when the journal cannot be written', async () => {
    const { journal } = deps;
    deps.journal = { append: () => Promise.reject(new Error('no journal')) };
    await assert.rejects(judged(), /no journal/);
    deps.journal = journal;
  });
});
