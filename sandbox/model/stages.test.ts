import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restartKey, type Behaviour, type Behaviours } from './behaviours.ts';
import { stages } from './stages.ts';

interface Stage {
  metadata: { name: string };
  spec: {
    selector: { matchExpressions: { key: string; operator: string; values?: string[] }[] };
    delay?: any;
    next: any;
  };
}

function render(behaviours: Behaviours, speed: number): Map<string, Stage> {
  const documents = stages(behaviours, speed).split('\n---\n');
  const parsed = documents.map((text) => JSON.parse(text) as Stage);
  return new Map(parsed.map((stage) => [stage.metadata.name, stage]));
}

void test('OK: equal behaviours share a stage, by the uids of their ReplicaSets; delays are divided by the speed', () => {
  const ready = { kind: 'ready', seconds: 4, why: '' } as const;
  const known: [string, Behaviour][] = [
    ['b', ready],
    ['a', ready],
    ['c', { kind: 'crash', why: '' }],
  ];
  const made = render(new Map(known), 8);
  assert.deepEqual(made.get('known-0-ready')?.spec.selector.matchExpressions[0]?.values, ['a', 'b']);
  assert.deepEqual(made.get('known-0-ready')?.spec.delay, { durationMilliseconds: 500 });
  assert.match(made.get('known-1-crash')?.spec.next.statusTemplate, /CrashLoopBackOff/);
});

void test('OK: pods that a plan makes anew are told apart by the time that they will carry', () => {
  const [ready, time] = [{ kind: 'ready', seconds: 1, why: '' } as const, '2026-01-01T00:00:00Z'];
  const known = new Map<string, Behaviour>([
    ['a', ready],
    [restartKey(time), ready],
  ]);
  const made = render(known, 1);
  const expressions = (name: string) =>
    made
      .get(name)
      ?.spec.selector.matchExpressions.slice(0, 2)
      .map(({ operator, values }) => [operator, values]);
  assert.deepEqual(expressions('known-1-ready'), [
    ['In', [time]],
    ['NotIn', ['a', 'none']],
  ]);
  assert.deepEqual(expressions('never-seen-starts'), [
    ['NotIn', ['a', 'none']],
    ['NotIn', [time, 'none']],
  ]);
});

void test('a template that was never seen: its containers run and never become ready', () => {
  const made = render(new Map([['a', { kind: 'pull', why: '' } as const]]), 1);
  const stage = made.get('never-seen-starts');
  assert.deepEqual(stage?.spec.selector.matchExpressions[0]?.operator, 'NotIn');
  assert.match(stage?.spec.next.statusTemplate, /status: "False", reason: ContainersNotReady, type: Ready/);
  assert.equal(made.has('never-seen-ready'), false);
});

void test('no stage touches a pod that ran before the rehearsal, but the one that lets it go', () => {
  for (const [name, { spec }] of render(new Map([['a', { kind: 'ready', seconds: 1, why: '' } as const]]), 1)) {
    if (['node-ready', 'pod-gone'].includes(name)) continue;
    const mark = spec.selector.matchExpressions.find(({ key }) => key.includes('airlock.dev/sandbox'));
    assert.equal(mark?.operator, 'DoesNotExist', name);
  }
});
