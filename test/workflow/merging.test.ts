import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { alertGroups } from './alert-groups.ts';
import { firing, gate, resolved, until } from './incident.ts';
import { judged, verdict, type Activities } from './script.ts';
import { startEnvironmentOnDatabase } from './environment-on-database.ts';

const { environment, database } = await startEnvironmentOnDatabase();
const groups = alertGroups(environment, database);

const of = (group: string, status: Alert['status'] = 'firing', hour = 12): Alert => ({
  ...(status === 'firing' ? firing : resolved),
  fingerprint: group,
  startsAt: `2026-11-21T${hour}:00:00Z`,
});

/** A group whose alerts are about that workload. */
async function group(name: string, workload: string, answers: Partial<Activities> = {}) {
  const seen = await groups.seen(workload);
  const delivery = { cluster: 'east', group: name, trace: '', alerts: [of(name)] };
  return groups.expect(delivery, { observe: async () => seen, ...answers });
}

describe('several groups of alerts about one object', { concurrency: 4 }, () => {
  it('the second incident merges into the first; the journal says so for both; the first continues for both', async () => {
    const owner = await group('a1', 'web-1');
    const merged = await group('a2', 'web-1');
    await groups.send('a1', of('a1'));
    await until(() => owner.names().includes('judge'));
    await groups.send('a2', of('a2'));
    const { outcome, reason } = await groups.closed(merged.id);
    assert.equal(outcome, 'merged');
    assert.ok(reason.includes(owner.id), reason);
    assert.deepEqual(merged.names().includes('plan'), false);
    const merges = async (id: string) =>
      (await groups.deps.journal.read(id)).filter(({ kind }) => kind === 'incident.merged').map(({ body }) => body);
    assert.deepEqual(await merges(merged.id), [{ into: owner.id }]);
    assert.deepEqual(await merges(owner.id), [{ from: merged.id }]);

    await groups.ended('a2');
    await until(async () => (await groups.stage('a1')) === 'decide');
    await groups.send('a1', of('a1', 'resolved'));
    assert.equal(await groups.stage('a1'), 'decide', 'the merged group still fires');
    assert.equal((await groups.view(owner.id))?.outcome, undefined, 'the merged group still fires');
    await groups.send('a2', of('a2', 'resolved'));
    assert.equal((await groups.closed(owner.id)).outcome, 'cancelled');
  });

  it('later alerts of a merged group, firing or resolved, go to the owner', async () => {
    const owner = await group('b1', 'web-2');
    const merged = await group('b2', 'web-2');
    await groups.send('b1', of('b1'));
    await until(() => owner.names().includes('judge'));
    await groups.send('b2', of('b2'));
    await groups.closed(merged.id);
    await groups.ended('b2');
    await until(async () => (await groups.stage('b1')) === 'decide');
    await groups.send('b1', of('b1', 'resolved'));
    await groups.send('b2', { ...of('b2', 'firing', 13), fingerprint: 'b2-other' });
    await groups.send('b2', of('b2', 'resolved'));
    assert.equal(await groups.stage('b1'), 'decide');
    assert.equal((await groups.view(owner.id))?.outcome, undefined);
    await groups.send('b2', { ...of('b2', 'resolved', 13), fingerprint: 'b2-other' });
    assert.equal((await groups.closed(owner.id)).outcome, 'cancelled');
  });

  it('six groups at the same time: one owner, five merged incidents, one execution', async () => {
    const names = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
    const preflight = gate();
    const rehearse: Activities['rehearse'] = async () => {
      await preflight.opened;
      return { report: (await groups.seen('x')).evidence, outcome: 'safe', reason: 'safe' };
    };
    const scripts = await Promise.all(
      names.map((name) => group(name, 'web-3', { rehearse, judge: judged(verdict(0)) })),
    );
    await Promise.all(names.map((name) => groups.send(name, of(name))));
    const outcomes = async () => Promise.all(scripts.map(async ({ id }) => (await groups.view(id))?.outcome?.outcome));
    await until(async () => (await outcomes()).filter((outcome) => outcome === 'merged').length === 5);
    preflight.open();
    await until(async () => (await outcomes()).every(Boolean));
    assert.deepEqual((await outcomes()).toSorted(), [...Array.from({ length: 5 }, () => 'merged'), 'repaired']);
    assert.equal(scripts.flatMap((script) => script.names()).filter((name) => name === 'execute').length, 1);
  });

  it('an owner that closes before it gets the merged group’s alerts: the merged group’s incident is reopened', async () => {
    const closing = gate();
    const owner = await group('d1', 'web-4', { closeLease: () => closing.opened });
    const lease = gate();
    const merged = await group('d2', 'web-4', { closeLease: () => lease.opened });
    await groups.send('d1', of('d1'));
    await until(() => owner.names().includes('judge'));
    await groups.send('d2', of('d2'));
    await until(() => merged.names().includes('closeLease')); // merged, and its alerts not forwarded yet
    await groups.send('d1', of('d1', 'resolved'));
    closing.open();
    await groups.closed(owner.id);
    lease.open();
    await until(() => merged.names().includes('judge'));
    const view = await groups.view(merged.id);
    assert.deepEqual([view?.outcome, view?.flaps], [undefined, 0]);
    await groups.send('d2', of('d2', 'resolved'));
    assert.equal((await groups.closed(merged.id, 2)).outcome, 'cancelled');
  });

  it('does not merge incidents about other objects, or after the owner has closed', async () => {
    const [one, other] = [await group('e1', 'web-5'), await group('e2', 'web-6')];
    await groups.send('e1', of('e1'));
    await groups.send('e2', of('e2'));
    await until(() => one.names().includes('judge') && other.names().includes('judge'));
    await groups.send('e1', of('e1', 'resolved'));
    await groups.closed(one.id);
    const next = await group('e3', 'web-5');
    await groups.send('e3', of('e3'));
    await until(() => next.names().includes('judge'));
    await groups.send('e2', of('e2', 'resolved'));
    await groups.send('e3', of('e3', 'resolved'));
    assert.equal((await groups.closed(next.id)).outcome, 'cancelled');
  });
});
