import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runPlaybookTests } from './playbook-tests.ts';

const real = join(import.meta.dirname, '../../../playbooks');

/** The result of the playbooks' own tests after an edit of one file. */
async function afterEdit(file: string, from: string, to: string): Promise<{ passed: number; failed: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-playbooks-'));
  try {
    await cp(real, folder, { recursive: true });
    const text = await readFile(join(folder, file), 'utf8');
    assert.ok(text.includes(from), `${file} does not contain ${from}`);
    await writeFile(join(folder, file), text.replace(from, to));
    const { passed, failures } = await runPlaybookTests(folder);
    return { passed: passed.length, failed: failures.join('\n') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('runPlaybookTests', () => {
  test('every test of every playbook of this repository passes', async () => {
    const { passed, failures } = await runPlaybookTests(real);
    assert.deepEqual(failures, []);
    assert.ok(passed.some((name) => name.startsWith('add-capacity > ')));
    assert.ok(passed.some((name) => name.startsWith('undo-bad-release > ')));
    assert.ok(passed.some((name) => name.startsWith('restart-stuck-workload > ')));
  });

  const edits: [string, string, string, string, RegExp][] = [
    ['another number', 'add-capacity.yaml', 'deployment.replicas + 4', 'deployment.replicas + 5', /expected .*"to":7/],
    [
      'a removed limit',
      'add-capacity.yaml',
      'target <= 20',
      '1 == 1',
      /made a plan with parameters .*expected no plan, with the reason: the Deployment gets at most twenty/,
    ],
    [
      'a removed condition',
      'undo-bad-release.yaml',
      'replicaSets[0].pods.ready == 0',
      '1 == 1',
      /made a plan with parameters .*expected no plan/,
    ],
    [
      'a condition that never holds',
      'undo-bad-release.yaml',
      'size(serving) > 0',
      '1 == 2',
      /made no plan: condition does not hold.*expected a plan with parameters/,
    ],
    [
      'a removed cause',
      'undo-bad-release.yaml',
      '  - alert: KubeDeploymentRolloutStuck\n',
      '',
      /none of the alerts that it handles is firing/,
    ],
    ['missing evidence', 'add-capacity.yaml', 'evidence: busy-workload', 'evidence: lost', /lost.yaml/],
    ['malformed evidence', 'evidence/busy-workload.yaml', 'subject: {', 'subyect: {', /busy-workload.yaml:\d+:\d+/],
    [
      'a playbook that does not load',
      'add-capacity.yaml',
      'target <= 20',
      'target <=',
      /add-capacity.yaml:\d+:\d+: evidence.3/,
    ],
  ];
  for (const [name, file, from, to, expected] of edits) {
    test(`reports ${name}`, async () => assert.match((await afterEdit(file, from, to)).failed, expected));
  }
});
