import type { AdmittedEdit } from '../../src/domain/approval/edit.ts';
import type { Outcome } from './outcome.ts';

/** The end of an incident. */
export interface Ended {
  ended: Outcome;
  /**
   * True if the occurrence had closed before this run of the workflow started. The run then writes nothing to the
   * journal. It only forwards the alerts that it received.
   */
  stale?: true;
}

/** The gateway has admitted an edit of the open dossier. The next plan is made from the same playbook. */
export interface Edited {
  edited: AdmittedEdit;
  /** Name of the playbook. */
  playbook: string;
}

/** The end of an incident, or an edit of the incident's open dossier. */
export type EndedOrEdited = Ended | Edited;

/** What a stage returns: a result, the end of the incident, or an edit of the open dossier. */
export type StageResult<T> = { result: T } | EndedOrEdited;

/** Returns true if the incident has ended. */
export function isEnded(result: object): result is Ended {
  return 'ended' in result;
}
