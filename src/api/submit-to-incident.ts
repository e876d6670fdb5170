import { refused, type AirlockError } from '../lib/error.ts';
import type { IncidentWorkflows, SignatureCheck } from '../governance/ports.ts';
import { findIncident, type IncidentDeps } from './incidents.ts';

/** What the routes of decisions and edits need. */
export interface SubmitDeps extends IncidentDeps {
  workflows: IncidentWorkflows;
  verifySignature: SignatureCheck;
}

/** A decision or edit for one incident, with the decision token of the person. */
interface Submission<T> {
  incident: string;
  message: { token: string };
  /** Code of the error if the decision or edit is refused. */
  code: 'decision-refused' | 'edit-refused';
  /** Sends the message to the incident's workflow and waits for the gateway's answer. */
  send(workflowId: string): Promise<{ admitted: T } | { refused: string }>;
}

/**
 * Checks that the incident is open and that the issuer signed the token. Then sends the decision or edit to the
 * incident's workflow.
 * @throws AirlockError `not-found`, `no-open-dossier`, the given `code` if the decision or edit is refused, and
 * `issuer-unavailable` or `workflow-unavailable` (retry).
 */
export async function submitToIncident<T>(
  { journal, verifySignature }: SubmitDeps,
  { incident, message, code, send }: Submission<T>,
): Promise<{ admitted: T }> {
  const { view } = await findIncident(journal, incident);
  if (view.outcome) {
    const problem = `incident ${incident} is closed (outcome: ${view.outcome.outcome})`;
    throw refused('no-open-dossier', `${problem}: if the problem continues, request a new repair`);
  }
  const refusedSubmission = (why: string): AirlockError =>
    refused(
      code,
      `incident ${incident}: ${why}; read its dossier with \`airlock incidents show ${incident}\`, then try again`,
    );
  const signature = await verifySignature(message.token);
  if ('refused' in signature) throw refusedSubmission(signature.refused);
  const answer = await send(view.workflow);
  if ('refused' in answer) throw refusedSubmission(answer.refused);
  return answer;
}
