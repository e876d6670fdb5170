import { refused, type AirlockError } from '../lib/error.ts';
import type { IncidentWorkflows, SignatureCheck } from '../governance/ports.ts';
import type { Refusal } from '../domain/approval/sign-in.ts';
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
  /** Error code for a refusal that has no code of its own. */
  refusalCode: 'decision-refused' | 'edit-refused';
  /** Sends the message to the incident's workflow and waits for the gateway's answer. */
  send(workflowId: string): Promise<{ admitted: T } | Refusal>;
}

/**
 * Checks that the incident is open and that the identity provider signed the decision token. Then sends the decision or
 * edit to the incident's workflow.
 * @returns the decision or edit as the gateway admitted it.
 * @throws AirlockError `refusalCode` or `sign-in-used` if the decision or edit is refused, `not-found`,
 * `no-open-dossier`, `issuer-unavailable` (retry), `workflow-unavailable` (retry).
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
  const refusedSubmission = ({ refused: why, code }: Refusal): AirlockError =>
    refused(
      code ?? refusalCode,
      `incident ${incident}: ${why}; read the dossier with \`airlock incidents show ${incident}\`, then try again`,
    );
  const signature = await verifySignature(message.token);
  if ('refused' in signature) throw refusedSubmission(signature);
  const answer = await send(view.workflow);
  if ('refused' in answer) throw refusedSubmission(answer);
  return answer;
}
