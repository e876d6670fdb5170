import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { ErrorCodeWith } from '../../src/lib/error-catalogue.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { RecordKind } from '../../src/domain/journal/journal.ts';
import { sweep } from '../../src/execution/sweep.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { startEnvironment } from './environment.ts';

const env = await startEnvironment();
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

function serverGone(code: ErrorCodeWith<'retry'>): AirlockError {
  return new AirlockError({ code, message: 'the server is gone' });
}

/** The next record of this kind is appended or not, and the gateway stops in both cases. */
function crashAtRecord(kind: RecordKind, isAppended: boolean): void {
  const { journal } = env.gateway.deps;
  env.gateway.deps.journal = {
    async append(entry) {
      if (entry.kind !== kind) return journal.append(entry);
      env.gateway.deps.journal = journal;
      if (isAppended) await journal.append(entry);
      throw serverGone('journal-unavailable');
    },
  };
}

describe('execute after a crash', () => {
  it('recognises its own write on retry when the answer was lost', async () => {
    const { digest, preflight } = await env.ready();
    env.target.faults.loseAnswerOfWrite = 1;
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), {
      code: 'kubernetes-unreachable',
      next: 'retry',
    });
    assert.equal(env.target.alive.size, 0, 'the credential of the first attempt is revoked');
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
    assert.deepEqual(env.target.writes, ['web', 'db']);
    assert.equal(env.target.minted, 2);
  });

  it('repeats no step on retry after a crash between two steps, even after the dossier has expired', async () => {
    const { digest, preflight } = await env.ready();
    const journal = env.gateway.deps.journal;
    let appended = 0;
    env.gateway.deps.journal = {
      append: (entry) => {
        if (entry.kind === 'step.intended' && ++appended === 2) throw serverGone('journal-unavailable');
        return journal.append(entry);
      },
    };
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), { code: 'journal-unavailable' });
    assert.deepEqual(env.target.writes, ['web']);
    env.gateway.deps.journal = journal;
    env.advance(700);
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
    assert.deepEqual(env.target.writes, ['web', 'db']);
  });

  // The gateway inserts each row before it appends the row's record. Each case stops the gateway between the two, or
  // after the record, before the gateway knows that the record was appended.
  const appending = { 'before the record': false, 'after the record': true };
  for (const kind of ['grant.minted', 'step.intended', 'step.applied', 'execution.finished'] as const) {
    for (const [moment, isAppended] of Object.entries(appending)) {
      it(`finishes on retry after a crash ${moment} ${kind}, and appends the record if it is missing`, async () => {
        const { digest, preflight } = await env.ready();
        crashAtRecord(kind, isAppended);
        await assert.rejects(env.gateway.execute(digest, 'do', preflight), { code: 'journal-unavailable' });
        const result = await env.gateway.execute(digest, 'do', preflight);
        assert.equal(result.outcome, 'executed');
        assert.deepEqual(await env.gateway.execute(digest, 'do', preflight), result);
        assert.deepEqual(env.target.writes, ['web', 'db']);
        const kinds = await env.recordKindsOf(digest);
        assert.equal(kinds.filter((each) => each === 'step.applied').length, 2, kinds.join(' '));
        assert.equal(kinds.filter((each) => each === 'execution.finished').length, 1, kinds.join(' '));
        assert.equal((await env.gateway.execute(digest, 'undo')).outcome, 'executed');
      });
    }
  }

  for (const [moment, isAppended] of Object.entries(appending)) {
    it(`prepares again after a crash ${moment} execution.prepared`, async () => {
      const { digest } = await env.offered();
      await env.gateway.approve(digest, 'lea');
      crashAtRecord('execution.prepared', isAppended);
      await assert.rejects(env.gateway.prepare(digest), { code: 'journal-unavailable' });
      assert.ok((await env.gateway.prepare(digest)).ready);
      assert.deepEqual(await env.recordKindsOf(digest), ['execution.prepared']);
    });
  }

  it('gives no result until the credential is revoked, and writes nothing twice', async () => {
    const { digest, preflight } = await env.ready();
    // This error of Vault is final elsewhere; for a revocation it is retried.
    env.target.faults.failRevoke = new AirlockError({ code: 'vault-denied', message: 'no right' });
    const failed = { code: 'revocation-failed', next: 'retry' };
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), failed);
    assert.equal(env.target.alive.size, 1);
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
    assert.equal(env.target.alive.size, 0);
    assert.deepEqual(env.target.writes, ['web', 'db']);
  });

  it('gives no result when a step and then the revocation fail', async () => {
    const { digest, preflight } = await env.ready();
    env.setReplicas('db', 3);
    env.target.faults.failRevoke = serverGone('vault-unreachable');
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), { code: 'revocation-failed' });
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'failed');
    assert.equal(env.target.alive.size, 0);
  });

  it('writes nothing twice when a gateway loses its database connection and another takes over', async () => {
    const { digest, preflight } = await env.ready();
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    env.target.faults.beforeWrite = async () => {
      delete env.target.faults.beforeWrite;
      reached.resolve();
      await go.promise;
    };
    const overtaken = env.gateway.execute(digest, 'do', preflight).then(
      ({ outcome }) => outcome,
      () => 'gave up',
    );
    await reached.promise;
    await env.database.pools.gateway.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'execution_locks'::regclass`,
    );
    assert.equal((await env.anotherGateway().execute(digest, 'do', preflight)).outcome, 'executed');
    go.resolve();
    assert.equal(await overtaken, 'gave up');
    assert.deepEqual(env.target.writes, ['web', 'db']);
    assert.equal(env.target.alive.size, 0);
  });

  it('revokes the lease when the answer of minting was lost', async () => {
    const { digest, preflight } = await env.ready();
    env.target.faults.failMint = serverGone('vault-unreachable');
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), { code: 'vault-unreachable' });
    assert.equal(env.target.alive.size, 0);
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
  });
});

describe('sweep', () => {
  const log = createLogger('gateway', 'error');
  const clusters = [{ name: 'east' }];
  const sweepAll = () => sweep({ ...env.gateway.deps, log, clusters });

  it('revokes the lease of a dead gateway and deletes a role that the ledger does not know', async () => {
    await sweepAll();
    const { digest, preflight } = await env.ready();
    env.target.faults.failRevoke = serverGone('vault-unreachable');
    await assert.rejects(env.gateway.execute(digest, 'do', preflight));
    env.target.alive.add('exe-unknown');
    assert.equal(await sweepAll(), 2);
    assert.equal(env.target.alive.size, 0);
    assert.equal(await sweepAll(), 0);
  });

  it('skips an execution that another gateway runs', async () => {
    const { digest, preflight } = await env.ready();
    const second = env.anotherGateway();
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    env.target.faults.beforeWrite = async () => {
      reached.resolve();
      await go.promise;
    };
    const running = second.execute(digest, 'do', preflight);
    await reached.promise;
    assert.equal(await sweepAll(), 0);
    assert.equal(env.target.alive.size, 1);
    go.resolve();
    assert.equal((await running).outcome, 'executed');
  });

  it('keeps a lease that it cannot revoke in the ledger and revokes it next time', async () => {
    const { digest, preflight } = await env.ready();
    env.target.faults.failRevoke = serverGone('vault-unreachable');
    await assert.rejects(env.gateway.execute(digest, 'do', preflight));
    env.target.faults.failRevoke = serverGone('vault-unreachable');
    assert.equal(await sweepAll(), 0);
    assert.equal(await sweepAll(), 1);
  });
});
