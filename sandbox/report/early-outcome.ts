import type { Outcome } from '../../src/domain/rehearsal/report.ts';

/**
 * Thrown to end a rehearsal before the plan runs: the snapshot could not be loaded (`failed`), or the loaded sandbox
 * did not reach the state of the target (`not-faithful`).
 */
export class EarlyOutcome extends Error {
  override readonly name = 'EarlyOutcome';
  readonly outcome: Extract<Outcome, 'failed' | 'not-faithful'>;

  constructor(outcome: 'failed' | 'not-faithful', reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}
