import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { AirlockError } from '../../src/lib/error.ts';
import { sweep } from '../../src/execution/sweep.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { startWorld } from './environment.ts';

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
beforeEach(() => world.fresh());

function dying(code: string): AirlockError {
  return new AirlockError({ code, message: 'the server is gone', next: 'retry' });
}

describe('a crash', () => {
  it('an answer that is lost after the write: the retry recognises its own work', async () => {
    const { digest, door } = await world.ready();
    world.target.faults.loseAnswerOfWrite = 1;
    await assert.rejects(world.gateway.execute(digest, 'do', door), { code: 'kubernetes-unreachable', next: 'retry' });
    assert.equal(world.target.alive.size, 0, 'the credential of the first try is revoked');
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.deepEqual(world.target.writes, ['web', 'db']);
    assert.equal(world.target.minted, 2);
  });

  it('dead between two steps: the retry repeats nothing, even after the dossier has expired', async () => {
    const { digest, door } = await world.ready();
    const journal = world.gateway.deps.journal;
    let appended = 0;
    world.gateway.deps.journal = {
      append: (entry) => {
        if (entry.kind === 'step.intended' && ++appended === 2) throw dying('journal-unavailable');
        return journal.append(entry);
      },
    };
    await assert.rejects(world.gateway.execute(digest, 'do', door), { code: 'journal-unavailable' });
    assert.deepEqual(world.target.writes, ['web']);
    world.gateway.deps.journal = journal;
    world.later(700);
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.deepEqual(world.target.writes, ['web', 'db']);
  });

  it('a revocation that fails: no result until it succeeds, then no second write', async () => {
    const { digest, door } = await world.ready();
    // Vault's refusal would be final anywhere else.
    world.target.faults.failRevoke = new AirlockError({ code: 'vault-denied', message: 'no right', next: 'stop' });
    const failed = { code: 'revocation-failed', next: 'retry' };
    await assert.rejects(world.gateway.execute(digest, 'do', door), failed);
    assert.equal(world.target.alive.size, 1);
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.equal(world.target.alive.size, 0);
    assert.deepEqual(world.target.writes, ['web', 'db']);
  });

  it('a step that fails, and then a revocation: no result while the credential may be alive', async () => {
    const { digest, door } = await world.ready();
    world.setReplicas('db', 3);
    world.target.faults.failRevoke = dying('vault-unreachable');
    await assert.rejects(world.gateway.execute(digest, 'do', door), { code: 'revocation-failed' });
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'failed');
    assert.equal(world.target.alive.size, 0);
  });

  it('overtaken: a gateway that lost its database connection writes nothing twice', async () => {
    const { digest, door } = await world.ready();
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    world.target.faults.beforeWrite = async () => {
      delete world.target.faults.beforeWrite;
      reached.resolve();
      await go.promise;
    };
    const zombie = world.gateway.execute(digest, 'do', door).then(
      ({ outcome }) => outcome,
      () => 'gave up',
    );
    await reached.promise;
    await world.database.pools.gateway.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'execution_claims'::regclass`,
    );
    assert.equal((await world.anotherGateway().execute(digest, 'do', door)).outcome, 'executed');
    go.resolve();
    assert.equal(await zombie, 'gave up');
    assert.deepEqual(world.target.writes, ['web', 'db']);
    assert.equal(world.target.alive.size, 0);
  });

  it('a minting whose answer is lost: the lease is revoked all the same', async () => {
    const { digest, door } = await world.ready();
    world.target.faults.failMint = dying('vault-unreachable');
    await assert.rejects(world.gateway.execute(digest, 'do', door), { code: 'vault-unreachable' });
    assert.equal(world.target.alive.size, 0);
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed');
  });
});

describe('sweep', () => {
  const log = createLogger('gateway', 'error');
  const clusters = [{ name: 'east' }];
  const swept = () => sweep({ ...world.gateway.deps, log, clusters });

  it('OK: what a dead gateway left is revoked, a role that nobody knows is deleted', async () => {
    await swept();
    const { digest, door } = await world.ready();
    world.target.faults.failRevoke = dying('vault-unreachable');
    await assert.rejects(world.gateway.execute(digest, 'do', door));
    world.target.alive.add('exe-unknown');
    assert.equal(await swept(), 2);
    assert.equal(world.target.alive.size, 0);
    assert.equal(await swept(), 0);
  });

  it('an execution that another gateway works on is left alone', async () => {
    const { digest, door } = await world.ready();
    const second = world.anotherGateway();
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    world.target.faults.beforeWrite = async () => {
      reached.resolve();
      await go.promise;
    };
    const running = second.execute(digest, 'do', door);
    await reached.promise;
    assert.equal(await swept(), 0);
    assert.equal(world.target.alive.size, 1);
    go.resolve();
    assert.equal((await running).outcome, 'executed');
  });

  it('what cannot be revoked now stays in the ledger for the next time', async () => {
    const { digest, door } = await world.ready();
    world.target.faults.failRevoke = dying('vault-unreachable');
    await assert.rejects(world.gateway.execute(digest, 'do', door));
    world.target.faults.failRevoke = dying('vault-unreachable');
    assert.equal(await swept(), 0);
    assert.equal(await swept(), 1);
  });
});
