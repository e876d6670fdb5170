import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { relay, runRelay } from '../../src/adapters/temporal/relay.ts';
import type { Alert, Delivery } from '../../src/domain/alert.ts';
import { workflowId } from '../../src/domain/names.ts';
import { createTracing } from '../../src/adapters/opentelemetry/tracing.ts';
import { createLogger } from '../../src/telemetry.ts';
import { startDatabase, type Database } from '../execution/database.ts';
import { alertGroups } from './alert-groups.ts';
import { firing, resolved, until } from './incident.ts';
import type { Script } from './script.ts';
import { startWorld, type World } from './world.ts';

const log = createLogger('serve', 'silent');
const tracing = await createTracing('serve', {}, log);
let world: World;
let database: Database;

before(async () => {
  [world, database] = await Promise.all([startWorld(), startDatabase()]);
});
after(async () => {
  await world[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const deps = () => ({ ...alertGroups(world, database).deps, log, tracing });

/** An incident that ends at once, because there is nothing to look at. */
function expected(delivery: Delivery): { script: Script; id: string } {
  const script = alertGroups(world, database).expect(delivery, { observe: async () => ({ none: 'nothing' }) });
  return { script, id: workflowId(delivery.cluster, delivery.group) };
}

function delivered(group: string, alerts: Alert[]): Delivery {
  return { cluster: 'east', group, trace: `trace-${group}`, alerts };
}

const ended = (script: Script): boolean => script.names().includes('close');
async function runs(id: string): Promise<number> {
  let count = 0;
  for await (const _ of world.client.workflow.list({ query: `WorkflowId = '${id}'` })) count++;
  return count;
}

describe('relay', () => {
  it('OK: from the inbox to the workflow, a hundred alerts in parts, marked when handed on', async () => {
    const alerts = Array.from({ length: 120 }, (_, index) => ({ ...firing, fingerprint: index.toString(16) }));
    const delivery = delivered('stored', alerts);
    const { script, id } = expected(delivery);
    const { inbox } = deps();
    await inbox.store({ ...delivery, groupKey: 'key' });
    const stop = new AbortController();
    const running = runRelay(deps(), stop.signal);
    await until(() => ended(script));
    await until(async () => (await inbox.waiting()).length === 0);
    stop.abort();
    await running;
    assert.equal(await runs(id), 1);
    assert.equal(script.calls[0]?.input.alerts.length, 50);
  });

  it('OK: handed on twice, also after the incident was closed, starts nothing twice', async () => {
    const delivery = delivered('twice', [firing]);
    const { script, id } = expected(delivery);
    await deps().inbox.store({ ...delivery, groupKey: 'key' });
    await relay(deps(), delivery);
    await until(() => ended(script));
    await world.client.workflow.getHandle(id).result();
    await relay(deps(), delivery);
    assert.equal(await runs(id), 1);
  });

  it('what resolves starts nothing', async () => {
    await relay(deps(), delivered('resolved', [resolved]));
    assert.equal(await runs(workflowId('east', 'resolved')), 0);
  });

  it('goes on once the inbox answers again', async () => {
    const delivery = delivered('broken', [firing]);
    const { script } = expected(delivery);
    const { inbox, ...rest } = deps();
    await inbox.store({ ...delivery, groupKey: 'key' });
    let broken = 2;
    const flaky = { ...inbox, waiting: () => (broken-- > 0 ? Promise.reject(new Error('down')) : inbox.waiting()) };
    const stop = new AbortController();
    const running = runRelay({ ...rest, inbox: flaky }, stop.signal);
    await until(() => ended(script));
    stop.abort();
    await running;
  });
});
