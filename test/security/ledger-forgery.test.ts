import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { AirlockError } from '../../src/lib/error.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { executionId } from '../../src/domain/names.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { peopleOf } from '../execution/admission/people.ts';
import { startEnvironment, type Ready } from '../execution/environment.ts';
import { newIncident } from './attack.ts';
import { forger } from './forge.ts';

// A database superuser changes, inserts or deletes one row of the ledger. The gateway must then execute nothing.

const env = await startEnvironment();
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());
const forge = forger(env.database.pools.superuser);
const people = peopleOf(env);

/** An execution whose rows the superuser changes. */
interface Victim extends Ready {
  id: string;
  /** Condition in SQL: the rows of this execution. */
  mine: string;
}

async function prepared(): Promise<Victim> {
  const ready = await env.ready();
  const id = executionId(ready.digest, 'do');
  return { ...ready, id, mine: `execution = '${id}'` };
}

/** The change of the first step is written, but its answer is lost, and the credential is not revoked. */
async function interrupted(): Promise<Victim> {
  const victim = await prepared();
  env.target.faults.loseAnswerOfWrite = 1;
  env.target.faults.failRevoke = new AirlockError({ code: 'vault-unreachable', message: 'the server is gone' });
  await assert.rejects(env.gateway.execute(victim.digest, 'do', victim.preflight), { next: 'retry' });
  assert.deepEqual(env.target.writes, ['web']);
  return victim;
}

/** Like `interrupted`. Before, another execution has locked the same objects. */
async function interruptedAfterOther(): Promise<Victim> {
  await executed();
  await env.reset();
  return interrupted();
}

async function executed(): Promise<Victim> {
  const victim = await prepared();
  assert.equal((await env.gateway.execute(victim.digest, 'do', victim.preflight)).outcome, 'executed');
  return victim;
}

/** The execution stopped before its first write. Its outcome is final. */
async function invalidated(): Promise<Victim> {
  const victim = await prepared();
  env.setReplicas('web', 3);
  assert.equal((await env.gateway.execute(victim.digest, 'do', victim.preflight)).outcome, 'invalidated');
  env.setReplicas('web', env.before);
  return victim;
}

/** An execution of another dossier that has ended. */
let earlier: Victim;
before(async () => {
  await env.reset();
  earlier = await executed();
});

/** What the superuser does. Returns the number of rows. */
type Forgery = (victim: Victim) => Promise<number>;

const otherReport = `sha256:${'9'.repeat(64)}`;
const result = (id: string): string => JSON.stringify({ outcome: 'executed', execution: id, receipts: [] });

const ofPrepared: Record<string, Forgery> = {
  'a changed challenge': ({ mine }) => forge.change('challenges', mine, { challenge: 'A'.repeat(43) }),
  'an older time of a challenge': ({ mine }) => forge.change('challenges', mine, { made_at: '2020-01-01T00:00:00Z' }),
  'a deleted challenge': ({ mine }) => forge.remove('challenges', mine),
  'an inserted redemption of the challenge': async ({ id, preflight }) => {
    return forge.copy('challenge_uses', earlier.mine, { execution: id, report: preflight });
  },
  'an inserted execution': async ({ id, digest }) => {
    return forge.copy('executions', `id = '${earlier.id}'`, { id, dossier: digest });
  },
};

const ofInterrupted: Record<string, Forgery> = {
  'a later start of the execution': ({ id }) =>
    forge.change('executions', `id = '${id}'`, { started_at: '2030-01-01T00:00:00Z' }),
  'another dossier of the execution': ({ id }) => forge.change('executions', `id = '${id}'`, { dossier: otherReport }),
  'a deleted execution': ({ id }) => forge.remove('executions', `id = '${id}'`),
  'a changed attempt': ({ mine }) => forge.change('execution_attempts', mine, { attempt: 7 }),
  'a deleted attempt': ({ mine }) => forge.remove('execution_attempts', mine),
  'an inserted attempt': ({ mine }) => forge.copy('execution_attempts', mine, { attempt: 2 }),
  'a step that is called applied': ({ mine }) => forge.change('execution_steps', mine, { state: 'applied' }),
  'a changed resourceVersion of a step': ({ mine }) =>
    forge.change('execution_steps', mine, { resource_version: '77' }),
  'a deleted step': ({ mine }) => forge.remove('execution_steps', mine),
  'an inserted step': ({ mine }) => forge.copy('execution_steps', mine, { ...next, step: 'do-2', state: 'applied' }),
  'an inserted result': async ({ id }) => {
    return forge.copy('execution_results', earlier.mine, { execution: id, result: result(id) });
  },
  'a changed lease': ({ mine }) => forge.change('execution_leases', mine, { lease_id: 'lease-of-somebody-else' }),
  'a lease that is called revoked': ({ mine }) =>
    forge.change('execution_leases', mine, { revoked_at: '2026-01-01T00:00:00Z' }),
  'a deleted lease': ({ mine }) => forge.remove('execution_leases', mine),
  'an inserted lease': ({ mine }) =>
    forge.copy('execution_leases', mine, { attempt: 2, lease_id: 'lease-of-somebody-else' }),
  'a deleted redemption of the challenge': ({ mine }) => forge.remove('challenge_uses', mine),
  'another report that redeemed the challenge': ({ mine }) =>
    forge.change('challenge_uses', mine, { report: otherReport }),
};

/** Condition in SQL: the locks on web and db. */
const objects = `object LIKE 'east/apps/Deployment/shop/%'`;

