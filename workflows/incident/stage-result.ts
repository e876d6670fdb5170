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

/** An edit has invalidated the open dossier. The same playbook has to make a plan again, with other parameters. */
export interface Edited {
  edited: AdmittedEdit;
  playbook: string;
}

/** The incident has ended, or its open dossier was edited. */
export type EndedOrEdited = Ended | Edited;

/**
 * The result of a stage. There is no result if the incident has ended or the dossier was edited, and this type makes
 * the caller handle both cases.
 */
export type StageResult<T> = { result: T } | EndedOrEdited;

/** Returns true if the incident has ended. */
export function isEnded(result: object): result is Ended {
  return 'ended' in result;
}
