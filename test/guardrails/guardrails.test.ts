import { test } from 'node:test';
import { startEnvironment } from './environment.ts';
import { coverageCases } from './coverage.ts';
import { grantCases } from './grants.ts';
import { killSwitchCases } from './kill-switch.ts';
import { keyCases } from './keys.ts';
import { minterCases } from './minters.ts';
import { nodeCases } from './nodes.ts';
import { nodeMinterCases } from './node-minter.ts';
import { readCases } from './reads.ts';
import { restartWorkloadCases } from './restart-workload.ts';
import { scaleWorkloadCases } from './scale-workload.ts';
import { undoRolloutCases } from './undo-rollout.ts';

test('the guardrails of a target, with a real Vault and a real API server', async (t) => {
  await using environment = await startEnvironment();
  await t.test('grants', (t) => grantCases(t, environment));
  await t.test('minters', (t) => minterCases(t, environment));
  await t.test('undo-rollout', (t) => undoRolloutCases(t, environment));
  await t.test('scale-workload', (t) => scaleWorkloadCases(t, environment));
  await t.test('restart-workload', (t) => restartWorkloadCases(t, environment));
  await t.test('node actions', (t) => nodeCases(t, environment));
  await t.test('node minter', (t) => nodeMinterCases(t, environment));
  await t.test('reads', (t) => readCases(t, environment));
  await t.test('keys and identities', (t) => keyCases(t, environment));
  await t.test('coverage', (t) => coverageCases(t, environment));
  await t.test('kill switch', (t) => killSwitchCases(t, environment));
});
