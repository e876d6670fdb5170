import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createStatusReader } from '../../src/adapters/postgres/status-reader.ts';
import { relay, runRelay, type RelayDeps } from '../../src/adapters/temporal/relay.ts';
import type { Alert, Delivery } from '../../src/domain/alert/alert.ts';
import { workflowId } from '../../src/domain/names.ts';
import { createTracing } from '../../src/adapters/opentelemetry/tracing.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { alertGroups } from './alert-groups.ts';
import { firing, resolved, until } from './incident.ts';
import type { Script } from './script.ts';
import { startEnvironmentOnDatabase } from './environment-on-database.ts';

const log = createLogger('serve', 'silent');
const tracing = await createTracing('serve', {}, log);
const { environment, database } = await startEnvironmentOnDatabase();

const deps = () => ({ ...alertGroups(environment, database).deps, log, tracing });

/** An incident that ends at once, because there is no object to observe. */
function expected(delivery: Delivery): { script: Script; id: string } {
  const script = alertGroups(environment, database).expect(delivery, { observe: async () => ({ none: 'nothing' }) });
  return { script, id: workflowId(delivery.cluster, delivery.group) };
}

function delivered(group: string, alerts: Alert[]): Delivery {
  return { cluster: 'east', group, trace: `trace-${group}`, alerts };
}

/** Runs the relay until a condition holds. */
async function relaying(change: Partial<RelayDeps>, until: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const running = runRelay({ ...deps(), ...change }, stop.signal);
  await until().finally(() => stop.abort());
  await running;
}

const ended = (script: Script): boolean => script.names().includes('close');
async function runs(id: string): Promise<number> {
  let count = 0;
  for await (const _ of environment.client.workflow.list({ query: `WorkflowId = '${id}'` })) count++;
  return count;
}

describe('relay', () => {
  it('delivers more than a hundred alerts from the inbox to the workflow, and marks them', async () => {
    const alerts = Array.from({ length: 120 }, (_, index) => ({ ...firing, fingerprint: index.toString(16) }));
    const delivery = delivered('stored', alerts);
    const { script, id } = expected(delivery);
    const { inbox } = deps();
    await inbox.store({ ...delivery, sourceGroupKey: 'key' });
    await relaying({}, async () => {
      await until(() => ended(script));
      await until(async () => (await inbox.waiting()).length === 0);
    });
    assert.equal(await runs(id), 1);
    assert.equal(script.calls[0]?.input.alerts.length, 50);
  });

  it('a delivery that is relayed twice, also after the incident has closed, starts one workflow', async () => {
    const delivery = delivered('twice', [firing]);
    const { script, id } = expected(delivery);
    await deps().inbox.store({ ...delivery, sourceGroupKey: 'key' });
    await relay(deps(), delivery);
    await until(() => ended(script));
    await environment.client.workflow.getHandle(id).result();
    await relay(deps(), delivery);
    assert.equal(await runs(id), 1);
  });

  it('resolved alerts start no workflow', async () => {
    await relay(deps(), delivered('resolved', [resolved]));
    assert.equal(await runs(workflowId('east', 'resolved')), 0);
  });

  it('a large delivery goes in several signals, and another cluster’s alert does not wait for it', async () => {
    const annotations = { text: '語'.repeat(16_000) };
    const sent = Array.from({ length: 50 }, (_, index): Alert => {
      return { ...firing, cluster: 'west', fingerprint: index.toString(16), annotations };
    });
    const west = { ...delivered('heavy', sent), cluster: 'west' };
    const east = delivered('light', [firing]);
    const scripts = [expected(west).script, expected(east).script];
    const { inbox } = deps();
    for (const each of [west, east]) await inbox.store({ ...each, sourceGroupKey: 'key' });
    await relaying({}, () => until(() => scripts.every(ended)));
    const [shown] = scripts.map(({ calls }) => calls[0]?.input.alerts.length as number);
    assert.ok(shown !== undefined && shown > 1 && shown < 50, `${shown} alerts in one activity's input`);
    assert.deepEqual(await inbox.waiting(), []);
  });

  it('a delivery that Temporal refuses permanently is parked at once and counted; the next one of its group follows', async () => {
    const { inbox } = deps();
    const heavy = delivered('refused', [{ ...firing, annotations: { text: 'x'.repeat(2_500_000) } }]);
    const next = { ...delivered('refused', [{ ...firing, fingerprint: 'f2' }]), trace: 'trace-next' };
    const { script } = expected(heavy);
    for (const each of [heavy, next]) await inbox.store({ ...each, sourceGroupKey: 'key' });
    await relaying({}, () => until(() => ended(script)));
    const { waiting, parked, latestParked } = await createStatusReader(database.pools.serve).inbox();
    assert.deepEqual([waiting, parked, latestParked?.trace], [0, 1, heavy.trace]);
    assert.match(latestParked?.reason ?? '', /limit/i);
  });

  it('groups whose relay fails do not delay other groups, and deliveries of a group stay in order', async () => {
    const { inbox, routingStates } = deps();
    const stuck = Array.from({ length: 60 }, (_, index) => delivered(`stuck-${index}`, [resolved]));
    const behind = {
      ...delivered('stuck-0', [resolved]),
      trace: 'trace-behind',
      alerts: [{ ...resolved, fingerprint: 'f2' }],
    };
    const free = delivered('free', [firing]);
    const { script } = expected(free);
    for (const each of [...stuck, behind, free]) await inbox.store({ ...each, sourceGroupKey: 'key' });
    const asked: string[] = [];
    let broken = true;
    const notNow = new AirlockError({ code: 'routing-unavailable', message: 'not now' });
    const route: typeof routingStates.route = async (delivery) => {
      asked.push(delivery.trace);
      if (broken && delivery.group.startsWith('stuck')) throw notNow;
      return routingStates.route(delivery);
    };
    await relaying({ routingStates: { route } }, async () => {
      await until(() => ended(script));
      assert.equal(asked.includes(behind.trace), false);
      broken = false;
      await until(async () => (await inbox.waiting()).length === 0);
    });
    assert.ok(asked.indexOf(behind.trace) > asked.lastIndexOf('trace-stuck-0'));
  });

  it('continues when the inbox answers again', async () => {
    const delivery = delivered('broken', [firing]);
    const { script } = expected(delivery);
    const { inbox } = deps();
    await inbox.store({ ...delivery, sourceGroupKey: 'key' });
    let broken = 2;
    const flaky = { ...inbox, waiting: () => (broken-- > 0 ? Promise.reject(new Error('down')) : inbox.waiting()) };
    await relaying({ inbox: flaky }, () => until(() => ended(script)));
  });
});
