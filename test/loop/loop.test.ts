import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { airlockWrites, effectsOf, isReadLeaseWrite } from '../../demo/audit.ts';
import { schedulerMessages } from '../../demo/stories/story-b.ts';
import { addNode } from '../../stack/shop/releases.ts';
import { crashingImages } from '../../stack/shop/behaviours.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { breakWorkload, patchDeployment, readDeployment, restoreTemplate } from './changes.ts';
import { openIncident } from './test-incident.ts';
import { attacks } from './attacks/attacks.ts';
import { journalProofs } from './journal-proofs.ts';
import { credentialSearch } from './attacks/credential-search.ts';
import { hostileProxyCases } from './attacks/hostile-proxy.ts';

let stack: BootedStack;
const client = () => stack.client;

before(async () => {
  // One test lets a dossier of the low tier expire; the others decide at once.
  stack = await bootStack({ dossierSeconds: { low: 60, medium: 3600, high: 3600 }, verifySeconds: 12 });
  await addNode(client().admin('east')); // room for a rollout and a scale-up at the same time
});
after(() => stack[Symbol.asyncDispose]());

// They run concurrently, as incidents do; each has its own workload.
describe('an incident on the real stack', { concurrency: 3 }, () => {
  test('undoes a bad release once, and every prediction comes true', async () => {
    const since = new Date();
    const { template: good } = (await readDeployment(client(), 'east', 'web'))['spec'];
    await breakWorkload(client(), 'east', 'web', crashingImages.web);
    const incident = await openIncident(client(), { target: 'east', alert: 'KubePodCrashLooping', deployment: 'web' });
    assert.equal((await incident.decide('approve', 'lea')).code, 0);
    assert.equal((await incident.outcome()).outcome, 'repaired');
    assert.deepEqual((await readDeployment(client(), 'east', 'web'))['spec'].template, good);
    const effects = await effectsOf(client().auditLog('east'), since, 'undo-rollout');
    assert.deepEqual(effects, ['patch deployments shop/web']);
  });

  test('ignores an alert that is sent again, also after the incident has closed', async () => {
    const since = new Date();
    const alert = {
      labels: { alertname: 'Unknown', namespace: 'shop', deployment: 'catalog' },
      annotations: {},
      startsAt: since.toISOString(),
    };
    for (let again = 0; again < 5; again += 1) assert.equal(await client().alert('east', alert), 202);
    const { id } = await client().incidentOf('east', since, 'Unknown');
    await client().follow(id, () => undefined);
    assert.equal(await client().alert('east', alert), 202);
    const all = (await client().api.incidents()).filter(({ name }) => name === 'Unknown');
    assert.equal(all.length, 1);
  });

  test('escalates without a matching playbook, with the evidence and the reason why each playbook does not match', async () => {
    const incident = await openIncident(client(), {
      target: 'west',
      alert: 'KubePodCrashLooping',
      deployment: 'catalog',
    });
    assert.equal((await incident.outcome()).outcome, 'escalated');
    const considered = incident.records.filter(({ kind }) => kind === 'playbook.evaluated');
    assert.equal(considered.length, (await readdir('playbooks')).filter((file) => file.endsWith('.yaml')).length);
    assert.ok(considered.every(({ message }) => message.length > 10));
  });

  test('denies a scale-up that does not fit and changes nothing; repairs after one more node is added', async () => {
    const since = new Date();
    const denied = await openIncident(client(), { target: 'west', alert: 'ShopHighLoad', deployment: 'web' });
    assert.equal((await denied.outcome()).outcome, 'escalated');
    assert.match((await schedulerMessages(client(), denied.records)).join('\n'), /0\/4 nodes are available/);
    const writes = await airlockWrites(client().auditLog('west'), since);
    assert.deepEqual(
      writes.filter((write) => !isReadLeaseWrite(write)),
      [],
    );
    assert.ok(writes.length > 0);
    assert.equal((await readDeployment(client(), 'west', 'web'))['spec'].replicas, 4);

    await addNode(client().admin('west'));
    const passes = await openIncident(client(), { target: 'west', alert: 'ShopHighLoad', deployment: 'web' });
    assert.equal((await passes.decide('approve', 'lea')).code, 0);
    assert.equal((await passes.outcome()).outcome, 'repaired');
    assert.equal((await readDeployment(client(), 'west', 'web'))['spec'].replicas, 8);
  });

  test('ends at one deny and executes nothing', async () => {
    const incident = await openIncident(client(), { target: 'east', alert: 'ShopHighLoad', deployment: 'mail' });
    assert.equal((await incident.decide('deny', 'olga')).code, 0);
    assert.equal((await incident.outcome()).outcome, 'denied');
    assert.equal((await readDeployment(client(), 'east', 'mail'))['spec'].replicas, 1);
    const late = await incident.decide('approve', 'lea').catch((error: Error) => ({ code: 1, text: error.message }));
    assert.notEqual(late.code, 0);
  });

  test('expires when nobody decides', async () => {
    const incident = await openIncident(client(), { target: 'west', alert: 'ShopHighLoad', deployment: 'mail' });
    assert.equal((await incident.outcome()).outcome, 'expired');
    assert.ok(!incident.records.some(({ kind }) => kind === 'execution.prepared'));
  });

  test('is cancelled, with the reason, when the alert resolves while it waits', async () => {
    const waiting = await openIncident(client(), { target: 'west', alert: 'ShopHighLoad', deployment: 'cart' });
    await waiting.recordOf('plan.created');
    assert.equal(await waiting.resolve(), 202);
    const { outcome, reason } = await waiting.outcome();
    assert.equal(outcome, 'cancelled');
    assert.match(reason, /resolved/);
  });
});

