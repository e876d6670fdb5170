import assert from 'node:assert/strict';
import { poll } from '../../demo/stack-client.ts';
import type { BootedStack } from './boot-stack.ts';
import { patchDeployment, readDeployment } from './changes.ts';
import { openIncident } from './test-incident.ts';

/**
 * Id of a repaired incident, for tests that need one in any order. If no earlier test left one, an incident scales mail in
 * east up, and mail is scaled back.
 */
export async function repairedIncident({ client }: BootedStack): Promise<string> {
  const repaired = (await client.api.incidents()).find(({ outcome }) => outcome?.outcome === 'repaired');
  if (repaired) return repaired.id;
  const { replicas } = (await readDeployment(client, 'east', 'mail'))['spec'];
  const incident = await openIncident(client, { target: 'east', alert: 'ShopHighLoad', deployment: 'mail' });
  const { code, text } = await incident.decide('approve', 'lea');
  assert.equal(code, 0, text);
  const { outcome, reason } = await incident.outcome();
  assert.equal(outcome, 'repaired', reason);
  await patchDeployment(client, 'east', 'mail', { spec: { replicas } });
  await poll('mail in east to be scaled back', async () => {
    const { status } = await readDeployment(client, 'east', 'mail');
    return status.replicas === replicas && status.readyReplicas === replicas;
  });
  return incident.id;
}
