import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { digestOfBytes } from '../../lib/digest.ts';
import { loadPlaybooks } from './load-playbooks.ts';

const good = `version: airlock-playbook/1
name: grow
description: adds one pod to a busy workload
causes: [{ alert: Busy }]
values:
  target: deployment.replicas + 1
evidence:
  - that: there is a pod
    when: size(pods) > 0
action: scale-workload
parameters:
  deployment: deployment.name
  from: deployment.replicas
  to: target
success: [replicas]
summary: Scale {deployment} in {namespace} to {to}
tests:
  - { name: one more, alert: { name: Busy }, evidence: some, expect: { rejected: whatever } }
  - { name: no more, alert: { name: Idle }, evidence: some, expect: { rejected: whatever } }
`;

/** The error message for a folder of these files; empty when it loads. */
async function refusalOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-playbooks-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await loadPlaybooks(folder);
    return '';
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'bad-input', String(error));
    return (error as Error).message.replaceAll(`${folder}/`, '');
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('loadPlaybooks', () => {
  test('loads the playbooks of this repository, in order of file names', async () => {
    const playbooks = await loadPlaybooks(join(import.meta.dirname, '../../../playbooks'));
    assert.deepEqual(
      playbooks.map(({ name }) => name),
      ['add-capacity', 'cordon-failing-node', 'restart-stuck-workload', 'uncordon-recovered-node', 'undo-bad-release'],
    );
  });
  test('the digest is over the bytes of the file', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'airlock-playbooks-'));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'grow.yaml'), good);
    const [playbook] = await loadPlaybooks(folder);
    assert.equal(playbook?.digest, digestOfBytes(new TextEncoder().encode(good)));
  });

  const edits: [string, string, string, RegExp][] = [
    [
      'a value that uses a later one',
      'deployment.replicas + 1',
      'later + 1',
      /^grow.yaml:6:11: values.target: Unknown variable: later/m,
    ],
    ['an expression that is not CEL', 'size(pods) > 0', 'size(pods >', /^grow.yaml:9:11: evidence.0.when: /m],
    [
      'a variable that does not exist',
      'size(pods) > 0',
      'size(secrets) > 0',
      /grow.yaml:9:11: .*Unknown variable: secrets .*character 6/,
    ],
    ['a field that does not exist', 'size(pods) > 0', 'deployment.image != ""', /grow.yaml:9:11: .*No such key: image/],
    [
      'a field of a list element that does not exist',
      'size(pods) > 0',
      'pods.all(p, p.secret == "")',
      /No such key: secret/,
    ],
    ['a condition that is not a bool', 'size(pods) > 0', 'size(pods)', /9:11: .*expected type bool, found int/],
    ['a condition that compares different types', 'size(pods) > 0', 'pods == "none"', /grow.yaml:9:11: /],
    [
      'a parameter of the wrong type',
      'from: deployment.replicas',
      'from: deployment.name',
      /parameters.from: expected type int, found string/,
    ],
    [
      'a parameter of type dyn',
      'deployment: deployment.name',
      'deployment: dyn(deployment.name)',
      /expected type string, found dyn/,
    ],
    [
      'a parameter that the action does not have',
      'from: deployment',
      'form: deployment',
      /action scale-workload has no parameter form/,
    ],
    [
      'a parameter that is missing',
      '  from: deployment.replicas\n',
      '',
      /parameters: action scale-workload needs parameter from/,
    ],
    [
      'a value that hides a variable',
      '  target: dep',
      '  pods: dep',
      /values.pods: pods is already the name of a variable/,
    ],
    ['a placeholder that is not a parameter', '{to}', '{description}', /summary: unknown placeholder \{description\}/],
    ['a placeholder that is not closed', '{to}', '{to', /summary: unknown placeholder \{,/],
    ['an action that does not exist', 'action: scale-workload', 'action: delete-namespace', /grow.yaml:10:9: action: /],
    ['a measurement that does not exist', '[replicas]', '[happiness]', /grow.yaml:15:11: success.0: /],
    [
      'a measurement of another kind of object',
      '[replicas]',
      '[cordoned]',
      /success: action scale-workload changes a Deployment, which has no measurement cordoned/,
    ],
    ['a variable of playbooks about nodes', 'size(pods) > 0', 'node.ready', /Unknown variable: node/],
    ['an unknown field', 'action: scale', 'force: true\naction: scale', /grow.yaml:1:1: the document: .*force/],
    [
      'a field twice',
      'action: scale-workload',
      'action: scale-workload\naction: scale-workload',
      /grow.yaml:11:1: .*unique/i,
    ],
    ['YAML that does not parse', 'causes: [', 'causes: [[', /^grow.yaml:\d+:\d+: /m],
    ['a name that is not the file name', 'name: grow', 'name: shrink', /grow.yaml:2:7: name: must equal the file name/],
    [
      'no test',
      'tests:',
      'tests: []\nignored:',
      /tests: expected a test in which the playbook makes a plan, and a test in which it makes no plan/,
    ],
    ['an unknown version', 'playbook/1', 'playbook/2', /grow.yaml:1:10: version: /],
    ['an expression that is too long', 'size(pods) > 0', `size(pods) ${'+ 1 '.repeat(400)}> 0`, /grow.yaml:9:11: /],
  ];
  for (const [name, from, to, expected] of edits) {
    test(`refuses ${name}`, async () => {
      assert.ok(good.includes(from));
      assert.match(await refusalOf({ 'grow.yaml': good.replace(from, to) }), expected);
    });
  }

  test('accepts the playbook without these edits', async () => {
    assert.equal(await refusalOf({ 'grow.yaml': good }), '');
  });
  test('reports every problem of every file at once', async () => {
    const files = {
      'grow.yaml': good.replace('size(pods) > 0', 'size(pods)').replace('{to}', '{x}'),
      'other.yaml': 'name: other',
    };
    const message = await refusalOf(files);
    assert.match(message, /grow.yaml:9:11[^]*grow.yaml:16:10[^]*other.yaml:1:1: version[^]*other.yaml:1:1: causes/);
  });
  test('refuses a file whose name does not end in .yaml', async () => {
    assert.match(await refusalOf({ 'grow.yaml': good, 'more.yml': good }), /more.yml: is not a playbook/);
  });
  test('refuses a folder without a playbook and a folder that does not exist', async () => {
    assert.match(await refusalOf({}), /contains no playbook/);
    await assert.rejects(loadPlaybooks('/nonexistent/playbooks'), { code: 'bad-input', message: /cannot be read/ });
  });
  test('refuses bytes that are not UTF-8', async () => {
    assert.match(await refusalOf({ 'grow.yaml': Uint8Array.of(0x6e, 0xff) }), /grow.yaml: is not UTF-8/);
  });
  test('refuses a file that is too large', async () => {
    assert.match(await refusalOf({ 'grow.yaml': `${good}#${'x'.repeat(300_000)}` }), /is larger than/);
  });
  test('refuses YAML aliases that expand to a huge document', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `x${n}: &x${n} [${Array(10)
          .fill(n ? `*x${n - 1}` : '1')
          .join(', ')}]`,
    );
    assert.match(
      await refusalOf({ 'grow.yaml': levels.join('\n') }),
      /grow\.yaml:\d+:\d+: has an alias without an anchor, or too many aliases/,
    );
  });
});
