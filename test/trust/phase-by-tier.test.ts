import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPolicy } from '../../src/adapters/opa/policy.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { Phases } from '../../src/domain/policy/phase.ts';
import type { Person } from '../../src/domain/approval/decision-token.ts';
import { tierSchema, type Phase, type Tier } from '../../src/domain/policy/verdict.ts';
import { prepare } from '../../src/execution/prepare.ts';
import { judge, type JudgeDeps } from '../../src/governance/dossier/judge.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import {
  anySignIn,
  deployment,
  incident,
  observer,
  safeReport,
  scalePlan,
  signed,
  approverGroups,
} from '../execution/fixture.ts';
import { createTestGateway, type Gateway } from '../execution/gateway.ts';
import { startIssuer, type TestIssuer } from '../execution/admission/issuer.ts';
import { fakeTarget } from '../execution/target.ts';
import { startTestVault, type TestVault } from '../execution/vault.ts';
import { serveOpa } from '../governance/opa.ts';
import { journalOf } from '../journal/journal-of.ts';

// What each phase allows with each tier, with real policy, governance and gateway on a real database.

const reportKey = observer();
const now = (): Date => new Date();
const dossierSeconds = { low: 600, medium: 600, high: 600 };
/** Approvers, in turn: the gateway is asked with no approval, with one group's, with two groups'. */
const people = [['lea'], ['olga']];

let opa: Awaited<ReturnType<typeof serveOpa>>;
let database: Database;
let vault: TestVault;
let issuer: TestIssuer;
let phases: Phases;
let gateway: Gateway;
let governance: JudgeDeps;
let replicas = 0;

before(async () => {
  [opa, database, vault, issuer] = await Promise.all([serveOpa(), startDatabase(), startTestVault(), startIssuer(now)]);
  const pool = database.pools.serve;
  const policy = createPolicy(opa.url);
  const clusters = [{ name: 'east', class: 'production', namespaceClasses: {} }];
  const common = { policy, phases: async () => phases, clusters, approverGroups };
  governance = {
    ...common,
    blobs: createBlobs(pool),
    journal: journalOf(pool),
    reports: reportKey.reports,
    dossierSeconds,
    stepUp: anySignIn.stepUp,
    clock: now,
  };
  const grants = fakeTarget([]).grants;
  const verdict = () => assert.fail('OPA is asked');
  gateway = createTestGateway({ database, vault: vault.sessions.gateway, issuer, grants, reportKey, now, verdict });
  Object.assign(gateway.deps, common);
});
after(async () => {
  await Promise.all([opa, database, vault, issuer].map((resource) => resource[Symbol.asyncDispose]()));
});

/** Judges a rehearsed plan of that tier: low as it is, medium with an unknown, high with an unknown prediction. */
async function judged(phase: Phase, tier: Tier, requesters: Person[] = []) {
  replicas += 2;
  const plan = scalePlan([deployment('web', replicas)], { web: replicas + 1 });
  const { name: playbook, digest: playbookDigest } = plan.playbook;
  phases = {
    default: 'shadow',
    scopes: [{ playbook, playbookDigest, cluster: 'east', namespaceClass: 'standard', phase }],
  };
  const safe = safeReport(plan);
  const unknown = safe.predictions.map((prediction) => ({
    ...prediction,
    measurement: 'ready',
    grade: 'unknown' as const,
  }));
  const report = {
    ...safe,
    unknowns: tier === 'low' ? [] : safe.unknowns,
    predictions: [...safe.predictions, ...(tier === 'high' ? unknown : [])],
  };
  const snapshot = await createBlobs(database.pools.observe).put({ objects: [deployment('web', replicas)] });
  const rehearsal = await governance.blobs.put(await signed(reportKey.sign, report, { snapshot }));
  const alerts = [
    {
      cluster: 'east',
      fingerprint: 'f',
      startsAt: incident.startsAt,
      status: 'firing' as const,
      labels: {},
      annotations: {},
    },
  ];
  return judge(governance, {
    incident,
    alerts,
    requesters,
    plan: await governance.blobs.put(plan),
    report: rehearsal,
  });
}

/** Number of approvals with which the gateway is ready to execute. */
async function readyWith(dossier: Digest): Promise<number | 'never'> {
  for (const [index, subjects] of [[], ...people].entries()) {
    for (const subject of subjects) await gateway.approve(dossier, subject);
    if ((await prepare(gateway.deps, { incident, dossier })).ready) return index;
  }
  return 'never';
}

