import { refused } from '../lib/error.ts';
import type { IncidentWorkflows, SignatureCheck } from '../governance/ports.ts';
import { findIncident, type IncidentDeps } from './incidents.ts';

/** What routes need that submit a decision or an edit to an incident. */
export interface SubmitDeps extends IncidentDeps {
  workflows: IncidentWorkflows;
  verifySignature: SignatureCheck;
}

/** A decision or edit for one incident, with the decision token of the person. */
interface Submission<T> {
  incident: string;
  message: { token: string };
  /** Code of the error that refuses it. */
  code: 'decision-refused' | 'edit-refused';
  /** Sends it to the incident's workflow, by workflow id, and waits for the gateway's answer. */
  send(workflow: string): Promise<{ admitted: T } | { refused: string }>;
}

/**
 * Sends it to the incident's workflow after two checks: the incident is open, and the issuer signed the token.
 * @throws AirlockError `not-found`, `no-open-dossier`, its own code when it is refused, `issuer-unavailable` (retry).
 */
export async function submitToIncident<T>(
  { journal, verifySignature }: SubmitDeps,
  { incident, message, code, send }: Submission<T>,
): Promise<{ admitted: T }> {
  const { view } = await findIncident(journal, incident);
  if (view.outcome) throw refused('no-open-dossier', `the incident is closed: ${view.outcome.outcome}`);
  const signature = await verifySignature(message.token);
  if ('refused' in signature) throw refused(code, signature.refused);
  const answer = await send(view.workflow);
  if ('refused' in answer) throw refused(code, answer.refused);
  return answer;
}
