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
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { scheduleId, schedulePrefix, taskQueue } from '../../domain/names.ts';

/**
 * A schedule of the configuration: a playbook, its parameters, and when it runs. `every` is in seconds; `cron` is in
 * UTC.
 */
export type ScheduleEntry = {
  id: string;
  cluster: string;
  playbook: string;
  parameters: Record<string, string | number>;
} & ({ every: number } | { cron: string });

const callWithinMs = 15_000;

/**
 * Makes Temporal's schedules match the configuration: creates and updates the configured ones, and deletes Airlock's
 * schedules that are not configured. Two processes may call this function at the same time.
 * @throws AirlockError `bad-input` if the time of an entry is malformed (the error names the entry);
 * `temporal-unavailable` (retry).
 */
export async function reconcileSchedules(
  client: Client,
  entries: readonly ScheduleEntry[],
  signIn: ScheduledInput['signIn'],
): Promise<void> {
  await client
    .withDeadline(Date.now() + callWithinMs, async () => {
      for (const [index, entry] of entries.entries()) await put(client, optionsOf(entry, signIn), index);
      const kept = entries.map(({ id }) => scheduleId(id));
      for await (const { scheduleId: found } of client.schedule.list()) {
        if (found.startsWith(schedulePrefix) && !kept.includes(found)) await remove(client, found);
      }
    })
    .catch(unavailable);
}

type Options = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

function optionsOf(entry: ScheduleEntry, signIn: ScheduledInput['signIn']): Options {
  const { id, cluster, playbook, parameters } = entry;
  const input: ScheduledInput = { id, cluster, signIn, requested: { kind: 'playbook', playbook, parameters } };
  return {
    scheduleId: scheduleId(id),
    spec: 'cron' in entry ? { cronExpressions: [entry.cron] } : { intervals: [{ every: entry.every * 1000 }] },
    // A run is skipped if the previous run has not ended. If Temporal was down when a run was due, Temporal starts the
    // run up to a minute late. After that minute the run is dropped.
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
      // A schedule that an operator has paused stays paused.
      await client.schedule.getHandle(id).update(({ state }) => ({ ...rest, state }));
    });
  } catch (error) {
    // Temporal's client throws a TypeError for a malformed time. The error's message quotes only the configuration, so
    // the message may be shown.
    if (error instanceof TypeError) throw badInput(`schedules[${index}]`, escapeForTerminal(error.message));
    throw error;
  }
}

async function remove(client: Client, id: string): Promise<void> {
  try {
    await client.schedule.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error; // another process has deleted it
  }
}

function unavailable(error: Error): never {
  if (!(error instanceof ServiceError)) throw error;
  throw new AirlockError({
    code: 'temporal-unavailable',
    message: `Temporal did not accept the schedules (${error.message}): check that Temporal runs, then start \`airlock serve\` again`,
  });
}
