import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectsOf } from '../../demo/audit.ts';
import { crashingImages } from '../../stack/shop/behaviours.ts';
import type { BootedStack } from './boot-stack.ts';
import { breakWorkload } from './changes.ts';
import { openIncident } from './test-incident.ts';

/** Several groups of alerts about one workload, and a workload that breaks again. */
export function refires(booted: () => BootedStack): void {
  const client = () => booted().client;
  const workload = { target: 'east', deployment: 'web' };

  describe('alerts about one workload', () => {
    test('merges two groups about one workload into one incident, repairs it once, and reopens it when it fires again', async () => {
      const since = new Date();
      await breakWorkload(client(), 'east', 'web', crashingImages.web);
      const owner = await openIncident(client(), { ...workload, alert: 'KubeDeploymentRolloutStuck' });
      await owner.recordOf('plan.created');
      const other = await openIncident(client(), { ...workload, alert: 'KubePodUnknown' });
      const { outcome, reason } = await other.outcome();
      assert.equal(outcome, 'merged');
      assert.ok(reason.includes(owner.id), reason);
      await owner.recordOf('incident.merged');
      assert.equal((await owner.decide('approve', 'lea')).code, 0);
      assert.equal((await owner.outcome()).outcome, 'repaired');
      const effects = await effectsOf(client().auditLog('east'), since, 'undo-rollout');
      assert.deepEqual(effects, ['patch deployments shop/web']);

      await breakWorkload(client(), 'east', 'web', crashingImages.web);
      const again = await openIncident(client(), { ...workload, alert: 'KubeDeploymentRolloutStuck' });
      assert.equal(again.id, owner.id);
      await again.recordOf('dossier.offered');
      assert.equal((await client().api.incident(owner.id)).flaps, 1);
      assert.equal((await again.decide('approve', 'lea')).code, 0);
      assert.equal((await again.outcome()).outcome, 'repaired');
    });
  });
}
