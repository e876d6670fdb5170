import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storySequences } from '../demo/story-sequences.ts';
import type { KillableGateway } from '../demo/stories/killable-gateway.ts';
import type { StoryResult } from '../demo/stories/story.ts';
import { jsonOf, tablesOf, type DemoRun } from '../demo/tables.ts';

const run: DemoRun = {
  stack: {} as DemoRun['stack'],
  seconds: 31.4,
  stackSeconds: 14.2,
  results: [
    {
      id: 'A',
      title: 'a release is undone',
      outcome: 'repaired',
      passed: true,
      problems: [],
      seconds: 30.1,
      comparison: [{ measurement: 'Deployment shop/web ready', grade: 'modelled', predicted: '4', actual: '4' }],
    },
    { id: 'B', title: 'no room', outcome: 'escalated', passed: false, problems: ['x'], seconds: 9, comparison: [] },
    { id: 'C', title: 'two people', outcome: 'repaired', passed: true, problems: [], seconds: 24, comparison: [] },
    {
      id: 'D',
      title: 'killed',
      outcome: 'repaired',
      passed: true,
      problems: [],
      seconds: 29,
      comparison: [],
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

test('the sequences contain each of the stories A to D once', () => {
  const stories = storySequences({} as KillableGateway).flat();
  assert.deepEqual(stories.map(({ id }) => id).sort(), ['A', 'B', 'C', 'D']);
});

test('--json is one document with the seconds, the stories and the kill point', () => {
  const document = JSON.parse(JSON.stringify(jsonOf(run))) as Record<string, unknown> & { stories: StoryResult[] };
  assert.equal(document['seconds'], 31.4);
  assert.equal(document['passed'], false);
  for (const story of document.stories) {
    for (const member of ['id', 'outcome', 'passed', 'seconds']) assert.ok(member in story, member);
  }
  assert.deepEqual(
    document.stories.map(({ killPoint }) => killPoint),
    [undefined, undefined, undefined, run.results[3]?.killPoint],
  );
});

test('the tables show predicted beside actual values, and a failed story', () => {
  const text = tablesOf(run);
  assert.match(text, /Deployment shop\/web ready +modelled +4 +4/);
  assert.match(text, /B +FAILED +escalated/);
  assert.match(text, /the stories took 31\.4 s; the stack started in 14\.2 s/);
});

test('a run that is slower than the budget is reported and does not fail', () => {
  for (const [seconds, overBudget] of [
    [75, false],
    [75.1, true],
  ] as const) {
    const slow = { ...run, seconds, results: run.results.filter(({ passed }) => passed) };
    const { overBudget: reported, passed } = jsonOf(slow) as { overBudget: boolean; passed: boolean };
    assert.deepEqual([reported, passed], [overBudget, true]);
    assert.equal(tablesOf(slow).includes('slow: on an idle machine they take at most 75 s'), overBudget);
  }
});
