import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  ServiceError,
  type Client,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { scheduledWorkflow, type ScheduledInput } from '../../../workflows/messages.ts';
import { AirlockError, badInput } from '../../lib/error.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { scheduleId, schedulePrefix, taskQueue } from '../../domain/names.ts';

/** One entry of the configuration's schedules: which playbook, with which parameters, and when. */
export type ScheduleEntry = {
  id: string;
  cluster: string;
  playbook: string;
  parameters: Record<string, string | number>;
} & ({ every: number } | { cron: string });

const callWithinMs = 15_000;

/**
 * Makes Temporal's schedules those of the configuration: new ones are made, others become what is configured, and those
 * of Airlock that are not configured any more go. Safe to run twice at once.
 * @throws AirlockError `bad-input` naming the entry that Temporal refuses, `temporal-unavailable` (retry).
 */
export async function reconcileSchedules(
  client: Client,
  entries: readonly ScheduleEntry[],
  proofs: ScheduledInput['proofs'],
): Promise<void> {
  await client
    .withDeadline(Date.now() + callWithinMs, async () => {
      for (const [index, entry] of entries.entries()) await put(client, optionsOf(entry, proofs), index);
      const kept = entries.map(({ id }) => scheduleId(id));
      for await (const { scheduleId: found } of client.schedule.list()) {
        if (found.startsWith(schedulePrefix) && !kept.includes(found)) await remove(client, found);
      }
    })
    .catch(unavailable);
}

type Options = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

function optionsOf(entry: ScheduleEntry, proofs: ScheduledInput['proofs']): Options {
  const { id, cluster, playbook, parameters } = entry;
  const input: ScheduledInput = { id, cluster, proofs, wanted: { kind: 'playbook', playbook, parameters } };
  return {
    scheduleId: scheduleId(id),
    spec: 'cron' in entry ? { cronExpressions: [entry.cron] } : { intervals: [{ every: entry.every * 1000 }] },
    // One at a time; and what was missed while nothing ran is not made up for.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType: scheduledWorkflow,
      workflowId: scheduleId(id),
      taskQueue: taskQueue('governance'),
      args: [input],
    },
  };
}

async function put(client: Client, options: Options, index: number): Promise<void> {
  const { scheduleId: id, ...rest } = options;
  try {
    await client.schedule.create(options).catch(async (error: Error) => {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // Who paused it meant to: that stays.
      await client.schedule.getHandle(id).update(({ state }) => ({ ...rest, state }));
    });
  } catch (error) {
    // Temporal's client has this for a time that its server does not understand, and quotes the configuration alone.
    if (error instanceof TypeError) throw badInput(`schedules[${index}]`, visible(error.message));
    throw error;
  }
}

async function remove(client: Client, id: string): Promise<void> {
  try {
    await client.schedule.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error; // another process took it away first
  }
}

function unavailable(error: Error): never {
  if (!(error instanceof ServiceError)) throw error;
  throw new AirlockError({
    code: 'temporal-unavailable',
    message: `Temporal did not take the schedules (${error.message}): check that it runs, then start again`,
    next: 'retry',
  });
}
