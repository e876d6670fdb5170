import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { AirlockError } from '../../src/lib/error.ts';
import { executionId } from '../../src/domain/names.ts';
import { admissionDeps } from './admissions.ts';
import { assertInvalidated, startEnvironment } from './environment.ts';

const env = await startEnvironment();
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

describe('execute', () => {
  it('applies each step once, revokes the credential, and records everything in order', async () => {
    const { digest, preflight } = await env.ready();
    const result = await env.gateway.execute(digest, 'do', preflight);
    assert.equal(result.outcome, 'executed');
    assert.deepEqual(env.target.writes, ['web', 'db']);
    assert.deepEqual([env.replicas('web'), env.replicas('db')], [env.before + 2, env.before + 2]);
    assert.equal(env.target.alive.size, 0);
    assert.deepEqual(await env.recordKindsOf(digest), [
      'execution.prepared',
      'grant.minted',
      'step.intended',
      'step.applied',
      'step.intended',
      'step.applied',
      'grant.revoked',
      'execution.finished',
    ]);
    const { rows } = await env.database.pools.owner.query('SELECT * FROM execution_leases WHERE execution = $1', [
      executionId(digest, 'do'),
    ]);
    assert.ok(rows[0].lease_id && rows[0].revoked_at);
  });

  it('returns the result of the ledger on a second call and writes nothing', async () => {
    const { digest, preflight } = await env.ready();
    const first = await env.gateway.execute(digest, 'do', preflight);
    assert.deepEqual(await env.gateway.execute(digest, 'do', preflight), first);
    assert.equal(env.target.writes.length, 2);
    assert.equal(env.target.minted, 1);
  });

  it('runs one execution for twenty concurrent calls from two gateways', async () => {
    const { digest, preflight } = await env.ready();
    const second = env.anotherGateway();
    env.target.faults.beforeWrite = () => new Promise((resolve) => setTimeout(resolve, 20));
    const calls = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? env.gateway : second).execute(digest, 'do', preflight).catch((error: AirlockError) => error.code),
    );
    const answers = await Promise.all(calls);
    assert.deepEqual(env.target.writes, ['web', 'db']);
    assert.ok(answers.every((answer) => answer === 'execution-busy' || (answer as any).outcome === 'executed'));
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
  });

  it('is not invalidated by a status write between read and write', async () => {
    const { digest, preflight } = await env.ready();
    env.target.faults.statusBeforeWrite = 1;
    assert.equal((await env.gateway.execute(digest, 'do', preflight)).outcome, 'executed');
    assert.deepEqual(env.target.writes, ['web', 'db']);
  });

  it('is invalidated for good by a precondition that changed before the first write', async () => {
    const { digest, preflight } = await env.ready();
    env.setReplicas('web', 3);
    const result = await env.gateway.execute(digest, 'do', preflight);
    assertInvalidated(result, /is not in the state that the step expects/);
    env.setReplicas('web', env.before);
    assert.deepEqual(await env.gateway.execute(digest, 'do', preflight), result);
    assert.deepEqual(env.target.writes, []);
    assert.equal(env.target.alive.size, 0);
  });

  it('fails with its receipts when a precondition changed after the first step', async () => {
    const { digest, preflight } = await env.ready();
    env.setReplicas('db', 3);
    const result = await env.gateway.execute(digest, 'do', preflight);
    assert.ok(result.outcome === 'failed' && /is not in the state that the step expects/.test(result.reason));
    assert.deepEqual(
      result.receipts.map(({ step, state }) => [step, state]),
      [['do-1', 'applied']],
    );
    assert.equal(env.target.alive.size, 0);
  });

  it('is invalidated with the message of the guardrail that refuses the grant', async () => {
    const { digest, preflight } = await env.ready();
    env.target.faults.failMint = new AirlockError({
      code: 'vault-refused',
      message: 'minter: not allowed',
    });
    const result = await env.gateway.execute(digest, 'do', preflight);
    assertInvalidated(result, /^minter: not allowed$/);
  });

  it('does not use a grant that is wider than the plan', async () => {
    const { digest, preflight } = await env.ready();
    env.target.faults.tooWide = true;
    const result = await env.gateway.execute(digest, 'do', preflight);
    assertInvalidated(result, /can read Deployment shop\/airlock-not-in-the-plan/);
    assert.deepEqual(env.target.writes, []);
    assert.equal(env.target.alive.size, 0);
  });

  it('is invalidated when the dossier has expired before the preflight', async () => {
    const { digest, report, prepared } = await env.ready();
    env.advance(601);
    const result = await env.gateway.execute(digest, 'do', await env.gateway.storePreflight(prepared, report));
    assertInvalidated(result, /expired/);
  });

  it('is invalidated by a decision that is older than its tier allows', async () => {
    const { dossier, report } = await env.offered();
    const created = env.now().getTime() + 20_000; // the clock of governance may be ahead by 30 s
    const times = { createdAt: new Date(created).toISOString(), expiresAt: new Date(created + 600_000).toISOString() };
    const digest = await env.gateway.store({ ...dossier, ...times });
    await env.gateway.approve(digest, 'lea');
    const prepared = await env.gateway.prepare(digest);
    env.advance(601);
    const preflight = await env.gateway.storePreflight(prepared, report);
    assertInvalidated(
      await env.gateway.execute(digest, 'do', preflight),
      /^the approval by lea is more than 600 s old/,
    );
    assert.deepEqual(env.target.writes, []);
  });

  it('is invalidated when somebody denies after prepare', async () => {
    const { digest, preflight } = await env.ready();
    await env.gateway.approve(digest, 'sam', 'deny');
    const result = await env.gateway.execute(digest, 'do', preflight);
    assertInvalidated(result, /sam denied the dossier/);
  });

  it('refuses an execution id that belongs to another dossier', async () => {
    const { digest, preflight } = await env.ready();
    const another = {
      id: executionId(digest, 'do'),
      dossier: `sha256:${'a'.repeat(64)}`,
      direction: 'do',
      incident: 'i',
      trace: 't',
      cluster: 'east',
      startedAt: env.now().toISOString(),
    } as const;
    const lock = await env.gateway.deps.ledger.lock(another.id);
    await lock.begin(another);
    await lock[Symbol.asyncDispose]();
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), { code: 'execution-conflict', next: 'stop' });
    assert.deepEqual(env.target.writes, []);
  });

  it('throws on an archived token whose issuer the gateway no longer accepts', async () => {
    const { digest, preflight } = await env.ready();
    const issuer = { issuer: 'https://elsewhere.example' };
    env.gateway.deps.admissions = admissionDeps(
      { vault: env.vault.sessions.gateway, issuer },
      env.database.pools.gateway,
    ).admissions;
    await assert.rejects(env.gateway.execute(digest, 'do', preflight), { code: 'token-corrupt' });
    assert.deepEqual(env.target.writes, []);
  });
});
