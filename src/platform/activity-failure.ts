import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { AirlockError } from '../lib/error.ts';

const longestWaitSeconds = 60;

/**
 * Wraps an activity so that its errors reach the workflow as Temporal failures: `type` is the error's code, `retry` may
 * be tried again, `ask` and `stop` may not. Causes stay behind, because histories keep whatever crosses this line and
 * an SDK's error may quote a request. Everything else is a defect: retried, with its message alone. A server that said
 * how long to wait (`retryAfterSeconds`) is asked again then, at the latest after a minute: its word is not a deadline.
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
    return ApplicationFailure.create({ type: 'unexpected', message: `${name}: ${message}` });
  }
  const { code, message, next, details } = error;
  const seconds = Number(details['retryAfterSeconds']);
  return ApplicationFailure.create({
    ...{ type: code, message, nonRetryable: next !== 'retry', details: [details] },
    ...(seconds > 0 ? { nextRetryDelay: Math.min(seconds, longestWaitSeconds) * 1000 } : {}),
  });
}
