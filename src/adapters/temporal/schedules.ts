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
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { scheduleId, schedulePrefix, taskQueue } from '../../domain/names.ts';

/**
 * A schedule in the configuration of `airlock serve`. Each run opens an incident for `cluster`, and requests the
 * playbook with the parameters. `every` is the interval in seconds. `cron` is a cron expression in UTC.
 */
export type ScheduleEntry = {
  id: string;
  cluster: string;
  playbook: string;
  parameters: Record<string, string | number>;
} & ({ every: number } | { cron: string });

/** Time limit for all calls of one `reconcileSchedules`, milliseconds. */
const deadlineMs = 15_000;

/**
 * Makes the schedules in Temporal match the configuration. Creates or updates each schedule of `configured`. Deletes
 * every other schedule whose id has Airlock's prefix. Two processes may call this function at the same time.
 * @param signIn conditions for the sign-ins of people who decide on the plans of these schedules.
 * @throws AirlockError `bad-input` if `every` or `cron` is malformed (the error contains the index of the schedule);
 * `temporal-unavailable` if a call to Temporal fails for another reason.
 */
export async function reconcileSchedules(
  client: Client,
  configured: readonly ScheduleEntry[],
  signIn: ScheduledInput['signIn'],
): Promise<void> {
  await client
    .withDeadline(Date.now() + deadlineMs, async () => {
      for (const [index, entry] of configured.entries()) {
        await createOrUpdate(client, optionsOf(entry, signIn), index);
      }
      const configuredIds = configured.map(({ id }) => scheduleId(id));
      for await (const { scheduleId: found } of client.schedule.list()) {
        if (found.startsWith(schedulePrefix) && !configuredIds.includes(found)) await remove(client, found);
      }
    })
    .catch(throwTranslated);
}

type Options = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

function optionsOf(entry: ScheduleEntry, signIn: ScheduledInput['signIn']): Options {
  const { id, cluster, playbook, parameters } = entry;
  const input: ScheduledInput = { id, cluster, signIn, requested: { kind: 'playbook', playbook, parameters } };
  return {
    scheduleId: scheduleId(id),
    spec: 'cron' in entry ? { cronExpressions: [entry.cron] } : { intervals: [{ every: entry.every * 1000 }] },
    // Temporal skips a run while the workflow of the previous run has not ended. If Temporal was down at the time of a
    // run, Temporal starts this run at most one minute late. After this minute, Temporal drops the run.
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

async function createOrUpdate(client: Client, options: Options, index: number): Promise<void> {
  const { scheduleId: id, ...rest } = options;
  try {
    await client.schedule.create(options).catch(async (error: Error) => {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // The update keeps `state`, so a schedule that an operator has paused stays paused.
      await client.schedule.getHandle(id).update(({ state }) => ({ ...rest, state }));
    });
  } catch (error) {
    // Temporal's client throws a TypeError for a malformed `every` or `cron`. The error's message quotes only the
    // configuration, so the message may be shown.
    if (error instanceof TypeError) throw badInput(`schedules[${index}]`, escapeForTerminal(error.message));
    throw error;
  }
}

async function remove(client: Client, id: string): Promise<void> {
  try {
    await client.schedule.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error; // another process has already deleted the schedule
  }
}

function throwTranslated(error: Error): never {
  if (!(error instanceof ServiceError)) throw error;
  throw new AirlockError({
    code: 'temporal-unavailable',
    message: `updating the schedules in Temporal failed (${cutSecrets(error.message)}): check that Temporal runs, then start \`airlock serve\` again`,
  });
}
