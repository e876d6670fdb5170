import { editOf, requestersIn, type Admission } from '../../domain/approval/admission.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Person } from '../../domain/approval/decision-token.ts';
import type { CheckContext } from '../checks/execution-context.ts';

/**
 * Returns the requesters, whose approvals of a dossier do not count: the requesters that the dossier names, and everybody
 * whose request or edit the gateway admitted for the dossier's incident. The admissions are needed, because a
 * compromised governance process could leave people out of the dossier.
 */
export function requestersOf({ requesters }: Pick<Dossier, 'requesters'>, admissions: readonly Admission[]): Person[] {
  return [...requesters, ...requestersIn(admissions)];
}

/**
 * Checks that no edit has invalidated the dossier. Checks nothing if the execution has already started, because the
 * gateway admits no edit after the start.
 * @returns the reason why the execution may not start; empty if there is no reason.
 */
export function notInvalidated({ digest, startedAt, admissions }: CheckContext): string[] {
  const edit = startedAt ? undefined : editOf(admissions, digest);
  return edit ? [invalidatedBy(edit)] : [];
}

/** Returns the reason to refuse an edited dossier. The dossier is refused for decisions, edits and executions. */
export function invalidatedBy(editor: Person): string {
  return `the dossier is invalidated: ${editor.subject} edited its parameters, so Airlock makes a new plan`;
}
