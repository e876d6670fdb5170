import type { AdmittedEdit } from '../../src/domain/approval/edit.ts';
import type { Outcome } from './outcome.ts';

/** The incident ended. */
export interface Ended {
  ended: Outcome;
  /**
   * The occurrence was closed before this run of the workflow started. The run writes nothing to the journal and only
   * forwards its alerts.
   */
  stale?: true;
}

/** An edit invalidated the open dossier: the same playbook has to be planned again with other parameters. */
export interface Edited {
  edited: AdmittedEdit;
  playbook: string;
}

/** What ends a stage without a result of its own. */
export type Interrupted = Ended | Edited;

/** Result of a stage. The caller has to handle that the incident ended or that the dossier was edited. */
export type StageResult<T> = { done: T } | Interrupted;

/** Tells an early end from a result. */
export function isEnded(result: object): result is Ended {
  return 'ended' in result;
}
