import { refused, type AirlockError } from '../lib/error.ts';
import type { IncidentWorkflows, SignatureCheck } from '../governance/ports.ts';
import { findIncident, type IncidentDeps } from './incidents.ts';

/** What the routes of decisions and edits need. */
export interface SubmitDeps extends IncidentDeps {
  workflows: IncidentWorkflows;
  verifySignature: SignatureCheck;
}

/** A decision or edit for one incident. `T` is the admitted decision or edit in the gateway's answer. */
interface Submission<T> {
  incident: string;
  /** The decision or edit, with its decision token. */
  message: { token: string };
  /** Error code for a refusal of the decision or edit. */
  refusalCode: 'decision-refused' | 'edit-refused';
  /** Sends the message to the incident's workflow and waits for the gateway's answer. */
  send(workflowId: string): Promise<{ admitted: T } | { refused: string }>;
}

/**
 * Checks that the incident is open and that the identity provider signed the decision token. Then sends the decision or
 * edit to the incident's workflow.
 * @returns the decision or edit as the gateway admitted it.
 * @throws AirlockError `refusalCode` if the decision or edit is refused, `not-found`, `no-open-dossier`,
 * `issuer-unavailable` (retry), `workflow-unavailable` (retry).
 */
export async function submitToIncident<T>(
  { journal, verifySignature }: SubmitDeps,
  { incident, message, refusalCode, send }: Submission<T>,
): Promise<{ admitted: T }> {
  const { view } = await findIncident(journal, incident);
  if (view.outcome) {
    const problem = `incident ${incident} is closed (outcome: ${view.outcome.outcome})`;
    throw refused('no-open-dossier', `${problem}: request a new repair if the cluster still needs one`);
  }
  const refusedSubmission = (why: string): AirlockError =>
    refused(
      refusalCode,
      `incident ${incident}: ${why}; read the dossier with \`airlock incidents show ${incident}\`, then try again`,
    );
  const signature = await verifySignature(message.token);
  if ('refused' in signature) throw refusedSubmission(signature.refused);
  const answer = await send(view.workflow);
  if ('refused' in answer) throw refusedSubmission(answer.refused);
  return answer;
}
