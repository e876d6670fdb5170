import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { secretFolders } from './secret-folders.ts';

const vault = (identityFile: string) => ({
  vault: { address: 'http://127.0.0.1:8200', identityFile, insecure: false },
});

test('returns the folders of configuration and identity without duplicates', () => {
  assert.deepEqual(secretFolders(vault('/s/config/id.json'), '/s/config/observe.json'), ['/s/config']);
  assert.deepEqual(secretFolders(vault('/run/airlock/id.json'), '/etc/airlock/observe.json'), [
    '/etc/airlock',
    '/run/airlock',
  ]);
});

test('resolves a relative path against the working folder', () => {
  assert.deepEqual(secretFolders(vault('/s/id.json'), 'config/observe.json'), [join(process.cwd(), 'config'), '/s']);
});
