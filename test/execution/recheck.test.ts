import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import type { Phases } from '../../src/domain/policy/phase.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { PolicyInput } from '../../src/domain/policy/policy-input.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { Facts } from '../../src/execution/checks/facts.ts';
import { recheck, type RecheckDeps } from '../../src/execution/checks/recheck.ts';
import { allowed, approverGroups, deployment, dossierOf, incident } from './fixture.ts';
import { observer, safeReport, scalePlan, signed } from './fixture.ts';

const seal = observer();
const now = new Date('2026-11-21T12:00:00Z');
const plan = scalePlan([deployment('web', 2), deployment('db', 2)], { web: 4, db: 4 });
const autonomous = { playbook: plan.playbook.name, playbookDigest: plan.playbook.digest, phase: 'autonomous' } as const;
const nobodyNeeded: Verdict = { ...allowed(0, []), phase: 'autonomous' };

interface Asked {
  deps: RecheckDeps;
  inputs: PolicyInput[];
}

/** A policy that asks for nobody, so that what is tried here is all that can refuse. */
function asking(change: Partial<RecheckDeps> = {}): Asked {
  const inputs: PolicyInput[] = [];
  const deps: RecheckDeps = {
    reports: seal.reports,
    policy: {
      async verdict(input) {
        inputs.push(input);
        return nobodyNeeded;
      },
    },
    phases: async () => ({ default: 'limited', scopes: [autonomous] }),
    clusters: [{ name: 'east', class: 'production', namespaceClasses: { shop: 'critical' } }],
    approverGroups,
    maxDossierSeconds: { low: 600, medium: 60, high: 60 },
    admissions: { find: async () => undefined, add: async (admission) => admission, ofDossier: async () => [] },
    asks: {
      find: async () => undefined,
      add: async (ask) => ask,
      ofIncident: async () => [],
      editOf: async () => undefined,
    },
    proofs: { verify: async () => ({ refused: '' }), verifyArchived: async () => ({ refused: '' }) },
    proofTerms: { issuer: 'https://idp.example', maxSignInAge: 300 },
    ...change,
  };
  return { deps, inputs };
}

interface Change {
  plan?: (plan: Plan) => void;
  report?: (report: Report) => void;
  dossier?: (dossier: Dossier) => void;
  facts?: Partial<Facts>;
}

/** Facts about a dossier that holds, but for one change, with every signature made after it. */
async function facts(change: Change = {}): Promise<Facts> {
  const changed = structuredClone(plan);
  change.plan?.(changed);
  const report = safeReport(changed);
  change.report?.(report);
  const rehearsal = await signed(seal.sign, report);
  const dossier = dossierOf(plan, rehearsal, now, nobodyNeeded);
  dossier.plan = changed;
  change.dossier?.(dossier);
  return { incident, digest: `sha256:${'0'.repeat(64)}`, dossier, direction: 'do', now, ...change.facts };
}

function step(of: Plan, index: number) {
  return of.steps[index] ?? assert.fail('no such step');
}

