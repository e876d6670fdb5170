import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { airlockWrites, effectsOf, isReadLease } from '../../demo/audit.ts';
import { unschedulablePods } from '../../demo/stories/story-b.ts';
import { addNode } from '../../stack/shop/releases.ts';
import { crashing } from '../../stack/shop/behaviours.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { breakWorkload, patchDeployment, readDeployment } from './changes.ts';
import { openIncident } from './incident.ts';
import { intrusions } from './intrusions.ts';
import { journalProofs } from './journal-proofs.ts';
import { leftovers } from './leftovers.ts';

let stack: BootedStack;
const stage = () => stack.stage;

before(async () => {
  // Nobody decides the one dossier of a low tier that is to expire; every other is decided at once.
  stack = await bootStack({ dossierSeconds: { low: 60, medium: 3600, high: 3600 }, verifySeconds: 12 });
  await addNode(stage().admin('east')); // room for a rollout and a scaling side by side
});
after(() => stack[Symbol.asyncDispose]());

// Side by side, as incidents are; each has a workload of its own.
describe('the way of an incident on the real stack', { concurrency: 3 }, () => {
  test('OK: a bad release is undone, once, and every prediction comes true', async () => {
    const since = new Date();
    const { template: good } = (await readDeployment(stage(), 'east', 'web'))['spec'];
    await breakWorkload(stage(), 'east', 'web', crashing.web);
    const incident = await openIncident(stage(), { target: 'east', alert: 'KubePodCrashLooping', deployment: 'web' });
    assert.equal((await incident.decides('approve', 'lea')).code, 0);
    assert.equal((await incident.ending()).outcome, 'repaired');
    assert.deepEqual((await readDeployment(stage(), 'east', 'web'))['spec'].template, good);
    const effects = await effectsOf(stage().auditLog('east'), since, 'undo-rollout');
    assert.deepEqual(effects, ['patch deployments shop/web']);
  });

  test('an alert that is sent again starts nothing twice, also when its incident is closed', async () => {
    const since = new Date();
    const said = {
      labels: { alertname: 'Unheard', namespace: 'shop', deployment: 'cart' },
      annotations: {},
      startsAt: since.toISOString(),
    };
    for (let again = 0; again < 5; again += 1) assert.equal(await stage().alert('west', said), 202);
    const { id } = await stage().incidentOf('west', since, 'Unheard');
    await stage().follow(id, () => undefined);
    assert.equal(await stage().alert('west', said), 202);
    const all = (await stage().api.incidents()).filter(({ name }) => name === 'Unheard');
    assert.equal(all.length, 1);
  });

  test('no playbook fits: a person gets the incident with its evidence, and every playbook with why not', async () => {
    const incident = await openIncident(stage(), {
      target: 'west',
      alert: 'KubePodCrashLooping',
      deployment: 'catalog',
    });
    assert.equal((await incident.ending()).outcome, 'human');
    const considered = incident.records.filter(({ kind }) => kind === 'playbook.considered');
    assert.equal(considered.length, (await readdir('playbooks')).filter((file) => file.endsWith('.yaml')).length);
    assert.ok(considered.every(({ fact }) => fact.length > 10));
  });

  test('capacity that is not there is denied and nothing is touched; with one more node the same passes', async () => {
    const since = new Date();
    const denied = await openIncident(stage(), { target: 'west', alert: 'ShopHighLoad', deployment: 'web' });
    assert.equal((await denied.ending()).outcome, 'human');
    assert.match((await unschedulablePods(stage(), denied.records)).join('\n'), /0\/4 nodes are available/);
    const writes = await airlockWrites(stage().auditLog('west'), since);
    assert.deepEqual(
      writes.filter((write) => !isReadLease(write)),
      [],
    );
    assert.ok(writes.length > 0);
    assert.equal((await readDeployment(stage(), 'west', 'web'))['spec'].replicas, 4);

    await addNode(stage().admin('west'));
    const passes = await openIncident(stage(), { target: 'west', alert: 'ShopHighLoad', deployment: 'web' });
    assert.equal((await passes.decides('approve', 'lea')).code, 0);
    assert.equal((await passes.ending()).outcome, 'repaired');
    assert.equal((await readDeployment(stage(), 'west', 'web'))['spec'].replicas, 8);
  });

  test('one deny ends it, and nothing is executed', async () => {
    const incident = await openIncident(stage(), { target: 'east', alert: 'ShopHighLoad', deployment: 'mail' });
    assert.equal((await incident.decides('deny', 'olga')).code, 0);
    assert.equal((await incident.ending()).outcome, 'denied');
    assert.equal((await readDeployment(stage(), 'east', 'mail'))['spec'].replicas, 1);
    const late = await incident.decides('approve', 'lea').catch((error: Error) => ({ code: 1, text: error.message }));
    assert.notEqual(late.code, 0);
  });

  test('nobody decides: it expires', async () => {
    const incident = await openIncident(stage(), { target: 'west', alert: 'ShopHighLoad', deployment: 'mail' });
    assert.equal((await incident.ending()).outcome, 'expired');
    assert.ok(!incident.records.some(({ kind }) => kind === 'execution.prepared'));
  });

  test('it resolves while it waits: cancelled, with the reason', async () => {
    const waiting = await openIncident(stage(), { target: 'west', alert: 'ShopHighLoad', deployment: 'cart' });
    await waiting.until('plan.made');
    assert.equal(await waiting.resolve(), 202);
    const { outcome, reason } = await waiting.ending();
    assert.equal(outcome, 'cancelled');
    assert.match(reason, /resolved/);
  });
});

