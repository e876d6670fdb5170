import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApplicationFailure } from '@temporalio/common';
import { asFailure } from './activity-failure.ts';
import { AirlockError } from '../lib/error.ts';

describe('asFailure', () => {
  const waits: [string, unknown, number | undefined][] = [
    ['OK: what a server asks for is how long Temporal waits', 7, 7_000],
    ['a minute at most', 86_400, 60_000],
    ['nothing asked for: Temporal waits as the activity says', undefined, undefined],
    ['no number', 'soon', undefined],
  ];
  for (const [name, retryAfterSeconds, expected] of waits) {
    it(name, async () => {
      const details = { retryAfterSeconds };
      const busy = new AirlockError({ code: 'kubernetes-too-many-requests', message: 'busy', next: 'retry', details });
      const failing = asFailure(() => Promise.reject(busy));
      await assert.rejects(failing(), (failure: ApplicationFailure) => {
        assert.equal(failure.nextRetryDelay, expected);
        assert.equal(failure.nonRetryable, false);
        return true;
      });
    });
  }
});
