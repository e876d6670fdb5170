import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storySequences } from '../demo/story-sequences.ts';
import type { KillableGateway } from '../demo/stories/killable-gateway.ts';
import type { StoryResult } from '../demo/stories/story.ts';
import { jsonOf, tablesOf, type DemoRun } from '../demo/tables.ts';

const telling: DemoRun = {
  stack: {} as DemoRun['stack'],
  seconds: 31.4,
  stackSeconds: 14.2,
  results: [
    {
      id: 'A',
      title: 'a release is undone',
      outcome: 'repaired',
      passed: true,
      missing: [],
      seconds: 30.1,
      comparison: [{ measurement: 'Deployment shop/web ready', grade: 'modelled', predicted: '4', actual: '4' }],
    },
    { id: 'B', title: 'no room', outcome: 'escalated', passed: false, missing: ['x'], seconds: 9, comparison: [] },
    { id: 'C', title: 'two people', outcome: 'repaired', passed: true, missing: [], seconds: 24, comparison: [] },
    {
      ...{ id: 'D', title: 'killed', outcome: 'repaired', passed: true, missing: [], seconds: 29, comparison: [] },
      killPoint: {
        process: 'gateway',
        pid: 7,
        at: '2026-11-21T12:00:00Z',
        auditId: 'a-1',
        request: 'patch x shop/web',
      },
    },
  ],
};

test('OK: the lanes hold each story of A to D once', () => {
  const told = storySequences({} as KillableGateway).flat();
  assert.deepEqual(told.map(({ id }) => id).sort(), ['A', 'B', 'C', 'D']);
});

test('OK: --json is one document with seconds and the stories, and where the process was killed', () => {
  const document = JSON.parse(JSON.stringify(jsonOf(telling))) as Record<string, unknown> & { stories: StoryResult[] };
  assert.equal(document['seconds'], 31.4);
  assert.equal(document['passed'], false);
  for (const story of document.stories) {
    for (const member of ['id', 'outcome', 'passed', 'seconds']) assert.ok(member in story, member);
  }
  assert.deepEqual(
    document.stories.map(({ killPoint }) => killPoint),
    [undefined, undefined, undefined, telling.results[3]?.killPoint],
  );
});

test('OK: the tables show predicted beside actual, and a story that failed', () => {
  const text = tablesOf(telling);
  assert.match(text, /Deployment shop\/web ready +modelled +4 +4/);
  assert.match(text, /B +FAILED +escalated/);
  assert.match(text, /stories 31\.4 s, stack 14\.2 s/);
});

test('OK: slower than the budget is told, and fails nothing', () => {
  for (const [seconds, overBudget] of [
    [75, false],
    [75.1, true],
  ] as const) {
    const slow = { ...telling, seconds, results: telling.results.filter(({ passed }) => passed) };
    const { overBudget: told, passed } = jsonOf(slow) as { overBudget: boolean; passed: boolean };
    assert.deepEqual([told, passed], [overBudget, true]);
    assert.equal(tablesOf(slow).includes('more than the 75 s of an idle machine'), overBudget);
  }
});
