import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { createVaultClient } from '../../src/platform/vault/vault-client.ts';
import { effectsOf } from '../../demo/audit.ts';
import { poll } from '../../demo/stack-client.ts';
import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { execMount } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { isRunning } from '../../stack/process/process.ts';
import { realVaultToken } from '../loop/attacks/canary-token.ts';
import { target, type CrashStack } from './crash-stack.ts';
import { sandboxProcesses } from './sandboxes.ts';
import type { SurvivedIncident } from './run-with-kills.ts';

/** Record kinds of every repaired incident, in the order of their first record. Kills do not change them. */
const expected: readonly RecordKind[] = [
  'alert.received',
  'incident.opened',
  'evidence.collected',
  'playbook.evaluated',
  'plan.created',
  'rehearsal.completed',
  'verdict.issued',
  'dossier.offered',
  'decision.admitted',
  'execution.prepared',
  'preflight.completed',
  'grant.minted',
  'step.intended',
  'step.applied',
  'execution.finished',
  'verification.completed',
  'incident.closed',
];
/** Their order varies: leases open and close as processes come and go. */
const leases: readonly RecordKind[] = ['lease.issued', 'lease.revoked', 'grant.revoked'];
const once: readonly RecordKind[] = ['alert.received', 'incident.opened', 'incident.closed'];

/** Checks what Airlock promises after any crash, one subtest per promise. */
export async function checkAfterKills(
  t: TestContext,
  stack: CrashStack,
  { incident, scratch }: SurvivedIncident,
): Promise<void> {
  const { booted, gates } = stack;
  const { client, folder, state } = booted;
  const records = await incident.records();
  const kinds = records.map(({ kind }) => kind);
  const id = records[0]?.incident ?? '';

  await t.test('the incident ends as repaired', async () => {
    const { outcome } = await poll('the outcome', async () => {
      const view = await client.api.incident(id).catch(() => undefined); // serve was killed last and may still be starting
      return view?.outcome && view;
    });
    assert.equal(outcome?.outcome, 'repaired', outcome?.reason);
  });

  await t.test("the target's audit log shows exactly one change", async () => {
    assert.deepEqual(await effectsOf(client.auditLog(target), incident.since), [`patch ${incident.object}`]);
  });

  await t.test('no credential is left in the ledger, in Vault or on the target', async () => {
    const open = 'SELECT execution FROM execution_leases WHERE revoked_at IS NULL';
    assert.deepEqual(await gates.query(open), []);
    assert.deepEqual(await rolesOf(stack), []);
    assert.deepEqual(await mintedAccounts(stack), []);
  });

  await t.test('the journal is complete and in order, without duplicates', () => {
    assert.deepEqual(new Set(records.map((record) => record.incident)), new Set([id]));
    assert.deepEqual(
      [...expected, ...leases].filter((kind) => !kinds.includes(kind)),
      [],
    );
    const first = expected.map((kind) => kinds.indexOf(kind));
    assert.deepEqual(
      first,
      first.toSorted((a, b) => a - b),
      kinds.join(' '),
    );
    for (const kind of once) assert.equal(kinds.filter((each) => each === kind).length, 1, kind);
    assert.equal(kinds.at(-1), 'incident.closed');
  });

  await t.test('every server of the stack runs, and rehearsals leave no process or folder', async () => {
    const recorded = await state.records();
    assert.deepEqual(
      recorded.filter((record) => !isRunning(record)).map(({ name }) => name),
      [],
    );
    assert.deepEqual(await sandboxProcesses(folder), []);
    const left = await Promise.all(scratch.map((path) => access(path).then(() => [path], () => []))); // prettier-ignore
    assert.deepEqual(left.flat(), []);
  });
}

/** Roles of executions in Vault. The gateway's token may list them. */
async function rolesOf({ booted }: CrashStack): Promise<string[]> {
  const token = new Secret(await realVaultToken(booted, 'gateway'));
  const vault = createVaultClient({ address: booted.client.stack.vault, token });
  const answer = await vault.read(`${execMount(target)}/roles?list=true`).catch((error: Error) => {
    if (/404/.test(error.message)) return { data: { keys: [] } }; // Vault answers an empty list with 404
    throw error;
  });
  return answer.data.keys as string[];
}

/** ServiceAccounts of grants and read leases that Vault made and has not removed. */
async function mintedAccounts({ booted: { client } }: CrashStack): Promise<string[]> {
  const selector = encodeURIComponent('app.kubernetes.io/managed-by=HashiCorp-Vault');
  const { body } = await client.admin(target)({
    method: 'GET',
    path: `/api/v1/serviceaccounts?labelSelector=${selector}`,
  });
  return (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}
