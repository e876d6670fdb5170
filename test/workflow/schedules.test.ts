import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { reconcileSchedules, type ScheduleEntry } from '../../src/adapters/temporal/schedules.ts';
import { scheduleId } from '../../src/domain/names.ts';
import { parameters } from './asked-incident.ts';
import { until } from './incident.ts';
import { decision, proofs } from './people.ts';
import { scheduledIncident } from './scheduled-incident.ts';
import { startWorld, type World } from './environment.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world[Symbol.asyncDispose]());

const entry = (id: string, when: { every: number } | { cron: string } = { cron: '0 3 * * *' }): ScheduleEntry => ({
  ...{ id, cluster: 'east', playbook: 'add-capacity', parameters },
  ...when,
});
const reconcile = (...entries: ScheduleEntry[]) => reconcileSchedules(world.client, entries, proofs);

async function ids(): Promise<string[]> {
  const found: string[] = [];
  for await (const { scheduleId: id } of world.client.schedule.list()) found.push(id);
  return found.sort();
}

async function runs(id: string): Promise<{ workflowId: string; status: string }[]> {
  const found = [];
  for await (const { workflowId, status } of world.client.workflow.list({ query: `WorkflowType = 'scheduled'` })) {
    if (workflowId.startsWith(scheduleId(id))) found.push({ workflowId, status: status.name });
  }
  return found;
}

describe('schedules of the configuration', () => {
  it('OK: made, by two processes at once; changed; gone when they are not configured any more; others stay', async () => {
    await world.client.schedule.create({
      scheduleId: 'somebody-elses',
      spec: { cronExpressions: ['0 0 1 1 *'] },
      action: { type: 'startWorkflow', workflowType: 'x', taskQueue: 'x' },
    });
    await Promise.all([reconcile(entry('a'), entry('b')), reconcile(entry('a'), entry('b'))]);
    await until(async () => (await ids()).length === 3);
    await Promise.all([reconcile(entry('a', { every: 3600 })), reconcile(entry('a', { every: 3600 }))]);
    await until(async () => (await ids()).length === 2);
    assert.deepEqual(await ids(), [scheduleId('a'), 'somebody-elses'].sort());
    const { spec, policies, action } = await world.client.schedule.getHandle(scheduleId('a')).describe();
    assert.deepEqual([spec.intervals?.map(({ every }) => every), spec.calendars ?? []], [[3_600_000], []]);
    assert.equal(policies.overlap, 'SKIP');
    assert.deepEqual(action.type === 'startWorkflow' && action.args, [
      {
        ...{ id: 'a', cluster: 'east', proofs },
        wanted: { kind: 'playbook', playbook: 'add-capacity', parameters },
      },
    ]);
  });

  it('OK: who paused one meant to: it stays paused when Airlock starts again', async () => {
    await reconcile(entry('a'));
    const handle = world.client.schedule.getHandle(scheduleId('a'));
    await handle.pause('change freeze');
    await reconcile(entry('a', { every: 7200 }));
    const { state } = await handle.describe();
    assert.deepEqual([state.paused, state.note], [true, 'change freeze']);
  });

  it('refused: a cron expression that is none, naming the entry', async () => {
    const sent = reconcile(entry('a'), entry('c', { cron: 'at night' }));
    await assert.rejects(sent, { code: 'bad-input', details: { field: 'schedules[1]' } });
  });

  it('OK: what it starts needs no alert: observed, planned from what is configured alone, rehearsed, decided, repaired', async () => {
    await reconcile(entry('whole'));
    const { handle, script, decide, stage } = await scheduledIncident(world, 'whole');
    await until(async () => (await stage()) === 'decide');
    await decide(decision('lea'));
    assert.deepEqual(await handle.result(), { outcome: 'repaired', reason: 'every prediction came true' });
    const way = ['open', 'observe', 'plan', 'rehearse', 'judge', 'admitDecision', 'prepare', 'rehearse', 'execute'];
    assert.deepEqual(script.names(), [...way, 'verify', 'closeLease', 'close']);
    const input = (name: string) => script.calls.find((call) => call.name === name)?.input;
    const asked = { kind: 'schedule', name: 'whole' };
    assert.deepEqual([input('open').asked, input('open').alerts], [asked, []]);
    assert.deepEqual(input('observe').subject, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      ...{ namespace: 'shop', name: 'web' },
    });
    const { cause, wanted } = input('plan');
    assert.deepEqual([cause, wanted.playbook, wanted.parameters], ['schedule', 'add-capacity', parameters]);
    assert.deepEqual([input('judge').asked, input('judge').requesters], [asked, []]);
  });

  it('OK: triggers, as an incident of its own each time; skipped while one runs', async () => {
    await reconcile(entry('each', { every: 1 }));
    await until(async () => (await runs('each')).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    const [first, ...others] = await runs('each');
    assert.deepEqual([first?.status, others], ['RUNNING', []]);
    const { info } = await world.client.schedule.getHandle(scheduleId('each')).describe();
    assert.ok(info.numActionsSkippedOverlap >= 2, `${info.numActionsSkippedOverlap} were skipped`);
    const handle = world.client.workflow.getHandle(first?.workflowId ?? '');
    const { stage } = await handle.query<{ stage: string }>('status');
    assert.equal(stage, 'open');
    await handle.terminate();
    await until(async () => (await runs('each')).length === 2);
    await reconcile();
    for (const { workflowId } of await runs('each')) {
      await world.client.workflow
        .getHandle(workflowId)
        .terminate()
        .catch(() => undefined);
    }
  });
});
