import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createRedactor } from '../../src/adapters/vault/redactor.ts';
import { createReportSigner } from '../../src/adapters/vault/report-signer.ts';
import { createReportVerifier } from '../../src/adapters/vault/report-verifier.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { signedReportSchema, type Report } from '../../src/domain/rehearsal/report.ts';
import { stillHolds } from '../../src/domain/rehearsal/still-holds.ts';
import type { Bundle } from '../../src/domain/rehearsal/snapshot.ts';
import type { Sandbox } from '../../src/observation/ports.ts';
import { redact } from '../../src/observation/snapshot/redact.ts';
import { rehearse } from '../../src/observation/rehearsal/rehearse.ts';
import type { Bed } from './environment.ts';
import { cart, incidentOf, scaleCart } from './shop-plan.ts';

/** The real shop in a real sandbox, and what observation makes of one that lies or cannot be had. */
export async function rehearsals(t: TestContext, bed: Bed): Promise<void> {
  const redactor = createRedactor(bed.vault);
  const leases = bed.leases();
  const incident = incidentOf('inc-rehearsal');
  const of = { cluster: 'east', incident: incident.id, trace: incident.trace };
  const live = (await bed.adminApi.get(cart)) as KubeObject;
  const plan = await bed.blobs.put(scaleCart(await redact(redactor, [live]), 3, 4));
  const base = {
    ...{ leases, redactor, blobs: bed.blobs, journal: bed.journal, horizonSeconds: 30, speed: 10 },
    clock: () => new Date(),
    signer: createReportSigner(bed.vault),
  };
  const run = (sandbox: Sandbox, door?: { challenge: string; execution: string }) =>
    rehearse({ ...base, sandbox }, { incident, plan, ...(door ? { door } : {}) });

  await t.test('OK: twice the real thing: safe, signed, and the second still holds what the first said', async () => {
    const answers = [await run(bed.sandbox), await run(bed.sandbox)];
    assert.deepEqual(
      answers.map(({ outcome, reason }) => [outcome, reason]),
      Array(2).fill(['safe', 'every check passed']),
    );
    const stored = await Promise.all(answers.map(({ report }) => bed.blobs.get(report)));
    const [first, second] = stored.map((value) => signedReportSchema.parse(value).statement.report) as [Report, Report];
    assert.deepEqual(stillHolds(first, second), []);
    assert.deepEqual(
      first.predictions.filter(({ fact }) => fact === 'scheduled').map(({ value }) => value),
      [4],
    );
    const [record] = (await bed.written.read(incident.id)).filter(({ kind }) => kind === 'rehearsal.done');
    assert.equal(record?.fact, 'safe: every check passed');
  });

  await t.test('a report that is none: outcome failed, signed all the same, with the door’s challenge', async () => {
    const bundles: Bundle[] = [];
    const lying: Sandbox = {
      async rehearse(bundle) {
        bundles.push(bundle);
        return { outcome: 'safe', reason: '\u001b[31mtrust me' };
      },
    };
    const door = { challenge: 'c'.repeat(43), execution: 'exe-1' };
    const answer = await run(lying, door);
    assert.equal(answer.outcome, 'failed');
    const signed = signedReportSchema.parse(await bed.blobs.get(answer.report));
    const { statement, signature } = signed;
    assert.deepEqual([statement.challenge, statement.execution], [door.challenge, door.execution]);
    assert.deepEqual([statement.cluster, statement.incident, statement.report.plan], ['east', incident.id, plan]);
    const reports = createReportVerifier(bed.vault);
    assert.equal(await reports.verify(statement, signature), true);
    assert.equal(await reports.verify({ ...statement, challenge: 'other' }, signature), false);
    assert.deepEqual(await bed.blobs.get(statement.snapshot), bundles[0]?.snapshot);
    const [record] = (await bed.written.read(incident.id)).filter(({ kind }) => kind === 'door.rehearsed');
    assert.match(record?.fact ?? '', /^failed: the sandbox's report is not accepted/);
  });

  await t.test('no sandbox to be had: the error is passed on, nothing is signed or written down', async () => {
    const gone: Sandbox = {
      rehearse: () => Promise.reject(new AirlockError({ code: 'sandbox-failed', message: 'no', next: 'retry' })),
    };
    const rehearsed = async () => (await bed.written.read(incident.id)).filter(({ kind }) => kind === 'rehearsal.done');
    const before = (await rehearsed()).length;
    await assert.rejects(run(gone), { code: 'sandbox-failed', next: 'retry' });
    assert.equal((await rehearsed()).length, before);
  });

  await t.test('a plan for another cluster than the incident’s', async () => {
    const lost: Sandbox = { rehearse: () => Promise.reject(new Error('must not be asked')) };
    const west = { ...incident, cluster: 'west' };
    await assert.rejects(rehearse({ ...base, sandbox: lost }, { incident: west, plan }), { code: 'plan-invalid' });
  });
  await leases.close(of);
}
