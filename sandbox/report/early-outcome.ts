import type { Outcome } from '../../src/domain/rehearsal/report.ts';

/** A rehearsal that cannot go on: the snapshot could not be held, or did not settle to what the target was. */
export class Ending extends Error {
  override readonly name = 'Ending';
  readonly outcome: Extract<Outcome, 'failed' | 'not-faithful'>;

  constructor(outcome: 'failed' | 'not-faithful', reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}
