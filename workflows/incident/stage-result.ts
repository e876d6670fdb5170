import type { AdmittedEdit } from '../../src/domain/approval/edit.ts';
import type { Outcome } from './outcome.ts';

/** The incident ended. */
export interface Ended {
  ended: Outcome;
  /**
   * True if the occurrence had closed before this run of the workflow started. Such a run writes nothing to the journal
   * and only forwards its alerts.
   */
  stale?: true;
}

/**
 * An edit has invalidated the open dossier: a plan has to be made again, by the same playbook with other parameters.
 */
export interface Edited {
  edited: AdmittedEdit;
  playbook: string;
}

/** Why a stage has no result. */
export type Interrupted = Ended | Edited;

/**
 * The result of a stage, or why there is none: the incident has ended, or the dossier was edited. The type
 * makes the caller handle each case.
 */
export type StageResult<T> = { result: T } | Interrupted;

/** True if the incident has ended. */
export function isEnded(result: object): result is Ended {
  return 'ended' in result;
}
