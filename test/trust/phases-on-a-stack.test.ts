import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { airlockWrites, isReadLeaseWrite } from '../../demo/audit.ts';
import { digestOfBytes } from '../../src/lib/digest.ts';
import type { Phases } from '../../src/domain/policy/phase.ts';
import { bootStack, type BootedStack } from '../loop/boot-stack.ts';
import { poll } from '../../demo/stack-client.ts';
import { patchDeployment, readDeployment } from '../loop/changes.ts';
import { openIncident } from '../loop/test-incident.ts';

const folder = await mkdtemp(join(tmpdir(), 'airlock-trust-'));
const phasesFile = join(folder, 'phases.yaml');
let stack: BootedStack;
const client = () => stack.client;
const alert = { target: 'west', alert: 'ShopHighLoad', deployment: 'mail' };

/** Writes the phases file, as an operator does. Each verdict reads it again. */
const configure = (phases: Phases): Promise<void> => writeFile(phasesFile, stringify(phases), { mode: 0o644 });

before(async () => {
  await chmod(folder, 0o711);
  await configure({ default: 'shadow', scopes: [] });
  const hour = { low: 3600, medium: 3600, high: 3600 };
  stack = await bootStack({ dossierSeconds: hour, verifySeconds: 60 }, { phasesFile });
});
after(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('trust phases on the real stack', () => {
  test('shadow records what it would have done, and does nothing', async () => {
    await configure({ default: 'shadow', scopes: [] });
    const since = new Date();
    const incident = await openIncident(client(), alert);
    assert.equal((await incident.outcome()).outcome, 'recorded');
    const kinds = incident.records.map(({ kind }) => kind);
    assert.ok(kinds.includes('shadow.recorded'));
    for (const kind of ['dossier.offered', 'execution.prepared', 'grant.minted', 'step.applied'] as const) {
      assert.ok(!kinds.includes(kind), kind);
    }
    const shadow = incident.records.find(({ kind }) => kind === 'shadow.recorded');
    assert.match(
      shadow?.message ?? '',
      /^trust phase shadow, so nobody is asked to approve: Scale Deployment mail in shop from 1 to 5.*would have needed 1 approval of sre, lead or owner$/,
    );
    assert.equal((await client().api.incident(incident.id)).dossier, undefined);
    const writes = await airlockWrites(client().auditLog('west'), since);
    assert.ok(writes.length > 0);
    assert.deepEqual(
      writes.filter((write) => !isReadLeaseWrite(write)),
      [],
    );
    assert.equal((await readDeployment(client(), 'west', 'mail'))['spec'].replicas, 1);
  });

  test('assist shows the dossier, and nobody can have it executed', async () => {
    await configure({ default: 'assist', scopes: [] });
    const incident = await openIncident(client(), alert);
    const { outcome, reason } = await incident.outcome();
    assert.deepEqual([outcome, reason], ['escalated', 'nothing is executed in phase assist']);
    assert.ok((await client().api.incident(incident.id)).dossier);
    const late = await incident.decide('approve', 'lea').catch((error: Error) => ({ code: 1, text: error.message }));
    assert.notEqual(late.code, 0);
    assert.equal((await readDeployment(client(), 'west', 'mail'))['spec'].replicas, 1);
  });

  test('autonomous executes the low tier without a decision', async () => {
    const playbookDigest = digestOfBytes(await readFile('playbooks/add-capacity.yaml'));
    const scope = { playbook: 'add-capacity', playbookDigest, cluster: 'west', namespaceClass: 'standard' };
    await configure({ default: 'shadow', scopes: [{ ...scope, phase: 'autonomous' }] });
    const incident = await openIncident(client(), { ...alert, deployment: 'mail' });
    assert.equal((await incident.outcome()).outcome, 'repaired');
    const kinds = incident.records.map(({ kind }) => kind);
    assert.ok(!kinds.includes('decision.admitted'));
    assert.equal(kinds.filter((kind) => kind === 'step.applied').length, 1);
    assert.equal((await readDeployment(client(), 'west', 'mail'))['spec'].replicas, 5);
    await patchDeployment(client(), 'west', 'mail', { spec: { replicas: 1 } }); // for the other tests
    await poll(
      'one pod of mail',
      async () => (await readDeployment(client(), 'west', 'mail'))['status'].replicas === 1,
    );

    const elsewhere = await openIncident(client(), { ...alert, target: 'east' });
    assert.equal((await elsewhere.outcome()).outcome, 'recorded');
  });
});