describe('recheck', () => {
  it('OK: nothing to say, for both directions', async () => {
    assert.deepEqual(await recheck(await facts(), asking().deps), []);
    const undo = { direction: 'undo', begun: now.toISOString() } as const;
    assert.deepEqual(await recheck(await facts({ facts: undo }), asking().deps), []);
  });

  it('OK: policy is asked with what the gateway derives itself, for the signed report and for the one at the door', async () => {
    const door = await signed(seal.sign, { ...safeReport(plan), unknowns: [] });
    const { deps, inputs } = asking({
      phases: async (): Promise<Phases> => ({
        default: 'limited',
        scopes: [{ ...autonomous, cluster: 'east', namespaceClass: 'critical' }],
      }),
    });
    assert.deepEqual(await recheck(await facts({ facts: { door } }), deps), []);
    const [first, second] = inputs;
    assert.deepEqual(first?.cluster, { name: 'east', class: 'production' });
    assert.deepEqual(first?.namespace, { name: 'shop', class: 'critical' });
    assert.deepEqual([first?.phase, first?.lowestTier, first?.now], ['autonomous', 'low', now.toISOString()]);
    assert.deepEqual([first?.report.unknowns, second?.report.unknowns], [['metric-driven scaling'], []]);
  });

  const refusals: [string, Change, RegExp][] = [
    ['of another incident', { dossier: (d) => (d.incident = 'inc-other') }, /of another incident/],
    ['a rehearsal of another incident', { dossier: (d) => (d.rehearsal.statement.incident = 'x') }, /another incident/],
    ['of another cluster', { plan: (p) => (p.cluster = 'west') }, /not about east/],
    ['a rehearsal of another cluster', { dossier: (d) => (d.rehearsal.statement.cluster = 'west') }, /not about east/],
    ['a step of another action', { plan: (p) => (step(p, 0).action = 'undo-rollout') }, /do-1 is undo-rollout/],
    ['two steps with one id', { plan: (p) => (step(p, 1).id = 'do-1') }, /same id/],
    ['an undo step that is done', { plan: (p) => p.steps.push(...p.undo.splice(0, 1)) }, /stands among the do-steps/],
    ['a parameter out of range', { plan: (p) => (step(p, 0).parameters['to'] = 0) }, /step do-1: .*to/],
    ['a parameter too many', { plan: (p) => (step(p, 0).parameters['force'] = 1) }, /step do-1/],
    ['an undo of something else', { plan: (p) => (p.undo[0]!.parameters['to'] = 9) }, /not what takes the steps back/],
    ['half an undo', { plan: (p) => p.undo.pop() }, /not what takes the steps back/],
    ['no undo, and no reason', { plan: (p) => (p.undo = []) }, /neither an undo nor a reason/],
    [
      'no undo where there is one, with a reason',
      { plan: (p) => Object.assign(p, { undo: [], noUndo: 'too hard' }) },
      /leaves its undo out/,
    ],
    ['wider rules', { dossier: (d) => d.rules.do[0]?.resourceNames.push('other') }, /do rules are not those/],
    ['wider rules to undo', { dossier: (d) => d.rules.undo.push(...d.rules.do) }, /undo rules are not those/],
    ['a changed report', { dossier: (d) => (d.rehearsal.statement.report.reason = 'x') }, /signature of the rehearsal/],
    ['a report of another plan', { report: (r) => (r.plan = `sha256:${'3'.repeat(64)}`) }, /ran another plan/],
    ['an unsafe report', { report: (r) => (r.outcome = 'unsafe') }, /rehearsal is unsafe/],
    ['another basis in the report', { report: (r) => (r.bases['do-2']!.uid = 'x') }, /another basis of step do-2/],
    [
      'a basis of the undo that is missing',
      { report: (r) => delete r.bases['undo-1'] },
      /another basis of step undo-1/,
    ],
    [
      'made to last longer than the gateway allows',
      { dossier: (d) => (d.expiresAt = new Date(now.getTime() + 601_000).toISOString()) },
      /lasts 601 s, 600 s is the longest/,
    ],
    [
      'made in the future, to last longer',
      { dossier: (d) => (d.expiresAt = d.createdAt = new Date(now.getTime() + 31_000).toISOString()) },
      /says it is made at/,
    ],
    ['expired', { facts: { now: new Date(now.getTime() + 600_000) } }, /expired/],
  ];
  for (const [what, change, why] of refusals) {
    it(`${what}: refused`, async () => {
      const [reason] = await recheck(await facts(change), asking().deps);
      assert.match(reason ?? 'allowed', why);
    });
  }

  it('somebody else’s signature: refused', async () => {
    const rehearsal = await signed(observer().sign, safeReport(plan));
    const forged = await facts({ dossier: (d) => (d.rehearsal = rehearsal) });
    assert.match((await recheck(forged, asking().deps))[0] ?? '', /signature of the rehearsal/);
  });

  it('a cluster that the gateway does not know: refused', async () => {
    const [reason] = await recheck(await facts(), asking({ clusters: [] }).deps);
    assert.match(reason ?? '', /east is not configured/);
  });

  it('a door that says something else: refused', async () => {
    const door = await signed(seal.sign, { ...safeReport(plan), unknowns: ['a webhook'] });
    const [reason] = await recheck(await facts({ facts: { door } }), asking().deps);
    assert.equal(reason, 'new unknown: a webhook');
  });

  it('a door of another cluster or incident: refused', async () => {
    for (const change of [{ cluster: 'west' }, { incident: 'inc-other' }]) {
      const door = await signed(seal.sign, safeReport(plan), change);
      const [reason] = await recheck(await facts({ facts: { door } }), asking().deps);
      assert.match(reason ?? '', /at the door is of another (cluster|incident)/);
    }
  });

  it('a policy that asks for less than ARCHITECTURE does: refused, whatever the reason', async () => {
    const cheap: [Verdict, RegExp][] = [
      [allowed(0, []), /answered for phase limited, asked was autonomous/],
      [allowed(1, ['everybody']), /names everybody, which is none of the configured/],
      [{ ...nobodyNeeded, tier: 'medium' }, /medium in phase autonomous needs somebody/],
    ];
    for (const [verdict, why] of cheap) {
      const reasons = await recheck(await facts(), asking({ policy: { verdict: async () => verdict } }).deps);
      assert.match(reasons.join('; '), why);
      assert.match(reasons.join('; '), /policy denies \(verdict-unfit\)/);
    }
  });

  it('a playbook whose bytes changed is not autonomous any more', async () => {
    const { deps, inputs } = asking();
    const changed = await facts({ plan: (p) => (p.playbook.digest = `sha256:${'9'.repeat(64)}`) });
    assert.match((await recheck(changed, deps))[0] ?? '', /answered for phase autonomous, asked was limited/);
    assert.equal(inputs[0]?.phase, 'limited');
  });

  it('a policy that gives no answer is no allow', async () => {
    const policy = { verdict: () => Promise.reject(new Error('OPA is down')) };
    await assert.rejects(recheck(await facts(), asking({ policy }).deps), /OPA is down/);
  });

  it('an undo of a dossier that policy never allowed: refused', async () => {
    const denied = { allowed: false as const, reasons: [{ rule: 'r', sentence: 's' }] };
    const change: Change = { dossier: (d) => (d.verdict = denied), facts: { direction: 'undo' } };
    assert.deepEqual(await recheck(await facts(change), asking().deps), ['the dossier was never allowed']);
  });
});
