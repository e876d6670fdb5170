import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectsOf } from '../../demo/audit.ts';
import { hangPod, podsOf } from '../../demo/stories/hang-pod.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { BootedStack } from './boot-stack.ts';
import { readNode } from './changes.ts';
import { openIncident, type Driven } from './incident.ts';

/** Whole ways of actions that are unlike the first two: one that nothing takes back, and those on nodes. */
export function unlikeActions(booted: () => BootedStack): void {
  const stage = () => booted().stage;
  describe('an action that nothing takes back', () => {
    test('OK: a workload of which a pod hangs is restarted, once, when two people of two groups said so', async () => {
      const hung = await hangPod(stage(), 'west', 'cart');
      const since = new Date();
      const incident = await openIncident(stage(), { target: 'west', alert: 'KubePodNotReady', deployment: 'cart' });
      assert.equal((await incident.decides('approve', 'lea')).code, 0);
      assert.equal(verdictOf(incident.records).tier, 'high');
      assert.ok(verdictOf(incident.records).reasons.some(({ rule }) => rule === 'not-undoable'));
      assert.ok(!incident.records.some(({ kind }) => kind === 'execution.prepared'), 'one of two is not enough');
      assert.equal((await incident.decides('approve', 'olga')).code, 0);
      const { outcome, reason } = await incident.ending();
      assert.equal(outcome, 'repaired', reason);
      const pods = await podsOf(stage(), 'west', 'cart');
      assert.equal(pods.length, 3);
      assert.ok(
        pods.every(({ metadata, ...pod }) => metadata.name !== hung && pod['status'].containerStatuses[0].ready),
      );
      assert.deepEqual(await effectsOf(stage().auditLog('west'), since), ['patch deployments shop/cart']);
    });
  });

  describe('an action on what stands in no namespace', () => {
    test('OK: a failing node is cordoned, once, by a grant on that node alone; when it is well, uncordoned', async () => {
      const since = new Date();
      const failing = await openIncident(stage(), { target: 'west', alert: 'NodeDiskFailing', node: 'node-2' });
      assert.equal((await failing.decides('approve', 'lea')).code, 0);
      assert.deepEqual(await ended(failing), { outcome: 'repaired', reason: 'every prediction came true' });
      assert.equal(verdictOf(failing.records).tier, 'medium');
      const grant = failing.records.find(({ kind }) => kind === 'grant.minted')?.fact ?? '';
      assert.match(
        grant,
        /^airlock-cordon-node-[a-z0-9]{8} may get,patch nodes node-2; refused: get Node airlock-not-in/,
      );
      assert.equal((await readNode(stage(), 'west', 'node-2'))['spec'].unschedulable, true);
      assert.deepEqual(await effectsOf(stage().auditLog('west'), since), ['patch nodes node-2']);

      const later = new Date();
      const well = await openIncident(stage(), { target: 'west', alert: 'NodeRecovered', node: 'node-2' });
      assert.equal((await well.decides('approve', 'lea')).code, 0);
      assert.equal((await ended(well)).outcome, 'repaired');
      assert.equal((await readNode(stage(), 'west', 'node-2'))['spec'].unschedulable, undefined);
      assert.deepEqual(await effectsOf(stage().auditLog('west'), later), ['patch nodes node-2']);
    });
  });
}

async function ended(incident: Driven): Promise<{ outcome: string; reason: string }> {
  const { outcome, reason } = await incident.ending();
  return { outcome, reason };
}

/** What the last verdict said. */
function verdictOf(records: readonly JournalRecord[]): Extract<Verdict, { allowed: true }> {
  const { verdict } = records.findLast(({ kind }) => kind === 'verdict.given')?.body as { verdict: Verdict };
  assert.ok(verdict.allowed);
  return verdict;
}
