import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { relay } from '../../src/adapters/temporal/relay.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { workflowId } from '../../src/domain/names.ts';
import { alertGroups } from './alert-groups.ts';
import { firing, gate, resolved, until } from './incident.ts';
import { judged, verdict, type Activities, type Script } from './script.ts';
import { startEnvironmentOnDatabase } from './environment-on-database.ts';

const { environment, database } = await startEnvironmentOnDatabase();
const groups = alertGroups(environment, database);

const at = (hour: number, status: Alert['status'] = 'firing', fingerprint = 'f1'): Alert => ({
  ...(status === 'firing' ? firing : resolved),
  fingerprint,
  startsAt: `2026-11-21T${hour}:00:00Z`,
});
const alone = { judge: judged(verdict(0)) };
const first = (group: string, alert = at(12)) => ({ cluster: 'east', group, trace: '', alerts: [alert] });
const times = (script: Script, name: keyof Activities): number => script.names().filter((each) => each === name).length;

/** Opens an incident about a workload that no other incident is about. */
async function opened(group: string, answers: Partial<Activities> = {}, alert = at(12)) {
  const seen = await groups.seen(group);
  const script = groups.expect(first(group, alert), { observe: async () => seen, ...answers });
  await groups.send(group, alert);
  return script;
}

describe('alerts that fire again', { concurrency: 4 }, () => {
  it('within the window reopen the incident, which is repaired again; the journal counts the flaps', async () => {
    const script = await opened('again', alone);
    assert.deepEqual(await groups.closed(script.id), {
      outcome: 'repaired',
      reason: 'every checked prediction came true',
      flaps: 0,
    });
    await groups.send('again', at(12, 'resolved'));
    await groups.send('again', at(13));
    const { outcome, flaps } = await groups.closed(script.id, 2);
    assert.deepEqual([outcome, flaps, times(script, 'execute')], ['repaired', 1, 2]);
    const reopened = (await groups.deps.journal.read(script.id)).find(({ kind }) => kind === 'incident.reopened');
    assert.deepEqual(reopened?.body, { occurrence: 2, flaps: 1 });
    assert.equal(times(script, 'closeLease'), 2);
  });

  it('as often as the limit escalate the incident, and nothing is executed', async () => {
    const script = await opened('flapping', alone);
    await groups.closed(script.id);
    for (const hour of [13, 14, 15]) {
      await groups.send('flapping', at(hour - 1, 'resolved'), at(hour));
      await groups.closed(script.id, hour - 11);
    }
    const { outcome, reason, flaps } = await groups.closed(script.id, 4);
    assert.deepEqual([outcome, flaps, times(script, 'execute')], ['escalated', 3, 3]);
    assert.match(reason, /^flapping: the alerts fired again 3 times/);
  });

  it('while people decide, as often as the limit, escalate the incident', async () => {
    const script = await opened('undecided');
    await until(() => script.names().includes('judge'));
    await groups.send('undecided', at(12, 'firing', 'f2'));
    for (const hour of [13, 14, 15]) await groups.send('undecided', at(hour - 1, 'resolved'), at(hour));
    const { outcome, reason } = await groups.closed(script.id);
    assert.equal(outcome, 'escalated');
    assert.match(reason, /^flapping/);
  });

  it('are not alerts that were sent, stored or relayed twice', async () => {
    const script = await opened('twice', alone);
    await groups.closed(script.id);
    await groups.send('twice', at(12));
    const [stored] = (await database.pools.owner.query("SELECT trace FROM inbox WHERE alert_group = 'twice'")).rows;
    await relay(groups.deps, { ...first('twice'), trace: stored.trace });
    await environment.client.workflow.getHandle(workflowId('east', 'twice')).result();
    assert.equal(times(script, 'open'), 1);
    assert.equal((await groups.kinds(script.id)).filter((kind) => kind === 'incident.reopened').length, 0);
  });

  it('after the window open a new incident', async () => {
    const short = alertGroups(environment, database, { windowSeconds: 0, flapLimit: 3 });
    const seen = await groups.seen('later');
    const script = short.expect(first('later'), { ...alone, observe: async () => seen });
    const next = short.expect(first('later', at(13)), { ...alone, observe: async () => seen });
    await short.send('later', at(12));
    await short.closed(script.id);
    await short.send('later', at(13));
    assert.equal((await short.closed(next.id)).flaps, 0);
    assert.notEqual(next.id, script.id);
  });

  it('while the incident closes reopen it', async () => {
    const lease = gate();
    const script = await opened('closing', { ...alone, closeLease: () => lease.opened });
    await until(() => script.names().includes('closeLease'));
    await groups.send('closing', at(12, 'resolved'), at(13));
    lease.open();
    const { outcome, flaps } = await groups.closed(script.id, 2);
    assert.deepEqual([outcome, flaps], ['repaired', 1]);
  });

  it('a run that starts for a closed occurrence only forwards its alerts', async () => {
    const script = await opened('stale', alone);
    await groups.closed(script.id);
    const { incident } = script.calls[0]?.input;
    const occurrence = { incident, number: 1, flaps: 0, flapLimit: 3 };
    await environment.client.workflow.getHandle(workflowId('east', 'stale')).result();
    const delivery = { ...first('stale', at(13)), trace: 'overtaken' };
    await environment.client.workflow.signalWithStart('remediation', {
      workflowId: workflowId('east', 'stale'),
      taskQueue: 'airlock-remediation-governance',
      args: [{ incident, occurrence, signIn: groups.deps.signIn }],
      signal: 'alerts',
      signalArgs: [delivery],
    });
    assert.equal((await groups.closed(script.id, 2)).flaps, 1);
    assert.equal((await groups.kinds(script.id)).filter((kind) => kind === 'incident.closed').length, 2);
  });
});

describe('deliveries in every order', () => {
  const events = [at(12), at(12, 'resolved'), at(13)];
  const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const; // prettier-ignore
  for (const order of orders) {
    it(`firing, resolved, firing again, sent as ${order.join(', ')}, each twice: one incident waits, for the last`, async () => {
      const group = `order-${order.join('')}`;
      const seen = await groups.seen(group);
      const scripts = [12, 13].map((hour) => groups.expect(first(group, at(hour)), { observe: async () => seen }));
      const waits = async () => {
        const views = await Promise.all(scripts.map(({ id }) => groups.view(id)));
        return views.filter((view) => view && !view.outcome);
      };
      for (const index of order) {
        const event = events[index];
        if (event) await groups.send(group, event);
        if (event) await groups.send(group, event);
        await until(
          async () => (await waits()).length === 1 || index === 1 || !scripts.some(({ calls }) => calls.length),
        );
      }
      await until(async () => (await waits()).length === 1);
      await groups.send(group, at(13, 'resolved'));
      await until(async () => (await waits()).length === 0);
      const outcomes = await Promise.all(scripts.map(async ({ id }) => (await groups.view(id))?.outcome?.outcome));
      assert.deepEqual([...new Set(outcomes)].filter(Boolean), ['cancelled']);
    });
  }
});
