import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { executionId } from '../../src/domain/names.ts';
import { isVoid, startWorld } from './environment.ts';

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
beforeEach(() => world.fresh());

describe('undo', () => {
  it('OK: takes back what was applied, in reverse, under its own grant, after the dossier has expired', async () => {
    const { digest, door } = await world.ready();
    await world.gateway.execute(digest, 'do', door);
    world.later(700);
    world.verdict = { allowed: false, reasons: [{ rule: 'shadow', sentence: 'demoted' }] };
    const result = await world.gateway.execute(digest, 'undo');
    assert.equal(result.outcome, 'executed');
    assert.equal(result.execution, executionId(digest, 'undo'));
    assert.deepEqual(world.target.writes, ['web', 'db', 'db', 'web']);
    assert.deepEqual([world.replicas('web'), world.replicas('db')], [world.before, world.before]);
    assert.deepEqual(await world.gateway.execute(digest, 'undo'), result);
    assert.deepEqual([world.target.writes.length, world.target.alive.size], [4, 0]);
  });

  it('OK: of a half-applied execution only that half; a deny that came later does not hold it back', async () => {
    const { digest, door } = await world.ready();
    world.setReplicas('db', 3);
    await world.gateway.execute(digest, 'do', door);
    world.later(1);
    await world.gateway.approve(digest, 'sam', 'deny');
    assert.equal((await world.gateway.execute(digest, 'undo')).outcome, 'executed');
    assert.deepEqual([world.replicas('web'), world.replicas('db')], [world.before, 3]);
  });

  it('half an hour after the execution: void, under the old signature it stays as it is', async () => {
    const { digest, door } = await world.ready();
    await world.gateway.execute(digest, 'do', door);
    world.later(1801);
    isVoid(await world.gateway.execute(digest, 'undo'), /executed 1801 s ago, too long for its undo/);
    assert.deepEqual([world.target.writes, world.target.minted], [['web', 'db'], 1]);
  });

  it('OK: begun in time, it is finished later, whatever held it up', async () => {
    const { digest, door } = await world.ready();
    await world.gateway.execute(digest, 'do', door);
    world.later(1700);
    world.target.faults.loseAnswerOfWrite = 3;
    await assert.rejects(world.gateway.execute(digest, 'undo'), { code: 'kubernetes-unreachable' });
    world.later(1700);
    assert.equal((await world.gateway.execute(digest, 'undo')).outcome, 'executed');
    assert.deepEqual(world.target.writes, ['web', 'db', 'db', 'web']);
  });

  it('of nothing: refused, and the undo stays possible', async () => {
    const { digest, door } = await world.ready();
    await assert.rejects(world.gateway.execute(digest, 'undo'), { code: 'nothing-to-undo' });
    await world.gateway.execute(digest, 'do', door);
    assert.equal((await world.gateway.execute(digest, 'undo')).outcome, 'executed');
  });

  it('of an execution that wrote nothing: void', async () => {
    const { digest, door } = await world.ready();
    world.setReplicas('web', 3);
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'void');
    isVoid(await world.gateway.execute(digest, 'undo'), /no step was applied/);
    assert.equal(world.target.minted, 1);
  });

  it('while the execution is unfinished: refused', async () => {
    const { digest, door } = await world.ready();
    world.target.faults.loseAnswerOfWrite = 2;
    await assert.rejects(world.gateway.execute(digest, 'do', door), { code: 'kubernetes-unreachable' });
    await assert.rejects(world.gateway.execute(digest, 'undo'), { code: 'execution-unfinished' });
  });

  it('of a value that somebody changed since: void, and a human decides', async () => {
    const { digest, door } = await world.ready();
    await world.gateway.execute(digest, 'do', door);
    world.setReplicas('db', 1);
    const result = await world.gateway.execute(digest, 'undo');
    isVoid(result, /not what was signed/);
    assert.equal(world.target.writes.length, 2);
  });
});
