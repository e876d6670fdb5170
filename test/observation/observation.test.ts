import { after, before, test } from 'node:test';
import { startEnvironment, type Environment } from './environment.ts';
import { evidence } from './evidence.ts';
import { readLeases } from './leases.ts';
import { rehearsals } from './rehearsals.ts';
import { snapshots } from './snapshots.ts';
import { verification } from './verification.ts';

let environment: Environment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

test('read leases', (t) => readLeases(t, environment));
test('evidence', (t) => evidence(t, environment));
test('snapshots', (t) => snapshots(t, environment));
test('rehearsals', (t) => rehearsals(t, environment));
test('verification', (t) => verification(t, environment));
