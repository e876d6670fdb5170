import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { purposeOfEdit } from './edit.ts';
import type { TokenClaims } from './decision-token.ts';
import { digestOf } from '../../lib/digest.ts';
import {
  incidentOfRequest,
  nameOfRequestedChange,
  purposeOfRequest,
  requestSchema,
  subjectInParameters,
  type Request,
} from './request.ts';

const parameters = { namespace: 'shop', deployment: 'web', to: 6 };
const request: Request = {
  cluster: 'east',
  requested: { kind: 'playbook', playbook: 'add-capacity', parameters },
  reason: 'the sale begins',
};
const undo = { kind: 'undo', incident: 'inc-0123456789abcdef' } as const;

const claims: TokenClaims = {
  iss: 'https://id.example',
  sub: 'ada',
  aud: 'airlock-request',
  nonce: 'n',
  iat: 1_800_000_002,
  exp: 1_800_000_302,
  auth_time: 1_800_000_000,
  sid: 's',
  groups: ['lead'],
};

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

describe('the purpose of a token', () => {
  test('has the specified nonce over canonical JSON, for requests and edits', () => {
    const asked =
      '["airlock-request/1",{"cluster":"east","reason":"the sale begins","requested":{"kind":"playbook","parameters":' +
      '{"deployment":"web","namespace":"shop","to":6},"playbook":"add-capacity"}}]';
    assert.deepEqual(purposeOfRequest(request).nonce, sha256(asked));
    const edit = `["airlock-edit/1","${digestOf('d')}",{"to":6},"fewer"]`;
    assert.equal(purposeOfEdit({ dossier: digestOf('d'), parameters: { to: 6 }, reason: 'fewer' }).nonce, sha256(edit));
  });
  test('determines the incident of a request from cluster, sign-in and nonce alone', () => {
    const own = incidentOfRequest('east', claims);
    assert.equal(own.startsAt, '2027-01-15T08:00:00.000Z');
    const others: [string, Partial<TokenClaims>][] = [
      ['west', {}],
      ['east', { iss: 'https://other.example' }],
      ['east', { sub: 'bob' }],
      ['east', { auth_time: claims.auth_time + 1 }],
      ['east', { sid: 'other' }],
      ['east', { nonce: 'other' }],
    ];
    for (const [cluster, change] of others) {
      assert.notEqual(incidentOfRequest(cluster, { ...claims, ...change }).id, own.id);
    }
    // Another token that the provider issued for the same nonce after the same sign-in.
    assert.deepEqual(incidentOfRequest('east', { ...claims, iat: claims.iat + 60, exp: claims.exp + 60 }), own);
  });
});

describe('requestSchema', () => {
  test('accepts a playbook, or the undo of an incident', () => {
    assert.ok(requestSchema.safeParse(request).success);
    assert.ok(requestSchema.safeParse({ ...request, requested: undo }).success);
    assert.deepEqual([request.requested, undo].map(nameOfRequestedChange), [
      'add-capacity',
      'undo of inc-0123456789abcdef',
    ]);
  });
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, 1]));
  const requested = { ...request.requested };
  const refusals: [string, object][] = [
    ['a text with an escape', { requested: { ...requested, parameters: { deployment: 'web\u001b[2J' } } }],
    ['a text with a space', { requested: { ...requested, parameters: { deployment: 'web web' } } }],
    ['a text that is too long', { requested: { ...requested, parameters: { deployment: 'w'.repeat(254) } } }],
    ['a number that is not an integer', { requested: { ...requested, parameters: { to: 1.5 } } }],
    ['a list', { requested: { ...requested, parameters: { to: [1] } } }],
    ['a malformed parameter name', { requested: { ...requested, parameters: { __proto: 1, 'a-b': 2 } } }],
    ['too many parameters', { requested: { ...requested, parameters: many } }],
    ['an unknown kind of change', { requested: { kind: 'shell', command: 'rm' } }],
    ['a malformed incident id', { requested: { kind: 'undo', incident: 'inc-1' } }],
    ['a reason with a line break', { reason: 'yes\nno' }],
    ['an unknown member', { approved: true }],
  ];
  for (const [name, change] of refusals) {
    test(`refuses ${name}`, () => assert.ok(!requestSchema.safeParse({ ...request, ...change }).success));
  }
});

test('subjectInParameters: returns the object that the parameters name, or undefined', () => {
  assert.deepEqual(subjectInParameters(parameters), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'shop',
    name: 'web',
  });
  assert.deepEqual(subjectInParameters({ node: 'node-1' }), { apiVersion: 'v1', kind: 'Node', name: 'node-1' });
  for (const none of [{}, { deployment: 'web' }, { namespace: 'shop', deployment: '../x' }, { node: 1 }]) {
    assert.equal(subjectInParameters(none as never), undefined);
  }
});
