import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { Digest } from '../../src/lib/digest.ts';
import { allowed, observer, oneLead, signed } from './fixture.ts';
import { isVoid, refusedBy, startWorld } from './environment.ts';

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
beforeEach(() => world.fresh());

describe('prepare', () => {
  it('OK: a challenge of 32 bytes; asked again the same; after it was used none', async () => {
    const { digest, prepared, door } = await world.ready();
    assert.ok(prepared.ready);
    assert.equal(Buffer.from(prepared.challenge, 'base64url').length, 32);
    assert.deepEqual(await world.gateway.prepare(digest), prepared);
    await world.gateway.execute(digest, 'do', door);
    const again = await world.gateway.prepare(digest);
    assert.ok(!again.ready && /was used/.test(again.reasons[0] ?? ''));
  });

  it('without approval, denied, or with too few groups: refused and written down', async () => {
    const { digest } = await world.offered();
    assert.match(JSON.stringify(await world.gateway.prepare(digest)), /1 more approval/);
    await world.gateway.approve(digest, 'sam');
    assert.match(JSON.stringify(await world.gateway.prepare(digest)), /1 more approval/, 'sam is no lead');
    world.verdict = allowed(2, ['lead', 'owner'], true);
    await world.gateway.approve(digest, 'lea');
    assert.match(JSON.stringify(await world.gateway.prepare(digest)), /1 more approval/);
    await world.gateway.approve(digest, 'olga');
    assert.ok((await world.gateway.prepare(digest)).ready);
    await world.gateway.approve(digest, 'sam', 'deny');
    assert.match(JSON.stringify(await world.gateway.prepare(digest)), /sam denied it/);
    assert.ok((await world.kindsOf(digest)).includes('execution.refused'));
  });

  it('a policy that denies now, or a phase that does not execute: refused', async () => {
    const { digest } = await world.offered();
    await world.gateway.approve(digest, 'lea');
    world.verdict = { allowed: false, reasons: [{ rule: 'max-replicas', sentence: 'too many' }] };
    assert.match(JSON.stringify(await world.gateway.prepare(digest)), /policy denies \(max-replicas\)/);
    world.verdict = { ...oneLead, phase: 'assist', execute: false };
    assert.match(JSON.stringify(await world.gateway.prepare(digest)), /phase assist/);
  });
});

describe('the door', () => {
  it('no report, or no challenge: refused, nothing is spoiled', async () => {
    const { digest, report } = await world.offered();
    await world.gateway.approve(digest, 'lea');
    const early = await world.gateway.door({ ready: false, execution: '', reasons: [] }, report);
    await assert.rejects(world.gateway.execute(digest, 'do', early), refusedBy('door-refused', /prepare first/));
    const prepared = await world.gateway.prepare(digest);
    await assert.rejects(world.gateway.execute(digest, 'do'), refusedBy('door-refused', /needs one/));
    const result = await world.gateway.execute(digest, 'do', await world.gateway.door(prepared, report));
    assert.equal(result.outcome, 'executed');
    assert.ok((await world.kindsOf(digest)).includes('execution.refused'));
  });

  it('forged, for another execution, without or with another challenge, older than it, too old: refused', async () => {
    const { digest, report, prepared, door } = await world.ready();
    const forger = observer();
    const attempts: [RegExp, Promise<Digest>][] = [
      [
        /signature/,
        signed(forger.sign, report, { challenge: prepared.challenge, execution: prepared.execution }).then((made) =>
          world.gateway.deps.blobs.put(made),
        ),
      ],
      [/another execution/, world.gateway.door(prepared, report, { execution: 'exe-0000000000000000' })],
      [/another execution/, world.gateway.door(prepared, report, { execution: undefined })],
      [/challenge/, world.gateway.door(prepared, report, { challenge: 'A'.repeat(43) })],
      [/challenge/, world.gateway.door(prepared, report, { challenge: undefined })],
      [/another plan/, world.gateway.door(prepared, { ...report, plan: `sha256:${'3'.repeat(64)}` })],
      [/another cluster/, world.gateway.door(prepared, report, { cluster: 'west' })],
      [/another incident/, world.gateway.door(prepared, report, { incident: 'inc-ffffffffffffffff' })],
      [/older than the challenge/, world.gateway.door(prepared, report, { takenAt: '2026-01-01T00:00:00.000Z' })],
    ];
    for (const [why, attempt] of attempts)
      await assert.rejects(world.gateway.execute(digest, 'do', await attempt), refusedBy('door-refused', why));
    assert.equal((await world.gateway.execute(digest, 'do', door)).outcome, 'executed', 'the true one still counts');
    const second = await world.ready();
    world.later(601);
    await assert.rejects(
      world.gateway.execute(second.digest, 'do', second.door),
      refusedBy('door-refused', /601 s old/),
    );
  });

  it('a second report for the same challenge is refused, before and after the first one ran', async () => {
    const { digest, report, prepared, door } = await world.ready();
    const second = await world.gateway.door(prepared, { ...report, record: { ...report.record, seconds: 2 } });
    const outcomes = await Promise.all(
      [door, second].map((one) =>
        world.gateway.execute(digest, 'do', one).then(
          ({ outcome }) => outcome,
          ({ code }) => code,
        ),
      ),
    );
    assert.deepEqual(outcomes.toSorted(), ['door-refused', 'executed']);
    const loser = outcomes[0] === 'executed' ? second : door;
    await assert.rejects(world.gateway.execute(digest, 'do', loser), refusedBy('door-refused', /another report/));
    assert.deepEqual(world.target.writes, ['web', 'db']);
  });

  it('a report that no longer says what was signed: void', async () => {
    const { digest, report, prepared } = await world.ready();
    const unsafe = { ...report, outcome: 'unsafe' as const, reason: 'no node is large enough' };
    const result = await world.gateway.execute(digest, 'do', await world.gateway.door(prepared, unsafe));
    isVoid(result, /no node is large enough/);
  });
});
