import type { Outcome } from '../../src/domain/rehearsal/report.ts';

/** Ends a rehearsal before the plan runs: the snapshot could not be loaded, or did not settle to the state of the target. */
export class EarlyOutcome extends Error {
  override readonly name = 'EarlyOutcome';
  readonly outcome: Extract<Outcome, 'failed' | 'not-faithful'>;

  constructor(outcome: 'failed' | 'not-faithful', reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}
