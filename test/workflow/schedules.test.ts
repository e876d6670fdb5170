import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowNotFoundError } from '@temporalio/client';
import { reconcileSchedules, type ScheduleEntry } from '../../src/adapters/temporal/schedules.ts';
import { scheduleId } from '../../src/domain/names.ts';
import { parameters } from './requested-incident.ts';
import { until } from './incident.ts';
import { decision, signIn } from './people.ts';
import { scheduledIncident } from './scheduled-incident.ts';
import { startEnvironment, type TestEnvironment } from './environment.ts';

let environment: TestEnvironment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

const entry = (id: string, when: { every: number } | { cron: string } = { cron: '0 3 * * *' }): ScheduleEntry => ({
  id,
  cluster: 'east',
  playbook: 'add-capacity',
  parameters,
  ...when,
});
const reconcile = (...entries: ScheduleEntry[]) => reconcileSchedules(environment.client, entries, signIn);

async function ids(): Promise<string[]> {
  const found: string[] = [];
  for await (const { scheduleId: id } of environment.client.schedule.list()) found.push(id);
  return found.sort();
}

/** How many runs a schedule skipped because one was running. */
async function skippedRuns(id: string): Promise<number> {
  const { info } = await environment.client.schedule.getHandle(scheduleId(id)).describe();
  return info.numActionsSkippedOverlap;
}

async function runs(id: string): Promise<{ workflowId: string; status: string }[]> {
  const found = [];
  for await (const { workflowId, status } of environment.client.workflow.list({
    query: `WorkflowType = 'scheduled'`,
  })) {
    if (workflowId.startsWith(scheduleId(id))) found.push({ workflowId, status: status.name });
  }
  return found;
}

describe('schedules of the configuration', () => {
  it('are created by two processes at the same time, updated, and deleted when no longer configured; others stay', async () => {
    await environment.client.schedule.create({
      scheduleId: 'somebody-elses',
      spec: { cronExpressions: ['0 0 1 1 *'] },
      action: { type: 'startWorkflow', workflowType: 'x', taskQueue: 'x' },
    });
    await Promise.all([reconcile(entry('a'), entry('b')), reconcile(entry('a'), entry('b'))]);
    await until(async () => (await ids()).length === 3);
    await Promise.all([reconcile(entry('a', { every: 3600 })), reconcile(entry('a', { every: 3600 }))]);
    await until(async () => (await ids()).length === 2);
    assert.deepEqual(await ids(), [scheduleId('a'), 'somebody-elses'].sort());
    const { spec, policies, action } = await environment.client.schedule.getHandle(scheduleId('a')).describe();
    assert.deepEqual([spec.intervals?.map(({ every }) => every), spec.calendars ?? []], [[3_600_000], []]);
    assert.equal(policies.overlap, 'SKIP');
    assert.deepEqual(action.type === 'startWorkflow' && action.args, [
      {
        id: 'a',
        cluster: 'east',
        signIn,
        requested: { kind: 'playbook', playbook: 'add-capacity', parameters },
      },
    ]);
  });

  it('stay paused when Airlock starts again', async () => {
    await reconcile(entry('a'));
    const handle = environment.client.schedule.getHandle(scheduleId('a'));
    await handle.pause('change freeze');
    await reconcile(entry('a', { every: 7200 }));
    const { state } = await handle.describe();
    assert.deepEqual([state.paused, state.note], [true, 'change freeze']);
  });

  it('are refused, with the entry, when a cron expression is malformed', async () => {
    const sent = reconcile(entry('a'), entry('c', { cron: 'at night' }));
    await assert.rejects(sent, { code: 'bad-input', details: { field: 'schedules[1]' } });
  });

  it('open incidents that need no alert, make only the configured plan, and are approved and repaired', async () => {
    await reconcile(entry('whole'));
    const { handle, script, decide, stage } = await scheduledIncident(environment, 'whole');
    await until(async () => (await stage()) === 'decide');
    await decide(decision('lea'));
    assert.deepEqual(await handle.result(), { outcome: 'repaired', reason: 'every checked prediction came true' });
    const stages = ['open', 'observe', 'plan', 'rehearse', 'judge', 'admitDecision', 'prepare', 'rehearse', 'execute'];
    assert.deepEqual(script.names(), [...stages, 'verify', 'closeLease', 'close']);
    const input = (name: string) => script.calls.find((call) => call.name === name)?.input;
    const requestCause = { kind: 'schedule', name: 'whole' };
    assert.deepEqual([input('open').requestCause, input('open').alerts], [requestCause, []]);
    assert.deepEqual(input('observe').subject, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
    });
    const { cause, requested } = input('plan');
    assert.deepEqual([cause, requested.playbook, requested.parameters], ['schedule', 'add-capacity', parameters]);
    assert.deepEqual([input('judge').requestCause, input('judge').requesters], [requestCause, []]);
  });

  it('open one incident per run, and skip a run while one is running', async () => {
    await reconcile(entry('each', { every: 1 }));
    await until(async () => (await skippedRuns('each')) >= 2);
    const [first, ...others] = await runs('each');
    assert.deepEqual([first?.status, others], ['RUNNING', []]);
    const handle = environment.client.workflow.getHandle(first?.workflowId ?? '');
    const { stage } = await handle.query<{ stage: string }>('status');
    assert.equal(stage, 'open');
    await handle.terminate();
    await until(async () => (await runs('each')).length === 2);
    await reconcile();
    for (const { workflowId } of await runs('each')) {
      await environment.client.workflow.getHandle(workflowId).terminate().catch(ignoreIfEnded);
    }
  });
});

function ignoreIfEnded(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
