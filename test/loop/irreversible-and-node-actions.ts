import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectsOf } from '../../demo/audit.ts';
import { hangPod, podsOf } from '../../demo/stories/hang-pod.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { BootedStack } from './boot-stack.ts';
import { readNode } from './changes.ts';
import { openIncident, type TestIncident } from './test-incident.ts';

/** Whole incidents with the other kinds of action: one that cannot be undone, and those on nodes. */
export function irreversibleAndNodeActions(booted: () => BootedStack): void {
  const client = () => booted().client;
  describe('an action that cannot be undone', () => {
    test('restarts a workload with a hanging pod once, after two people of two groups have approved', async () => {
      const hung = await hangPod(client(), 'west', 'cart');
      const since = new Date();
      const incident = await openIncident(client(), { target: 'west', alert: 'KubePodNotReady', deployment: 'cart' });
      assert.equal((await incident.decide('approve', 'lea')).code, 0);
      assert.equal(verdictOf(incident.records).tier, 'high');
      assert.ok(verdictOf(incident.records).reasons.some(({ rule }) => rule === 'not-undoable'));
      assert.ok(
        !incident.records.some(({ kind }) => kind === 'execution.prepared'),
        'executed after one of two approvals',
      );
      assert.equal((await incident.decide('approve', 'olga')).code, 0);
      const { outcome, reason } = await incident.outcome();
      assert.equal(outcome, 'repaired', reason);
      const pods = await podsOf(client(), 'west', 'cart');
      assert.equal(pods.length, 3);
      assert.ok(
        pods.every(({ metadata, ...pod }) => metadata.name !== hung && pod['status'].containerStatuses[0].ready),
      );
      assert.deepEqual(await effectsOf(client().auditLog('west'), since), ['patch deployments shop/cart']);
    });
  });

  describe('an action on a cluster-scoped object', () => {
    test('cordons a failing node once, by a grant on that node alone, and uncordons it after recovery', async () => {
      const since = new Date();
      const failing = await openIncident(client(), { target: 'west', alert: 'NodeDiskFailing', node: 'node-2' });
      assert.equal((await failing.decide('approve', 'lea')).code, 0);
      assert.deepEqual(await outcomeOf(failing), { outcome: 'repaired', reason: 'every checked prediction came true' });
      assert.equal(verdictOf(failing.records).tier, 'medium');
      const grant = failing.records.find(({ kind }) => kind === 'grant.minted')?.message ?? '';
      assert.match(grant, /^ServiceAccount airlock-cordon-node-[a-z0-9]{8} may get,patch nodes node-2$/);
      assert.equal((await readNode(client(), 'west', 'node-2'))['spec'].unschedulable, true);
      assert.deepEqual(await effectsOf(client().auditLog('west'), since), ['patch nodes node-2']);

      const later = new Date();
      const well = await openIncident(client(), { target: 'west', alert: 'NodeRecovered', node: 'node-2' });
      assert.equal((await well.decide('approve', 'lea')).code, 0);
      assert.equal((await outcomeOf(well)).outcome, 'repaired');
      assert.equal((await readNode(client(), 'west', 'node-2'))['spec'].unschedulable, undefined);
      assert.deepEqual(await effectsOf(client().auditLog('west'), later), ['patch nodes node-2']);
    });
  });
}

async function outcomeOf(incident: TestIncident): Promise<{ outcome: string; reason: string }> {
  const { outcome, reason } = await incident.outcome();
  return { outcome, reason };
}

/** The last verdict. */
function verdictOf(records: readonly JournalRecord[]): Extract<Verdict, { allowed: true }> {
  const { verdict } = records.findLast(({ kind }) => kind === 'verdict.issued')?.body as { verdict: Verdict };
  assert.ok(verdict.allowed);
  return verdict;
}
