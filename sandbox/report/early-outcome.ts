import type { Outcome } from '../../src/domain/rehearsal/report.ts';

/**
 * Thrown to end a rehearsal before the plan runs. `failed`: the sandbox could not be prepared, for example because the
 * snapshot has no guardrails. `not-faithful`: the loaded sandbox did not reach the state of the target.
 */
export class EarlyOutcome extends Error {
  override readonly name = 'EarlyOutcome';
  readonly outcome: Extract<Outcome, 'failed' | 'not-faithful'>;

  constructor(outcome: 'failed' | 'not-faithful', reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}
