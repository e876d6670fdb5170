import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { installRuntime } from '../../src/adapters/temporal/runtime.ts';
import { bundleWorkflows } from '../../src/adapters/temporal/workflow-bundle.ts';
import { incidentOutcomeSchema } from '../../src/domain/incident/incident.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { behaviours } from './behaviours.ts';
import { readHistory, recordedBehaviours, type WorkflowHistory } from './history-file.ts';

let bundle: Awaited<ReturnType<typeof bundleWorkflows>>;
before(async () => {
  installRuntime(createLogger('serve', 'silent'));
  bundle = await bundleWorkflows();
});

/** Replays a history on today's workflow code. @throws DeterminismViolationError when the commands differ. */
function replay(history: WorkflowHistory): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: bundle }, history);
}

/** A copy of a history in which another activity was scheduled. */
async function tampered(name: string, from: string, to: string): Promise<WorkflowHistory> {
  const history = await readHistory(name);
  const scheduled = (history.events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType);
  const type = scheduled.find((found) => found?.name === from) ?? assert.fail(`no ${from} in ${name}`);
  type.name = to;
  return history;
}

describe('recorded histories', () => {
  it('exist exactly for the behaviours, and each outcome has one', async () => {
    const files = await recordedBehaviours();
    assert.deepEqual(files, Object.keys(behaviours).sort());
    for (const outcome of incidentOutcomeSchema.options) {
      assert.ok(
        files.some((file) => file.startsWith(outcome)),
        `no history has the outcome ${outcome}`,
      );
    }
  });

  for (const name of Object.keys(behaviours)) {
    it(`replays: ${name}`, async () => replay(await readHistory(name)));
    it(`contains no stack trace, so no path of the recording machine: ${name}`, async () => {
      assert.doesNotMatch(JSON.stringify(await readHistory(name)), /"stackTrace":"[^"]|file:\/\//);
    });
  }

  it('does not replay a tampered history: another activity', async () => {
    const history = await tampered('repaired-after-one-approval', 'prepare', 'execute');
    await assert.rejects(replay(history), DeterminismViolationError);
  });
  it('does not replay a tampered history: a missing event', async () => {
    const history = await readHistory('repaired-after-one-approval');
    const at = (history.events ?? []).findLastIndex((event) => event.activityTaskScheduledEventAttributes);
    history.events?.splice(at, 3);
    await assert.rejects(replay(history));
  });
});
