import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { createVaultClient } from '../../clusters/vault/client.ts';
import { effectsOf } from '../../demo/audit.ts';
import { poll } from '../../demo/stage.ts';
import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { execMount } from '../../src/domain/names.ts';
import { Secret } from '../../src/platform/secret.ts';
import { alive } from '../../stack/process/process.ts';
import { trueVaultToken } from '../loop/canary.ts';
import { target, type CrashStack } from './crash-stack.ts';
import { sandboxProcesses } from './sandboxes.ts';
import type { Survivor } from './survive.ts';

/** What a repaired incident has written down, whatever died on its way, in the order in which it first happened. */
const way: readonly RecordKind[] = [
  ...(['alert.received', 'incident.opened', 'evidence.taken', 'playbook.considered'] as const),
  ...(['plan.made', 'rehearsal.done', 'verdict.given', 'dossier.offered', 'decision.admitted'] as const),
  ...(['execution.prepared', 'door.rehearsed', 'grant.minted', 'step.intended', 'step.applied'] as const),
  ...(['execution.finished', 'verification.done', 'incident.closed'] as const),
];
/** Nobody's turn: they are opened and closed as processes come and go. */
const leases: readonly RecordKind[] = ['lease.opened', 'lease.closed', 'grant.revoked'];
const once: readonly RecordKind[] = ['alert.received', 'incident.opened', 'incident.closed'];

/** What has to hold after everything, one subtest per promise. */
export async function aftermath(t: TestContext, stack: CrashStack, { incident, scratch }: Survivor): Promise<void> {
  const { booted, gates } = stack;
  const { stage, folder, state } = booted;
  const records = await incident.records();
  const kinds = records.map(({ kind }) => kind);
  const id = records[0]?.incident ?? '';

  await t.test('the incident has reached its right end', async () => {
    const { outcome } = await poll('the outcome', async () => {
      const view = await stage.api.incident(id).catch(() => undefined); // serve was killed last, and starts
      return view?.outcome && view;
    });
    assert.equal(outcome?.outcome, 'repaired', outcome?.reason);
  });

  await t.test("the change has happened exactly once, by the target's audit log", async () => {
    assert.deepEqual(await effectsOf(stage.auditLog(target), incident.since), [`patch ${incident.object}`]);
  });

  await t.test('no credential is alive: not in the ledger, not in Vault, not on the target', async () => {
    const open = 'SELECT execution FROM execution_leases WHERE revoked_at IS NULL';
    assert.deepEqual(await gates.query(open), []);
    assert.deepEqual(await rolesOf(stack), []);
    assert.deepEqual(await mintedAccounts(stack), []);
  });

  await t.test('the journal is complete and in order; what happens once is in it once', () => {
    assert.deepEqual(new Set(records.map((record) => record.incident)), new Set([id]));
    assert.deepEqual(
      [...way, ...leases].filter((kind) => !kinds.includes(kind)),
      [],
    );
    const first = way.map((kind) => kinds.indexOf(kind));
    assert.deepEqual(
      first,
      first.toSorted((a, b) => a - b),
      kinds.join(' '),
    );
    for (const kind of once) assert.equal(kinds.filter((each) => each === kind).length, 1, kind);
    assert.equal(kinds.at(-1), 'incident.closed');
  });

  await t.test('every server of the stack runs, and of rehearsals nothing is left', async () => {
    const recorded = await state.records();
    const lives = await Promise.all(recorded.map(alive));
    assert.deepEqual(
      recorded.filter((_, index) => !lives[index]).map(({ name }) => name),
      [],
    );
    assert.deepEqual(await sandboxProcesses(folder), []);
    const left = await Promise.all(scratch.map((path) => access(path).then(() => [path], () => []))); // prettier-ignore
    assert.deepEqual(left.flat(), []);
  });
}

/** Vault's roles of executions, as the gateway may list them. */
async function rolesOf({ booted }: CrashStack): Promise<string[]> {
  const token = new Secret(await trueVaultToken(booted, 'gateway'));
  const vault = createVaultClient({ address: booted.stage.stack.vault, token });
  const answer = await vault.read(`${execMount(target)}/roles?list=true`).catch((error: Error) => {
    if (/404/.test(error.message)) return { data: { keys: [] } }; // Vault's answer to a list of nothing
    throw error;
  });
  return answer.data.keys as string[];
}

/** ServiceAccounts that Vault made and has not removed: of grants, and of read leases. */
async function mintedAccounts({ booted: { stage } }: CrashStack): Promise<string[]> {
  const selector = encodeURIComponent('app.kubernetes.io/managed-by=HashiCorp-Vault');
  const { body } = await stage.admin(target)({
    method: 'GET',
    path: `/api/v1/serviceaccounts?labelSelector=${selector}`,
  });
  return (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}
