import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { AirlockError } from '../../src/lib/error.ts';
import { executionId } from '../../src/domain/names.ts';
import { allowed } from './fixture.ts';
import { isVoid, startWorld } from './environment.ts';

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
beforeEach(() => world.fresh());

describe('execute', () => {
  it('OK: each step once, credential gone, everything written down in order', async () => {
    const { digest, door } = await world.ready();
    const result = await world.gateway.execute(digest, 'do', door);
    assert.equal(result.outcome, 'executed');
    assert.deepEqual(world.target.writes, ['web', 'db']);
    assert.deepEqual([world.replicas('web'), world.replicas('db')], [world.before + 2, world.before + 2]);
    assert.equal(world.target.alive.size, 0);
    assert.deepEqual(await world.kindsOf(digest), [
      ...['execution.prepared', 'grant.minted', 'step.intended', 'step.applied', 'step.intended', 'step.applied'],
      ...['grant.revoked', 'execution.finished'],
    ]);
    const { rows } = await world.database.pools.owner.query('SELECT * FROM execution_leases WHERE execution = $1', [
      executionId(digest, 'do'),
    ]);
    assert.ok(rows[0].lease_id && rows[0].revoked_at);
  });

  it('OK: asked again, the ledger answers and nothing is written', async () => {
    const { digest, door } = await world.ready();
    const first = await world.gateway.execute(digest, 'do', door);
    assert.deepEqual(await world.gateway.execute(digest, 'do', door), first);
    assert.equal(world.target.writes.length, 2);
    assert.equal(world.target.minted, 1);
  });

  it('OK: twenty calls at once, from two gateways, are one execution', async () => {
    const { digest, door } = await world.ready();
    const second = world.anotherGateway();
    world.target.faults.beforeWrite = () => new Promise((resolve) => setTimeout(resolve, 20));
    const calls = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? world.gateway : second).execute(digest, 'do', door).catch((error: AirlockError) => error.code),
    );
    const answers = await Promise.all(calls);
    assert.deepEqual(world.target.writes, ['web', 'db']);
    assert.ok(answers.every((answer) => answer === 'execution-busy' || (answer as any).outcome === 'executed'));
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
  });

  it('OK: a status write between read and write does not void', async () => {
    const { digest, door } = await world.ready();
    world.target.faults.statusBeforeWrite = 1;
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.deepEqual(world.target.writes, ['web', 'db']);
  });

  it('a basis that changed before anything was written: void, and void it stays', async () => {
    const { digest, door } = await world.ready();
    world.setReplicas('web', 3);
    const result = await world.gateway.execute(digest, 'do', door);
    isVoid(result, /not what was signed/);
    world.setReplicas('web', world.before);
    assert.deepEqual(await world.gateway.execute(digest, 'do', door), result);
    assert.deepEqual(world.target.writes, []);
    assert.equal(world.target.alive.size, 0);
  });

  it('a basis that changed after the first step: failed, with what was written', async () => {
    const { digest, door } = await world.ready();
    world.setReplicas('db', 3);
    const result = await world.gateway.execute(digest, 'do', door);
    assert.ok(result.outcome === 'failed' && /not what was signed/.test(result.reason));
    assert.deepEqual(
      result.receipts.map(({ step, state }) => [step, state]),
      [['do-1', 'applied']],
    );
    assert.equal(world.target.alive.size, 0);
  });

  it('a target whose locks refuse the grant: void with its words', async () => {
    const { digest, door } = await world.ready();
    world.target.faults.failMint = new AirlockError({
      code: 'vault-refused',
      message: 'minter: not allowed',
      next: 'stop',
    });
    const result = await world.gateway.execute(digest, 'do', door);
    isVoid(result, /^minter: not allowed$/);
  });

  it('a grant that can do more than was signed is not used', async () => {
    const { digest, door } = await world.ready();
    world.target.faults.tooWide = true;
    const result = await world.gateway.execute(digest, 'do', door);
    isVoid(result, /may read Deployment shop\/airlock-not-in-the-plan/);
    assert.deepEqual(world.target.writes, []);
    assert.equal(world.target.alive.size, 0);
  });

  it('expired at the door: void', async () => {
    const { digest, report, prepared } = await world.ready();
    world.later(601);
    const result = await world.gateway.execute(digest, 'do', await world.gateway.door(prepared, report));
    isVoid(result, /expired/);
  });

  it('a decision that is older than its tier allows: void, though the dossier has not expired', async () => {
    const { digest, report, prepared } = await world.ready();
    world.later(100);
    world.verdict = { ...world.verdict, ...allowed(2, ['lead', 'owner'], true), tier: 'high' };
    await world.gateway.approve(digest, 'olga');
    world.later(499);
    const door = await world.gateway.door(prepared, report);
    await world.database.pools.owner.query(
      `UPDATE admissions SET admitted_at = admitted_at - interval '2 seconds' WHERE dossier = $1 AND subject = 'lea'`,
      [digest],
    );
    isVoid(await world.gateway.execute(digest, 'do', door), /^lea decided longer than 600 s ago/);
    assert.deepEqual(world.target.writes, []);
  });

  it('denied after prepare: void', async () => {
    const { digest, door } = await world.ready();
    await world.gateway.approve(digest, 'sam', 'deny');
    const result = await world.gateway.execute(digest, 'do', door);
    isVoid(result, /sam denied it/);
  });

  it('an id that another dossier has: refused, whoever found two that are alike', async () => {
    const { digest, door } = await world.ready();
    await world.database.pools.gateway.query(
      `INSERT INTO executions VALUES ($1, 'sha256:another', 'do', 'i', 't', 'east', now())`,
      [executionId(digest, 'do')],
    );
    await assert.rejects(world.gateway.execute(digest, 'do', door), { code: 'execution-taken', next: 'stop' });
    assert.deepEqual(world.target.writes, []);
  });

  it('an archived proof that was tampered with proves nothing', async () => {
    const { digest, door } = await world.ready();
    await world.database.pools.owner.query(
      `UPDATE admissions SET subject = 'olga', proof = proof || 'x' WHERE dossier = $1`,
      [digest],
    );
    await assert.rejects(world.gateway.execute(digest, 'do', door), { code: 'proof-corrupt' });
    assert.deepEqual(world.target.writes, []);
  });
});
