import type { Outcome } from '../../src/domain/rehearsal/report.ts';

/**
 * Thrown to end a rehearsal before the plan runs. The message becomes the reason in the report.
 * - `failed`: the sandbox could not be prepared. For example, the snapshot has no guardrails.
 * - `not-faithful`: the sandbox differs from the target after the snapshot was loaded.
 */
export class EarlyOutcome extends Error {
  override readonly name = 'EarlyOutcome';
  readonly outcome: Extract<Outcome, 'failed' | 'not-faithful'>;

  constructor(outcome: 'failed' | 'not-faithful', reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}