describe('what changes while people decide', { concurrency: 2 }, () => {
  test('a status write and a write of the autoscaler do not void the signature', async () => {
    await breakWorkload(stage(), 'east', 'catalog', crashing.catalog);
    const incident = await openIncident(stage(), {
      target: 'east',
      alert: 'KubePodCrashLooping',
      deployment: 'catalog',
    });
    await incident.until('dossier.offered');
    await patchDeployment(stage(), 'east', 'catalog/status', { status: { observedGeneration: 1 } });
    await patchDeployment(stage(), 'east', 'catalog/scale', { spec: { replicas: 3 } });
    assert.equal((await incident.decides('approve', 'lea')).code, 0);
    assert.equal((await incident.decides('approve', 'sam')).code, 0);
    assert.equal((await incident.ending()).outcome, 'repaired');
  });

  test('another release in between voids it: nothing is written', async () => {
    await breakWorkload(stage(), 'west', 'web', crashing.web);
    const incident = await openIncident(stage(), { target: 'west', alert: 'KubePodCrashLooping', deployment: 'web' });
    await incident.until('dossier.offered');
    const newer = { metadata: { annotations: { 'example.com/build': '77' } } };
    await patchDeployment(stage(), 'west', 'web', { spec: { template: newer } });
    assert.equal((await incident.decides('approve', 'lea')).code, 0);
    const { outcome, reason } = await incident.ending();
    assert.equal(outcome, 'void', reason);
    assert.ok(!incident.records.some(({ kind }) => kind === 'step.applied'));
  });
});

describe('when the target does not become what was predicted', () => {
  test('the change is undone under the same signature, and that is verified', async () => {
    await breakWorkload(stage(), 'east', 'cart', crashing.cart);
    const broken = (await readDeployment(stage(), 'east', 'cart'))['spec'].template;
    const incident = await openIncident(stage(), { target: 'east', alert: 'KubePodCrashLooping', deployment: 'cart' });
    assert.equal((await incident.decides('approve', 'lea')).code, 0);
    await incident.until('step.applied');
    const kwok = await stack.pidOf('east-kwok');
    process.kill(kwok, 'SIGSTOP'); // the kubelets of east go silent: no new pod becomes ready
    try {
      await incident.until('verification.done');
      await waitForUndo(incident.id);
    } finally {
      process.kill(kwok, 'SIGCONT');
    }
    const { outcome, reason } = await incident.ending();
    assert.equal(outcome, 'undone', reason);
    assert.deepEqual((await readDeployment(stage(), 'east', 'cart'))['spec'].template, broken);
    assert.equal(incident.records.filter(({ kind }) => kind === 'grant.minted').length, 2);
  });
});

journalProofs(() => stack);
intrusions(() => stack);
leftovers(() => stack);

async function waitForUndo(incident: string): Promise<void> {
  let applied = 0;
  await stage().follow(
    incident,
    () => undefined,
    (record) => record.kind === 'step.applied' && ++applied === 2,
  );
}
