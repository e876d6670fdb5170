import { after, before, describe, it } from 'node:test';
import { startEnvironment, type Environment } from './environment.ts';
import { coverageCases } from './coverage.ts';
import { grantCases } from './grants.ts';
import { killSwitchCases } from './kill-switch.ts';
import { keyCases } from './keys.ts';
import { minterCases } from './minters.ts';
import { nodeCases } from './nodes.ts';
import { nodeMinterCases } from './node-minter.ts';
import { mintedMetadataCases } from './minted-metadata.ts';
import { openFieldCases } from './open-fields.ts';
import { readCases } from './reads.ts';
import { restartWorkloadCases } from './restart-workload.ts';
import { scaleWorkloadCases } from './scale-workload.ts';
import { undoRolloutCases } from './undo-rollout.ts';

describe('the guardrails of a target, with a real Vault and a real API server', () => {
  let environment: Environment;
  before(async () => {
    environment = await startEnvironment();
  });
  after(() => environment?.[Symbol.asyncDispose]());

  it('grants', (t) => grantCases(t, environment));
  it('minters', (t) => minterCases(t, environment));
  it('undo-rollout', (t) => undoRolloutCases(t, environment));
  it('scale-workload', (t) => scaleWorkloadCases(t, environment));
  it('restart-workload', (t) => restartWorkloadCases(t, environment));
  it('node actions', (t) => nodeCases(t, environment));
  it('node minter', (t) => nodeMinterCases(t, environment));
  it('labels and annotations', (t) => mintedMetadataCases(t, environment));
  it('reads', (t) => readCases(t, environment));
  it('keys and identities', (t) => keyCases(t, environment));
  it('coverage', (t) => coverageCases(t, environment));
  it('open fields', (t) => openFieldCases(t, environment));
  it('kill switch', (t) => killSwitchCases(t, environment));
});
