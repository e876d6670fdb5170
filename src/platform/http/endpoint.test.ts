import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProtected } from './is-protected.ts';
import { insecureAddresses } from './endpoint.ts';

test('https, unix sockets and loopback addresses are protected', () => {
  const addresses = [
    'https://vault.example',
    'http://127.0.0.1:8200',
    'http://127.8.0.1',
    'http://[::1]:80',
    'unix:///run/opa',
  ];
  for (const address of addresses) assert.ok(isProtected(new URL(address)), address);
});

test('plain http to a name, to another address and to what only looks like loopback is not protected', () => {
  const names = [
    'http://vault.example',
    'http://localhost',
    'http://10.0.0.1',
    'http://127.0.0.1.example',
    'http://[::2]',
  ];
  for (const address of names) assert.ok(!isProtected(new URL(address)), address);
});

test('the status shows only the addresses for which `insecure: true` makes a difference, without credentials', () => {
  const shown = insecureAddresses([
    { name: 'vault', address: 'http://user:password@vault.example:8200/v1', insecure: true },
    { name: 'opa', address: 'http://127.0.0.1:8181', insecure: true },
    { name: 'oidc', address: 'https://idp.example', insecure: false },
  ]);
  assert.deepEqual(shown, ['vault http://vault.example:8200']);
});