/** While an execution waits for its retry, it keeps its locks. */
const ofLocks: Record<string, Forgery> = {
  'another holder of a lock': () => forge.change('object_leases', objects, { execution: 'exe-of-somebody-else' }),
  'a smaller token of a lock': () => forge.change('object_leases', objects, { token: 1 }),
  'a greater token of a lock': () => forge.change('object_leases', objects, { token: 9 }),
  'a deleted lock': () => forge.remove('object_leases', objects),
  'an inserted lock': async () => {
    await forge.remove('object_leases', `${objects} AND object LIKE '%/web'`);
    return forge.copy('object_leases', objects, { object: 'east/apps/Deployment/shop/web' });
  },
};

const ofInvalidated: Record<string, Forgery> = {
  'a changed result': ({ id, mine }) => forge.change('execution_results', mine, { result: result(id) }),
  'a deleted result': ({ mine }) => forge.remove('execution_results', mine),
  'a deleted execution with all its rows': async ({ id, mine }) => {
    for (const table of [
      'execution_steps',
      'execution_results',
      'execution_leases',
      'execution_attempts',
      'challenge_uses',
      'challenges',
    ])
      await forge.remove(table, mine);
    return forge.remove('executions', `id = '${id}'`);
  },
};

const ofExecuted: Record<string, Forgery> = {
  'a later end of the execution': ({ mine }) =>
    forge.change('execution_results', mine, { finished_at: '2030-01-01T00:00:00Z' }),
  'a deleted result': ({ mine }) => forge.remove('execution_results', mine),
  'a deleted step': ({ mine }) => forge.remove('execution_steps', `${mine} AND step = 'do-2'`),
  'a deleted execution': ({ id }) => forge.remove('executions', `id = '${id}'`),
};

/** The column that orders steps. */
const next = { number: 2 };

it('the gateway refuses an edit whose dossier has a forged execution, and reports the attack', async () => {
  const incident = newIncident();
  const of = await people.offer(incident, 2);
  const id = executionId(of.digest, 'do');
  await forge.copy('executions', `id = '${earlier.id}'`, { id, dossier: of.digest });
  await assert.rejects(people.edit(of, 'lea', { to: 7 }), { code: 'ledger-corrupt', next: 'stop' });
  assert.match(env.errors.join(), /THE LEDGER WAS CHANGED, BUT NOT BY THE GATEWAY/);
  const last = (await createJournalReader(env.database.pools.serve).read(incident.id)).at(-1);
  assert.deepEqual([last?.kind, last?.body], ['execution.refused', { execution: id, code: 'ledger-corrupt' }]);
});

function refuses(forgeries: Record<string, Forgery>, scene: () => Promise<Victim>, direction: Direction): void {
  for (const [name, forgery] of Object.entries(forgeries)) {
    it(name, async () => {
      const victim = await scene();
      const rows = await forgery(victim);
      assert.ok(rows > 0, 'the superuser changed a row');
      const writes = [...env.target.writes];
      await assert.rejects(
        env.gateway.execute(victim.digest, direction, direction === 'do' ? victim.preflight : undefined),
        { code: 'ledger-corrupt', next: 'stop' },
      );
      assert.deepEqual(env.target.writes, writes, 'the gateway wrote to the target');
      assert.match(env.errors.join(), /THE LEDGER WAS CHANGED, BUT NOT BY THE GATEWAY/);
      const last = (await env.gateway.journal()).findLast(({ kind }) => kind === 'execution.refused');
      assert.deepEqual(last?.body, { execution: executionId(victim.digest, direction), code: 'ledger-corrupt' });
      await forge.remove('object_leases', 'true');
    });
  }
}

/** The superuser replaces the function with which every process appends to the journal. It drops the gateway's records. */
const forgetfulAppend = `
  CREATE OR REPLACE FUNCTION journal_append(kind text, incident text, trace text, message text, body text)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    IF session_user = 'airlock_gateway' THEN RETURN (SELECT max(seq) + 1 FROM public.journal); END IF;
    RAISE EXCEPTION 'only the gateway appends in this test';
  END $$`;

it('the gateway changes nothing if the database drops its records, so that its rows can be deleted later', async () => {
  const { superuser } = env.database.pools;
  const { rows } = await superuser.query<{ sql: string }>(
    `SELECT pg_get_functiondef('journal_append(text,text,text,text,text)'::regprocedure) AS sql`,
  );
  const victim = await prepared();
  await superuser.query(forgetfulAppend);
  try {
    await assert.rejects(env.gateway.execute(victim.digest, 'do', victim.preflight), {
      code: 'ledger-corrupt',
      next: 'stop',
    });
  } finally {
    await superuser.query(rows[0]?.sql ?? '');
  }
  assert.deepEqual(env.target.writes, []);
  assert.match(env.errors.join(), /THE LEDGER WAS CHANGED, BUT NOT BY THE GATEWAY/);
  await forge.remove('object_leases', 'true');
});

describe('the gateway refuses', () => {
  describe('before the first attempt', () => refuses(ofPrepared, prepared, 'do'));
  describe('before a retry', () => refuses(ofInterrupted, interrupted, 'do'));
  describe('the locks of an execution, before its retry', () => refuses(ofLocks, interruptedAfterOther, 'do'));
  describe('after an execution that was invalidated', () => refuses(ofInvalidated, invalidated, 'do'));
  describe('before an undo', () => refuses(ofExecuted, executed, 'undo'));
});
