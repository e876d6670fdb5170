import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectsOf } from '../../demo/audit.ts';
import { crashing } from '../../stack/shop/behaviours.ts';
import type { BootedStack } from './boot-stack.ts';
import { breakWorkload } from './changes.ts';
import { openIncident } from './incident.ts';

/** Several groups of alerts about one workload, and a workload that breaks again. */
export function refires(booted: () => BootedStack): void {
  const stage = () => booted().stage;
  const about = { target: 'east', deployment: 'web' };

  describe('alerts of one subject', () => {
    test('OK: two groups about one workload are one incident, and it is repaired once; firing again opens it again', async () => {
      const since = new Date();
      await breakWorkload(stage(), 'east', 'web', crashing.web);
      const owner = await openIncident(stage(), { ...about, alert: 'KubeDeploymentRolloutStuck' });
      await owner.until('plan.made');
      const other = await openIncident(stage(), { ...about, alert: 'KubePodUnheard' });
      const { outcome, reason } = await other.ending();
      assert.equal(outcome, 'merged');
      assert.ok(reason.includes(owner.id), reason);
      await owner.until('incident.merged');
      assert.equal((await owner.decides('approve', 'lea')).code, 0);
      assert.equal((await owner.ending()).outcome, 'repaired');
      const effects = await effectsOf(stage().auditLog('east'), since, 'undo-rollout');
      assert.deepEqual(effects, ['patch deployments shop/web']);

      await breakWorkload(stage(), 'east', 'web', crashing.web);
      const again = await openIncident(stage(), { ...about, alert: 'KubeDeploymentRolloutStuck' });
      assert.equal(again.id, owner.id);
      await again.until('dossier.offered');
      assert.equal((await stage().api.incident(owner.id)).flaps, 1);
      assert.equal((await again.decides('approve', 'lea')).code, 0);
      assert.equal((await again.ending()).outcome, 'repaired');
    });
  });
}
