import { refused } from '../lib/error.ts';
import type { IncidentWorkflows, SignatureCheck } from '../governance/ports.ts';
import { findIncident, type IncidentDeps } from './incidents.ts';

/** What routes need that take something with a proof to an incident. */
export interface ProvenDeps extends IncidentDeps {
  workflows: IncidentWorkflows;
  verifyProof: SignatureCheck;
}

/** Something that a person said to one incident, with the proof that it was them. */
export interface Proven<T> {
  incident: string;
  said: { proof: string };
  /** Code of the error when it is refused. */
  code: 'decision-refused' | 'edit-refused';
  /** Sends it to the incident's workflow, by workflow id, and waits for the gateway's answer. */
  send(workflow: string): Promise<{ admitted: T } | { refused: string }>;
}

/**
 * Takes it to the incident's workflow where the incident is open and the proof's signature is its issuer's.
 * @throws AirlockError `not-found`, `no-open-dossier`, its own code where it is refused, `issuer-unavailable` (retry).
 */
export async function takeProven<T>(
  { journal, verifyProof }: ProvenDeps,
  { incident, said, code, send }: Proven<T>,
): Promise<{ admitted: T }> {
  const { view } = await findIncident(journal, incident);
  if (view.outcome) throw refused('no-open-dossier', `the incident is closed: ${view.outcome.outcome}`);
  const signature = await verifyProof(said.proof);
  if ('refused' in signature) throw refused(code, signature.refused);
  const answer = await send(view.workflow);
  if ('refused' in answer) throw refused(code, answer.refused);
  return answer;
}
