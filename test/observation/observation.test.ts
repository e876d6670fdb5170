import { after, before, test } from 'node:test';
import { bootBed, type Bed } from './environment.ts';
import { evidence } from './evidence.ts';
import { readLeases } from './leases.ts';
import { rehearsals } from './rehearsals.ts';
import { snapshots } from './snapshots.ts';
import { verification } from './verification.ts';

let bed: Bed;
before(async () => {
  bed = await bootBed();
});
after(() => bed[Symbol.asyncDispose]());

test('read leases', (t) => readLeases(t, bed));
test('evidence', (t) => evidence(t, bed));
test('snapshots', (t) => snapshots(t, bed));
test('rehearsals', (t) => rehearsals(t, bed));
test('verification', (t) => verification(t, bed));
