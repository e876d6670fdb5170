import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject, ObjectRef } from '../../domain/kubernetes/object.ts';
import { fieldManagers } from './field-managers.ts';

const ref: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const image = '/spec/template/spec/containers/1/image';
const item = { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:image': {} } } } } };

function deployment(...managedFields: object[]): KubeObject {
  const containers = [
    { name: 'proxy', image: 'p:1' },
    { name: 'app', image: 'a:1' },
  ];
  const metadata = { name: 'web', namespace: 'shop', managedFields: managedFields as never };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 2, template: { spec: { containers } } },
  };
}

function managers(object: KubeObject, ...paths: string[]) {
  return fieldManagers(
    { objects: [object] },
    paths.map((path) => ({ object: ref, path, before: 'a', after: 'b' })),
  );
}

test('finds the manager that updated a field of a list item', () => {
  const object = deployment({ manager: 'helm', operation: 'Update', fieldsV1: { 'f:spec': item } });
  assert.deepEqual(managers(object, image), [{ field: image, manager: 'helm' }]);
});

test('warns of a manager that uses server-side apply', () => {
  const object = deployment({ manager: 'flux', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } });
  const warning = 'the next apply by flux conflicts with this change';
  assert.deepEqual(managers(object, '/spec/replicas'), [{ field: '/spec/replicas', manager: 'flux', warning }]);
});

test('a manager of the whole object above the field is a field manager, named once', () => {
  const object = deployment({ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': { 'f:template': {} } } });
  assert.equal(managers(object, image, image).length, 1);
});

test('managers of another item or field, and Airlock itself, are not field managers of it', () => {
  const entry = (manager: string) => ({ manager, operation: 'Update', fieldsV1: { 'f:spec': item } });
  assert.deepEqual(managers(deployment(entry('helm')), '/spec/template/spec/containers/0/image', '/spec/replicas'), []);
  assert.deepEqual(managers(deployment(entry('airlock')), image), []);
});

test('leaves out none of 300 managers', () => {
  const entries = Array.from({ length: 300 }, (_, index) => ({
    manager: `client-${index}`,
    operation: 'Apply',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  }));
  assert.equal(managers(deployment(...entries), '/spec/replicas').length, 300);
});
