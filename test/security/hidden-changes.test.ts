import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { createRedactor } from '../../src/adapters/vault/redactor.ts';
import { createReportSigner } from '../../src/adapters/vault/report-signer.ts';
import { renderPage } from '../../src/cli/render/page.ts';
import { reportSections } from '../../src/cli/render/report.ts';
import { plainTerminal } from '../../src/cli/render/terminal.ts';
import { signedReportSchema, type Report } from '../../src/domain/rehearsal/report.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { rehearse } from '../../src/observation/rehearsal/rehearse.ts';
import type { Sandbox } from '../../src/observation/ports.ts';
import { startEnvironment, type Environment } from '../observation/environment.ts';
import { incidentOf } from '../observation/shop-plan.ts';
import { createLedger, gitOpsAnnotation, release, releases, undoLedger } from './ledger.ts';

// Nothing that a person approves is hidden, and no sandbox decides what the person sees: on a real target, with a real
// sandbox, and with a hostile process in the place of the sandbox.

const incident = incidentOf('inc-hidden-changes');
const lease = { cluster: 'east', incident: incident.id, trace: incident.trace };
let environment: Environment;
let folder: string;
/** Rehearses the undo of the latest release. */
let run: (sandbox: Sandbox, from?: 'new' | 'huge') => Promise<Report>;
/** The report of the real sandbox, as the sandbox wrote it, and as observation signed it. */
let honest: { raw: Report; signed: Report };

before(async () => {
  environment = await startEnvironment();
  folder = await mkdtemp(join(tmpdir(), 'airlock-hostile-'));
  await chmod(folder, 0o755);
  await createLedger(environment);
  const redactor = createRedactor(environment.vault);
  const leases = environment.leases();
  const { blobs, journal } = environment;
  const signer = createReportSigner(environment.vault);
  const deps = { leases, redactor, blobs, journal, signer, horizonSeconds: 30, speed: 10, clock: () => new Date() };
  run = async (sandbox, from = 'new') => {
    const plan = await blobs.put(await undoLedger(await leases.reader(lease), redactor, from));
    const { report } = await rehearse({ ...deps, sandbox }, { incident, plan });
    return signedReportSchema.parse(await blobs.get(report)).statement.report;
  };
  let raw: unknown;
  const listening: Sandbox = { rehearse: async (bundle) => (raw = await environment.sandbox.rehearse(bundle)) };
  const signed = await run(listening);
  honest = { raw: raw as Report, signed };
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await environment[Symbol.asyncDispose]();
});

/** The page that `airlock incidents show` prints of a report. */
function pageOf(report: Report): string[] {
  return renderPage(reportSections(report), plainTerminal);
}

/** Rehearses with a process that answers with this report, whatever the bundle. It is started as the sandbox is. */
async function rehearseWithLiar(report: object): Promise<Report> {
  const script = join(folder, 'liar.mjs');
  const answer = JSON.stringify(JSON.stringify(report));
  const read = 'for await (const _ of process.stdin);';
  await writeFile(script, `#!${process.execPath}\n${read}\nprocess.stdout.write(${answer});\n`, { mode: 0o755 });
  return run(createProcessSandbox({ programs: {}, node: script, deadlineSeconds: 30, hide: [] }));
}

test('the image is on the page before 600 changed arguments, and every argument is there', () => {
  assert.equal(honest.signed.outcome, 'safe', honest.signed.reason);
  const lines = pageOf(honest.signed).filter((line) => /^ +[-+] /.test(line));
  assert.match(lines[0] ?? '', /containers\/0\/image: registry\.shop\.example\/ledger:2/);
  assert.match(lines[1] ?? '', /containers\/0\/image: registry\.shop\.example\/ledger:1/);
  for (const name of ['old', 'new']) {
    const shown = lines.filter((line) => line.includes(`: --${name}-`));
    assert.equal(shown.length, 600);
  }
  assert.match(pageOf(honest.signed).join('\n'), /604 changed fields, 602 of them in pod specs/);
});

test('two values of 5,000 characters that differ in the last one are whole, with two digests', () => {
  const page = pageOf(honest.signed).join('\n');
  for (const { command } of [releases.old, releases.new]) {
    assert.ok(page.includes(command));
    assert.ok(page.includes(digestOf(command)));
  }
});

test('a sandbox that reports a harmless change instead of the real one changes nothing that the person sees', async () => {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'ledger' };
  const diff = [{ object, path: '/metadata/annotations/note', before: 'a', after: 'b' }];
  const report = await rehearseWithLiar({ ...honest.raw, diff });
  assert.equal(report.outcome, 'failed');
  assert.match(report.reason, /the sandbox's report is not accepted: .*diff/);
  assert.ok(!pageOf(report).join('\n').includes('/metadata/annotations/note'));
});

test('a sandbox that predicts another template, or another number of replicas, than the plan writes is refused', async () => {
  for (const [measurement, value] of [
    ['template', digestOf('another template')],
    ['replicas', 7],
  ] as const) {
    const predictions = honest.raw.predictions.map((each) =>
      each.measurement === measurement ? { ...each, value } : each,
    );
    const report = await rehearseWithLiar({ ...honest.raw, predictions });
    assert.equal(report.outcome, 'failed');
    assert.match(report.reason, new RegExp(`it predicts ${measurement} .* of Deployment shop/ledger`));
  }
});

test('a sandbox that leaves out what may revert the change lowers no tier', async () => {
  const { unknowns } = await rehearseWithLiar({ ...honest.raw, unknowns: [] });
  const reason = `the object has the label or annotation ${gitOpsAnnotation}`;
  assert.deepEqual(unknowns, [`the change of Deployment shop/ledger may be reverted: ${reason}`]);
});

test('the honest report, sent by the same process, is accepted with the same change', async () => {
  const report = await rehearseWithLiar(honest.raw);
  assert.deepEqual([report.outcome, report.diff], ['safe', honest.signed.diff]);
});

test('a change that is too large for a person is not rehearsed; the reason has size and limit', async () => {
  await release(environment, 'huge');
  const report = await run({ rehearse: () => Promise.reject(new Error('must not be called')) }, 'huge');
  assert.equal(report.outcome, 'failed');
  assert.match(report.reason, /^the plan has 2005 changed fields, but a person is asked to review at most 2000: /);
  assert.deepEqual(report.diff, []);
});