describe('a change while people decide', { concurrency: 2 }, () => {
  test('does not invalidate the dossier if it is a status write or a write of the autoscaler', async () => {
    await breakWorkload(client(), 'east', 'catalog', crashingImages.catalog);
    const incident = await openIncident(client(), {
      target: 'east',
      alert: 'KubePodCrashLooping',
      deployment: 'catalog',
    });
    await incident.recordOf('dossier.offered');
    await patchDeployment(client(), 'east', 'catalog/status', { status: { observedGeneration: 1 } });
    await patchDeployment(client(), 'east', 'catalog/scale', { spec: { replicas: 3 } });
    assert.equal((await incident.decide('approve', 'lea')).code, 0);
    assert.equal((await incident.decide('approve', 'sam')).code, 0);
    assert.equal((await incident.outcome()).outcome, 'repaired');
  });

  test('invalidates the dossier if it is another release, and nothing is written', async () => {
    const { template: good } = (await readDeployment(client(), 'west', 'web'))['spec'];
    await breakWorkload(client(), 'west', 'web', crashingImages.web);
    const incident = await openIncident(client(), { target: 'west', alert: 'KubePodCrashLooping', deployment: 'web' });
    await incident.recordOf('dossier.offered');
    const newer = { metadata: { annotations: { 'example.com/build': '77' } } };
    await patchDeployment(client(), 'west', 'web', { spec: { template: newer } });
    assert.equal((await incident.decide('approve', 'lea')).code, 0);
    const { outcome, reason } = await incident.outcome();
    assert.equal(outcome, 'invalidated', reason);
    assert.ok(!incident.records.some(({ kind }) => kind === 'step.applied'));
    await restoreTemplate(client(), 'west', 'web', good);
  });
});

describe('an execution whose predictions do not come true', () => {
  test('is undone under the same approval, and the undo is verified', async () => {
    const { template: good } = (await readDeployment(client(), 'east', 'cart'))['spec'];
    await breakWorkload(client(), 'east', 'cart', crashingImages.cart);
    const broken = (await readDeployment(client(), 'east', 'cart'))['spec'].template;
    const incident = await openIncident(client(), { target: 'east', alert: 'KubePodCrashLooping', deployment: 'cart' });
    assert.equal((await incident.decide('approve', 'lea')).code, 0);
    await incident.recordOf('step.applied');
    const kwok = await stack.pidOf('east-kwok');
    process.kill(kwok, 'SIGSTOP'); // stops the kubelets of east, so no new pod becomes ready
    try {
      await incident.recordOf('verification.completed');
      await waitForUndo(incident.id);
    } finally {
      process.kill(kwok, 'SIGCONT');
    }
    const { outcome, reason } = await incident.outcome();
    assert.equal(outcome, 'undone', reason);
    assert.deepEqual((await readDeployment(client(), 'east', 'cart'))['spec'].template, broken);
    assert.equal(incident.records.filter(({ kind }) => kind === 'grant.minted').length, 2);
    await restoreTemplate(client(), 'east', 'cart', good);
  });
});

journalProofs(() => stack);
attacks(() => stack);
credentialSearch(() => stack);
hostileProxyCases(() => stack);

async function waitForUndo(incident: string): Promise<void> {
  let applied = 0;
  await client().follow(
    incident,
    () => undefined,
    (record) => record.kind === 'step.applied' && ++applied === 2,
  );
}
