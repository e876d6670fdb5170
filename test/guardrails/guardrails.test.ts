import { test } from 'node:test';
import { bootBed } from './environment.ts';
import { coverageCases } from './coverage.ts';
import { grantCases } from './grants.ts';
import { haltCases } from './halt.ts';
import { keyCases } from './keys.ts';
import { minterCases } from './minters.ts';
import { nodeCases } from './nodes.ts';
import { nodeMinterCases } from './node-minter.ts';
import { readCases } from './reads.ts';
import { restartWorkloadCases } from './restart-workload.ts';
import { scaleWorkloadCases } from './scale-workload.ts';
import { undoRolloutCases } from './undo-rollout.ts';

test('the locks of a target, with a real Vault and a real API server', async (t) => {
  await using bed = await bootBed();
  await t.test('grants', (t) => grantCases(t, bed));
  await t.test('minters', (t) => minterCases(t, bed));
  await t.test('undo-rollout', (t) => undoRolloutCases(t, bed));
  await t.test('scale-workload', (t) => scaleWorkloadCases(t, bed));
  await t.test('restart-workload', (t) => restartWorkloadCases(t, bed));
  await t.test('node actions', (t) => nodeCases(t, bed));
  await t.test('node minter', (t) => nodeMinterCases(t, bed));
  await t.test('reads', (t) => readCases(t, bed));
  await t.test('keys and identities', (t) => keyCases(t, bed));
  await t.test('coverage', (t) => coverageCases(t, bed));
  await t.test('halt', (t) => haltCases(t, bed));
});
