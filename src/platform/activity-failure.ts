import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { AirlockError } from '../lib/error.ts';
import { cutSecrets } from '../lib/secrets/cut-secrets.ts';

/**
 * A server can ask for a delay before the next request (the header Retry-After). Airlock accepts at most this delay,
 * seconds. Without this limit, a server could delay an incident for hours.
 */
const maxRetryDelaySeconds = 60;

/**
 * Returns an activity that calls `activity`. Each error of `activity` becomes a Temporal failure.
 * - A TemporalFailure stays unchanged.
 * - An AirlockError becomes a failure whose `type` is the error code. The failure is retryable only if the error's
 *   `next` is `retry`. The delay before the retry is `details.retryAfterSeconds`, but at most 60 s. Without this field,
 *   the retry policy sets the delay. The failure has no `cause`: the `cause` of the error may quote a request, and the
 *   workflow history would keep the quote.
 * - Any other error is a defect. It becomes a retryable failure of type `internal`, with the error's name and message,
 *   without secrets: a library may quote what it was given.
 */
export function withTemporalFailures<A extends unknown[], R>(
  activity: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
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
    return ApplicationFailure.create({ type: 'internal', message: cutSecrets(`${name}: ${message}`) });
  }
  const { code, message, next, details } = error;
  const seconds = Number(details['retryAfterSeconds']);
  const nextRetryDelay = seconds > 0 ? Math.min(seconds, maxRetryDelaySeconds) * 1000 : undefined;
  return ApplicationFailure.create(
    omitUndefined({ type: code, message, nonRetryable: next !== 'retry', details: [details], nextRetryDelay }),
  );
}
