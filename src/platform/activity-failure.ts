import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { AirlockError } from '../lib/error.ts';

/**
 * A server can ask for a delay before the next retry (`retryAfterSeconds`). Airlock waits at most this long. Without a
 * limit, a server could delay an incident for hours.
 */
const maxRetryDelaySeconds = 60;

/**
 * Wraps an activity and translates its errors into Temporal failures.
 * - A TemporalFailure is thrown unchanged.
 * - An AirlockError: the failure's `type` is the error code. The failure is retryable only if the error's `next` is
 *   `retry`. The error's `cause` is dropped: the cause may quote a request, and the workflow history would keep the
 *   quote. If a server asked for a delay, Temporal retries after this delay, but after one minute at the latest.
 * - Any other error is a defect. The failure is retryable and keeps only the error's name and message.
 */
export function asFailure<A extends unknown[], R>(activity: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await activity(...args);
    } catch (error) {
      throw error instanceof TemporalFailure ? error : failureOf(error);
    }
  };
}

function failureOf(error: unknown): ApplicationFailure {
  if (!(error instanceof AirlockError)) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return ApplicationFailure.create({ type: 'internal', message: `${name}: ${message}` });
  }
  const { code, message, next, details } = error;
  const seconds = Number(details['retryAfterSeconds']);
  const nextRetryDelay = seconds > 0 ? Math.min(seconds, maxRetryDelaySeconds) * 1000 : undefined;
  return ApplicationFailure.create(
    omitUndefined({ type: code, message, nonRetryable: next !== 'retry', details: [details], nextRetryDelay }),
  );
}
