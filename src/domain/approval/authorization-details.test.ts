import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import { checkDetails, detailOfDecision, detailOfEdit, detailOfRequest } from './authorization-details.ts';

const plan = { cluster: 'east', summary: 'Scale web from 4 to 6' } as Parameters<typeof detailOfEdit>[1]['plan'];
const [dossier, another] = [digestOf('a'), digestOf('b')];
const expected = detailOfDecision({ verb: 'approve', dossier }, { plan });
const aboutAnother = detailOfDecision({ verb: 'deny', dossier: another }, { plan });

test('says cluster, plan, verb and digest of a decision; change of an edit; change of a request', () => {
  const { cluster, summary } = plan;
  assert.deepEqual(expected, { type: 'airlock_decision', cluster, summary, verb: 'approve', dossier });
  const parameters = { to: 6, from: 4 };
  const edit = { type: 'airlock_edit', cluster, summary, change: 'from=4 to=6', dossier };
  assert.deepEqual(detailOfEdit({ dossier, parameters }, { plan }), edit);
  const playbook = { kind: 'playbook', playbook: 'add-capacity', parameters } as const;
  const change = 'add-capacity from=4 to=6';
  assert.deepEqual(detailOfRequest({ cluster, requested: playbook }), { type: 'airlock_request', cluster, change });
  const undo = { kind: 'undo', incident: 'inc-0123456789abcdef' } as const;
  assert.deepEqual(detailOfRequest({ cluster, requested: undo }), {
    type: 'airlock_request',
    cluster,
    change: 'undo of inc-0123456789abcdef',
  });
});

test('accepts what the provider showed, also in a list of decisions', () => {
  assert.equal(checkDetails(expected, [expected], 'required'), undefined);
  assert.equal(checkDetails(expected, [aboutAnother, expected], 'required'), undefined);
  assert.equal(checkDetails(aboutAnother, [aboutAnother, expected], 'required'), undefined);
});

const differences: [string, unknown][] = [
  ['another cluster', [{ ...expected, cluster: 'west' }]],
  ['another plan', [{ ...expected, summary: 'Scale web from 4 to 5' }]],
  ['another verb', [{ ...expected, verb: 'deny' }]],
  ['another dossier', [aboutAnother]],
  ['two stories about one dossier', [expected, { ...expected, summary: 'nothing' }]],
  ['a further member', [{ ...expected, note: 'x' }]],
  ['nothing', []],
  ['a text', JSON.stringify([expected])],
  ['null', null],
];
for (const [name, shown] of differences) {
  test(`refuses ${name} in every configuration`, () => {
    for (const terms of ['required', 'optional'] as const)
      assert.match(checkDetails(expected, shown, terms) ?? '', /showed something else/);
  });
}

test('refuses a request or edit that was shown beside something else', () => {
  const request = detailOfRequest({ cluster: 'east', requested: { kind: 'undo', incident: 'inc-1' } });
  assert.equal(checkDetails(request, [request], 'required'), undefined);
  assert.match(checkDetails(request, [request, expected], 'required') ?? '', /showed something else/);
});

test('a token without details is accepted only where they are optional', () => {
  assert.match(checkDetails(expected, undefined, 'required') ?? '', /does not say what the identity provider showed/);
  assert.equal(checkDetails(expected, undefined, 'optional'), undefined);
});
