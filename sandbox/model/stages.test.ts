import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restartKey, type Behaviour, type Behaviours } from './behaviours.ts';
import { renderStages } from './stages.ts';

interface Stage {
  metadata: { name: string };
  spec: {
    selector: { matchExpressions: { key: string; operator: string; values?: string[] }[] };
    delay?: any;
    next: any;
  };
}

function render(behaviours: Behaviours, speed: number): Map<string, Stage> {
  const documents = renderStages(behaviours, speed).split('\n---\n');
  const parsed = documents.map((text) => JSON.parse(text) as Stage);
  return new Map(parsed.map((stage) => [stage.metadata.name, stage]));
}

void test('ReplicaSets with equal behaviour share a Stage; delays are divided by the speed', () => {
  const ready = { kind: 'ready', seconds: 4, why: '' } as const;
  const known: [string, Behaviour][] = [
    ['b', ready],
    ['a', ready],
    ['c', { kind: 'crash', why: '' }],
  ];
  const rendered = render(new Map(known), 8);
  assert.deepEqual(rendered.get('group-0-ready')?.spec.selector.matchExpressions[0]?.values, ['a', 'b']);
  assert.deepEqual(rendered.get('group-0-ready')?.spec.delay, { durationMilliseconds: 500 });
  assert.match(rendered.get('group-1-crash')?.spec.next.statusTemplate, /CrashLoopBackOff/);
});

void test('pods that a restart creates are selected by the time in their annotation', () => {
  const [ready, time] = [{ kind: 'ready', seconds: 1, why: '' } as const, '2026-01-01T00:00:00Z'];
  const known = new Map<string, Behaviour>([
    ['a', ready],
    [restartKey(time), ready],
  ]);
  const rendered = render(known, 1);
  const expressions = (name: string) =>
    rendered
      .get(name)
      ?.spec.selector.matchExpressions.slice(0, 2)
      .map(({ operator, values }) => [operator, values]);
  assert.deepEqual(expressions('group-1-ready'), [
    ['In', [time]],
    ['NotIn', ['a', 'none']],
  ]);
  assert.deepEqual(expressions('no-entry-starts'), [
    ['NotIn', ['a', 'none']],
    ['NotIn', [time, 'none']],
  ]);
});

void test('containers of a template that was never observed run and never become ready', () => {
  const rendered = render(new Map([['a', { kind: 'pull', why: '' } as const]]), 1);
  const stage = rendered.get('no-entry-starts');
  assert.deepEqual(stage?.spec.selector.matchExpressions[0]?.operator, 'NotIn');
  assert.match(stage?.spec.next.statusTemplate, /status: "False", reason: ContainersNotReady, type: Ready/);
  assert.equal(rendered.has('no-entry-ready'), false);
});

void test('only the Stage for deletion selects a pod that ran before the rehearsal', () => {
  for (const [name, { spec }] of render(new Map([['a', { kind: 'ready', seconds: 1, why: '' } as const]]), 1)) {
    if (['node-ready', 'pod-gone'].includes(name)) continue;
    const annotation = spec.selector.matchExpressions.find(({ key }) => key.includes('airlock.dev/sandbox'));
    assert.equal(annotation?.operator, 'DoesNotExist', name);
  }
});
