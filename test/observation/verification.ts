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
import type { Bed } from './environment.ts';
import { cart, incidentOf, scaleCart } from './shop-plan.ts';

const incident = incidentOf('inc-verification');

/** Predictions and bases held against the real target, while somebody changes it. */
export async function verification(t: TestContext, bed: Bed): Promise<void> {
  const redactor = createRedactor(bed.vault);
  const leases = bed.leases();
  const live = (await bed.adminApi.get(cart)) as KubeObject;
  const plan = scaleCart(await redact(redactor, [live]), 3, 4);
  const stored = await bed.blobs.put(plan);
  const check = (report: Digest, direction: 'do' | 'undo', verifyMs: number) =>
    verify(
      {
        ...{ leases, redactor, blobs: bed.blobs, journal: bed.journal, verifyMs },
        reports: createReportVerifier(bed.vault),
        now: Date.now,
      },
      { incident, plan: stored, report, direction },
    );
  const foretold = [predict('replicas', 4), predict('scheduled', 4), predict('ready', 4, 'modelled')];
  const report = await signed(bed, plan, [...foretold, predict('template', 'no idea', 'unknown')]);

  await t.test('not what was predicted, when the time is over: every difference in words', async () => {
    const { verified, mismatches } = await check(report, 'do', 0);
    assert.equal(verified, false);
    assert.deepEqual(mismatches, [
      'Deployment shop/cart replicas: predicted 4, is 3',
      'Deployment shop/cart scheduled: predicted 4, is 3',
      'Deployment shop/cart ready: predicted 4, is 3',
    ]);
  });

  await t.test('OK: it waits for what takes time; what was graded unknown is not checked', async () => {
    await scale(bed, 4);
    assert.deepEqual(await check(report, 'do', 30_000), { verified: true, mismatches: [] });
    const records = (await bed.written.read(incident.id)).filter(({ kind }) => kind === 'verification.done');
    assert.match(
      records.at(-1)?.fact ?? '',
      /^3 of 3 predictions came true after \d+ s, 1 of grade unknown not checked$/,
    );
  });

  await t.test('undo: not as before', async () => {
    const { verified, mismatches } = await check(report, 'undo', 0);
    assert.equal(verified, false);
    assert.match(mismatches[0] ?? '', /^Deployment shop\/cart as before: predicted sha256:/);
  });

  await t.test('OK: undo: the bases before the plan are there again', async () => {
    await scale(bed, 3);
    assert.deepEqual(await check(report, 'undo', 30_000), { verified: true, mismatches: [] });
  });

  await t.test('a prediction about an object that the plan does not touch does not come true by itself', async () => {
    const other = { ...predict('replicas', 4), object: { ...cart, name: 'web' } };
    const { verified } = await check(await signed(bed, plan, [other]), 'do', 0);
    assert.equal(verified, false);
  });

  await t.test('a report that the observer did not sign', async () => {
    const statement = statementOf(plan, foretold);
    const forged = await bed.blobs.put({ statement, signature: `vault:v1:${'A'.repeat(86)}==` });
    await assert.rejects(check(forged, 'do', 0), { code: 'report-refused' });
  });

  await t.test('a report about another incident', async () => {
    const statement = { ...statementOf(plan, foretold), incident: 'inc-other' };
    const signature = await createReportSigner(bed.vault).sign(statement);
    await assert.rejects(check(await bed.blobs.put({ statement, signature }), 'do', 0), { code: 'report-refused' });
  });
  await leases.close({ cluster: 'east', incident: incident.id, trace: incident.trace });
}

function predict(fact: string, value: string | number, grade: Prediction['grade'] = 'proved'): Prediction {
  return { object: cart, fact, value, grade, why: 'a test says so' };
}

function statementOf(plan: Plan, predictions: Prediction[]): SignedReport['statement'] {
  return {
    version: 'airlock-statement/1',
    cluster: 'east',
    incident: incident.id,
    takenAt: '2026-11-21T12:00:00.000Z',
    snapshot: digestOf('none'),
    report: {
      ...{ version: 'airlock-report/1', fidelity: 'control-plane', plan: planDigest(plan), outcome: 'safe' },
      ...{ reason: 'every check passed', checks: [], predictions, unknowns: [], bases: {}, diff: [] },
      record: { seconds: 1, timeline: [], placement: {} },
    },
  };
}

async function signed(bed: Bed, plan: Plan, predictions: Prediction[]): Promise<Digest> {
  const statement = statementOf(plan, predictions);
  return bed.blobs.put({ statement, signature: await createReportSigner(bed.vault).sign(statement) });
}

async function scale(bed: Bed, replicas: number): Promise<void> {
  const patch = [{ op: 'replace' as const, path: '/spec/replicas', value: replicas }];
  await bed.adminApi.patch({ target: cart, subresource: 'scale', patch }, { dryRun: false });
}
