import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonOf, tablesOf, type Telling } from '../demo/tables.ts';

const telling: Telling = {
  stack: {} as Telling['stack'],
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
      comparison: [{ fact: 'Deployment shop/web ready', grade: 'modelled', predicted: '4', actual: '4' }],
    },
    { id: 'B', title: 'no room', outcome: 'human', passed: false, missing: ['x'], seconds: 9, comparison: [] },
  ],
};

test('OK: --json is one document with seconds and the stories', () => {
  const document = JSON.parse(JSON.stringify(jsonOf(telling))) as Record<string, unknown> & { stories: object[] };
  assert.equal(document['seconds'], 31.4);
  assert.equal(document['passed'], false);
  for (const story of document.stories) {
    for (const member of ['id', 'outcome', 'passed', 'seconds']) assert.ok(member in story, member);
  }
});

test('OK: the tables show predicted beside actual, and a story that failed', () => {
  const text = tablesOf(telling);
  assert.match(text, /Deployment shop\/web ready +modelled +4 +4/);
  assert.match(text, /B +FAILED +human/);
  assert.match(text, /stories 31\.4 s, stack 14\.2 s/);
});
