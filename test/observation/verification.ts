import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createRedactor } from '../../src/adapters/vault/redactor.ts';
import { createReportSigner } from '../../src/adapters/vault/report-signer.ts';
import { createReportVerifier } from '../../src/adapters/vault/report-verifier.ts';
import { digestOf, type Digest } from '../../src/lib/digest.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { planDigest, type Plan } from '../../src/domain/plan/plan.ts';
import type { Prediction, SignedReport } from '../../src/domain/rehearsal/report.ts';
import { redact } from '../../src/observation/snapshot/redact.ts';
import { verify } from '../../src/observation/verification/verify.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import type { Environment } from './environment.ts';
import { cart, incidentOf, scaleCart } from './shop-plan.ts';

const incident = incidentOf('inc-verification');

/** Compares predictions and preconditions with the real target while it changes. */
export async function verification(t: TestContext, environment: Environment): Promise<void> {
  const redactor = createRedactor(environment.vault);
  const leases = environment.leases();
  const live = (await environment.adminApi.get(cart)) as KubeObject;
  const plan = scaleCart(await redact(redactor, 'east', [live]), 3, 4);
  const stored = await environment.blobs.put(plan);
  const check = (report: Digest, direction: 'do' | 'undo', verifyMs: number) =>
    verify(
      {
        leases,
        redactor,
        blobs: environment.blobs,
        journal: environment.journal,
        verifyMs,
        reports: createReportVerifier(environment.vault),
        now: Date.now,
      },
      { incident, plan: stored, report, direction },
    );
  const predictions = [predict('replicas', 4), predict('scheduled', 4), predict('ready', 4, 'modelled')];
  const report = await signed(environment, plan, [...predictions, predict('template', 'no idea', 'unknown')]);

  await t.test('lists every difference when the time is over', async () => {
    await settledAt(environment, 3);
    const { verified, mismatches } = await check(report, 'do', 0);
    assert.equal(verified, false);
    assert.deepEqual(mismatches, [
      'Deployment shop/cart replicas: expected 4, is 3',
      'Deployment shop/cart scheduled: expected 4, is 3',
      'Deployment shop/cart ready: expected 4, is 3',
    ]);
  });

  await t.test('waits until the predictions come true; predictions of grade unknown are not checked', async () => {
    await settledAt(environment, 3);
    await scale(environment, 4);
    assert.deepEqual(await check(report, 'do', 30_000), { verified: true, mismatches: [] });
    const records = (await environment.journalReader.read(incident.id)).filter(
      ({ kind }) => kind === 'verification.completed',
    );
    assert.match(
      records.at(-1)?.message ?? '',
      /^after \d+ s, 3 of 3 checked predictions had come true; not checked: 1 unknown prediction$/,
    );
  });

  await t.test('after an undo, lists objects that are not as before', async () => {
    await settledAt(environment, 4);
    const { verified, mismatches } = await check(report, 'undo', 0);
    assert.equal(verified, false);
    assert.match(mismatches[0] ?? '', /^Deployment shop\/cart precondition: expected sha256:/);
  });

  await t.test('after an undo, waits until the preconditions of the plan hold again', async () => {
    await settledAt(environment, 4);
    await scale(environment, 3);
    assert.deepEqual(await check(report, 'undo', 30_000), { verified: true, mismatches: [] });
  });

  await t.test('does not verify a prediction about an object that the plan does not change', async () => {
    const other = { ...predict('replicas', 4), object: { ...cart, name: 'web' } };
    const { verified } = await check(await signed(environment, plan, [other]), 'do', 0);
    assert.equal(verified, false);
  });

  await t.test('refuses a report that the observer did not sign', async () => {
    const statement = statementOf(plan, predictions);
    const forged = await environment.blobs.put({ statement, signature: `vault:v1:${'A'.repeat(86)}==` });
    await assert.rejects(check(forged, 'do', 0), { code: 'report-refused' });
  });

  await t.test('refuses a report about another incident', async () => {
    const statement = { ...statementOf(plan, predictions), incident: 'inc-other' };
    const signature = await createReportSigner(environment.vault).sign(statement);
    await assert.rejects(check(await environment.blobs.put({ statement, signature }), 'do', 0), {
      code: 'report-refused',
    });
  });
  await settledAt(environment, 3);
  await leases.close({ cluster: 'east', incident: incident.id, trace: incident.trace });
}

function predict(measurement: string, value: string | number, grade: Prediction['grade'] = 'proved'): Prediction {
  return { object: cart, measurement, value, grade, why: 'a test says so' };
}

function statementOf(plan: Plan, predictions: Prediction[]): SignedReport['statement'] {
  return {
    version: 'airlock-statement/1',
    cluster: 'east',
    incident: incident.id,
    takenAt: '2026-11-21T12:00:00.000Z',
    snapshot: digestOf('none'),
    report: {
      version: 'airlock-report/1',
      fidelity: 'control-plane',
      plan: planDigest(plan),
      outcome: 'safe',
      reason: 'every check passed',
      checks: [],
      predictions,
      unknowns: [],
      preconditions: {},
      diff: [],
      record: { seconds: 1, timeline: [], placement: {} },
    },
  };
}

async function signed(environment: Environment, plan: Plan, predictions: Prediction[]): Promise<Digest> {
  const statement = statementOf(plan, predictions);
  return environment.blobs.put({ statement, signature: await createReportSigner(environment.vault).sign(statement) });
}

async function scale(environment: Environment, replicas: number): Promise<void> {
  const patch = [{ op: 'replace' as const, path: '/spec/replicas', value: replicas }];
  await environment.adminApi.patch({ object: cart, subresource: 'scale', patch }, { dryRun: false });
}

/** Scales the shop's `cart` and waits until its controllers have finished. */
async function settledAt(environment: Environment, replicas: number): Promise<void> {
  await scale(environment, replicas);
  await waitFor({ what: `cart to have ${replicas} ready pods`, every: 100, within: 60_000 }, async () => {
    const live = await environment.adminApi.get(cart);
    const { observedGeneration, replicas: pods, readyReplicas } = live?.['status'] ?? {};
    return observedGeneration === live?.metadata.generation && pods === replicas && readyReplicas === replicas;
  });
}
