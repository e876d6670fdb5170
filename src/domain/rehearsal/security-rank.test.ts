import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecurityRelevant, securityRank } from './security-rank.ts';

const pod = '/spec/template/spec';

test('the image comes before the command, the command before rights, rights before what is read', () => {
  const ordered = [
    `${pod}/initContainers/3/image`,
    `${pod}/containers/0/command/1`,
    `${pod}/serviceAccountName`,
    `${pod}/containers/0/securityContext/privileged`,
    `${pod}/hostPID`,
    `${pod}/containers/0/volumeMounts/0/mountPath`,
    `${pod}/containers/0/livenessProbe/exec/command/0`,
    `${pod}/containers/0/env/0/value`,
    `${pod}/fieldOfALaterVersion`,
    '/spec/replicas',
  ];
  const ranks = ordered.map(securityRank);
  assert.deepEqual(
    ranks,
    ranks.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(ranks).size, ordered.length);
});

test('every field of a pod spec is relevant, also one that is not known, and no field outside it', () => {
  for (const path of [
    `${pod}/containers/0/env/0/value`,
    `${pod}/fieldOfALaterVersion`,
    `${pod}/volumes/0/hostPath/path`,
  ])
    assert.equal(isSecurityRelevant(path), true, path);
  for (const path of [
    '/spec/replicas',
    '/spec/unschedulable',
    '/spec/template/metadata/labels/image',
    '/metadata/annotations/a~1spec',
  ])
    assert.equal(isSecurityRelevant(path), false, path);
});

test('a key that contains the name of a field is not that field', () => {
  const [node, image] = [`${pod}/nodeSelector/image`, `${pod}/containers/0/image`].map(securityRank);
  assert.notEqual(node, image);
});
