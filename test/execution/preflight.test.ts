import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { Digest } from '../../src/lib/digest.ts';
import { allowed, observer, oneLead, signed } from './fixture.ts';
import { assertInvalidated, hasError, startEnvironment } from './environment.ts';

const env = await startEnvironment();
after(() => env[Symbol.asyncDispose]());
beforeEach(() => env.reset());

describe('prepare', () => {
  it('issues a challenge of 32 bytes, the same one again, and none after it was redeemed', async () => {
    const { digest, prepared, preflight } = await env.ready();
    assert.ok(prepared.ready);
    assert.equal(Buffer.from(prepared.challenge, 'base64url').length, 32);
    assert.deepEqual(await env.gateway.prepare(digest), prepared);
    await env.gateway.execute(digest, 'do', preflight);
    const again = await env.gateway.prepare(digest);
    assert.ok(!again.ready && /already admitted a preflight report/.test(again.reasons[0] ?? ''));
  });

  it('refuses and records a dossier that is denied or has too few approvals or groups', async () => {
    const { digest } = await env.offered();
    assert.match(JSON.stringify(await env.gateway.prepare(digest)), /1 more approval/);
    await env.gateway.approve(digest, 'sam');
    assert.match(JSON.stringify(await env.gateway.prepare(digest)), /1 more approval/, 'sam is no lead');
    env.verdict = allowed(2, ['lead', 'owner'], true);
    await env.gateway.approve(digest, 'lea');
    assert.match(JSON.stringify(await env.gateway.prepare(digest)), /1 more approval/);
    await env.gateway.approve(digest, 'olga');
    assert.ok((await env.gateway.prepare(digest)).ready);
    await env.gateway.approve(digest, 'sam', 'deny');
    assert.match(JSON.stringify(await env.gateway.prepare(digest)), /sam denied the dossier/);
    assert.ok((await env.recordKindsOf(digest)).includes('execution.refused'));
  });

  it('refuses when policy now denies or the phase does not execute', async () => {
    const { digest } = await env.offered();
    await env.gateway.approve(digest, 'lea');
    env.verdict = { allowed: false, reasons: [{ rule: 'max-replicas', sentence: 'too many' }] };
    assert.match(JSON.stringify(await env.gateway.prepare(digest)), /policy denies \(max-replicas\)/);
    env.verdict = { ...oneLead, phase: 'assist', execute: false };
    assert.match(JSON.stringify(await env.gateway.prepare(digest)), /phase assist/);
  });
});

describe('admitPreflight', () => {
  it('refuses a missing report or challenge, and the real report still counts', async () => {
    const { digest, report } = await env.offered();
    await env.gateway.approve(digest, 'lea');
    const early = await env.gateway.storePreflight({ ready: false, execution: '', reasons: [] }, report);
    await assert.rejects(env.gateway.execute(digest, 'do', early), hasError('preflight-refused', /was not prepared/));
    const prepared = await env.gateway.prepare(digest);
    await assert.rejects(
      env.gateway.execute(digest, 'do'),
      hasError('preflight-refused', /the caller named no report/),
    );
    const result = await env.gateway.execute(digest, 'do', await env.gateway.storePreflight(prepared, report));
    assert.equal(result.outcome, 'executed');
    assert.ok((await env.recordKindsOf(digest)).includes('execution.refused'));
  });

  it('refuses forged, foreign and old reports, and the real report still counts', async () => {
    const { digest, report, prepared, preflight } = await env.ready();
    const forger = observer();
    const attempts: [RegExp, Promise<Digest>][] = [
      [
        /did not sign/,
        signed(forger.sign, report, { challenge: prepared.challenge, execution: prepared.execution }).then((made) =>
          env.gateway.deps.blobs.put(made),
        ),
      ],
      [/not for this execution/, env.gateway.storePreflight(prepared, report, { execution: 'exe-0000000000000000' })],
      [/not for this execution/, env.gateway.storePreflight(prepared, report, { execution: undefined })],
      [/challenge/, env.gateway.storePreflight(prepared, report, { challenge: 'A'.repeat(43) })],
      [/challenge/, env.gateway.storePreflight(prepared, report, { challenge: undefined })],
      [/another plan/, env.gateway.storePreflight(prepared, { ...report, plan: `sha256:${'3'.repeat(64)}` })],
      [/another cluster/, env.gateway.storePreflight(prepared, report, { cluster: 'west' })],
      [/another incident/, env.gateway.storePreflight(prepared, report, { incident: 'inc-ffffffffffffffff' })],
      [
        /older than the challenge/,
        env.gateway.storePreflight(prepared, report, { takenAt: '2026-01-01T00:00:00.000Z' }),
      ],
    ];
    for (const [why, attempt] of attempts)
      await assert.rejects(env.gateway.execute(digest, 'do', await attempt), hasError('preflight-refused', why));
    assert.equal(
      (await env.gateway.execute(digest, 'do', preflight)).outcome,
      'executed',
      'the real report still counts',
    );
    const second = await env.ready();
    env.advance(601);
    await assert.rejects(
      env.gateway.execute(second.digest, 'do', second.preflight),
      hasError('preflight-refused', /601 s old/),
    );
  });

  it('refuses a second report for the same challenge, before and after the first execution', async () => {
    const { digest, report, prepared, preflight } = await env.ready();
    const second = await env.gateway.storePreflight(prepared, { ...report, record: { ...report.record, seconds: 2 } });
    const outcomes = await Promise.all(
      [preflight, second].map((one) =>
        env.gateway.execute(digest, 'do', one).then(
          ({ outcome }) => outcome,
          ({ code }) => code,
        ),
      ),
    );
    assert.deepEqual(outcomes.toSorted(), ['executed', 'execution-busy'], 'one holds the execution lock');
    const loser = outcomes[0] === 'executed' ? second : preflight;
    await assert.rejects(env.gateway.execute(digest, 'do', loser), hasError('preflight-refused', /another report/));
    assert.deepEqual(env.target.writes, ['web', 'db']);
  });

  it('is invalidated by a preflight report that is not safe', async () => {
    const { digest, report, prepared } = await env.ready();
    const unsafe = { ...report, outcome: 'unsafe' as const, reason: 'no node is large enough' };
    const result = await env.gateway.execute(digest, 'do', await env.gateway.storePreflight(prepared, unsafe));
    assertInvalidated(result, /no node is large enough/);
  });
});