type Cell = { execute: boolean; dossier: boolean; approvals: number | 'never' };
const never: Cell = { execute: false, dossier: true, approvals: 'never' };
const needs = (approvals: number): Cell => ({ execute: true, dossier: true, approvals });
const unseen: Cell = { ...never, dossier: false };

/** The table of phase by tier in ARCHITECTURE.md. */
const table: Record<Phase, Record<Tier, Cell>> = {
  shadow: { low: unseen, medium: unseen, high: unseen },
  assist: { low: never, medium: never, high: never },
  limited: { low: needs(1), medium: needs(1), high: needs(2) },
  autonomous: { low: needs(0), medium: needs(1), high: needs(2) },
};

describe('trust phase by tier', () => {
  for (const [phase, cells] of Object.entries(table) as [Phase, Record<Tier, Cell>][]) {
    for (const tier of tierSchema.options) {
      const cell = cells[tier];
      const expected = cell.dossier ? `a dossier, executed with ${cell.approvals} approval(s)` : 'recorded only';
      it(`${phase} x ${tier}: ${expected}`, async () => {
        const { verdict, dossier } = await judged(phase, tier);
        assert.ok(verdict.allowed);
        assert.deepEqual([verdict.phase, verdict.tier, verdict.execute], [phase, tier, cell.execute]);
        assert.equal(dossier !== undefined, cell.dossier);
        if (dossier) assert.equal(await readyWith(dossier.digest), cell.approvals);
      });
    }
  }

  it('needs an approval of another person for a request, also in autonomous, and the dossier says so', async () => {
    const { verdict, dossier } = await judged('autonomous', 'low', [{ issuer: issuer.issuer, subject: 'sam' }]);
    assert.ok(verdict.allowed && dossier);
    const obligation = { approvals: 1, groups: ['sre', 'lead', 'owner'], distinctGroups: false };
    assert.deepEqual(verdict.obligation, obligation);
    await assert.rejects(
      gateway.approve(dossier.digest, 'sam'),
      /sam requested or edited this change, so another person/,
    );
    assert.equal(await readyWith(dossier.digest), 1);
  });

  it('shadow records what it would have done, and offers nothing', async () => {
    const before = (await gateway.journal()).length;
    await judged('shadow', 'medium');
    const records = (await createJournalReader(database.pools.serve).read(incident.id)).slice(before);
    assert.deepEqual(
      records.map(({ kind }) => kind),
      ['verdict.issued', 'shadow.recorded'],
    );
    const { message, body } = records[1] ?? assert.fail();
    assert.equal(
      message,
      'trust phase shadow, so nobody is asked to approve: scale; the plan would have needed 1 approval of lead or owner',
    );
    const { tier, approvals, action, playbook } = body as Record<string, unknown>;
    assert.deepEqual(
      { tier, approvals, action, playbook },
      { tier: 'medium', approvals: 1, action: 'scale-workload', playbook: 'capacity' },
    );
  });

  it('the gateway obeys a demotion: a dossier offered in limited is not executed in assist or shadow', async () => {
    const { dossier } = await judged('limited', 'low');
    assert.ok(dossier);
    await gateway.approve(dossier.digest, 'lea');
    for (const phase of ['assist', 'shadow'] as const) {
      phases = { default: phase, scopes: [] };
      const prepared = await gateway.prepare(dossier.digest);
      assert.deepEqual(!prepared.ready && prepared.reasons, [`policy allows no execution in phase ${phase}`]);
    }
  });

  it('a scope is playbook x cluster x namespace class: it does not count for another cluster or class', async () => {
    const { dossier } = await judged('autonomous', 'low');
    assert.ok(dossier);
    const [scope] = phases.scopes;
    assert.ok(scope);
    for (const other of [{ cluster: 'west' }, { namespaceClass: 'critical' }, { playbook: 'other' }]) {
      phases = { default: 'limited', scopes: [{ ...scope, ...other }] };
      assert.equal((await gateway.prepare(dossier.digest)).ready, false);
    }
    phases = { default: 'limited', scopes: [scope] };
    assert.equal((await gateway.prepare(dossier.digest)).ready, true);
  });
});
