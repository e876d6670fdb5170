import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import type { Phases } from '../../src/domain/policy/phase.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { PolicyInput } from '../../src/domain/policy/policy-input.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { ExecutionContext } from '../../src/execution/checks/execution-context.ts';
import { recheck, type RecheckDeps } from '../../src/execution/checks/recheck.ts';
import { allowed, anySignIn, approverGroups, deployment, dossierOf, incident } from './fixture.ts';
import { observer, safeReport, scalePlan, signed } from './fixture.ts';

const reportKey = observer();
const now = new Date('2026-11-21T12:00:00Z');
const plan = scalePlan([deployment('web', 2), deployment('db', 2)], { web: 4, db: 4 });
const autonomous = { playbook: plan.playbook.name, playbookDigest: plan.playbook.digest, phase: 'autonomous' } as const;
const nobodyNeeded: Verdict = { ...allowed(0, []), phase: 'autonomous' };

interface Dependencies {
  deps: RecheckDeps;
  inputs: PolicyInput[];
}

/** Dependencies whose policy requires no approval, so that only the check under test can refuse. */
function dependencies(change: Partial<RecheckDeps> = {}): Dependencies {
  const inputs: PolicyInput[] = [];
  const deps: RecheckDeps = {
    reports: reportKey.reports,
    policy: {
      async verdict(input) {
        inputs.push(input);
        return nobodyNeeded;
      },
    },
    phases: async () => ({ default: 'limited', scopes: [autonomous] }),
    clusters: [{ name: 'east', class: 'production', namespaceClasses: { shop: 'critical' } }],
    approverGroups,
    stepUp: anySignIn.stepUp,
    maxDossierSeconds: { low: 600, medium: 60, high: 60 },
    admissions: { of: async () => [] },
    ...change,
  };
  return { deps, inputs };
}

interface Change {
  plan?: (plan: Plan) => void;
  report?: (report: Report) => void;
  dossier?: (dossier: Dossier) => void;
  context?: Partial<ExecutionContext>;
}

/** The context of a valid dossier with one change. It is signed after the change to the report. */
async function contextOf(change: Change = {}): Promise<ExecutionContext> {
  const changed = structuredClone(plan);
  change.plan?.(changed);
  const report = safeReport(changed);
  change.report?.(report);
  const rehearsal = await signed(reportKey.sign, report);
  const dossier = dossierOf(plan, rehearsal, now, nobodyNeeded);
  dossier.plan = changed;
  change.dossier?.(dossier);
  return { incident, digest: `sha256:${'0'.repeat(64)}`, dossier, direction: 'do', now, ...change.context };
}

function step(of: Plan, index: number) {
  return of.steps[index] ?? assert.fail('no such step');
}

