import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createRedactor } from '../../src/adapters/vault/redactor.ts';
import { createReportSigner } from '../../src/adapters/vault/report-signer.ts';
import { createReportVerifier } from '../../src/adapters/vault/report-verifier.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { signedReportSchema, type Report } from '../../src/domain/rehearsal/report.ts';
import { reportMismatches } from '../../src/domain/rehearsal/report-mismatches.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';
import type { Sandbox } from '../../src/observation/ports.ts';
import { redact } from '../../src/observation/snapshot/redact.ts';
import { rehearse } from '../../src/observation/rehearsal/rehearse.ts';
import type { Environment } from './environment.ts';
import { cart, incidentOf, scaleCart } from './shop-plan.ts';

/** Rehearses the real shop in a real sandbox, and handles sandboxes that return malformed reports or are unavailable. */
export async function rehearsals(t: TestContext, environment: Environment): Promise<void> {
  const redactor = createRedactor(environment.vault);
  const leases = environment.leases();
  const incident = incidentOf('inc-rehearsal');
  const of = { cluster: 'east', incident: incident.id, trace: incident.trace };
  const live = (await environment.adminApi.get(cart)) as KubeObject;
  const plan = await environment.blobs.put(scaleCart(await redact(redactor, 'east', [live]), 3, 4));
  const base = {
    leases,
    redactor,
    blobs: environment.blobs,
    journal: environment.journal,
    horizonSeconds: 30,
    speed: 10,
    clock: () => new Date(),
    signer: createReportSigner(environment.vault),
  };
  const run = (sandbox: Sandbox, preflight?: { challenge: string; execution: string }) =>
    rehearse({ ...base, sandbox }, omitUndefined({ incident, plan, preflight }));

  await t.test('two rehearsals of the same plan are safe, signed and agree', async () => {
    const answers = [await run(environment.sandbox), await run(environment.sandbox)];
    assert.deepEqual(
      answers.map(({ outcome, reason }) => [outcome, reason]),
      Array(2).fill(['safe', 'every check passed']),
    );
    const stored = await Promise.all(answers.map(({ report }) => environment.blobs.get(report)));
    const [first, second] = stored.map((value) => signedReportSchema.parse(value).statement.report) as [Report, Report];
    assert.deepEqual(reportMismatches(first, second), []);
    assert.deepEqual(
      first.predictions.filter(({ measurement }) => measurement === 'scheduled').map(({ value }) => value),
      [4],
    );
    const [record] = (await environment.journalReader.read(incident.id)).filter(
      ({ kind }) => kind === 'rehearsal.completed',
    );
    assert.equal(record?.message, 'safe: every check passed');
  });

  await t.test('turns a malformed report into a failed one, signed with the challenge of the preflight', async () => {
    const bundles: Bundle[] = [];
    const hostile: Sandbox = {
      async rehearse(bundle) {
        bundles.push(bundle);
        return { outcome: 'safe', reason: '\u001b[31mtrust me' };
      },
    };
    const preflight = { challenge: 'c'.repeat(43), execution: 'exe-1' };
    const answer = await run(hostile, preflight);
    assert.equal(answer.outcome, 'failed');
    const signed = signedReportSchema.parse(await environment.blobs.get(answer.report));
    const { statement, signature } = signed;
    assert.deepEqual([statement.challenge, statement.execution], [preflight.challenge, preflight.execution]);
    assert.deepEqual([statement.cluster, statement.incident, statement.report.plan], ['east', incident.id, plan]);
    const reports = createReportVerifier(environment.vault);
    assert.equal(await reports.verify(statement, signature), true);
    assert.equal(await reports.verify({ ...statement, challenge: 'other' }, signature), false);
    assert.deepEqual(await environment.blobs.get(statement.snapshot), bundles[0]?.snapshot);
    const [record] = (await environment.journalReader.read(incident.id)).filter(
      ({ kind }) => kind === 'preflight.completed',
    );
    assert.match(record?.message ?? '', /^failed: the sandbox's report is not accepted/);
  });

  await t.test('passes on the error of an unavailable sandbox; nothing is signed or journalled', async () => {
    const unavailable: Sandbox = {
      rehearse: () => Promise.reject(new AirlockError({ code: 'sandbox-failed', message: 'no' })),
    };
    const rehearsed = async () =>
      (await environment.journalReader.read(incident.id)).filter(({ kind }) => kind === 'rehearsal.completed');
    const before = (await rehearsed()).length;
    await assert.rejects(run(unavailable), { code: 'sandbox-failed', next: 'retry' });
    assert.equal((await rehearsed()).length, before);
  });

  await t.test('refuses a plan for another cluster than that of the incident', async () => {
    const unused: Sandbox = { rehearse: () => Promise.reject(new Error('must not be called')) };
    const west = { ...incident, cluster: 'west' };
    await assert.rejects(rehearse({ ...base, sandbox: unused }, { incident: west, plan }), { code: 'plan-invalid' });
  });
  await leases.close(of);
}
