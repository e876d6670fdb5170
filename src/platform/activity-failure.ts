import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { defined } from '../lib/defined.ts';
import { AirlockError } from '../lib/error.ts';

/** Longest delay that a server can ask for. `retryAfterSeconds` is a server's hint and must not stall an incident. */
const maxRetryDelaySeconds = 60;

/**
 * Wraps an activity and translates its errors into Temporal failures. The failure's `type` is the error code; an error with
 * `next: 'retry'` is retryable, `ask` and `stop` are not. Causes are dropped, because a workflow history keeps everything
 * that a failure contains and an SDK's error may quote a request. Any other error is a defect: it is retryable, and only
 * its name and message are kept. If the server gave a delay (`retryAfterSeconds`), Temporal retries after that delay, at
 * most after a minute.
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
  const nextRetryDelay = seconds > 0 ? Math.min(seconds, maxRetryDelaySeconds) * 1000 : undefined;
  return ApplicationFailure.create(
    defined({ type: code, message, nonRetryable: next !== 'retry', details: [details], nextRetryDelay }),
  );
}
