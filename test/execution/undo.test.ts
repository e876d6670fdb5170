import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { executionId } from '../../src/domain/names.ts';
import { assertInvalidated, startEnvironment } from './environment.ts';

const env = await startEnvironment();
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

describe('undo', () => {
  it('reverts the applied steps in reverse order with its own grant, even after the dossier has expired', async () => {
    const { digest, preflight } = await env.ready();
    await env.gateway.execute(digest, 'do', preflight);
    env.advance(700);
    env.verdict = { allowed: false, reasons: [{ rule: 'shadow', sentence: 'demoted' }] };
    const result = await env.gateway.execute(digest, 'undo');
    assert.equal(result.outcome, 'executed');
    assert.equal(result.execution, executionId(digest, 'undo'));
    assert.deepEqual(env.target.writes, ['web', 'db', 'db', 'web']);
    assert.deepEqual([env.replicas('web'), env.replicas('db')], [env.before, env.before]);
    assert.deepEqual(await env.gateway.execute(digest, 'undo'), result);
    assert.deepEqual([env.target.writes.length, env.target.alive.size], [4, 0]);
  });

  it('reverts only the applied steps of a failed execution, despite a later deny', async () => {
    const { digest, preflight } = await env.ready();
    env.setReplicas('db', 3);
    await env.gateway.execute(digest, 'do', preflight);
    env.advance(1);
    await env.gateway.approve(digest, 'sam', 'deny');
    assert.equal((await env.gateway.execute(digest, 'undo')).outcome, 'executed');
    assert.deepEqual([env.replicas('web'), env.replicas('db')], [env.before, 3]);
  });

  it('is invalidated more than four hours after a failed execution', async () => {
    const { digest, preflight } = await env.ready();
    env.setReplicas('db', 3);
    await env.gateway.execute(digest, 'do', preflight);
    env.advance(4 * 3600 + 1);
    assertInvalidated(
      await env.gateway.execute(digest, 'undo'),
      /the execution ended 14401 s ago, but its undo must begin within 14400 s/,
    );
    assert.equal(env.replicas('db'), 3);
  });

  it('is invalidated more than half an hour after the execution', async () => {
    const { digest, preflight } = await env.ready();
    await env.gateway.execute(digest, 'do', preflight);
    env.advance(1801);
    assertInvalidated(
      await env.gateway.execute(digest, 'undo'),
      /the execution ended 1801 s ago, but its undo must begin within 1800 s/,
    );
    assert.deepEqual([env.target.writes, env.target.minted], [['web', 'db'], 1]);
  });

  it('is finished at any time once it has started in time', async () => {
    const { digest, preflight } = await env.ready();
    await env.gateway.execute(digest, 'do', preflight);
    env.advance(1700);
    env.target.faults.loseAnswerOfWrite = 3;
    await assert.rejects(env.gateway.execute(digest, 'undo'), { code: 'kubernetes-unreachable' });
    env.advance(1700);
    assert.equal((await env.gateway.execute(digest, 'undo')).outcome, 'executed');
    assert.deepEqual(env.target.writes, ['web', 'db', 'db', 'web']);
  });

  it('is refused before the execution, and stays possible after it', async () => {
    const { digest, preflight } = await env.ready();
    await assert.rejects(env.gateway.execute(digest, 'undo'), { code: 'nothing-to-undo' });
    await env.gateway.execute(digest, 'do', preflight);
    assert.equal((await env.gateway.execute(digest, 'undo')).outcome, 'executed');
  });

  it('is invalidated after an execution that wrote nothing', async () => {
    const { digest, preflight } = await env.ready();
    env.setReplicas('web', 3);
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'invalidated');
    assertInvalidated(await env.gateway.execute(digest, 'undo'), /no step was applied/);
    assert.equal(env.target.minted, 1);
  });

  it('is refused while the execution is unfinished', async () => {
    const { digest, preflight } = await env.ready();
    env.target.faults.loseAnswerOfWrite = 2;
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), { code: 'kubernetes-unreachable' });
    await assert.rejects(env.gateway.execute(digest, 'undo'), { code: 'execution-unfinished' });
  });

  it('is invalidated when somebody has changed the value since', async () => {
    const { digest, preflight } = await env.ready();
    await env.gateway.execute(digest, 'do', preflight);
    env.setReplicas('db', 1);
    const result = await env.gateway.execute(digest, 'undo');
    assertInvalidated(result, /is not in the state that the step expects/);
    assert.equal(env.target.writes.length, 2);
  });
});
