import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApplicationFailure } from '@temporalio/common';
import { withTemporalFailures } from './activity-failure.ts';
import { AirlockError } from '../lib/error.ts';

describe('withTemporalFailures', () => {
  const delays: [string, unknown, number | undefined][] = [
    ['retries after the delay that the server gave', 7, 7_000],
    ['retries after a minute at the latest', 86_400, 60_000],
    ['leaves the delay to the retry policy if the server gave none', undefined, undefined],
    ['ignores a delay that is not a number', 'soon', undefined],
  ];
  for (const [name, retryAfterSeconds, expected] of delays) {
    it(name, async () => {
      const details = { retryAfterSeconds };
      const busy = new AirlockError({ code: 'kubernetes-too-many-requests', message: 'busy', details });
      const failing = withTemporalFailures(() => Promise.reject(busy));
      await assert.rejects(failing(), (failure: ApplicationFailure) => {
        assert.equal(failure.nextRetryDelay, expected);
        assert.equal(failure.nonRetryable, false);
        return true;
      });
    });
  }
});