describe('recheck', () => {
  it('returns no reasons for a valid dossier, in both directions', async () => {
    assert.deepEqual(await recheck(await contextOf(), dependencies().deps), []);
    const undo = { direction: 'undo', startedAt: now.toISOString() } as const;
    assert.deepEqual(await recheck(await contextOf({ context: undo }), dependencies().deps), []);
  });

  it('evaluates policy with input that the gateway derives itself, for the approved and the preflight report', async () => {
    const preflight = await signed(reportKey.sign, { ...safeReport(plan), unknowns: [] });
    const { deps, inputs } = dependencies({
      phases: async (): Promise<Phases> => ({
        default: 'limited',
        scopes: [{ ...autonomous, cluster: 'east', namespaceClass: 'critical' }],
      }),
    });
    assert.deepEqual(await recheck(await contextOf({ context: { preflight } }), deps), []);
    const [first, second] = inputs;
    assert.deepEqual(first?.cluster, { name: 'east', class: 'production' });
    assert.deepEqual(first?.namespace, { name: 'shop', class: 'critical' });
    assert.deepEqual([first?.phase, first?.lowestTier, first?.now], ['autonomous', 'low', now.toISOString()]);
    assert.deepEqual([first?.report.unknowns, second?.report.unknowns], [['metric-driven scaling'], []]);
  });

  const refusals: [string, Change, RegExp][] = [
    ['a dossier of another incident', { dossier: (d) => (d.incident = 'inc-other') }, /belongs to another incident/],
    ['a rehearsal of another incident', { dossier: (d) => (d.rehearsal.statement.incident = 'x') }, /another incident/],
    ['a plan for another cluster', { plan: (p) => (p.cluster = 'west') }, /another cluster than east/],
    [
      'a rehearsal of another cluster',
      { dossier: (d) => (d.rehearsal.statement.cluster = 'west') },
      /another cluster than east/,
    ],
    [
      'a step of another action',
      { plan: (p) => (step(p, 0).action = 'undo-rollout') },
      /step do-1 has action undo-rollout/,
    ],
    ['two steps with one id', { plan: (p) => (step(p, 1).id = 'do-1') }, /same id/],
    [
      'an undo step among the steps',
      { plan: (p) => p.steps.push(...p.undo.splice(0, 1)) },
      /the id of step undo-2 does not begin with do-/,
    ],
    ['a parameter out of range', { plan: (p) => (step(p, 0).parameters['to'] = 0) }, /step do-1: .*to/],
    ['an unknown parameter', { plan: (p) => (step(p, 0).parameters['force'] = 1) }, /step do-1/],
    [
      'an undo that does not revert the steps',
      { plan: (p) => (p.undo[0]!.parameters['to'] = 9) },
      /undo does not revert the steps/,
    ],
    ['half an undo', { plan: (p) => p.undo.pop() }, /undo does not revert the steps/],
    ['a missing undo without a reason', { plan: (p) => (p.undo = []) }, /no undo steps and does not say why/],
    [
      'a missing undo with a reason, although the action has one',
      { plan: (p) => Object.assign(p, { undo: [], noUndo: 'too hard' }) },
      /no undo steps, although each step can be undone/,
    ],
    [
      'wider rules',
      { dossier: (d) => d.rules.do[0]?.resourceNames.push('other') },
      /RBAC rules for do are not the smallest rules/,
    ],
    [
      'wider rules for the undo',
      { dossier: (d) => d.rules.undo.push(...d.rules.do) },
      /RBAC rules for undo are not the smallest rules/,
    ],
    [
      'a changed report',
      { dossier: (d) => (d.rehearsal.statement.report.reason = 'x') },
      /did not sign the rehearsal report/,
    ],
    ['a report of another plan', { report: (r) => (r.plan = `sha256:${'3'.repeat(64)}`) }, /about another plan/],
    ['an unsafe report', { report: (r) => (r.outcome = 'unsafe') }, /rehearsal is unsafe/],
    [
      'another precondition in the report',
      { report: (r) => (r.preconditions['do-2']!.uid = 'x') },
      /different preconditions for step do-2/,
    ],
    [
      'a missing precondition of the undo',
      { report: (r) => delete r.preconditions['undo-1'] },
      /different preconditions for step undo-1/,
    ],
    [
      'a lifetime longer than the gateway allows',
      { dossier: (d) => (d.expiresAt = new Date(now.getTime() + 601_000).toISOString()) },
      /is valid for 601 s, but at most 600 s are allowed/,
    ],
    [
      'a creation date in the future',
      { dossier: (d) => (d.expiresAt = d.createdAt = new Date(now.getTime() + 31_000).toISOString()) },
      /was created in the future/,
    ],
    ['an expired dossier', { context: { now: new Date(now.getTime() + 600_000) } }, /expired/],
  ];
  for (const [what, change, why] of refusals) {
    it(`refuses ${what}`, async () => {
      const [reason] = await recheck(await contextOf(change), dependencies().deps);
      assert.match(reason ?? 'allowed', why);
    });
  }

  it('refuses a report that another key signed', async () => {
    const rehearsal = await signed(observer().sign, safeReport(plan));
    const forged = await contextOf({ dossier: (d) => (d.rehearsal = rehearsal) });
    assert.match((await recheck(forged, dependencies().deps))[0] ?? '', /did not sign the rehearsal report/);
  });

  it('refuses a cluster that the gateway is not configured for', async () => {
    const [reason] = await recheck(await contextOf(), dependencies({ clusters: [] }).deps);
    assert.match(reason ?? '', /east is not configured/);
  });

  it('refuses a preflight report with a new unknown', async () => {
    const preflight = await signed(reportKey.sign, { ...safeReport(plan), unknowns: ['a webhook'] });
    const [reason] = await recheck(await contextOf({ context: { preflight } }), dependencies().deps);
    assert.equal(reason, 'new unknown: a webhook');
  });

  it('refuses a preflight report of another cluster or incident', async () => {
    for (const change of [{ cluster: 'west' }, { incident: 'inc-other' }]) {
      const preflight = await signed(reportKey.sign, safeReport(plan), change);
      const [reason] = await recheck(await contextOf({ context: { preflight } }), dependencies().deps);
      assert.match(reason ?? '', /^the preflight report is about another (cluster|incident)/);
    }
  });

  it('refuses a verdict that requires less than ARCHITECTURE does', async () => {
    const cheap: [Verdict, RegExp][] = [
      [allowed(0, []), /answered for phase limited, but the input has phase autonomous/],
      [allowed(1, ['everybody']), /names group everybody, but approverGroups in the configuration lacks it/],
      [{ ...nobodyNeeded, tier: 'medium' }, /tier medium in phase autonomous needs an approval/],
    ];
    for (const [verdict, why] of cheap) {
      const reasons = await recheck(await contextOf(), dependencies({ policy: { verdict: async () => verdict } }).deps);
      assert.match(reasons.join('; '), why);
      assert.match(reasons.join('; '), /policy denies \(verdict-unfit\)/);
    }
  });

  it('does not run a playbook as autonomous after its digest has changed', async () => {
    const { deps, inputs } = dependencies();
    const changed = await contextOf({ plan: (p) => (p.playbook.digest = `sha256:${'9'.repeat(64)}`) });
    assert.match(
      (await recheck(changed, deps))[0] ?? '',
      /answered for phase autonomous, but the input has phase limited/,
    );
    assert.equal(inputs[0]?.phase, 'limited');
  });

  it('throws when policy gives no answer', async () => {
    const policy = { verdict: () => Promise.reject(new Error('OPA is down')) };
    await assert.rejects(recheck(await contextOf(), dependencies({ policy }).deps), /OPA is down/);
  });

  it('refuses the undo of a dossier that policy never allowed', async () => {
    const denied = { allowed: false as const, reasons: [{ rule: 'r', sentence: 's' }] };
    const change: Change = { dossier: (d) => (d.verdict = denied), context: { direction: 'undo' } };
    assert.deepEqual(await recheck(await contextOf(change), dependencies().deps), [
      'the verdict in the dossier denies the plan',
    ]);
  });
});
