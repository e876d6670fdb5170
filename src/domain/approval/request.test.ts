import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { proofOfEdit } from './edit.ts';
import { digestOf } from '../../lib/digest.ts';
import { incidentOfRequest, nameOfWish, proofOfRequest, requestSchema, subjectOf, type Request } from './request.ts';

const parameters = { namespace: 'shop', deployment: 'web', to: 6 };
const request: Request = {
  cluster: 'east',
  wanted: { kind: 'playbook', playbook: 'add-capacity', parameters },
  reason: 'the sale begins',
};
const undo = { kind: 'undo', incident: 'inc-0123456789abcdef' } as const;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

describe('what a proof is for', () => {
  test('OK: the nonces are those that the contract names, over canonical JSON', () => {
    const asked =
      '["airlock-request/1",{"cluster":"east","reason":"the sale begins","wanted":{"kind":"playbook","parameters":' +
      '{"deployment":"web","namespace":"shop","to":6},"playbook":"add-capacity"}}]';
    assert.deepEqual(proofOfRequest(request).nonce, sha256(asked));
    const edit = `["airlock-edit/1","${digestOf('d')}",{"to":6},"fewer"]`;
    assert.equal(proofOfEdit({ dossier: digestOf('d'), parameters: { to: 6 }, reason: 'fewer' }).nonce, sha256(edit));
  });
  test('OK: the incident comes from cluster, proof and its instant alone', () => {
    const own = incidentOfRequest({ cluster: 'east', proof: 'a.b.c' }, { iat: 1_800_000_000 });
    assert.equal(own.startsAt, '2027-01-15T08:00:00.000Z');
    for (const [cluster, proof, iat] of [
      ['west', 'a.b.c', 1_800_000_000],
      ['east', 'a.d.c', 1_800_000_000],
      ['east', 'a.b.c', 1_800_000_001],
    ] as const) {
      assert.notEqual(incidentOfRequest({ cluster, proof }, { iat }).id, own.id);
    }
    // Another signature of the same.
    assert.deepEqual(incidentOfRequest({ cluster: 'east', proof: 'a.b.d' }, { iat: 1_800_000_000 }), own);
  });
});

describe('a request', () => {
  test('OK: a playbook, or the undo of an incident', () => {
    assert.ok(requestSchema.safeParse(request).success);
    assert.ok(requestSchema.safeParse({ ...request, wanted: undo }).success);
    assert.deepEqual([request.wanted, undo].map(nameOfWish), ['add-capacity', 'undo of inc-0123456789abcdef']);
  });
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, 1]));
  const wanted = { ...request.wanted };
  const refusals: [string, object][] = [
    ['a text with an escape', { wanted: { ...wanted, parameters: { deployment: 'web\u001b[2J' } } }],
    ['a text with a space', { wanted: { ...wanted, parameters: { deployment: 'web web' } } }],
    ['a text that is too long', { wanted: { ...wanted, parameters: { deployment: 'w'.repeat(254) } } }],
    ['half a pod', { wanted: { ...wanted, parameters: { to: 1.5 } } }],
    ['a list', { wanted: { ...wanted, parameters: { to: [1] } } }],
    ['a name that is no word', { wanted: { ...wanted, parameters: { __proto: 1, 'a-b': 2 } } }],
    ['too many parameters', { wanted: { ...wanted, parameters: many } }],
    ['a wish that is none', { wanted: { kind: 'shell', command: 'rm' } }],
    ['an incident that is none', { wanted: { kind: 'undo', incident: 'inc-1' } }],
    ['a reason with a line break', { reason: 'yes\nno' }],
    ['more than is known', { approved: true }],
  ];
  for (const [name, change] of refusals) {
    test(`refused: ${name}`, () => assert.ok(!requestSchema.safeParse({ ...request, ...change }).success));
  }
});

test('OK: the subject is what the parameters name; none where they name nothing', () => {
  assert.deepEqual(subjectOf(parameters), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'shop',
    name: 'web',
  });
  assert.deepEqual(subjectOf({ node: 'node-1' }), { apiVersion: 'v1', kind: 'Node', name: 'node-1' });
  for (const none of [{}, { deployment: 'web' }, { namespace: 'shop', deployment: '../x' }, { node: 1 }]) {
    assert.equal(subjectOf(none as never), undefined);
  }
});
